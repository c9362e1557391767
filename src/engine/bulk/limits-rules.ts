/**
 * Which bulk ways may be used: by scope, by what Outreach refused, by how many records a day has left.
 * @module
 */

import type { JobCycle } from "./cycle-rules.ts";
import type { JobTiming } from "./timing-rules.ts";

/** Reported by two sources for bulk actions; nothing is known of upserts, so those begin small. */
const MODIFY_MAX = 100_000;
const UPSERT_MAX = 500;
/** A kind of job whose size Outreach refused even so is not used. */
const MAX_MIN = 100;
/** Whoever grants a scope or fixes what was refused should not have to wait for longer. */
export const REFUSED_MS = 24 * 3_600_000;

/** What a gateway turned away is tried again sooner. */
const BLOCKED_MS = 15 * 60_000;

export interface Refusal {
  readonly at: number;
  /** HTTP status; null where it was not Outreach that refused. */
  readonly status: number | null;
  readonly detail: string;
}

/** What a job of a kind was refused with. */
export interface Answer {
  readonly status: number | null;
  readonly detail: string;
  /** `blocked`: by something before Outreach. */
  readonly kind?: string;
}

export interface BulkMeansState {
  readonly max: number;
  readonly refusedUntil: number;
  /** What Outreach last refused a job of this kind with; null where it never did. */
  readonly lastRefused: Refusal | null;
  /** How long jobs take; null before the first. */
  readonly last: JobTiming | null;
  /** From a job's start until its prospects are settled; null before the first. */
  readonly cycle: JobCycle | null;
  /** How many looks find a job's end, on average over the last ones. */
  readonly looks: number;
  /** Jobs in a row of which what was read back was as it should be. */
  readonly goodSamples: number;
  /** Jobs in a row that brought little or nothing, and not for their values. */
  readonly astray: number;
}

/** Looks at a job, assumed until jobs have shown it. */
export const NEW_LOOKS = 1.1;
/** How much the looks at one job count. */
const LOOKS_WEIGHT = 0.05;

const NEW_MEANS = {
  refusedUntil: 0,
  lastRefused: null,
  last: null,
  cycle: null,
  looks: NEW_LOOKS,
  goodSamples: 0,
  astray: 0,
};
export const NEW_BULK = {
  modify: { ...NEW_MEANS, max: MODIFY_MAX },
  upsert: { ...NEW_MEANS, max: UPSERT_MAX },
};

/** So many good samples in a row are enough to read back only every so many-th job, and more of them, fewer. */
const SAMPLES_TRUSTED = 3;
const SAMPLE_EVERY = 10;
const SAMPLE_EVERY_MAX = 100;

/** Whether prospects of a job are to be read back that Outreach says went well. */
export function isSampled({ goodSamples }: BulkMeansState, job: number): boolean {
  if (goodSamples < SAMPLES_TRUSTED) return true;
  return job % sampleEvery(goodSamples) === 0;
}

function sampleEvery(goodSamples: number): number {
  return Math.min(SAMPLE_EVERY_MAX, Math.max(SAMPLE_EVERY, goodSamples));
}

/**
 * Calls that each of the next so many jobs takes on average: its start, looks at it, and its share of reading back.
 * @param jobs at least 1
 */
export function callsOfJobs({ goodSamples, looks }: BulkMeansState, jobs: number): number {
  const untrusted = Math.min(jobs, Math.max(0, SAMPLES_TRUSTED - goodSamples));
  return 1 + looks + (untrusted + (jobs - untrusted) / sampleEvery(goodSamples)) / jobs;
}

/** So many looks found the end of a job. Those at the first ones had to find out how long jobs take. */
export function withLooks<S extends BulkMeansState>(state: S, looks: number): S {
  if (state.goodSamples < SAMPLES_TRUSTED) return state;
  return { ...state, looks: state.looks + (looks - state.looks) * LOOKS_WEIGHT };
}

/**
 * After Outreach refused a job for good: smaller ones where it was too large, the same where a value in it was to blame
 * (422), none for a while otherwise.
 */
export function refused<S extends BulkMeansState>(
  state: S,
  answer: Answer,
  size: number,
  now: number,
): S {
  const { status, detail } = answer;
  const known = { ...state, lastRefused: { at: now, status, detail } };
  const smaller = Math.floor(size / 2);
  if (status === 413 && smaller >= MAX_MIN) return { ...known, max: smaller };
  const forMs = answer.kind === "blocked" ? BLOCKED_MS : REFUSED_MS;
  return status === 422 ? known : { ...known, refusedUntil: now + forMs };
}

/** So many jobs in a row that went astray are no accident. */
const ASTRAY_MAX = 3;
/** Then none is sent for so long, and each one after that goes astray pauses them again. */
const ASTRAY_PAUSE_MS = 3_600_000;

/**
 * Whether no more jobs should be sent until it is known what became of those that are open.
 * @param troubled jobs that are open and may have come to nothing
 */
export function isInDoubt({ astray }: BulkMeansState, troubled: number): boolean {
  return Math.min(astray, ASTRAY_MAX - 1) + troubled >= ASTRAY_MAX;
}

/** After a job that brought little or nothing, and not for its values. */
export function wentAstray<S extends BulkMeansState>(state: S, detail: string, now: number): S {
  const astray = state.astray + 1;
  if (astray < ASTRAY_MAX) return { ...state, astray };
  const lastRefused = { at: now, status: null, detail };
  return { ...state, astray, lastRefused, refusedUntil: now + ASTRAY_PAUSE_MS };
}

/** After a job came to its end: one as large as may be tries, a day after a larger one was refused, a larger one again. */
export function finished<S extends BulkMeansState>(
  state: S,
  kind: BulkKind,
  size: number,
  now: number,
): S {
  const isFull = size >= state.max;
  const isLongAgo = now - (state.lastRefused?.at ?? -Infinity) >= REFUSED_MS;
  const max = isFull && isLongAgo ? Math.min(NEW_BULK[kind].max, state.max * 2) : state.max;
  return { ...state, max };
}

/** Scopes of which one is needed for each step of a kind of job. Outreach's `all` stands beside the others. */
const SCOPES = {
  modify: ["batches.read", "batches.write", "prospects.read", "prospects.write"],
  upsert: ["imports.read", "imports.write", "prospects.read", "prospects.write"],
} as const;

type BulkKind = keyof typeof SCOPES;

/** Scopes that a kind of job needs and a token does not have. */
export function missingScopes(kind: BulkKind, scopes: readonly string[]): readonly string[] {
  return SCOPES[kind].filter((scope) => {
    const [resource = ""] = scope.split(".");
    return !scopes.includes(scope) && !scopes.includes(`${resource}.all`);
  });
}

/** Whether a token's scopes serve for a kind of job. */
export function isGranted(kind: BulkKind, scopes: readonly string[]): boolean {
  return missingScopes(kind, scopes).length === 0;
}

/** Why a kind of job may not be used. */
export const WHY_NOT = ["scopes_missing", "refused", "day_ceiling"] as const;
export type WhyNot = (typeof WHY_NOT)[number];

/**
 * Null where a kind of job may be used.
 * @param left records that may still be sent in bulk today
 */
export function whyNot(
  kind: BulkKind,
  { refusedUntil }: Pick<BulkMeansState, "refusedUntil">,
  scopes: readonly string[],
  left: number,
  now: number,
): WhyNot | null {
  if (!isGranted(kind, scopes)) return "scopes_missing";
  if (now < refusedUntil) return "refused";
  return left > 0 ? null : "day_ceiling";
}

/** Records that were sent in bulk today. */
export function itemsToday(
  ledger: { readonly day: number; readonly items: number },
  now: number,
): number {
  return ledger.day === dayOf(now) ? ledger.items : 0;
}

/** Records that may still be sent in bulk today. */
export function itemsLeft(
  ledger: { readonly day: number; readonly items: number },
  perDay: number,
  now: number,
): number {
  return Math.max(0, perDay - itemsToday(ledger, now));
}

/** @param items how many more were sent; less than nothing where some turned out not to have been taken */
export function withItems(
  ledger: { readonly day: number; readonly items: number },
  items: number,
  now: number,
): { day: number; items: number } {
  const day = dayOf(now);
  return { day, items: Math.max(0, items + itemsToday(ledger, now)) };
}

function dayOf(now: number): number {
  return Math.floor(now / 86_400_000);
}
