/**
 * Which bulk ways may be used: by scope, by what Outreach refused, by how many records a day has left.
 * @module
 */

import type { JobTiming } from "./job-timing.ts";

/** Reported by two sources for bulk actions; nothing is known of upserts, so those begin small. */
const MODIFY_MAX = 100_000;
const UPSERT_MAX = 500;
/** A kind of job whose size Outreach refused even so is not used. */
const MAX_MIN = 100;
/** Whoever grants a scope or fixes what was refused should not have to wait for longer. */
const REFUSED_MS = 24 * 3_600_000;

export interface BulkMeansState {
  readonly max: number;
  readonly refusedUntil: number;
  readonly reason: string | null;
  /** How long jobs take; null before the first. */
  readonly last: JobTiming | null;
  /** From a job's start until its prospects are settled; null before the first. */
  readonly cycleMs: number | null;
  /** Jobs in a row of which what was read back was as it should be. */
  readonly goodSamples: number;
}

const NEW_MEANS = { refusedUntil: 0, reason: null, last: null, cycleMs: null, goodSamples: 0 };
export const NEW_BULK = {
  modify: { ...NEW_MEANS, max: MODIFY_MAX },
  upsert: { ...NEW_MEANS, max: UPSERT_MAX, isProven: false },
};

/** So many good samples in a row are enough to read back only every so many-th job. */
const SAMPLES_TRUSTED = 3;
const SAMPLE_EVERY = 10;

/** Whether prospects of a job are to be read back that Outreach says went well. */
export function isSampled({ goodSamples }: BulkMeansState, job: number): boolean {
  return goodSamples < SAMPLES_TRUSTED || job % SAMPLE_EVERY === 0;
}

/** After Outreach refused a job for good: smaller ones where it was too large, none for a while otherwise. */
export function refused<S extends BulkMeansState>(
  state: S,
  answer: { readonly status: number | null; readonly detail: string },
  size: number,
  now: number,
): S {
  const smaller = Math.floor(size / 2);
  if (answer.status === 413 && smaller >= MAX_MIN) return { ...state, max: smaller };
  return { ...state, refusedUntil: now + REFUSED_MS, reason: answer.detail };
}

/** Scopes of which one is needed for each step of a kind of job. Outreach's `all` stands beside the others. */
const SCOPES = {
  modify: ["batches.read", "batches.write", "prospects.read", "prospects.write"],
  upsert: ["imports.read", "imports.write", "prospects.read", "prospects.write"],
} as const;

/** Whether a token's scopes serve for a kind of job. */
export function isGranted(kind: keyof typeof SCOPES, scopes: readonly string[]): boolean {
  return SCOPES[kind].every((scope) => {
    const [resource = ""] = scope.split(".");
    return scopes.includes(scope) || scopes.includes(`${resource}.all`);
  });
}

/** Records that may still be sent in bulk today. */
export function itemsLeft(
  ledger: { readonly day: number; readonly items: number },
  perDay: number,
  now: number,
): number {
  return ledger.day === dayOf(now) ? Math.max(0, perDay - ledger.items) : perDay;
}

export function withItems(
  ledger: { readonly day: number; readonly items: number },
  items: number,
  now: number,
): { day: number; items: number } {
  const day = dayOf(now);
  return { day, items: items + (ledger.day === day ? ledger.items : 0) };
}

function dayOf(now: number): number {
  return Math.floor(now / 86_400_000);
}
