/**
 * Which bulk jobs may be used, what checks showed, and the jobs under way.
 * @module
 */
import type { Refusal, WhyNot } from "../bulk/limits-rules.ts";
import type { BulkKind } from "../../outreach/bulk.ts";

export interface BulkKindStatus {
  /** Why jobs of this kind may not be used; null where they may. */
  readonly whyNot: WhyNot | null;
  /** Scopes that they need and Outreach did not grant. */
  readonly missingScopes: readonly string[];
  /** Until when they are not tried again after Outreach refused one; null where they may be. */
  readonly refusedUntil: number | null;
  /** The last refusal, in Outreach's words; null where there was none. */
  readonly lastRefused: Refusal | null;
  /** Prospects that one job takes. */
  readonly largestJob: number;
}

/** What a check on a few of a destination's own records showed of bulk upserts. */
export interface UpsertCheck {
  readonly destinationId: string;
  readonly state: "running" | "passed" | "failed";
  /** When it began, while it runs; when it ended, otherwise. */
  readonly at: number;
  /** Why it failed; null otherwise. */
  readonly detail: string | null;
  /** When one that failed is made anew at the earliest: upserts do not carry the destination's records before; null otherwise. */
  readonly againAt: number | null;
}

/**
 * A job's steps, in their usual order.
 * - `gathering`: prospects are being put into it; nothing was sent.
 * - `ready`: it waits for its call.
 * - `sending`: its call is under way, or was when the object died.
 * - `finding`: nobody knows whether Outreach took it; it is looked for.
 * - `running`: Outreach works on it.
 * - `sampling`: Outreach says that all went well; some prospects are read back.
 * - `settling`: it went well; its prospects are told so.
 * - `reading`: each of its prospects is read back, to see what came of it.
 * - `trying`: Outreach refused the values that its prospects share; some of them are sent alone, one after the other.
 * - `refusing`: two were refused alike; so are the others.
 * - `releasing`: it came to nothing; its prospects wait again. `releasing_single`: each for a call of its own.
 */
export const JOB_STATES = [
  "gathering",
  "ready",
  "sending",
  "finding",
  "running",
  "sampling",
  "settling",
  "reading",
  "trying",
  "refusing",
  "releasing",
  "releasing_single",
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A bulk job that is under way. */
export interface BulkJob {
  readonly kind: BulkKind;
  readonly state: JobState;
  /** Whether it is there to find out if upserts work for its destination. */
  readonly isCheck: boolean;
  /** The destination that its calls count for. */
  readonly destinationId: string;
  readonly prospects: number;
  readonly startedAt: number;
  readonly nextLookAt: number;
}

export interface BulkStatus {
  readonly modify: BulkKindStatus;
  readonly upsert: BulkKindStatus;
  /** One a destination; a destination without one was not checked yet. */
  readonly checks: readonly UpsertCheck[];
  /** Records that were sent in bulk today (UTC). */
  readonly itemsToday: number;
  /** How many may be. */
  readonly itemsPerDay: number;
  readonly jobs: readonly BulkJob[];
}
