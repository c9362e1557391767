/**
 * A bulk job that is under way.
 * @module
 */
import { z } from "zod";
import { lostJobEndsAt } from "./timing-rules.ts";
import type { BulkKind } from "../../outreach/bulk.ts";
import { JOB_STATES } from "../api.ts";
import { jsonOf } from "../../durable/json-column.ts";
import { callError } from "../outbox/prospect-row.ts";

const jobState = z.enum(JOB_STATES);

const kind: z.ZodType<BulkKind> = z.enum(["modify", "upsert"]);
export const jobRow = z
  .object({
    id: z.number(),
    kind,
    state: jobState,
    remote_id: z.string().nullable(),
    change_set: z.string().nullable(),
    destination_id: z.string(),
    size: z.number(),
    is_check: z.number(),
    recalled: z.number(),
    started_at: z.number(),
    next_at: z.number(),
    looks: z.number(),
    read_up_to: z.number(),
    account: z.string(),
    ran_ms: z.number().nullable(),
    refusal: jsonOf(callError).nullable(),
    failing_since: z.number().nullable(),
    trouble: z.string().nullable(),
    brought: z.number(),
    is_ours: z.number(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    /** Outreach's id of the batch or import; null until it is known. */
    remoteId: row.remote_id,
    /** What a modify sets, as `changeSetOf` gives it. */
    changeSet: row.change_set,
    /** The destination that its calls are counted for. */
    destinationId: row.destination_id,
    size: row.size,
    /** Whether it is there to find out if upserts work for its destination. */
    isCheck: row.is_check === 1,
    /** Whether some of its prospects may have to go singly by now: it is given up where it was not sent. */
    isRecalled: row.recalled === 1,
    /** When its call's answer came; until then when its call left, and before, when its gathering began. */
    startedAt: row.started_at,
    /** When it is to be looked at next. */
    nextAt: row.next_at,
    /** How often this step was tried. */
    looks: row.looks,
    /** Prospect id up to which it was read back. */
    readUpTo: row.read_up_to,
    /** Whose job it is, as `Connection.account` says; empty before its call leaves. */
    account: row.account,
    /** How long after its start it was last seen at work; null where it never was. */
    ranMs: row.ran_ms,
    /** What Outreach refused one of its prospects with, tried alone; null where it did not. */
    refusal: row.refusal,
    /** Since when its looks have failed; null where the last one did not. */
    failingSince: row.failing_since,
    /** What stood in the way of it, other than the values of its prospects; null where nothing did. */
    trouble: row.trouble,
    /** Prospects that were seen to hold what it was to bring. */
    brought: row.brought,
    /** False where the batch was found by its size and time: it may be somebody else's. */
    isOurs: row.is_ours === 1,
  }));
export type Job = Readonly<z.output<typeof jobRow>>;

/** Prospects that are read back at once: their ids make a URL of some 4 kB at most. */
export const READ_BACK_PAGE = 400;

/** A job that can be looked at no more may still run: what came of it is read back once it must have ended. */
export function readOnceEnded(job: Job, at: number): Job {
  const nextAt = Math.max(at, lostJobEndsAt(job));
  return { ...job, state: "reading", nextAt, looks: 0, readUpTo: 0, failingSince: null };
}

/** The batch that was found is somebody else's: ours, if there is one, may still begin. */
export function notOurs(job: Job, at: number): Job {
  return readOnceEnded({ ...job, remoteId: null, isOurs: true }, at);
}

/** Whether most of its prospects were seen to hold what it was to bring. */
export function broughtMost({ brought, size }: Job): boolean {
  return brought > 0 && brought * 2 >= size;
}
