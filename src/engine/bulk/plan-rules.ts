/**
 * How what waits is sent next: one prospect in a call of its own, or many in one bulk call.
 *
 * A call of its own is the freshest way and tells each prospect's own error, so a backlog that such calls clear soon,
 * for a small part of the budget, goes that way. A larger one goes in bulk, the largest set of equal values first.
 * @module
 */
import { CALLS_PER_JOB, SOON_SHARE } from "../budget/savings-rules.ts";
import type { BudgetView } from "../budget/savings-rules.ts";

/** What is due, as far as planning needs to know. */
export interface DueView {
  readonly prospects: number;
  /** Those among them that may go in jobs. */
  readonly groupable: number;
  /** Those among these that an upsert may carry. */
  readonly upsertable: number;
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
const HOUR_MS = 3_600_000;
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

/** Calls that may leave within a time: in this window, and in those that are sure to begin and end in it. */
function callsWithin(ms: number, { room, windowMs, perWindow }: BudgetView): number {
  return room + Math.max(0, Math.floor(ms / windowMs) - 1) * perWindow;
}

export function plan(due: DueView, means: Means, budget: BudgetView): Plan {
  if (due.prospects <= goesSoon(budget)) return { kind: "patch" };
  const inModify = Math.min(due.largest?.prospects ?? 0, means.modifyMax);
  const inUpsert = Math.min(due.upsertable, means.upsertMax);
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
        : due.upsertable >= Math.max(means.upsertMax, jobMin);
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
  /** Prospects that no job takes, because too few share their values and upserts may not carry them. */
  readonly leftOver: number;
}

/**
 * The jobs that a backlog comes to, if all of it is like what was due when it was looked at.
 * @param pending prospects that wait and may travel with others
 */
export function jobsFor(due: DueView, means: Means, pending: number): JobCount {
  const scale = pending / Math.max(1, due.groupable);
  const least = means.upsertMax > 0 ? Math.max(JOB_MIN, means.upsertMax / 2) : JOB_MIN;
  const groups = means.modifyMax > 0 ? due.groups.filter((size) => size * scale >= least) : [];
  const sizes = groups.map((size) => size * scale);
  const rest = Math.floor(Math.max(0, pending - sizes.reduce((a, b) => a + b, 0)));
  const share = due.groupable > 0 ? due.upsertable / due.groupable : 1;
  const inUpserts = means.upsertMax > 0 ? Math.floor(rest * share) : 0;
  return {
    modifies: sizes.reduce((jobs, size) => jobs + Math.ceil(size / means.modifyMax), 0),
    upserts: inUpserts > 0 ? Math.ceil(inUpserts / means.upsertMax) : 0,
    leftOver: rest - inUpserts,
  };
}
