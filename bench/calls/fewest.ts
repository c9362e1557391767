/**
 * The fewest calls that could have done what a row of the table did, as fresh: found with all of the trace known
 * beforehand, and without the connector's code.
 * @module
 */
import type { Item } from "./traces.ts";

/** Prospects that one bulk modify takes, all with the same values (reported by two sources, not documented). */
const MODIFY_MAX = 100_000;
/** Records that one bulk upsert takes, each with its own values (assumed). */
const UPSERT_MAX = 500;

interface Waiting {
  readonly value: string;
  readonly since: number;
}
type Drain = ReadonlyMap<number, ReadonlyMap<string, Waiting>>;

/**
 * Values wait together until the oldest of them would become staler than `freshMs`; then all that differ from what
 * Outreach holds are drained at once. To wait for as long as that is never worse: whatever could go earlier can go then.
 * @param items by time
 * @param freshMs how long a value may wait at most, unless it is overwritten meanwhile
 */
export function fewestCalls(items: readonly Item[], freshMs: number): number {
  const held = new Map<number, Map<string, string>>();
  const waiting = new Map<number, Map<string, Waiting>>();
  let calls = 0;
  let drainAt = Infinity;
  const drainBefore = (now: number): void => {
    if (now <= drainAt) return;
    // Those that set the time may have been overwritten since.
    drainAt = oldest(waiting) + freshMs;
    if (now <= drainAt) return;
    calls += drainCalls(waiting);
    for (const [id, values] of waiting) {
      const known = held.get(id) ?? new Map<string, string>();
      for (const [name, { value }] of values) known.set(name, value);
      held.set(id, known);
    }
    waiting.clear();
    drainAt = Infinity;
  };
  for (const { at, update, says } of items) {
    drainBefore(at);
    const id = update.prospectId;
    const values = waiting.get(id) ?? new Map<string, Waiting>();
    for (const [name, said] of Object.entries(says)) {
      const value = JSON.stringify(said);
      if (held.get(id)?.get(name) === value) values.delete(name);
      else if (values.get(name)?.value !== value) values.set(name, { value, since: at });
    }
    if (values.size === 0) waiting.delete(id);
    else waiting.set(id, values);
    if (waiting.size > 0) drainAt = Math.min(drainAt, at + freshMs);
  }
  if (waiting.size > 0) calls += drainCalls(waiting);
  return calls;
}

/**
 * The calls of one drain, never fewer than 1: modifies of prospects with equal values, the largest groups first, and
 * upserts of the rest, in whatever mix takes the fewest; or modifies of single values, where those are fewer still.
 */
export function drainCalls(drain: Drain): number {
  const sets = new Map<string, number>();
  const singles = new Map<string, number>();
  for (const values of drain.values()) {
    const pairs = [...values].map(([name, { value }]) => `${name}=${value}`).toSorted();
    for (const [counts, keys] of [
      [sets, [pairs.join("\n")]],
      [singles, pairs],
    ] as const) {
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  let modifies = 0;
  let rest = drain.size;
  let fewest = Math.ceil(rest / UPSERT_MAX);
  for (const size of [...sets.values()].toSorted((a, b) => b - a)) {
    modifies += Math.ceil(size / MODIFY_MAX);
    rest -= size;
    fewest = Math.min(fewest, modifies + Math.ceil(rest / UPSERT_MAX));
  }
  const bySingles = [...singles.values()].reduce((n, size) => n + Math.ceil(size / MODIFY_MAX), 0);
  return Math.min(fewest, bySingles);
}

function oldest(waiting: Drain): number {
  let since = Infinity;
  for (const values of waiting.values()) {
    for (const value of values.values()) since = Math.min(since, value.since);
  }
  return since;
}
