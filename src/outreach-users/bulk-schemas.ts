/**
 * What the API answers about bulk jobs: which may be used, what checks showed, and what is under way.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { WHY_NOT } from "../engine/bulk/limits-rules.ts";
import { isoTime, toIso, toIsoOrNull } from "../http/times.ts";
import { JOB_STATES } from "../engine/api.ts";
import type { BulkKindStatus, BulkStatus, JobState, UpsertCheck } from "../engine/api.ts";

const count = z.int().min(0);

const bulkKind = z
  .object({
    mayBeUsed: z.boolean(),
    whyNot: z.enum(WHY_NOT).nullable().openapi({
      description:
        "`scopes_missing`: Outreach did not grant what it needs; `refused`: Outreach refused a job, and prospects go in calls of their own until `refusedUntil`; `day_ceiling`: today’s records are used up",
    }),
    missingScopes: z.array(z.string()),
    refusedUntil: isoTime.nullable(),
    lastRefused: z
      .object({
        at: isoTime,
        status: z.int().nullable().openapi({ description: "HTTP status; null for a failed check" }),
        detail: z.string().openapi({ description: "In Outreach’s words" }),
      })
      .nullable(),
    largestJob: count.openapi({
      description: "Prospects that one job takes; smaller after Outreach refused one as too large",
    }),
  })
  .openapi("BulkKind");

const check = z
  .object({
    destinationId: z.string(),
    state: z.enum(["not_run", "running", "passed", "failed"]),
    at: isoTime.nullable(),
    detail: z.string().nullable().openapi({ description: "Why it failed" }),
    againAt: isoTime.nullable().openapi({
      description:
        "When one that failed is made anew at the earliest; until then no upsert carries the destination’s records",
    }),
  })
  .openapi("UpsertCheck", {
    description:
      "Before a destination’s first bulk upsert a few of its own records are sent, followed, read back and compared",
  });

const job = z
  .object({
    kind: z.enum(["modify", "upsert"]),
    state: z.enum(JOB_STATES),
    meaning: z.string().openapi({ description: "The state in words" }),
    isCheck: z.boolean(),
    destinationId: z
      .string()
      .openapi({ description: "The destination that its calls are counted for" }),
    prospects: count,
    startedAt: isoTime,
    nextLookAt: isoTime,
  })
  .openapi("BulkJob");

export const bulkAnswer = z
  .object({
    modify: bulkKind.openapi({ description: "Many prospects, the same values" }),
    upsert: bulkKind.openapi({ description: "Many prospects, each its own values" }),
    checks: z.array(check).openapi({ description: "One for each destination" }),
    itemsToday: count.openapi({ description: "Records that were sent in bulk today (UTC)" }),
    itemsPerDay: count,
    jobs: z.array(job).openapi({ description: "Jobs under way" }),
  })
  .openapi("Bulk");

/** What a job is doing, for people. */
export const JOB_WORDS: Readonly<Record<JobState, string>> = {
  gathering: "Prospects are being gathered; nothing was sent yet",
  ready: "Pending",
  sending: "Is being sent",
  finding: "Its answer was lost; looking whether Delivered",
  running: "Outreach is working on it",
  sampling: "Outreach says it is done; some prospects are being checked",
  settling: "Done; being written down",
  reading: "Each prospect is being checked",
  trying: "Outreach refused its values; a few prospects are sent alone, to find out why",
  refusing: "Outreach refused its values; its prospects are being listed as failures",
  releasing: "It came to nothing; its prospects will be sent again",
  releasing_single: "Its prospects will be sent one by one",
};

/** A check for each destination, in the given order, those that were not run included. */
export function checksOfAll(
  { checks }: Pick<BulkStatus, "checks">,
  destinationIds: readonly string[],
): readonly (UpsertCheck | NotRun)[] {
  const known = new Map(checks.map((one) => [one.destinationId, one]));
  return destinationIds.map((id) => known.get(id) ?? notRun(id));
}

export interface NotRun {
  readonly destinationId: string;
  readonly state: "not_run";
  readonly at: null;
  readonly detail: null;
  readonly againAt: null;
}

function notRun(destinationId: string): NotRun {
  return { destinationId, state: "not_run", at: null, detail: null, againAt: null };
}

export function toBulk(
  status: BulkStatus,
  destinationIds: readonly string[],
): z.infer<typeof bulkAnswer> {
  const { itemsToday, itemsPerDay, jobs } = status;
  return {
    modify: toKind(status.modify),
    upsert: toKind(status.upsert),
    checks: checksOfAll(status, destinationIds).map((one) => ({
      ...one,
      at: toIsoOrNull(one.at),
      againAt: toIsoOrNull(one.againAt),
    })),
    itemsToday,
    itemsPerDay,
    jobs: jobs.map(({ startedAt, nextLookAt, ...rest }) => ({
      ...rest,
      meaning: JOB_WORDS[rest.state],
      startedAt: toIso(startedAt),
      nextLookAt: toIso(nextLookAt),
    })),
  };
}

function toKind(kind: BulkKindStatus): z.infer<typeof bulkKind> {
  const { whyNot, missingScopes, refusedUntil, lastRefused, largestJob } = kind;
  return {
    mayBeUsed: whyNot === null,
    whyNot,
    missingScopes: [...missingScopes],
    refusedUntil: toIsoOrNull(refusedUntil),
    lastRefused: lastRefused && { ...lastRefused, at: toIso(lastRefused.at) },
    largestJob,
  };
}
