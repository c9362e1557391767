/**
 * What a call that failed accuses: its prospect, the token, a gateway before Outreach, or Outreach as a whole. One
 * failure cannot tell; who else succeeded can. So distinct prospects are remembered that failed since another's call was
 * taken, and the verdict on each failure follows from that.
 *
 * Promises: a prospect whose calls fail while others' are taken holds up nobody; while everything is held, one call at
 * a time finds out whether it is over, by a prospect that has not failed where one is pending; it goes on by itself.
 * @module
 */

/** What everybody's calls are held for. */
export type Held = "outreach" | "gateway";

export interface Evidence {
  /** Distinct prospects whose calls failed since Outreach last gave a useful answer. */
  readonly failing: readonly number[];
  /** Distinct prospects that something before Outreach turned away since a call was last taken. */
  readonly blocked: readonly number[];
  /** Probes in a row that failed. */
  readonly probes: number;
  /** When the last of them ended. */
  readonly probedAt: number;
  /** When a prospect may probe that has not failed, and when one that has. */
  readonly untriedAt: number;
  readonly triedAt: number;
  /** Maintenances in a row whose end had passed when they were told. */
  readonly lapsed: number;
}

export const NO_EVIDENCE: Evidence = {
  failing: [],
  blocked: [],
  probes: 0,
  probedAt: 0,
  untriedAt: 0,
  triedAt: 0,
  lapsed: 0,
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** So many prospects without one that succeeded are Outreach's fault. */
const FAILING_MIN = 3;
/** So many that are refused alike by something that speaks no JSON:API are that gateway's fault. */
const BLOCKED_MIN = 10;

const PROBE_FIRST_MS = 1_000;
/** A healthy update waits for no longer than this because others failed. */
const PROBE_UNTRIED_MAX_MS = 45_000;
/** Where all have failed, one call in this time finds out whether it is over. */
const PROBE_TRIED_MAX_MS = 5 * MINUTE_MS;

/** What everybody's calls are held for; null where they may leave. */
export function heldFor({ failing, blocked }: Evidence): Held | null {
  if (failing.length >= FAILING_MIN) return "outreach";
  return blocked.length >= BLOCKED_MIN ? "gateway" : null;
}

/** A call failed, or was turned away by a gateway, that may not be its prospect's own fault. */
export interface Accusation {
  readonly accused: Held;
  /** The prospect; of a bulk job a number that no prospect has. */
  readonly by: number;
  readonly leftAt: number;
  readonly at: number;
}

/** @param random a number from 0 to 1 */
export function withAccusation(
  before: Evidence,
  { accused, by, leftAt, at }: Accusation,
  random: number,
): Evidence {
  const list = accused === "outreach" ? "failing" : "blocked";
  const max = accused === "outreach" ? FAILING_MIN : BLOCKED_MIN;
  const known = before[list];
  const prospects = known.includes(by) || known.length >= max ? known : [...known, by];
  const after = { ...before, [list]: prospects };
  // Calls that were out when the last probe ended tell nothing new.
  if (heldFor(after) === null || (heldFor(before) !== null && leftAt < before.probedAt)) {
    return after;
  }
  const waitMs = (maxMs: number): number =>
    jittered(Math.min(maxMs, PROBE_FIRST_MS * 2 ** before.probes), random);
  return {
    ...after,
    probes: before.probes + 1,
    probedAt: at,
    untriedAt: at + waitMs(PROBE_UNTRIED_MAX_MS),
    triedAt: at + waitMs(PROBE_TRIED_MAX_MS),
  };
}

/** Outreach gave some call a useful answer: it is there. Whether a gateway lets changes through is another question. */
export function answered(before: Evidence): Evidence {
  if (before.failing.length === 0 && before.lapsed === 0) return before;
  const after = { ...before, failing: [], lapsed: 0 };
  return heldFor(after) === null ? { ...NO_EVIDENCE, blocked: before.blocked } : after;
}

/** Outreach took a change, or refused it in its own words: nothing stands in the way. */
export function taken(before: Evidence): Evidence {
  return before.failing.length + before.blocked.length + before.lapsed === 0 ? before : NO_EVIDENCE;
}

/** When the next probe may leave. @param untriedDueAt when a prospect is due that has not failed; null where none is */
export function probeAt({ untriedAt, triedAt }: Evidence, untriedDueAt: number | null): number {
  return untriedDueAt === null ? triedAt : Math.min(triedAt, Math.max(untriedAt, untriedDueAt));
}

/** How a prospect's tries went before its present one failed. */
export interface Tries {
  /** Calls that failed before. */
  readonly attempts: number;
  /** When the last of them did; null before the first. */
  readonly lastAt: number | null;
  /** Whether another's call was taken since then. */
  readonly othersTaken: boolean;
  /** Whether everybody's calls are held now. */
  readonly isHeld: boolean;
}

/** What becomes of a prospect's values after a call that brought nothing. */
export type Verdict =
  | { readonly kind: "reject" }
  | {
      readonly kind: "requeue";
      readonly delayMs: number;
      readonly countsAsAttempt: boolean;
    };

/** A prospect whose own calls fail is tried again after 2 s, 6 s, 18 s, … at most so long: some 16 calls in a day. */
const OWN_MAX_MS = 4 * HOUR_MS;
/** As long as nobody else's success tells whose fault it is. */
const UNKNOWN_MAX_MS = 10 * MINUTE_MS;
const FIRST_DELAY_MS = 2_000;
const HELD_DELAY_MS = 30_000;
/** A refusal that may pass is looked at a second time after this. */
const SECOND_LOOK_MS = MINUTE_MS;
/** Tries after which what a gateway turns away, and nobody else's, is the prospect's own fault: some two hours. */
const BLOCKED_TRIES = 7;
/** 4xx that say that this very request will not do: anything else may mean "not now". */
const FOR_GOOD: ReadonlySet<number> = new Set([
  400, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451,
]);

/** After a 5xx, a time-out or a broken connection. */
export function afterFailure(tries: Tries, random: number): Verdict {
  return { kind: "requeue", ...pauseOf(tries, 3, random) };
}

/** After a 4xx by something that speaks no JSON:API. */
export function afterBlock(tries: Tries, random: number): Verdict {
  const { attempts, othersTaken, isHeld } = tries;
  if (!isHeld && othersTaken && attempts + 1 >= BLOCKED_TRIES) return { kind: "reject" };
  return { kind: "requeue", ...pauseOf(tries, 5, random) };
}

/** After a 4xx in Outreach's own words. */
export function afterRefusal(status: number, { attempts }: Tries, random: number): Verdict {
  if (FOR_GOOD.has(status) || attempts > 0) return { kind: "reject" };
  return { kind: "requeue", delayMs: jittered(SECOND_LOOK_MS, random), countsAsAttempt: true };
}

/**
 * How much of the time since the last try does not count towards giving up: all that the prospect did not wait for its own
 * sake, as through an outage or while nobody was connected.
 */
export function uncountedMs(tries: Tries, now: number): number {
  const { lastAt, isHeld } = tries;
  if (lastAt === null) return 0;
  return Math.max(0, now - lastAt - (isHeld ? 0 : ceilingMs(tries, 5)));
}

function pauseOf(tries: Tries, growth: number, random: number) {
  // While all are held, the first try alone counts: what follows says nothing more of this prospect.
  if (tries.isHeld) {
    return { delayMs: jittered(HELD_DELAY_MS, random), countsAsAttempt: tries.attempts === 0 };
  }
  const ceiling = ceilingMs({ ...tries, attempts: tries.attempts + 1 }, growth);
  return { delayMs: jittered(ceiling, random), countsAsAttempt: true };
}

function ceilingMs({ attempts, othersTaken }: Tries, growth: number): number {
  if (!othersTaken) return Math.min(UNKNOWN_MAX_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
  return Math.min(OWN_MAX_MS, FIRST_DELAY_MS * growth ** (attempts - 1));
}

/** Half of a pause is left to chance, so that those which failed together do not come back together. */
function jittered(ms: number, random: number): number {
  return Math.round(ms / 2 + (random * ms) / 2);
}

const LAPSED_FIRST_MS = 5_000;
/** A maintenance without an end is looked at again after this time, one that is said to last longer after that. */
const MAINTENANCE_MS = 5 * MINUTE_MS;
const MAINTENANCE_MAX_MS = 24 * HOUR_MS;

/** A maintenance was told: until when nothing leaves. One whose end has passed is looked at again soon, then later. */
export function withMaintenance(
  before: Evidence,
  until: number | null,
  at: number,
): { readonly evidence: Evidence; readonly until: number } {
  const evidence = answered(before);
  if (until === null) return { evidence, until: at + MAINTENANCE_MS };
  if (until > at) return { evidence, until: Math.min(until, at + MAINTENANCE_MAX_MS) };
  const waitMs = Math.min(MAINTENANCE_MS, LAPSED_FIRST_MS * 2 ** before.lapsed);
  return { evidence: { ...evidence, lapsed: before.lapsed + 1 }, until: at + waitMs };
}
