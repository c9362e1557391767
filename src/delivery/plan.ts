/**
 * How what waits is sent next: one prospect in a call of its own, or many in one bulk call.
 *
 * A call of its own is the freshest way and tells each prospect's own error, so a backlog that such calls clear soon,
 * for a small part of the budget, goes that way. A larger one goes in bulk, the largest set of equal values first.
 * @module
 */

import type { SinglesPace, Strain } from "./demand.ts";

/** What is due, as far as planning needs to know. */
export interface DueView {
  readonly prospects: number;
  /** Those among them that may travel with others. */
  readonly groupable: number;
  /** The values that most of those share whose turn it is, as a number to find them by, and how many share them anywhere. */
  readonly largest: { readonly key: number; readonly prospects: number } | null;
  /** How many share their values, by a sample, for each set of values that was seen twice. */
  readonly groups: readonly number[];
  /** How long the first of them has been due. */
  readonly waitedMs: number;
}

/** What may be used, and how much of it. */
export interface Means {
  /** Prospects that one bulk modify takes; 0 where it may not be used. */
  readonly modifyMax: number;
  /** Records that one bulk upsert takes; 0 where it may not be used. */
  readonly upsertMax: number;
  readonly jobsOpen: number;
  /** Whether it is being found out if upserts work: none is begun meanwhile. */
  readonly isChecking: boolean;
  /** Since the last job was begun; infinite where none was. */
  readonly sinceJobMs: number;
}

export interface BudgetView {
  /** Calls that may leave in this window. */
  readonly room: number;
  readonly windowMs: number;
  /** Calls that may leave in each window that follows. */
  readonly perWindow: number;
  /** How long one call takes of the connector's time, several being under way at once. */
  readonly msPerCall: number;
  /** Null where nothing has to be saved. */
  readonly savings: Savings | null;
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

export type Plan =
  | { readonly kind: "patch" }
  /** Only what has to go alone: the rest will be in the next job. */
  | { readonly kind: "patch_single"; readonly next: JobPlan }
  /** The same, until enough has gathered for a job. */
  | { readonly kind: "gather_more"; readonly forMs: number; readonly next: JobPlan }
  | JobPlan;

export type JobPlan =
  | { readonly kind: "modify"; readonly key: number; readonly prospects: number }
  | { readonly kind: "upsert"; readonly prospects: number };

/** A backlog that is gone within this time is gone soon. */
const SOON_MS = 60_000;
/** What may be spent of the next hour's calls to have it gone soon: calls are scarce in the year too. */
const SOON_SHARE = 0.01;
const HOUR_MS = 3_600_000;
/** A job costs about four calls: to start it, two looks at it, and one look at what came of it. */
export const CALLS_PER_JOB = 4;
/** So many prospects at least, or a job saves too little for what it costs in freshness. */
export const JOB_MIN = 5 * CALLS_PER_JOB;
/** More at once is not known to be taken well. */
export const JOBS_MAX = 2;

/** Prospects that go by calls of their own at once, whatever else there is. */
export function goesSoon(budget: BudgetView): number {
  const atPace = SOON_MS / Math.max(1, budget.msPerCall);
  const share = callsWithin(HOUR_MS, budget) * SOON_SHARE;
  const spare = budget.savings?.spare ?? Infinity;
  return Math.floor(Math.min(atPace, callsWithin(SOON_MS, budget), share, spare));
}

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
  { windowMs, perWindow }: Pick<BudgetView, "windowMs" | "perWindow">,
  earnedPerMs: number | null,
): SinglesPace {
  const ofWindow = (perWindow * URGENT_SHARE) / windowMs;
  const ofYear = earnedPerMs === null ? Infinity : earnedPerMs * URGENT_SHARE_OF_YEAR;
  return { perMs: Math.min(ofWindow, ofYear), burst: Math.min(URGENT_BURST, perWindow / 10) };
}

/** What a window's calls can carry singly for long, with as many kept for jobs, and what may go at once. */
export function singlesPace(window: Pick<BudgetView, "windowMs" | "perWindow">): SinglesPace {
  const perMs = window.perWindow / window.windowMs;
  return { perMs: perMs * KEPT_SHARE, burst: perMs * HOUR_MS * SOON_SHARE };
}

/**
 * What a long window leaves for calls of one prospect each: spent sooner, changes that come later would wait for
 * the next window. Where changes come faster than such calls could last, there is none from the start. Null for a short window.
 * @param resetsInMs until the window ends; null where that is not known
 */
export function windowSavings(
  { room, windowMs, perWindow }: Pick<BudgetView, "room" | "windowMs" | "perWindow">,
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

/** Both have to last. */
export function bothSavings(a: Savings | null, b: Savings | null): Savings | null {
  if (!a || !b) return a ?? b;
  return {
    spare: Math.min(a.spare, b.spare),
    jobEarnedInMs: Math.max(a.jobEarnedInMs, b.jobEarnedInMs),
    isSpaced: a.isSpaced || b.isSpaced,
  };
}

/** Calls that may leave within a time: in this window, and in those that are sure to begin and end in it. */
function callsWithin(ms: number, { room, windowMs, perWindow }: BudgetView): number {
  return room + Math.max(0, Math.floor(ms / windowMs) - 1) * perWindow;
}

export function plan(due: DueView, means: Means, budget: BudgetView): Plan {
  if (due.prospects <= goesSoon(budget)) return { kind: "patch" };
  const inModify = Math.min(due.largest?.prospects ?? 0, means.modifyMax);
  const inUpsert = Math.min(due.groupable, means.upsertMax);
  const saves = budget.savings !== null && due.prospects > budget.savings.spare;
  const jobMin = saves ? CALLS_PER_JOB + 1 : JOB_MIN;
  // A modify is the proven way, and takes many more; an upsert serves where hardly two prospects share their values.
  const next: JobPlan =
    due.largest && inModify >= jobMin && inModify >= inUpsert / 2
      ? { kind: "modify", key: due.largest.key, prospects: inModify }
      : { kind: "upsert", prospects: inUpsert };
  if (saves && inUpsert + inModify > 0) {
    const isFull =
      next.kind === "modify"
        ? inModify === means.modifyMax
        : due.groupable >= Math.max(means.upsertMax, jobMin);
    const { jobEarnedInMs, isSpaced } = budget.savings;
    const waitedMs = isSpaced ? Math.min(due.waitedMs, means.sinceJobMs) : due.waitedMs;
    const forMs = isFull ? 0 : jobEarnedInMs - waitedMs;
    if (forMs > 0) return { kind: "gather_more", forMs, next };
  }
  const isWorthwhile = Math.max(inModify, inUpsert) >= jobMin;
  if (!isWorthwhile) return { kind: "patch" };
  const mustWait = means.jobsOpen >= JOBS_MAX || (next.kind === "upsert" && means.isChecking);
  return mustWait ? { kind: "patch_single", next } : next;
}

/** How many jobs of each kind a backlog comes to. */
export interface JobCount {
  readonly modifies: number;
  readonly upserts: number;
}

/**
 * The jobs that a backlog comes to, if all of it is like what was due when it was looked at.
 * @param pending prospects that wait
 */
export function jobsFor(due: DueView, means: Means, pending: number): JobCount {
  const scale = pending / Math.max(1, due.prospects);
  const least = means.upsertMax > 0 ? Math.max(JOB_MIN, means.upsertMax / 2) : JOB_MIN;
  const groups = means.modifyMax > 0 ? due.groups.filter((size) => size * scale >= least) : [];
  const sizes = groups.map((size) => size * scale);
  const rest = Math.max(0, due.groupable * scale - sizes.reduce((a, b) => a + b, 0));
  return {
    modifies: sizes.reduce((jobs, size) => jobs + Math.ceil(size / means.modifyMax), 0),
    upserts: means.upsertMax > 0 ? Math.ceil(Math.floor(rest) / means.upsertMax) : 0,
  };
}
