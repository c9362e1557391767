/**
 * How fast changes come. Each prospect that begins to wait counts once: that is how many calls there would be if each
 * went in a call of its own.
 * @module
 */

const MINUTE_MS = 60_000;
/** So far back it is looked for a pace. */
const MINUTES = 10;

/** Changes of the last minutes that had any, the oldest first. */
export type Demand = readonly { readonly minute: number; readonly changes: number }[];

/** @param now epoch ms */
export function withArrived(demand: Demand, changes: number, now: number): Demand {
  const minute = minuteOf(now);
  const kept = demand.filter((past) => past.minute > minute - MINUTES);
  const last = kept.at(-1);
  if (last?.minute !== minute) return [...kept, { minute, changes }];
  return [...kept.slice(0, -1), { minute, changes: last.changes + changes }];
}

/**
 * Changes for each millisecond, as a stream brings them: the median of the last ten whole minutes, in which a burst of a few
 * minutes does not show.
 */
export function pace(demand: Demand, now: number): number {
  const current = minuteOf(now);
  const whole = demand.filter(({ minute }) => minute < current && minute >= current - MINUTES);
  const counts = Array.from({ length: MINUTES }, (_, i) => whole[i]?.changes ?? 0).toSorted(
    (a, b) => a - b,
  );
  const [low = 0, high = 0] = counts.slice(MINUTES / 2 - 1);
  return (low + high) / 2 / MINUTE_MS;
}

/** Whether changes come faster than calls of one prospect each could carry for long: a leaky bucket of them. */
export interface Strain {
  readonly at: number;
  /** Changes that came faster than they may, at most a burst. */
  readonly debt: number;
  /** From a full bucket until it is empty again, so that it does not begin and end with every change. */
  readonly isHigh: boolean;
  /** Whether changes still come as fast: the bucket is as good as full. */
  readonly isRising: boolean;
}

export const NO_STRAIN: Strain = { at: 0, debt: 0, isHigh: false, isRising: false };

/** A bucket that has leaked for some seconds holds less than this part of a burst. */
const AS_GOOD_AS_FULL = 0.96;

/** What single calls can carry for long, and at once. */
export interface SinglesPace {
  readonly perMs: number;
  readonly burst: number;
}

/** @param changes that came since `strain.at` */
export function strained(
  strain: Strain,
  changes: number,
  { perMs, burst }: SinglesPace,
  now: number,
): Strain {
  const leaked = Math.max(0, strain.debt - Math.max(0, now - strain.at) * perMs);
  const debt = Math.min(burst, leaked + changes);
  const isHigh = debt >= burst || (strain.isHigh && leaked > 0);
  return { at: now, debt, isHigh, isRising: isHigh && debt >= burst * AS_GOOD_AS_FULL };
}

function minuteOf(now: number): number {
  return Math.floor(now / MINUTE_MS);
}
