/**
 * What people and other programs spend on the same Outreach user: limit − remaining − our own, added up over windows.
 *
 * Promises: no call is counted twice, and none of our own is taken for somebody else's, whether the window is fixed or
 * slides, and over restarts. So it is the least that others must have spent: what they spend while nothing of ours is
 * answered, in a window that is gone by the next answer, nobody can tell.
 * @module
 */
import { callsSince, slowestMs } from "./own-calls-rules.ts";
import { windowOf } from "./state-rules.ts";
import type { Answer, LimiterSettings, LimiterState } from "./state-rules.ts";
import { isOfEarlierWindow } from "./reported-rules.ts";

/** Others' calls that were counted up to `to`, within one step that ends at `endAt`. */
interface Seen {
  readonly endAt: number;
  readonly to: number;
  readonly calls: number;
}

/** Others' calls that were counted already and may still be in Outreach's window. */
export interface OthersState {
  readonly seen: readonly Seen[];
}

export const NO_OTHERS: OthersState = { seen: [] };

/** A window is counted in this many steps. */
const STEPS = 60;
/** A reset told in whole seconds may be rounded up, and is taken to be at the end of its second. */
const ROUNDED_MS = 2_000;

/**
 * What an answer shows of others' calls beyond those that were counted before.
 * @param limiter as it is after the answer
 * @returns the new state, and how many calls to add; the state needs to be stored only where that is not 0
 */
export function othersSeen(
  state: OthersState,
  limiter: LimiterState,
  settings: LimiterSettings,
  answer: Answer,
): { readonly state: OthersState; readonly calls: number } {
  const { at, window } = answer;
  const since = windowBegan(limiter, settings, answer);
  const { limit = null, remaining = null } = window ?? {};
  if (since === null || limit === null || remaining === null) return { state, calls: 0 };
  const spent = limit - remaining - callsSince(limiter, since) - limiter.out;
  const kept = state.seen.filter(({ to }) => to > since);
  const calls = spent - kept.reduce((sum, seen) => sum + seen.calls, 0);
  if (calls <= 0) return { state, calls: 0 };
  return { state: { seen: withSeen(kept, at, calls, windowOf(limiter, settings)) }, calls };
}

/** The earliest moment of which the answer's figure can tell; null where the answer tells nothing that is certain. */
function windowBegan(
  limiter: LimiterState,
  settings: LimiterSettings,
  { leftAt, at, window, refused }: Answer,
): number | null {
  const { told, fixed } = limiter;
  if (refused || !told) return null;
  if (isOfEarlierWindow(told, window?.resetAt ?? null)) return null;
  const windowMs = windowOf(limiter, settings);
  if (at - leftAt > slowestMs(windowMs)) return null;
  if (fixed && !told.guessed) {
    return Math.max(leftAt, told.resetFrom - ROUNDED_MS) - windowMs;
  }
  // A window that is longer than ours are kept for holds calls that nobody remembers.
  const isLonger = !told.guessed && told.resetFrom - at > windowMs;
  return isLonger ? null : leftAt - windowMs;
}

function withSeen(
  seen: readonly Seen[],
  at: number,
  calls: number,
  windowMs: number,
): readonly Seen[] {
  const step = Math.max(1, Math.floor(windowMs / STEPS));
  const last = seen.at(-1);
  if (last && at < last.endAt) {
    return [...seen.slice(0, -1), { ...last, to: at, calls: last.calls + calls }];
  }
  return [...seen, { endAt: (Math.floor(at / step) + 1) * step, to: at, calls }];
}

/** What others were seen to spend in each of the last windows, the oldest first. */
export type OthersByWindow = readonly { readonly resetsAt: number; readonly calls: number }[];

/** An odd number, so that one of them is in the middle. */
const WINDOWS_KEPT = 5;

/** An answer told what others have spent in the window that is open. */
export function withWindow(
  windows: OthersByWindow,
  { resetsAt, calls }: OthersByWindow[number],
  windowMs: number,
): OthersByWindow {
  const last = windows.at(-1);
  // The end of one and the same window is told ever more exactly.
  const isSame = last !== undefined && resetsAt - last.resetsAt < windowMs / 2;
  const before = isSame ? windows.slice(0, -1) : windows;
  return [...before, { resetsAt, calls }].slice(-WINDOWS_KEPT);
}

/** What others are expected to spend in a window: the median of the last ones; 0 where nothing is known. */
export function usuallyByOthers(windows: OthersByWindow): number {
  const calls = windows.map((window) => window.calls).toSorted((a, b) => a - b);
  return calls[Math.floor(calls.length / 2)] ?? 0;
}
