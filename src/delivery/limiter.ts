/**
 * How many calls may leave now. Learns Outreach's limit, what remains of it and when it resets from every answer,
 * and counts its own calls where the answers are silent.
 *
 * Promises, with the connector alone on its user: no call that Outreach has to answer with 429, whether its window
 * is fixed or slides, as long as its headers are honest or absent; the reserve is kept for people and other
 * programs; nothing is forgotten over a restart, because the whole state is plain data that the caller stores
 * before a call leaves.
 *
 * How: while Outreach's own figure for the current window is known, that figure less the calls still out is the
 * truth. Until the window has proved to be a fixed one, our own calls of the last window's length are held against
 * the limit as well, which is what a sliding window counts. When a window ends, one call finds out what the next
 * one holds before the others follow. (Fixed or sliding is not documented, "a fixed limit per one-hour period" is.)
 * @module
 */
export interface LimiterSettings {
  /** Calls in a window, assumed until Outreach says better. */
  readonly limit: number;
  readonly windowMs: number;
  /** Share of the limit that is left to people and other programs. */
  readonly reservePercent: number;
}

/** Our calls that ended up to `endAt` and that no earlier bucket holds. */
interface Bucket {
  readonly endAt: number;
  readonly calls: number;
  /** Those among them that Outreach is sure to have counted: their answers told what remained. */
  readonly counted: number;
}

/** What an answer's headers say of the window; null for what they do not say. */
export interface WindowReport {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: number | null;
}

/** What Outreach last said of its current window. */
interface Told {
  readonly remaining: number;
  readonly resetAt: number;
  /** Whether Outreach did not say when the window resets, and `resetAt` is our own idea of it. */
  readonly guessed: boolean;
  /** Our own calls that were answered in this window. */
  readonly ours: number;
}

export interface LimiterState {
  readonly limit: number | null;
  /** Length of Outreach's window, learned from two resets in a row. */
  readonly windowMs: number | null;
  /** Whether the window is known to be a fixed one; unproved, a sliding one is allowed for. */
  readonly fixed: boolean;
  readonly told: Told | null;
  /** Calls that left and were not answered yet. */
  readonly out: number;
  readonly ended: readonly Bucket[];
  /** 429s in a row. */
  readonly refusals: number;
}

export const NEW_LIMITER: LimiterState = {
  limit: null,
  windowMs: null,
  fixed: false,
  told: null,
  out: 0,
  ended: [],
  refusals: 0,
};

/** A window is counted in this many steps; the last step may cost its calls one step longer. */
const BUCKETS = 60;
/** Resets closer together than this are one and the same, told in whole seconds or as a shrinking delay. */
const SAME_RESET_MS = 1_500;
/** After a 429 that does not say until when: this long, doubling, at most a window. */
const REFUSED_MS = 60_000;
/** A reset further away than this is a mistake, not a window: look again after this time. */
const RESET_MAX_MS = 24 * 3_600_000;

/** How many calls may leave now, and when to ask again where none may. */
export interface Room {
  readonly calls: number;
  /** Null where calls may leave, or where the next answer decides. */
  readonly opensAt: number | null;
}

export function room(state: LimiterState, settings: LimiterSettings, now: number): Room {
  const { told } = state;
  const own = ownRoom(state, settings, now);
  if (told && now < told.resetAt) {
    const left = told.remaining - state.out - reserveOf(state, settings);
    if (left <= 0) return closed(state, told.resetAt);
    if (state.fixed) return { calls: left, opensAt: null };
    if (own > 0) return { calls: Math.min(left, own), opensAt: null };
    return closed(state, Math.min(told.resetAt, ownOpeningAt(state, settings, now)));
  }
  if (told) return { calls: state.out === 0 ? 1 : 0, opensAt: null };
  return own > 0
    ? { calls: own, opensAt: null }
    : closed(state, ownOpeningAt(state, settings, now));
}

/** A call is about to leave. Store the result before it does. */
export function callLeaves(state: LimiterState): LimiterState {
  return { ...state, out: state.out + 1 };
}

export interface Answer {
  readonly at: number;
  /** Null where the call had no answer, or one that says nothing of the window. */
  readonly window: WindowReport | null;
  /** A 429: the window has nothing left. */
  readonly refused: boolean;
}

/** A call ended, with an answer or without one. */
export function callEnded(
  state: LimiterState,
  settings: LimiterSettings,
  answer: Answer,
): LimiterState {
  const { at, window, refused } = answer;
  const remaining = window?.remaining ?? null;
  const surely = remaining !== null && !refused ? 1 : 0;
  const ended = count({ ...state, out: Math.max(0, state.out - 1) }, settings, at, 1, surely);
  const learned: LimiterState = {
    ...ended,
    limit: window?.limit ?? ended.limit,
    refusals: refused ? ended.refusals + 1 : 0,
  };
  if (refused) return refuse(learned, settings, at, window?.resetAt ?? null);
  return remaining === null
    ? unheard(learned, settings, at, 1)
    : hear(learned, settings, at, remaining, window?.resetAt ?? null);
}

/** After a restart: calls that were out when the object died count as made now, the latest they can have been. */
export function restarted(
  state: LimiterState,
  settings: LimiterSettings,
  now: number,
): LimiterState {
  if (state.out === 0) return state;
  const lost = unheard(state, settings, now, state.out);
  return count({ ...lost, out: 0 }, settings, now, state.out, 0);
}

/** Calls whose end said nothing of the window. Outreach may have counted them, in a new window if one is due. */
function unheard(
  state: LimiterState,
  settings: LimiterSettings,
  now: number,
  calls: number,
): LimiterState {
  const { told } = state;
  if (!told) return state;
  if (now < told.resetAt) {
    return { ...state, told: { ...told, remaining: Math.max(0, told.remaining - calls) } };
  }
  const remaining = Math.max(0, limitOf(state, settings) - calls);
  const resetAt = now + windowOf(state, settings);
  return { ...state, told: { remaining, resetAt, guessed: true, ours: calls } };
}

/** The budget as people see it. */
export function budget(state: LimiterState, settings: LimiterSettings, now: number) {
  const limit = limitOf(state, settings);
  const told = state.told && now < state.told.resetAt ? state.told : null;
  return {
    limit,
    windowMs: windowOf(state, settings),
    reserved: reserveOf(state, settings),
    remaining: Math.max(
      0,
      told ? told.remaining - state.out : limit - ownCalls(state, settings, now),
    ),
    resetsAt: told?.resetAt ?? null,
    usedByOthers: told ? Math.max(0, limit - told.remaining - told.ours) : null,
  };
}

/** Outreach told what remains, and perhaps until when. */
function hear(
  state: LimiterState,
  settings: LimiterSettings,
  at: number,
  remaining: number,
  resetAt: number | null,
): LimiterState {
  const before = state.told;
  const plausible = plausibleReset(resetAt, at);
  const current = before !== null && at < before.resetAt && !(before.guessed && plausible !== null);
  const until = plausible ?? (current ? before.resetAt : at + windowOf(state, settings));
  if (current && until < before.resetAt - SAME_RESET_MS) return state; // a late answer of the last window
  if (current && until <= before.resetAt + SAME_RESET_MS) {
    return {
      ...state,
      told: { ...before, remaining: Math.min(before.remaining, remaining), ours: before.ours + 1 },
    };
  }
  const fixed =
    state.fixed || remaining > limitOf(state, settings) - surelyCounted(state, settings, at);
  const told = { remaining, resetAt: until, guessed: plausible === null, ours: 1 };
  return { ...state, fixed, told, windowMs: learnWindow(state, fixed, told) };
}

/** Two resets in a row of a fixed window are a window apart, or several if nothing was sent between. */
function learnWindow(state: LimiterState, fixed: boolean, told: Told): number | null {
  if (!fixed || !state.told || state.told.guessed || told.guessed) return state.windowMs;
  const apart = told.resetAt - state.told.resetAt;
  if (apart < SAME_RESET_MS / 2 || apart > RESET_MAX_MS) return state.windowMs;
  return Math.min(state.windowMs ?? Infinity, apart);
}

function refuse(
  state: LimiterState,
  settings: LimiterSettings,
  at: number,
  resetAt: number | null,
): LimiterState {
  const pause = Math.min(windowOf(state, settings), REFUSED_MS * 2 ** (state.refusals - 1));
  const plausible = plausibleReset(resetAt, at);
  const current = state.told && at < state.told.resetAt ? state.told : null;
  const told = {
    remaining: 0,
    resetAt: plausible ?? current?.resetAt ?? at + pause,
    guessed: plausible === null && (current?.guessed ?? true),
    ours: current?.ours ?? 0,
  };
  return { ...state, told };
}

function plausibleReset(resetAt: number | null, at: number): number | null {
  if (resetAt === null || resetAt <= at) return null;
  return Math.min(resetAt, at + RESET_MAX_MS);
}

function closed(state: LimiterState, opensAt: number): Room {
  // While calls are out their answers may bring room sooner than the clock does.
  return { calls: 0, opensAt: state.out > 0 ? null : opensAt };
}

function limitOf(state: LimiterState, settings: LimiterSettings): number {
  return state.limit ?? settings.limit;
}

function windowOf(state: LimiterState, settings: LimiterSettings): number {
  return state.windowMs ?? settings.windowMs;
}

function reserveOf(state: LimiterState, settings: LimiterSettings): number {
  const limit = limitOf(state, settings);
  // A tiny limit keeps one call for us: a reserve of all of it would never send anything.
  return Math.min(limit - 1, Math.ceil((limit * settings.reservePercent) / 100));
}

function ownRoom(state: LimiterState, settings: LimiterSettings, now: number): number {
  return limitOf(state, settings) - reserveOf(state, settings) - ownCalls(state, settings, now);
}

/** Our calls that a sliding window may still count. */
function ownCalls(state: LimiterState, settings: LimiterSettings, now: number): number {
  const since = now - windowOf(state, settings);
  return state.ended.reduce((sum, b) => (b.endAt > since ? sum + b.calls : sum), state.out);
}

/** Our calls that Outreach counted and that a sliding window cannot have dropped yet. */
function surelyCounted(state: LimiterState, settings: LimiterSettings, now: number): number {
  const windowMs = windowOf(state, settings);
  const since = now - windowMs + (2 * windowMs) / BUCKETS;
  return state.ended.reduce((sum, b) => (b.endAt > since ? sum + b.counted : sum), 0);
}

/** When the oldest of our calls that a sliding window still counts falls out of it. */
function ownOpeningAt(state: LimiterState, settings: LimiterSettings, now: number): number {
  const windowMs = windowOf(state, settings);
  const oldest = state.ended.find((bucket) => bucket.endAt > now - windowMs);
  return (oldest?.endAt ?? now) + windowMs;
}

function count(
  state: LimiterState,
  settings: LimiterSettings,
  at: number,
  calls: number,
  surely: number,
): LimiterState {
  const windowMs = windowOf(state, settings);
  const step = Math.max(1, Math.floor(windowMs / BUCKETS));
  const kept = state.ended.filter((bucket) => bucket.endAt > at - windowMs);
  const last = kept.at(-1);
  const open = last !== undefined && last.endAt >= at ? last : null;
  const bucket: Bucket = {
    endAt: open?.endAt ?? (Math.floor(at / step) + 1) * step,
    calls: (open?.calls ?? 0) + calls,
    counted: (open?.counted ?? 0) + surely,
  };
  return { ...state, ended: [...(open ? kept.slice(0, -1) : kept), bucket] };
}
