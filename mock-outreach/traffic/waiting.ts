/**
 * Waits until the journal holds the calls that a test looks for. It is told of each call as it begins and ends, so
 * nothing looks again and again; whatever ends the wait takes its timer and its ears away.
 * @module
 */
import { type Call, type Journal, type JournalFilter, matches } from "./journal.ts";

export interface Wait {
  /** Which calls, as `waitedFor` has it. */
  readonly filter: JournalFilter;
  /** Only calls of a higher number. */
  readonly after: number;
  readonly count: number;
  /** Real time, whatever the mock's clock says; 0 looks once. */
  readonly withinMs: number;
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
  /** Aborts when the journal's world ends. */
  readonly worldEnds: AbortSignal;
}

/**
 * Which calls a wait counts: those that have ended, unless `end` says otherwise. `open` stands for those that have
 * begun, however they go on: a call that is over in a moment is not missed.
 */
export function waitedFor({ end = "ended", ...filter }: JournalFilter): JournalFilter {
  return end === "open" ? filter : { ...filter, end };
}

/** Resolves with the reason for which the wait is over; never rejects. */
export function waitForCalls(
  journal: Journal,
  { filter, after, count, withinMs, signal, worldEnds }: Wait,
): Promise<"enough" | "time_over" | "new_world"> {
  const { calls } = journal.search(filter, { after, limit: count });
  if (calls.length >= count) return Promise.resolve("enough");
  if (worldEnds.aborted) return Promise.resolve("new_world");
  if (withinMs === 0 || signal.aborted) return Promise.resolve("time_over");
  const found = new Set(calls.map(({ id }) => id));
  return new Promise((resolve) => {
    const over = (outcome: "enough" | "time_over" | "new_world"): void => {
      clearTimeout(timer);
      stopWatching();
      signal.removeEventListener("abort", timeOver);
      worldEnds.removeEventListener("abort", newWorld);
      resolve(outcome);
    };
    const timeOver = (): void => over("time_over");
    const newWorld = (): void => over("new_world");
    const look = (call: Call): void => {
      if (call.id > after && matches(call, filter)) found.add(call.id);
      if (found.size >= count) over("enough");
    };
    const stopWatching = journal.watch(look);
    const timer = setTimeout(timeOver, withinMs);
    signal.addEventListener("abort", timeOver, { once: true });
    worldEnds.addEventListener("abort", newWorld, { once: true });
  });
}
