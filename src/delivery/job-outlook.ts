/**
 * When a bulk job that is open will have brought its prospects up to date, as far as anybody can know.
 * @module
 */
import { lostJobEndsAt } from "./job-timing.ts";

/** A job that is open, as it is now. */
export interface OpenJob {
  readonly step: Step;
  /** Prospects in it that are not settled yet. */
  readonly prospects: number;
  readonly size: number;
  readonly startedAt: number;
  /** When it is to be looked at next. */
  readonly nextAt: number;
  /** How long after its start it was last seen at work; null where it never was. */
  readonly ranMs: number | null;
  /** How often this step was tried. */
  readonly looks: number;
  /** From its start until its prospects are settled. */
  readonly expectedMs: number;
  /** Whether Outreach is known not to have taken it: it was looked for and not found. */
  readonly isMissing: boolean;
  /** What reading all its prospects back takes once it may be done. */
  readonly readBackMs: number;
}

/** What a job is at: not sent yet, at work as far as is known, looked for, all read back, or about to be settled. */
export type Step = "unsent" | "working" | "sought" | "read" | "settled";

export interface JobOutlook {
  /** When its prospects leave it, epoch ms; null where nobody knows. */
  readonly endsAt: number | null;
  /** Those that it will not have brought up to date: they go in calls of their own from then on. */
  readonly leftOver: number;
}

/** A job that takes so many times as long as others shows that it is not like them. */
const UNLIKE_TIMES = 2;
/** A job is not called so for less than this. */
const UNLIKE_MS = 60_000;

/** @param mayAt when a call for it may leave, epoch ms: now, or the end of a pause */
export function jobOutlook(job: OpenJob, mayAt: number, now: number): JobOutlook {
  const { step, startedAt, expectedMs, readBackMs } = job;
  const asUsual = startedAt + expectedMs;
  const nextAt = Math.max(now, mayAt, job.nextAt);
  switch (step) {
    case "unsent":
      return { endsAt: nextAt + expectedMs, leftOver: 0 };
    case "working":
      // The next look may find its end, and nothing but that can be said of a job that is unlike the others.
      return { endsAt: isUnlikeOthers(job) ? null : Math.max(asUsual, nextAt), leftOver: 0 };
    case "settled":
      return { endsAt: nextAt, leftOver: 0 };
    case "sought":
      // The first look finds most of those that Outreach took.
      if (job.looks === 0) return { endsAt: Math.max(asUsual, nextAt), leftOver: 0 };
      return {
        endsAt: Math.max(nextAt, lostJobEndsAt(job)) + readBackMs,
        leftOver: job.prospects,
      };
    case "read":
      return {
        endsAt: nextAt + readBackMs,
        leftOver: job.isMissing ? job.prospects : 0,
      };
  }
}

function isUnlikeOthers({ ranMs, expectedMs }: OpenJob): boolean {
  return (ranMs ?? 0) > Math.max(UNLIKE_MS, expectedMs * UNLIKE_TIMES);
}
