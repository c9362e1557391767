/**
 * The tables that bulk jobs work on.
 * @module
 */
import type { Blame } from "../calls/blame.ts";
import type { DestinationStore } from "../outbox/destinations.ts";
import type { DueStore } from "../outbox/due.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ProspectStore } from "../outbox/prospects.ts";
import type { Backlog } from "../outbox/queue-sizes.ts";
import type { JobStore } from "./job-store.ts";
import type { PlanningView } from "./planning-view.ts";
import type { BulkLimits } from "./state.ts";

export interface BulkStores {
  readonly blame: Blame;
  readonly outbox: Outbox;
  readonly prospects: ProspectStore;
  readonly backlog: Backlog;
  readonly due: DueStore;
  readonly destinations: DestinationStore;
  readonly jobs: JobStore;
  readonly bulkLimits: BulkLimits;
  readonly planningView: PlanningView;
}
