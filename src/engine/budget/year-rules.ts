/**
 * How a year's allowance of calls goes down, and until when it lasts at the present pace.
 *
 * The year is the last 365 days (UTC), whenever the contract's begins: calls of a day are free again a year later.
 * @module
 */

/** A day's calls: our own, and those that others were seen to make. */
export interface DayOfCalls {
  /** The day's first millisecond. */
  readonly startedAt: number;
  readonly calls: number;
  readonly byOthers: number;
}

export interface YearOutlook {
  /** Our own calls of the last 365 days. */
  readonly used: number;
  readonly usedByOthers: number;
  readonly allowance: number | null;
  /** What neither used; null where no allowance is set. */
  readonly left: number | null;
  /** Calls a day, ours and others', over the last `paceDays`. */
  readonly perDay: number;
  readonly paceDays: number;
  /** When nothing is left at that pace, epoch ms; null where it lasts, and where no allowance is set. */
  readonly lastsUntil: number | null;
}

/** A moment of the burn-down. */
export interface BurnDownPoint {
  readonly at: number;
  /** What is left of the allowance; null after now. */
  readonly left: number | null;
  /** What will be left at the present pace; null before now. */
  readonly expected: number | null;
  /** What would be left had the allowance been used evenly from the first point on. */
  readonly even: number;
}

const DAY_MS = 24 * 3_600_000;
const YEAR_DAYS = 365;
/** The present pace is that of so many days at most. */
const PACE_DAYS = 30;
/** How far beyond now a burn-down goes where a whole year is behind. */
const AHEAD_DAYS = 90;
/** So many points are as many as anybody can tell apart, or read in a table. */
const POINTS_MAX = 60;

/** @param days the last 365 days with calls, oldest first */
export function outlookOfYear(
  days: readonly DayOfCalls[],
  allowance: number | null,
  now: number,
): YearOutlook {
  const used = sum(days, ({ calls }) => calls);
  const usedByOthers = sum(days, ({ byOthers }) => byOthers);
  const { perDay, paceDays } = paceOf(days, now);
  const left = allowance === null ? null : allowance - used - usedByOthers;
  return {
    used,
    usedByOthers,
    allowance,
    left: left === null ? null : Math.max(0, left),
    perDay,
    paceDays,
    lastsUntil: allowance === null ? null : lastsUntil(days, allowance, perDay, now),
  };
}

/** Points from the first day with calls on, and ahead at the present pace; empty before the first call. */
export function burnDown(
  days: readonly DayOfCalls[],
  allowance: number,
  now: number,
): readonly BurnDownPoint[] {
  const [first] = days;
  if (!first) return [];
  const { perDay } = paceOf(days, now);
  const today = startOfDay(now);
  const behind = Math.round((today - first.startedAt) / DAY_MS);
  const ahead = Math.max(AHEAD_DAYS, YEAR_DAYS - behind);
  const expected = expectedLeft(days, allowance, perDay, now);
  const even = (at: number): number =>
    Math.max(0, Math.round(allowance * (1 - (at - first.startedAt) / (YEAR_DAYS * DAY_MS))));
  const start = { at: first.startedAt, left: allowance, expected: null, even: allowance };
  const past = evenly(behind).map((day): BurnDownPoint => {
    const at = first.startedAt + day * DAY_MS;
    const spent = sum(days, (one) => (one.startedAt < at ? totalOf(one) : 0));
    return { at, left: Math.max(0, allowance - spent), expected: null, even: even(at) };
  });
  const leftNow = Math.max(0, allowance - sum(days, totalOf));
  const present = { at: now, left: leftNow, expected: leftNow, even: even(now) };
  const future = evenly(ahead).map((day): BurnDownPoint => {
    const at = now + day * DAY_MS;
    return { at, left: null, expected: Math.max(0, Math.round(expected(day))), even: even(at) };
  });
  return [start, ...past.filter(({ at }) => at < now), present, ...future];
}

function lastsUntil(
  days: readonly DayOfCalls[],
  allowance: number,
  perDay: number,
  now: number,
): number | null {
  const expected = expectedLeft(days, allowance, perDay, now);
  let before = expected(0);
  if (before <= 0) return now;
  for (let day = 1; day <= YEAR_DAYS; day++) {
    const left = expected(day);
    if (left <= 0) return Math.round(now + (day - 1 + before / (before - left)) * DAY_MS);
    before = left;
  }
  return null;
}

/** What will be left so many days from now: of each day that comes, one of a year ago is free again. */
function expectedLeft(
  days: readonly DayOfCalls[],
  allowance: number,
  perDay: number,
  now: number,
): (ahead: number) => number {
  const today = startOfDay(now);
  return (ahead) => {
    const from = today - (YEAR_DAYS - 1 - ahead) * DAY_MS;
    const still = sum(days, (day) => (day.startedAt >= from ? totalOf(day) : 0));
    return allowance - still - perDay * ahead;
  };
}

function paceOf(days: readonly DayOfCalls[], now: number): { perDay: number; paceDays: number } {
  const [first] = days;
  if (!first) return { perDay: 0, paceDays: 0 };
  const from = Math.max(first.startedAt, startOfDay(now) - (PACE_DAYS - 1) * DAY_MS);
  // A day that has hardly begun says nothing of a pace.
  const paceDays = Math.max(1, (now - from) / DAY_MS);
  const recent = sum(days, (day) => (day.startedAt >= from ? totalOf(day) : 0));
  return { perDay: recent / paceDays, paceDays };
}

/** Whole numbers up to `most`, its own included, at most as many as there may be points. */
function evenly(most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(most / POINTS_MAX));
  const count = Math.floor(most / step);
  return Array.from({ length: count }, (_, i) => most - (count - 1 - i) * step);
}

function totalOf({ calls, byOthers }: DayOfCalls): number {
  return calls + byOthers;
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function startOfDay(now: number): number {
  return Math.floor(now / DAY_MS) * DAY_MS;
}
