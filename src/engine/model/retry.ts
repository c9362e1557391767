/**
 * When a call that failed is tried again, and when Outreach itself counts as failing.
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

const FIRST_DELAY_MS = 2_000;
/** At this pace a prospect that always fails costs some 340 calls in seven days. */
const LAST_DELAY_MS = 30 * 60_000;

/**
 * How long to wait before the next try: exponential, with half of it left to chance so that prospects which
 * failed together do not come back together.
 * @param attempts calls that failed so far, at least 1
 * @param random a number from 0 to 1
 */
export function retryDelayMs(attempts: number, random: number): number {
  const ceiling = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}

/** Calls in a row without a useful answer, and when the next may be tried. */
export interface Outage {
  readonly failures: number;
  readonly until: number;
}

export const NO_OUTAGE: Outage = { failures: 0, until: 0 };

/** This many failures in a row are Outreach's fault, not one prospect's. */
const FAILING_AFTER = 3;
const OUTAGE_FIRST_DELAY_MS = 1_000;
/** While Outreach is down, one call in this time looks whether it is back. */
const OUTAGE_LAST_DELAY_MS = 5 * 60_000;

/** A call ended in a 5xx, a time-out or a broken connection. */
export function callFailed(outage: Outage, now: number, random: number): Outage {
  const failures = outage.failures + 1;
  if (failures < FAILING_AFTER) return { failures, until: 0 };
  const ceiling = Math.min(
    OUTAGE_LAST_DELAY_MS,
    OUTAGE_FIRST_DELAY_MS * 2 ** (failures - FAILING_AFTER),
  );
  return { failures, until: now + Math.round(ceiling / 2 + (random * ceiling) / 2) };
}

/** Whether Outreach itself seems to be down, so that calls go one at a time. */
export function isFailing(outage: Outage): boolean {
  return outage.failures >= FAILING_AFTER;
}
