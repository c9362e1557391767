/**
 * What Outreach told of its window: what remains of it, and the span in which it may end. Each answer narrows that, begins
 * a new window, or shows whether windows are fixed and how long they are.
 * @module
 */
import { callsSince, surelyCounted } from "./own-calls-rules.ts";
import { limitOf, windowOf } from "./state-rules.ts";
import type { Answer, LimiterSettings, LimiterState, Told } from "./state-rules.ts";

/** A reset may be told in whole seconds, and is then taken to be at the end of its second. */
const WHOLE_SECONDS_MS = 1_000;
/** Resets closer together than this are one and the same. */
const SAME_RESET_MS = 500;
/** A reset that an answer names although it has passed is another clock's: look again after this time. */
const OVERDUE_MS = 2_000;
/** After a 429 that does not say until when: this long, doubling, at most a window. */
const REFUSED_MS = 60_000;
/** A reset further away than this is a mistake, not a window: look again after this time. */
const RESET_MAX_MS = 24 * 3_600_000;

/** Outreach told what remains, and perhaps until when. */
export function hear(
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

/** A 429: the window has nothing left. */
export function refuse(
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
  const earliest = at + Math.min(windowOf(state, settings), OVERDUE_MS * 2 ** (state.refusals - 2));
  const until = reset ? Math.max(reset.to, earliest) : (current?.resetAt ?? at + pause);
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

/** Calls whose end said nothing of the window. Outreach may have counted them, in a new window if one is due and it answered. */
export function unheard(
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
