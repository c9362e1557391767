/**
 * Which bulk ways may be used: by scope, by what Outreach refused, by how many records a day has left.
 * @module
 */

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
  /** How long the last job took, and how many records it had; null before the first. */
  readonly last: { readonly tookMs: number; readonly size: number } | null;
  /** Jobs in a row of which what was read back was as it should be. */
  readonly goodSamples: number;
}

const NEW_MEANS = { refusedUntil: 0, reason: null, last: null, goodSamples: 0 };
export const NEW_BULK = {
  modify: { ...NEW_MEANS, max: MODIFY_MAX },
  upsert: { ...NEW_MEANS, max: UPSERT_MAX, isProven: false },
};

const FIRST_LOOK_MIN_MS = 2_000;
const LOOK_MAX_MS = 5 * 60_000;

/** How long Outreach takes is not documented: before the first job has shown it, so long for a record. */
const FIRST_MS_PER_RECORD = 2;
/** A job takes time for itself and for its records: it does not take ten times as long for ten times the records. */
const RATIO_MAX = 4;

/** How long after its start a job is looked at first: when it should have ended. */
export function firstLookMs({ last }: BulkMeansState, size: number): number {
  const ratio = last ? Math.min(RATIO_MAX, Math.max(1 / RATIO_MAX, size / last.size)) : 1;
  const expectedMs = last ? last.tookMs * ratio : size * FIRST_MS_PER_RECORD;
  return Math.round(Math.min(LOOK_MAX_MS, Math.max(FIRST_LOOK_MIN_MS, expectedMs)));
}

/** How long until the next look at a job that was looked at so often, and was not done. */
export function nextLookMs(looks: number): number {
  return Math.round(Math.min(LOOK_MAX_MS, FIRST_LOOK_MIN_MS * 1.5 ** looks));
}

/** A job was seen to have ended at its n-th look; the one before saw it at work. */
export function jobEnded<S extends BulkMeansState>(
  state: S,
  job: { readonly size: number; readonly tookMs: number; readonly looks: number },
): S {
  // It may have ended long before a look that found it so: the next one is taken a little earlier.
  const tookMs = job.looks === 1 ? job.tookMs * EARLIER : job.tookMs;
  return { ...state, last: { tookMs, size: job.size } };
}
const EARLIER = 0.9;

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
