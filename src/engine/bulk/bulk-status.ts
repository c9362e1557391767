/**
 * Which bulk jobs may be used and why not, what checks showed, and the jobs under way: for people.
 * @module
 */
import { itemsLeft, itemsToday, missingScopes, whyNot } from "./limits-rules.ts";
import type { BulkKind } from "../../outreach/bulk.ts";
import type { BulkJob, BulkKindStatus, BulkStatus, UpsertCheck } from "../api.ts";
import type { Connection } from "../connection/connection.ts";
import type { Job } from "./job.ts";
import type { Ports } from "../ports.ts";
import type { BulkStores } from "./bulk-stores.ts";
import { againAt } from "./upsert-checks.ts";
import type { UpsertChecks } from "./upsert-checks.ts";

export function bulkStatus(
  { bulkItemsPerDay }: Pick<Ports, "bulkItemsPerDay">,
  { bulkLimits, jobs }: BulkStores,
  connection: Connection,
  checks: UpsertChecks,
  now: number,
): BulkStatus {
  const { items } = bulkLimits;
  const left = itemsLeft(items, bulkItemsPerDay, now);
  const { scopes } = connection;
  const open = jobs.open();
  const ofKind = (kind: BulkKind): BulkKindStatus => {
    const means = bulkLimits.of(kind);
    const { max, refusedUntil, lastRefused } = means;
    return {
      whyNot: whyNot(kind, means, scopes, left, now),
      missingScopes: missingScopes(kind, scopes),
      refusedUntil: now < refusedUntil ? refusedUntil : null,
      lastRefused,
      largestJob: max,
    };
  };
  return {
    modify: ofKind("modify"),
    upsert: ofKind("upsert"),
    checks: checksOf(checks, open),
    itemsToday: itemsToday(items, now),
    itemsPerDay: bulkItemsPerDay,
    jobs: open.map(toJob),
  };
}

/** A check that is under way takes the place of the one before. */
function checksOf(checks: UpsertChecks, open: readonly Job[]): readonly UpsertCheck[] {
  const running = open
    .filter(({ isCheck }) => isCheck)
    .map(({ destinationId, startedAt }): UpsertCheck => ({
      destinationId,
      state: "running",
      at: startedAt,
      detail: null,
      againAt: null,
    }));
  const ended = checks
    .all()
    .filter((check) => running.every(({ destinationId }) => destinationId !== check.destinationId))
    .map((check): UpsertCheck => ({
      destinationId: check.destinationId,
      state: check.passed ? "passed" : "failed",
      at: check.at,
      detail: check.detail,
      againAt: againAt(check),
    }));
  return [...running, ...ended];
}

function toJob({ kind, state, isCheck, destinationId, size, startedAt, nextAt }: Job): BulkJob {
  return { kind, state, isCheck, destinationId, prospects: size, startedAt, nextLookAt: nextAt };
}
