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
import { callsSince, count, ownCalls, ownOpeningAt } from "./own-calls-rules.ts";
import { limitOf, reserveOf, windowOf } from "./state-rules.ts";
import type { Answer, LimiterSettings, LimiterState } from "./state-rules.ts";
import { hear, refuse, unheard } from "./reported-rules.ts";

export { NEW_LIMITER } from "./state-rules.ts";
export type { Answer, LimiterSettings, LimiterState, WindowReport } from "./state-rules.ts";

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

function ownRoom(state: LimiterState, settings: LimiterSettings, now: number): number {
  return limitOf(state, settings) - reserveOf(state, settings) - ownCalls(state, settings, now);
}

function closed(state: LimiterState, opensAt: number): Room {
  // While calls are out their answers may bring room sooner than the clock does.
  return { calls: 0, opensAt: state.out > 0 ? null : opensAt };
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

/** A call is about to leave. Store the result before it does. */
export function callLeaves(state: LimiterState): LimiterState {
  return { ...state, out: state.out + 1 };
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
