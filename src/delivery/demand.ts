/**
 * How fast changes come: by the minute, each prospect that begins to wait counted once. That is how many calls there
 * would be if each went in a call of its own.
 * @module
 */

const MINUTE_MS = 60_000;
/** So far back it is looked. */
const MINUTES = 10;
/** So many of them tell a stream from a burst, whose backlog bulk jobs clear anyway. */
const BUSY_MINUTES = 3;

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

/** Whether changes have come faster than that in several of the last ten minutes. */
export function isBusy(demand: Demand, perMinute: number, now: number): boolean {
  const since = minuteOf(now) - MINUTES;
  const over = demand.filter(({ minute, changes }) => minute > since && changes > perMinute);
  return over.length >= BUSY_MINUTES;
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

function minuteOf(now: number): number {
  return Math.floor(now / MINUTE_MS);
}
