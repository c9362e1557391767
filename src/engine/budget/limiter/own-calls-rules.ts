/**
 * Our own calls of the last window's length, counted in steps of it: what a sliding window still counts of them.
 * @module
 */
import { windowOf } from "./state-rules.ts";
import type { Answer, Bucket, LimiterSettings, LimiterState } from "./state-rules.ts";

/** A window is counted in this many steps; the last step may cost its calls one step longer. */
const BUCKETS = 60;
/** Longer than any answer is waited for. */
const SLOWEST_MS = 20_000;

/**
 * Calls have ended.
 * @param leftAt when they left, of calls that Outreach is sure to have counted
 */
export function count(
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

/** Our calls that a sliding window may still count. */
export function ownCalls(state: LimiterState, settings: LimiterSettings, now: number): number {
  const since = now - windowOf(state, settings);
  return state.ended.reduce((sum, b) => (b.endAt > since ? sum + b.calls : sum), state.out);
}

/** When the oldest of our calls that a sliding window still counts falls out of it. */
export function ownOpeningAt(state: LimiterState, settings: LimiterSettings, now: number): number {
  const windowMs = windowOf(state, settings);
  const oldest = state.ended.find((bucket) => bucket.endAt > now - windowMs);
  return (oldest?.endAt ?? now) + windowMs;
}

/** Our calls that Outreach had counted when it wrote an answer, and that a sliding window cannot have dropped by then. */
export function surelyCounted(
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

/** Our calls that have ended since then, and perhaps some that ended a little before: those Outreach may have counted since. */
export function callsSince(state: LimiterState, since: number): number {
  return state.ended.reduce((sum, b) => (b.to > since ? sum + b.calls : sum), 0);
}

/** An answer that took longer than this tells of a moment whose calls may be forgotten here. */
export function slowestMs(windowMs: number): number {
  return Math.min(windowMs, SLOWEST_MS);
}
