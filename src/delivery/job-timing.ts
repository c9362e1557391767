/**
 * When a bulk job is looked at. Each look costs a call, and how long Outreach takes is not documented, so it is learned:
 * a job that was still at work at one look and done at the next took something between the two, and the next job's first look goes
 * between those, until they lie close together. Now and then it is tried whether jobs have become faster.
 * @module
 */

/** What the last jobs showed, for one of that size. */
export interface JobTiming {
  readonly size: number;
  /** It was not done after that time. */
  readonly ranMs: number;
  /** It was done after that time. */
  readonly tookMs: number;
}

const LOOK_MIN_MS = 2_000;
const LOOK_MAX_MS = 5 * 60_000;
/** Before the first job has shown it, so long for a record. */
const FIRST_MS_PER_RECORD = 2;
/** A job takes time for itself and for its records: it does not take ten times as long for ten times the records. */
const RATIO_MAX = 4;
/** Bounds that lie closer together than this part of the upper one are close enough. */
const CLOSE = 0.15;
/** With every so many-th job, the lower bound is forgotten in part. */
const TRIAL_EVERY = 16;
const FORGOTTEN = 0.6;
/** Looks at a job that takes longer than the others follow each other in steps of this part of its time. */
const STEP = 0.2;

/** How long after its start a job is looked at first. */
export function firstLookMs(timing: JobTiming | null, size: number): number {
  if (!timing) return within(size * FIRST_MS_PER_RECORD);
  const { ranMs, tookMs } = timing;
  const expectedMs = tookMs - ranMs > tookMs * CLOSE ? (ranMs + tookMs) / 2 : tookMs;
  return within(expectedMs * ratio(timing, size));
}

/** How long until the next look at a job that was looked at so often, the last time after `elapsedMs`, and was not done. */
export function nextLookMs(looks: number, elapsedMs: number): number {
  return within(Math.max(LOOK_MIN_MS * 1.5 ** looks, elapsedMs * STEP));
}

/** A job was seen to have ended. @param job `ranMs`: after what time it was last seen at work; null where it never was */
export function timed(
  before: JobTiming | null,
  job: {
    readonly id: number;
    readonly size: number;
    readonly tookMs: number;
    readonly ranMs: number | null;
  },
): JobTiming {
  const { id, size, tookMs } = job;
  const known = before ? before.ranMs * ratio(before, size) : 0;
  const isTrial = job.ranMs === null && id % TRIAL_EVERY === 0;
  const ranMs = job.ranMs ?? (isTrial ? known * FORGOTTEN : known);
  return { size, tookMs, ranMs: Math.min(ranMs, tookMs) };
}

function ratio(timing: JobTiming, size: number): number {
  return Math.min(RATIO_MAX, Math.max(1 / RATIO_MAX, size / timing.size));
}

function within(ms: number): number {
  return Math.round(Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, ms)));
}
