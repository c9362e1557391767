/**
 * How long a call may take, and for how long what can heal is tried.
 * @module
 */

/** What can heal is tried for this long. Adobe gives up after three tries, others after hours. */
export const GIVE_UP_AFTER_MS = 7 * 24 * 3_600_000;
/** How long a call may take before it counts as unanswered. */
export const CALL_TIMEOUT_MS = 10_000;
/**
 * How long after its start a call is taken to run at Outreach at most, where its end is not known: as long again as it
 * was waited for.
 */
export const CALL_RUNS_MAX_MS = 2 * CALL_TIMEOUT_MS;
