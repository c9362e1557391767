/**
 * How long a bulk job takes from its start until its prospects are settled, by its size: a straight line through the jobs
 * that ended, of which the newest count most. A job takes time for itself and for its records; which of the two it was, jobs of one
 * size do not tell, so until others have, a record is taken to need what is assumed.
 * @module
 */

/** Where the line lies, and how steep it is: weighted means and moments of the jobs that ended. */
export interface JobCycle {
  readonly size: number;
  readonly ms: number;
  readonly sizeVariance: number;
  readonly covariance: number;
}

/** How much a new measurement counts. */
const WEIGHT = 0.3;
/** Assumed for a record, until jobs of several sizes have shown it (not documented). */
const MS_PER_RECORD = 2;
/** A job that took longer than so many times what was expected counts as one that took as long: it may have hung. */
const LONGER_TIMES = 4;
/** Sizes that lie so far apart, in records, tell as much as the assumption. */
const ASSUMED_AS_OF = 50;

/** A job was settled so many milliseconds after its start. */
export function settledIn(
  before: JobCycle | null,
  { size, tookMs }: { readonly size: number; readonly tookMs: number },
): JobCycle {
  if (!before) return { size, ms: tookMs, sizeVariance: 0, covariance: 0 };
  const countedMs = Math.min(tookMs, cycleMs(before, size) * LONGER_TIMES);
  const [larger, longer] = [size - before.size, countedMs - before.ms];
  const moment = (one: number, added: number): number => (1 - WEIGHT) * (one + WEIGHT * added);
  return {
    size: before.size + WEIGHT * larger,
    ms: before.ms + WEIGHT * longer,
    sizeVariance: moment(before.sizeVariance, larger * larger),
    covariance: moment(before.covariance, larger * longer),
  };
}

/** How long a job of that size is expected to take, in milliseconds. */
export function cycleMs(cycle: JobCycle, size: number): number {
  const { size: usual, ms, sizeVariance, covariance } = cycle;
  // Not so steep that a job without records would take less than nothing.
  const most = ms / Math.max(1, usual);
  const assumed = Math.min(MS_PER_RECORD, most);
  const prior = ASSUMED_AS_OF ** 2;
  const slope = (covariance + assumed * prior) / (sizeVariance + prior);
  return ms + Math.min(most, Math.max(0, slope)) * (size - usual);
}
