/**
 * The ledger of calls.
 * @module
 */
/**
 * What a call to Outreach was for.
 * - `patch`: one prospect brought up to date.
 * - `bulk_modify`, `bulk_upsert`: a job started.
 * - `poll_job`: a look how far Outreach is with a job. `confirm_batch`: its go-ahead for one.
 * - `find_batch`: a look for a job whose answer was lost.
 * - `read_back`: prospects of a job read, to see what came of it.
 * - `identify`: who is connected, and what custom fields are called.
 * - `unknown`: made before kinds were told apart.
 */
export const CALL_KINDS = [
  "patch",
  "bulk_modify",
  "bulk_upsert",
  "poll_job",
  "confirm_batch",
  "find_batch",
  "read_back",
  "identify",
  "unknown",
] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** An hour or a day (UTC) of calls. */
export interface CallSpan {
  readonly startedAt: number;
  /** Our own. */
  readonly calls: number;
  readonly byKind: Readonly<Partial<Record<CallKind, number>>>;
  /** By the destination that they were made for; those for none, `identify` among them, are left out. */
  readonly byDestination: Readonly<Record<string, number>>;
  /** Calls that people and other programs were seen to make on the same Outreach user; not among `calls`. */
  readonly byOthers: number;
}

export interface CallLedger {
  /** Those with calls, newest first. */
  readonly spans: readonly CallSpan[];
  /** The last 365 days with calls, oldest first. */
  readonly days: readonly Pick<CallSpan, "startedAt" | "calls" | "byOthers">[];
  readonly yearlyAllowance: number | null;
}
