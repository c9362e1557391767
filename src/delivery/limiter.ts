/**
 * How many calls may leave now. Learns Outreach's limit, what remains of it and when it resets from every answer,
 * and counts its own calls where the answers are silent.
 *
 * Promises, with the connector alone on its user: no call that Outreach has to answer with 429, whether its window
 * is fixed or slides, as long as its headers are honest or absent and answers take less than a tenth of the window; the
 * reserve is kept for people and other programs; nothing is forgotten over a restart, because the whole state is plain data that the caller stores
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
  /** When the first of those left. */
  readonly countedFrom: number;
  /** When the last call in here ended. */
  readonly to: number;
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
  /** The window ends between these: an answer may have been long on its way, and tell a delay. */
  readonly resetFrom: number;
  readonly resetAt: number;
  /** Whether Outreach did not say when the window resets, and `resetAt` is our own idea of it. */
  readonly guessed: boolean;
  /** Whether a 429 said so: the moment from which calls are taken again may be another than the window's end. */
  readonly ofRefusal?: true;
  /** Our own calls that were answered in this window. */
  readonly ours: number;
  /** When the last call left whose answer told this: what earlier ones tell is no news. */
  readonly askedAt: number;
  /** Answers in a row that named a reset which had passed already. */
  readonly overdue: number;
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
/** A reset may be told in whole seconds, and is then taken to be at the end of its second. */
const WHOLE_SECONDS_MS = 1_000;
/** Resets closer together than this are one and the same. */
const SAME_RESET_MS = 500;
/** A reset that an answer names although it has passed is another clock's: look again after this time. */
const OVERDUE_MS = 2_000;
/** Longer than any answer is waited for. */
const SLOWEST_MS = 20_000;
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
  if (told && state.out > 0) return { calls: 0, opensAt: null };
  if (told) {
    // One call finds out what the next window holds. Looks that were lost may have been counted in it.
    const since = Math.max(told.resetAt - 1, now - windowOf(state, settings));
    const lost = callsSince(state, since);
    const spare = state.fixed ? limitOf(state, settings) - reserveOf(state, settings) - lost : own;
    if (lost === 0 || spare > 0) return { calls: 1, opensAt: null };
    return closed(state, ownOpeningAt(state, settings, now));
  }
  return own > 0
    ? { calls: own, opensAt: null }
    : closed(state, ownOpeningAt(state, settings, now));
}

/** A call is about to leave. Store the result before it does. */
export function callLeaves(state: LimiterState): LimiterState {
  return { ...state, out: state.out + 1 };
}

export interface Answer {
  /** When its call left: what it tells of the budget is true of a moment between the two. */
  readonly leftAt: number;
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
  const { leftAt, at, window, refused } = answer;
  const remaining = window?.remaining ?? null;
  const learned: LimiterState = {
    ...state,
    out: Math.max(0, state.out - 1),
    limit: window?.limit ?? state.limit,
    refusals: refused ? state.refusals + 1 : 0,
  };
  const resetAt = window?.resetAt ?? null;
  if (refused) return count(refuse(learned, settings, answer, resetAt), settings, at, 1);
  if (remaining === null)
    return count(unheard(learned, settings, at, 1, window !== null), settings, at, 1);
  return count(hear(learned, settings, answer, remaining, resetAt), settings, at, 1, leftAt);
}

/** After a restart: calls that were out when the object died count as made now, the latest they can have been. */
export function restarted(
  state: LimiterState,
  settings: LimiterSettings,
  now: number,
): LimiterState {
  if (state.out === 0) return state;
  const lost = unheard(state, settings, now, state.out, false);
  return count({ ...lost, out: 0 }, settings, now, state.out);
}

/** Calls whose end said nothing of the window. Outreach may have counted them, in a new window if one is due and it answered. */
function unheard(
  state: LimiterState,
  settings: LimiterSettings,
  now: number,
  calls: number,
  answered: boolean,
): LimiterState {
  const { told } = state;
  if (!told) return state;
  if (now < told.resetAt) {
    return { ...state, told: { ...told, remaining: Math.max(0, told.remaining - calls) } };
  }
  if (!answered) return state; // another look finds out
  const remaining = Math.max(0, limitOf(state, settings) - calls);
  const resetAt = now + windowOf(state, settings);
  const guess = {
    remaining,
    resetFrom: resetAt,
    resetAt,
    guessed: true,
    ours: calls,
    askedAt: told.askedAt,
    overdue: 0,
  };
  return { ...state, told: guess };
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
  answer: Answer,
  remaining: number,
  resetAt: number | null,
): LimiterState {
  const before = state.told;
  const { at } = answer;
  // It tells nothing of the window that is known, in which its call may have been counted all the same.
  if (before && isOfEarlierWindow(before, resetAt)) return unheard(state, settings, at, 1, false);
  const reset = resetAt === null ? null : resetBetween(answer, resetAt);
  if (before && isOfSame(before, answer, reset)) {
    return { ...state, told: toldAgain(before, state.fixed, answer, remaining, reset) };
  }
  const sure = Math.max(0, remaining - callsSince(state, answer.leftAt));
  if (reset === null) {
    // A reset that is said to be just over, again and again, is looked for less and less often.
    const overdue = resetAt === null ? 0 : (before?.overdue ?? 0) + 1;
    const waitMs =
      overdue === 0
        ? windowOf(state, settings)
        : Math.min(windowOf(state, settings), OVERDUE_MS * 2 ** (overdue - 1));
    const until = at + waitMs;
    const told = {
      remaining: sure,
      resetFrom: until,
      resetAt: until,
      guessed: true,
      ours: 1,
      askedAt: answer.leftAt,
      overdue,
    };
    return { ...state, fixed: isFixed(state, settings, answer, remaining), told };
  }
  const told = {
    remaining: sure,
    resetFrom: reset.from,
    resetAt: reset.to,
    guessed: false,
    ours: 1,
    askedAt: answer.leftAt,
    overdue: 0,
  };
  const slides = movesLikeSliding(before, told, at);
  const fixed = !slides && isFixed(state, settings, answer, remaining);
  return { ...state, fixed, told, windowMs: learnWindow(state, settings, fixed, told, at) };
}

/** What two answers say of one window: the smaller number, and the end that both may mean. */
function toldAgain(
  before: Told,
  fixed: boolean,
  { leftAt }: Answer,
  remaining: number,
  reset: Reset | null,
): Told {
  const less = Math.min(before.remaining, remaining);
  const askedAt = Math.max(before.askedAt, leftAt);
  const told = { ...before, remaining: less, ours: before.ours + 1, askedAt };
  if (reset === null) return told;
  // What a sliding window will hold next is told with what it holds now.
  if (!fixed)
    return remaining > less
      ? told
      : { ...told, resetFrom: reset.from, resetAt: Math.max(before.resetAt, reset.to) };
  const resetAt = Math.min(before.resetAt, Math.max(reset.to, before.resetFrom));
  return { ...told, resetFrom: Math.min(resetAt, Math.max(before.resetFrom, reset.from)), resetAt };
}

/** Between which moments the window ends, by an answer that tells it: as a point in time, or as a delay from when it was written. */
interface Reset {
  readonly from: number;
  readonly to: number;
}

/** Null where the moment has passed. */
function resetBetween({ leftAt, at }: Answer, resetAt: number): Reset | null {
  if (resetAt <= at) return null;
  const to = Math.min(resetAt, at + RESET_MAX_MS);
  return { from: Math.min(to, resetAt - (at - leftAt) - WHOLE_SECONDS_MS), to };
}

/** Whether an answer came so late that it speaks of a window before the one that is known. */
export function isOfEarlierWindow(before: Told, resetAt: number | null): boolean {
  return resetAt !== null && !before.guessed && resetAt < before.resetFrom - SAME_RESET_MS;
}

/** Whether an answer speaks of the window that is known, or may do so because its call left before that window ended. */
function isOfSame(before: Told, { leftAt, at }: Answer, reset: Reset | null): boolean {
  if (reset === null) return at < before.resetAt;
  if (before.guessed) return false;
  if (leftAt >= before.resetAt) return false;
  return leftAt < before.askedAt || reset.from <= before.resetAt + SAME_RESET_MS;
}

/** A fixed window's next reset is at least as far behind the last one as it lies ahead. */
function movesLikeSliding(before: Told | null, told: Told, at: number): boolean {
  if (!before || before.guessed) return false;
  return told.resetAt - before.resetFrom + SAME_RESET_MS < told.resetFrom - at;
}

/** Whether so much remains that Outreach must have forgotten calls which a sliding window would still count. */
function isFixed(
  state: LimiterState,
  settings: LimiterSettings,
  answer: Answer,
  remaining: number,
): boolean {
  const counted = surelyCounted(state, settings, answer) + 1; // the answer's own call
  return state.fixed || remaining > limitOf(state, settings) - counted;
}

/** Two resets in a row of a fixed window are a window apart, or several if nothing was sent between. */
function learnWindow(
  state: LimiterState,
  settings: LimiterSettings,
  fixed: boolean,
  told: Told,
  at: number,
): number | null {
  if (!fixed) return state.windowMs;
  const before = state.told;
  const isReset = before && !before.guessed && !before.ofRefusal;
  const apart = isReset ? told.resetAt - before.resetFrom : Infinity;
  const learned =
    apart <= RESET_MAX_MS ? Math.min(state.windowMs ?? Infinity, apart) : state.windowMs;
  // It is as long as what is left of it, at the least.
  const atLeast = told.resetFrom - at;
  return atLeast > (learned ?? windowOf(state, settings)) + SAME_RESET_MS ? atLeast : learned;
}

function refuse(
  state: LimiterState,
  settings: LimiterSettings,
  answer: Answer,
  resetAt: number | null,
): LimiterState {
  const { at } = answer;
  const before = state.told;
  const isLate = before !== null && answer.leftAt < before.askedAt;
  if (isLate && at < before.resetAt && isOfEarlierWindow(before, resetAt)) return state;
  const pause = Math.min(windowOf(state, settings), REFUSED_MS * 2 ** (state.refusals - 1));
  const reset = resetAt === null ? null : resetBetween(answer, resetAt);
  const current = before && at < before.resetAt ? before : null;
  // Whoever names a moment too soon, again and again, is asked less and less often.
  const soonest = at + Math.min(windowOf(state, settings), OVERDUE_MS * 2 ** (state.refusals - 2));
  const until = reset ? Math.max(reset.to, soonest) : (current?.resetAt ?? at + pause);
  const told = {
    remaining: 0,
    resetFrom: reset?.from ?? current?.resetFrom ?? until,
    resetAt: until,
    guessed: reset === null && (current?.guessed ?? true),
    ...(reset !== null && { ofRefusal: true as const }),
    ours: current?.ours ?? 0,
    askedAt: answer.leftAt,
    overdue: current?.overdue ?? 0,
  };
  return { ...state, told };
}

function closed(state: LimiterState, opensAt: number): Room {
  // While calls are out their answers may bring room sooner than the clock does.
  return { calls: 0, opensAt: state.out > 0 ? null : opensAt };
}

function limitOf(state: LimiterState, settings: LimiterSettings): number {
  return state.limit ?? settings.limit;
}

/** How long Outreach's window is, learned or assumed. */
export function windowOf(state: LimiterState, settings: LimiterSettings): number {
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

/** Our calls that Outreach had counted when it wrote an answer, and that a sliding window cannot have dropped by then. */
function surelyCounted(
  state: LimiterState,
  settings: LimiterSettings,
  { leftAt, at }: Answer,
): number {
  const since = at - windowOf(state, settings);
  return state.ended.reduce(
    (sum, b) => (b.to <= leftAt && b.countedFrom > since ? sum + b.counted : sum),
    0,
  );
}

/** An answer that took longer than this tells of a moment whose calls may be forgotten here. */
export function slowestMs(windowMs: number): number {
  return Math.min(windowMs, SLOWEST_MS);
}

/** Our calls that have ended since then, and perhaps some that ended a little before: those Outreach may have counted since. */
export function callsSince(state: LimiterState, since: number): number {
  return state.ended.reduce((sum, b) => (b.to > since ? sum + b.calls : sum), 0);
}

/** When the oldest of our calls that a sliding window still counts falls out of it. */
function ownOpeningAt(state: LimiterState, settings: LimiterSettings, now: number): number {
  const windowMs = windowOf(state, settings);
  const oldest = state.ended.find((bucket) => bucket.endAt > now - windowMs);
  return (oldest?.endAt ?? now) + windowMs;
}

/** @param leftAt when they left, of calls that Outreach is sure to have counted */
function count(
  state: LimiterState,
  settings: LimiterSettings,
  at: number,
  calls: number,
  leftAt?: number,
): LimiterState {
  const windowMs = windowOf(state, settings);
  const step = Math.max(1, Math.floor(windowMs / BUCKETS));
  const kept = state.ended.filter((bucket) => bucket.endAt > at - windowMs - slowestMs(windowMs));
  const last = kept.at(-1);
  const open = last !== undefined && last.endAt >= at ? last : null;
  const before = open ?? {
    endAt: (Math.floor(at / step) + 1) * step,
    calls: 0,
    counted: 0,
    countedFrom: at,
    to: at,
  };
  const all = { ...before, calls: before.calls + calls, to: at };
  const bucket: Bucket =
    leftAt === undefined
      ? all
      : {
          ...all,
          counted: before.counted + calls,
          countedFrom: Math.min(before.countedFrom, leftAt),
        };
  return { ...state, ended: [...(open ? kept.slice(0, -1) : kept), bucket] };
}
