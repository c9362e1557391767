/**
 * The fewest calls found that could have done what a row of the table did, as fresh: found with all of the trace known
 * beforehand, and without the connector's code, but with the same means. A PATCH is one call. A bulk job is two, one to
 * start it and one look that tells what came of it, and takes its time.
 * @module
 */
import type { Item } from "./traces.ts";

/** Prospects that one bulk modify takes, all with the same values (reported by two sources, not documented). */
export const MODIFY_MAX = 100_000;
/** Records that one bulk upsert takes, each with its own values (assumed). */
export const UPSERT_MAX = 500;
/** Its start, and one look that tells what came of it. The connector reckons with four beforehand, and needs some 2.4. */
const CALLS_PER_JOB = 2;
/** From its start until Outreach holds what a job brings (assumed, as in the connector's row). */
export const JOB_MS = 10_000;

interface Waiting {
  readonly value: string;
  readonly since: number;
}
type Values = ReadonlyMap<string, Waiting>;
/** What differs from what Outreach holds, by prospect, those that have differed longest first. */
type Drain = ReadonlyMap<number, Values>;

/** What leaves when the oldest value may wait no longer: whom it serves, and what it costs. */
interface Departure {
  readonly ids: Iterable<number>;
  readonly calls: number;
}

/**
 * Values wait together until the oldest of them would become staler than `freshMs`. To wait for as long as that is never
 * worse: whatever could go earlier can go then. What leaves is found in three ways, of which the best counts: each prospect by a
 * PATCH at its own last moment; all that waits, in jobs, at the oldest's; or the one job that then carries the most.
 * @param items by time
 * @param freshMs how long a value may wait at most, unless it is overwritten meanwhile
 */
export function fewestCalls(items: readonly Item[], freshMs: number): number {
  const ways = [replay(items, freshMs, onePatch)];
  if (freshMs >= JOB_MS) {
    ways.push(replay(items, freshMs - JOB_MS, everything), replay(items, freshMs - JOB_MS, oneJob));
  }
  return Math.min(...ways);
}

function replay(
  items: readonly Item[],
  waitMs: number,
  leave: (waiting: Drain) => Departure,
): number {
  const held = new Map<number, Map<string, string>>();
  const waiting = new Map<number, Map<string, Waiting>>();
  let calls = 0;
  const leaveBefore = (now: number): void => {
    for (const [first] of waiting) {
      if (oldestOf(waiting.get(first)) + waitMs >= now) return;
      const departure = leave(waiting);
      calls += departure.calls;
      for (const id of departure.ids) {
        const known = held.get(id) ?? new Map<string, string>();
        for (const [name, { value }] of waiting.get(id) ?? []) known.set(name, value);
        held.set(id, known);
        waiting.delete(id);
      }
    }
  };
  for (const { at, update, says } of items) {
    leaveBefore(at);
    const id = update.prospectId;
    const values = waiting.get(id) ?? new Map<string, Waiting>();
    for (const [name, said] of Object.entries(says)) {
      const value = JSON.stringify(said);
      if (held.get(id)?.get(name) === value) values.delete(name);
      else if (values.get(name)?.value !== value) values.set(name, { value, since: at });
    }
    if (values.size === 0) waiting.delete(id);
    else waiting.set(id, values);
  }
  leaveBefore(Infinity);
  return calls;
}

function onePatch(waiting: Drain): Departure {
  const [first] = waiting.keys();
  return { ids: first === undefined ? [] : [first], calls: 1 };
}

function everything(waiting: Drain): Departure {
  return { ids: [...waiting.keys()], calls: drainCalls(waiting) };
}

/** An upsert of those that have waited longest, or a modify of all that share the values of the first, if those are more. */
function oneJob(waiting: Drain): Departure {
  const upserted: number[] = [];
  const alike: number[] = [];
  let shared: string | null = null;
  for (const [id, values] of waiting) {
    const set = pairsOf(values).join("\n");
    shared ??= set;
    if (upserted.length < UPSERT_MAX) upserted.push(id);
    if (set === shared && alike.length < MODIFY_MAX) alike.push(id);
    // Where nobody among so many is like the first, hardly anybody is.
    if (upserted.length === UPSERT_MAX && alike.length === 1) break;
  }
  const ids = alike.length > upserted.length ? alike : upserted;
  return { ids, calls: Math.min(CALLS_PER_JOB, ids.length) };
}

/**
 * The calls of a drain: modifies of prospects with equal values, the largest groups first, and upserts of the rest, in
 * whatever mix takes the fewest; or modifies of single values; or a PATCH for each, where those are fewer still.
 */
export function drainCalls(drain: Drain): number {
  const sets = new Map<string, number>();
  const singles = new Map<string, number>();
  for (const values of drain.values()) {
    const pairs = pairsOf(values);
    for (const [counts, keys] of [
      [sets, [pairs.join("\n")]],
      [singles, pairs],
    ] as const) {
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  let modifies = 0;
  let rest = drain.size;
  let jobs = Math.ceil(rest / UPSERT_MAX);
  for (const size of [...sets.values()].toSorted((a, b) => b - a)) {
    modifies += Math.ceil(size / MODIFY_MAX);
    rest -= size;
    jobs = Math.min(jobs, modifies + Math.ceil(rest / UPSERT_MAX));
  }
  const bySingles = [...singles.values()].reduce((n, size) => n + Math.ceil(size / MODIFY_MAX), 0);
  return Math.min(CALLS_PER_JOB * Math.min(jobs, bySingles), drain.size);
}

function pairsOf(values: Values): string[] {
  return [...values].map(([name, { value }]) => `${name}=${value}`).toSorted();
}

function oldestOf(values: Values | undefined): number {
  return Math.min(...[...(values ?? [])].map(([, { since }]) => since));
}
