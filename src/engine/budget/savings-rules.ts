/**
 * What may be spent on freshness where calls have to last: a long window's, and a yearly allowance's (`allowance.ts`).
 * @module
 */
import type { SinglesPace, Strain } from "./demand-rules.ts";

/** A call for each prospect. */
export interface Singles {
  readonly kind: "singles";
  /** Calls that may leave in the window that is open at the start. */
  readonly room: number;
  /** When that window ends. */
  readonly resetsAt: number;
  readonly windowMs: number;
  /** Calls that each following window takes, less what others spend of it. */
  readonly callsPerWindow: number;
  /** Calls of each window that are set free evenly until it ends, and not before. */
  readonly keptPerWindow: number;
  /** How long one call takes of the connector's time, several being under way at once. */
  readonly msPerCall: number;
}

/** What is left of Outreach's windows. */
export interface WindowView {
  /** Calls that may leave in this window. */
  readonly room: number;
  readonly windowMs: number;
  /** Calls that may leave in each window that follows. */
  readonly perWindow: number;
}

/** What a budget that has to last leaves: a long window's calls, a yearly allowance. */
export interface Savings {
  /** Calls that may be spent on freshness. */
  readonly spare: number;
  /** The time in which the calls of one job are earned. */
  readonly jobEarnedInMs: number;
  /** Whether jobs leave that far apart, because more keeps coming that the next one could carry. */
  readonly isSpaced: boolean;
}

const HOUR_MS = 3_600_000;
/**
 * What a job is reckoned to cost beforehand: its start, two looks at it, and one look at what came of it. That is one while
 * it is still being learned how long jobs take, so that none leaves that would cost more than it saves. Most cost less:
 * `activation.ts` forecasts with what they come to on average, and the bench's bound with the two that none can do without.
 */
export const CALLS_PER_JOB = 4;
/** What may be spent of the next hour's calls to have a backlog gone soon: calls are scarce in the year too. */
export const SOON_SHARE = 0.01;

/** A window that is shorter refills before anybody minds. */
const LONG_WINDOW_MS = 10 * 60_000;
/** Of an even spread over the window, what is kept for jobs: the rest may be spent sooner. */
const KEPT_SHARE = 0.5;
/** Jobs leave so far apart at the least: that is how late changes are where calls have to be saved. */
export const JOB_EVERY_MS = 30_000;
/** Of a window's calls, what jobs that wait for more to carry may take. */
const JOBS_SHARE = 0.05;

/** Of a window's calls, and of what a yearly allowance earns, what exits and entries may have singly while others gather for jobs. */
const URGENT_SHARE = 0.05;
const URGENT_SHARE_OF_YEAR = 0.25;
/** So many of them at once. */
const URGENT_BURST = 24;

/**
 * How fast exits and entries may leave in calls of their own although others go in jobs: more of them than that are
 * better served by a job.
 * @param earnedPerMs what a yearly allowance earns; null where none is set
 */
export function urgentPace(
  { windowMs, perWindow }: Omit<WindowView, "room">,
  earnedPerMs: number | null,
): SinglesPace {
  const ofWindow = (perWindow * URGENT_SHARE) / windowMs;
  const ofYear = earnedPerMs === null ? Infinity : earnedPerMs * URGENT_SHARE_OF_YEAR;
  return { perMs: Math.min(ofWindow, ofYear), burst: Math.min(URGENT_BURST, perWindow / 10) };
}

/** What a window's calls can carry singly for long, with as many kept for jobs, and what may go at once. */
export function singlesPace(window: Omit<WindowView, "room">): SinglesPace {
  const perMs = window.perWindow / window.windowMs;
  return { perMs: perMs * KEPT_SHARE, burst: perMs * HOUR_MS * SOON_SHARE };
}

/**
 * What a long window leaves for calls of one prospect each: spent sooner, changes that come later would wait for
 * the next window. Where changes come faster than such calls could last, there is none from the start. Null for a short window.
 * @param resetsInMs until the window ends; null where that is not known
 */
export function windowSavings(
  { room, windowMs, perWindow }: WindowView,
  resetsInMs: number | null,
  { isHigh, isRising }: Pick<Strain, "isHigh" | "isRising">,
): Savings | null {
  if (windowMs < LONG_WINDOW_MS) return null;
  const left = Math.min(1, (resetsInMs ?? windowMs) / windowMs);
  const kept = perWindow * left * KEPT_SHARE;
  const perJobMs = (CALLS_PER_JOB * windowMs) / (perWindow * JOBS_SHARE);
  return {
    spare: isHigh ? 0 : Math.max(0, room - kept),
    jobEarnedInMs: Math.max(JOB_EVERY_MS, Math.round(perJobMs)),
    isSpaced: isRising,
  };
}

/** Of a long window's calls, what is kept for exits, entries and jobs that come until it ends. */
const KEPT_FOR_URGENT = 0.1;
/** What is set free of it leaves so many milliseconds' worth at a time. */
const SET_FREE_MS = 30_000;

/** Calls of each window that are kept for what is urgent, and set free evenly until it ends. */
export function keptForUrgent(windowMs: number, perWindow: number): number {
  return windowMs < LONG_WINDOW_MS ? 0 : perWindow * KEPT_FOR_URGENT;
}

/**
 * Until when only what is urgent may have calls of its own, because others would leave it none before the next window: less
 * is kept the nearer the window's end is. Null where all may.
 * @param resetsAt when the window ends; null where that is not known
 */
export function urgentOnlyUntil(
  { room, windowMs, perWindow }: WindowView,
  resetsAt: number | null,
  now: number,
): number | null {
  if (windowMs < LONG_WINDOW_MS || resetsAt === null) return null;
  const enoughAt = resetsAt - (room * windowMs) / keptForUrgent(windowMs, perWindow);
  if (now >= enoughAt) return null;
  return Math.min(resetsAt, Math.ceil(enoughAt / SET_FREE_MS) * SET_FREE_MS);
}

/** Both have to last. */
export function bothSavings(a: Savings | null, b: Savings | null): Savings | null {
  if (!a || !b) return a ?? b;
  return {
    spare: Math.min(a.spare, b.spare),
    jobEarnedInMs: Math.max(a.jobEarnedInMs, b.jobEarnedInMs),
    isSpaced: a.isSpaced || b.isSpaced,
  };
}

export interface BudgetView extends WindowView {
  /** How long one call takes of the connector's time, several being under way at once. */
  readonly msPerCall: number;
  /** Null where nothing has to be saved. */
  readonly savings: Savings | null;
}
