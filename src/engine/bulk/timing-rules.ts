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
/** With every so many-th job it is tried whether it takes only so much of the time. */
const TRIAL_EVERY = 60;
const TRIAL_SHARE = 0.75;
/** A job of which nobody knows whether it still runs may begin late: it has come to its end by then. */
const LOST_JOB_MS = 15 * 60_000;
/** So long for a record, where there are many. */
const LOST_MS_PER_RECORD = 20;
/** One that was seen at work has ended after so many times as long. */
const STILL_RUNS_TIMES = 2;
/** Looks at a job that takes longer than the others follow each other in steps of this part of its time. */
const STEP = 0.2;

/** How long after its start a job is looked at first. */
export function firstLookMs(timing: JobTiming | null, job: { id: number; size: number }): number {
  if (!timing) return within(job.size * FIRST_MS_PER_RECORD);
  const { ranMs, tookMs } = scaled(timing, job.size);
  const isClose = tookMs - ranMs <= tookMs * CLOSE;
  if (isClose && job.id % TRIAL_EVERY === 0) return within(tookMs * TRIAL_SHARE);
  return within(isClose ? tookMs : (ranMs + tookMs) / 2);
}

/**
 * How long until the next look at a job that was not done yet.
 * @param looks how often it was looked at, the last time `elapsedMs` after its start
 */
export function nextLookMs(
  timing: JobTiming | null,
  job: { readonly size: number; readonly looks: number; readonly elapsedMs: number },
): number {
  const { size, looks, elapsedMs } = job;
  const dueInMs = timing ? scaled(timing, size).tookMs - elapsedMs : 0;
  return within(dueInMs > 0 ? dueInMs : Math.max(LOOK_MIN_MS * 1.5 ** looks, elapsedMs * STEP));
}

/**
 * A job was seen to have ended: what is known from now on is where it agrees with what was known; where it does not, jobs
 * have become faster or slower.
 * @param job `ranMs`: after what time it was last seen at work; null where it never was
 */
export function timed(
  before: JobTiming | null,
  job: { readonly size: number; readonly tookMs: number; readonly ranMs: number | null },
): JobTiming {
  const { size, tookMs } = job;
  const ranMs = job.ranMs ?? 0;
  if (!before) return { size, ranMs, tookMs };
  const known = scaled(before, size);
  const both = {
    size,
    ranMs: Math.max(known.ranMs, ranMs),
    tookMs: Math.min(known.tookMs, tookMs),
  };
  return both.ranMs < both.tookMs ? both : { size, ranMs, tookMs };
}

/**
 * When a job that can be looked at no more must have ended. Read back before, it might still overwrite what its prospects
 * are told meanwhile.
 * @param job `ranMs`: how long after its start it was last seen at work; null where it never was
 */
export function lostJobEndsAt(job: {
  readonly startedAt: number;
  readonly size: number;
  readonly ranMs: number | null;
}): number {
  const { startedAt, size, ranMs } = job;
  return (
    startedAt + Math.max(LOST_JOB_MS, size * LOST_MS_PER_RECORD, (ranMs ?? 0) * STILL_RUNS_TIMES)
  );
}

/** Between tries of a look that fails. */
export const AGAIN_MIN_MS = 30_000;
const AGAIN_MAX_MS = 10 * 60_000;
/** A look that fails for so long while Outreach answers other calls will not succeed. */
const HOPELESS_MS = 3_600_000;
/** Neither will one that fails for so long whatever Outreach does. */
const HOPELESS_ANYWAY_MS = 24 * HOPELESS_MS;

/**
 * When a look that failed is taken again, later each time; null where that is of no use any more.
 * @param answeredAt when Outreach last gave any call a useful answer
 */
export function lookAgainAt(failingSince: number, answeredAt: number, now: number): number | null {
  const failingMs = now - failingSince;
  const answersOthers = now - answeredAt < failingMs / 2;
  if (failingMs >= (answersOthers ? HOPELESS_MS : HOPELESS_ANYWAY_MS)) return null;
  return now + Math.round(Math.min(AGAIN_MAX_MS, Math.max(AGAIN_MIN_MS, failingMs / 2)));
}

function scaled({ ranMs, tookMs, size: before }: JobTiming, size: number): JobTiming {
  const ratio = Math.min(RATIO_MAX, Math.max(1 / RATIO_MAX, size / before));
  return { size, ranMs: ranMs * ratio, tookMs: tookMs * ratio };
}

function within(ms: number): number {
  return Math.round(Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, ms)));
}
