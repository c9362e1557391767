/**
 * What the steps of a job work with.
 * @module
 */
import type { Connection } from "../connection/connection.ts";
import type { Ports } from "../ports.ts";
import type { Turns } from "../outbox/schedule.ts";
import type { BulkStores } from "./bulk-stores.ts";
import type { JobCalls } from "./job-calls.ts";
import type { JobKinds } from "./job-kinds.ts";
import type { UpsertChecks } from "./upsert-checks.ts";

export interface JobTools {
  readonly ports: Ports;
  readonly stores: BulkStores;
  readonly connection: Connection;
  readonly turns: Turns;
  readonly kinds: JobKinds;
  readonly calls: JobCalls;
  readonly checks: UpsertChecks;
}
