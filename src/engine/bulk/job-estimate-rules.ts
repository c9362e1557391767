/**
 * When a bulk job that is open will have brought its prospects up to date, as far as anybody can know.
 * @module
 */
import { lostJobEndsAt } from "./timing-rules.ts";

/** Bulk jobs, several at once. */
export interface Jobs {
  readonly kind: "jobs";
  readonly perJob: number;
  readonly callsPerJob: number;
  /** From its start until its prospects are settled. */
  readonly jobMs: number;
  /** When each of the jobs that may be open at once can be begun: now, or when the one that is open has ended. */
  readonly slotsFreeAt: readonly number[];
}

/** A job that is open, as it is now. */
export interface OpenJob {
  readonly step: Step;
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
  /** Calls that read all its prospects back, where that has to be. */
  readonly pages: number;
  /** From a call's leaving to its answer. */
  readonly callMs: number;
}

/** What a job is at: not sent yet, at work as far as is known, looked for, all read back, or about to be settled. */
export type Step = "unsent" | "working" | "sought" | "read" | "settled";

export interface JobOutlook {
  /** When its prospects are up to date, epoch ms; null where nobody knows. */
  readonly endsAt: number | null;
  /** Calls that it will take at the least. */
  readonly calls: number;
}

/** A job that takes so many times as long as others shows that it is not like them. */
const UNLIKE_TIMES = 2;
/** A job is not called so for less than this. */
const UNLIKE_MS = 60_000;

/** @param mayAt when a call for it may leave, epoch ms: now, or the end of a pause */
export function jobOutlook(job: OpenJob, mayAt: number, now: number): JobOutlook {
  const { startedAt, expectedMs, pages } = job;
  const asUsual = startedAt + expectedMs;
  const nextAt = Math.max(now, mayAt, job.nextAt);
  const readBackMs = pages * job.callMs;
  switch (job.step) {
    case "unsent":
      return outlook(nextAt + expectedMs, 2);
    case "working":
      // The next look may find its end, and nothing but that can be said of a job that is unlike the others.
      return outlook(isUnlikeOthers(job) ? null : Math.max(asUsual, nextAt), 1);
    case "settled":
      return outlook(nextAt, 0);
    case "sought":
      // The first look finds most of those that Outreach took.
      if (job.looks === 0) return outlook(Math.max(asUsual, nextAt), 2);
      return outlook(Math.max(nextAt, lostJobEndsAt(job)) + readBackMs + expectedMs, pages + 2);
    case "read":
      // What was not taken goes in another job.
      return job.isMissing
        ? outlook(nextAt + readBackMs + expectedMs, pages + 2)
        : outlook(nextAt + readBackMs, pages);
  }
}

function outlook(endsAt: number | null, calls: number): JobOutlook {
  return { endsAt, calls };
}

function isUnlikeOthers({ ranMs, expectedMs }: OpenJob): boolean {
  return (ranMs ?? 0) > Math.max(UNLIKE_MS, expectedMs * UNLIKE_TIMES);
}
