/**
 * The fewest calls that carry what is pending at one moment, found among three ways.
 * @module
 */
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import { MODIFY_MAX, UPSERT_MAX } from "./fewest.ts";

type Values = Readonly<Record<string, FieldValue>>;
/** What differs from what Outreach is known to hold, by prospect. */
export type Changes = ReadonlyMap<number, Record<string, FieldValue>>;

/** A PATCH of one prospect, or a bulk job. */
export interface Departure {
  readonly kind: "patch" | "modify" | "upsert";
  readonly changes: Changes;
}

/** A job's start, and one poll at least. A job with fewer prospects costs no less than their PATCHes. */
const CALLS_PER_JOB = 2;

/**
 * Modifies of prospects with equal changes, the largest groups first, and upserts of the others; or modifies of one
 * value each. What is no more than a job costs goes by PATCHes. The way with the fewest calls is taken, the first of equals.
 */
export function departures(changes: Changes): readonly Departure[] {
  const sets = groupsOf(changes, (values) => [values]);
  const bySets = setsAndUpserts(changes, sets);
  const singles = groupsOf(changes, (values) =>
    Object.entries(values).map(([name, value]) => ({ [name]: value })),
  );
  // One prospect in several of them: they leave one after the other.
  const bySingles = singles.flatMap((group) => modifies(group));
  const ways = [bySets, ...(bySingles.every(({ kind }) => kind === "modify") ? [bySingles] : [])];
  return ways.reduce((best, way) => (callsOf(way) < callsOf(best) ? way : best));
}

function callsOf(way: readonly Departure[]): number {
  return way.reduce((sum, { kind }) => sum + (kind === "patch" ? 1 : CALLS_PER_JOB), 0);
}

/** As many groups by modifies, from the largest on, as make the fewest jobs; upserts for the rest. */
function setsAndUpserts(changes: Changes, groups: readonly Changes[]): readonly Departure[] {
  let rest = changes.size;
  let modified = 0;
  let [best, fewest] = [0, callsOfUpserts(rest)];
  for (const [i, { size }] of groups.entries()) {
    rest -= size;
    modified += Math.min(size, CALLS_PER_JOB * Math.ceil(size / MODIFY_MAX));
    const calls = modified + callsOfUpserts(rest);
    if (calls < fewest) [best, fewest] = [i + 1, calls];
  }
  const others = groups.slice(best).flatMap((group) => [...group]);
  return [...groups.slice(0, best).flatMap((group) => modifies(group)), ...upserts(others)];
}

function callsOfUpserts(prospects: number): number {
  const last = prospects % UPSERT_MAX;
  return CALLS_PER_JOB * Math.floor(prospects / UPSERT_MAX) + Math.min(last, CALLS_PER_JOB);
}

/** Prospects with equal changes, the largest group first. */
function groupsOf(changes: Changes, split: (values: Values) => readonly Values[]): Changes[] {
  const groups = new Map<string, Map<number, Record<string, FieldValue>>>();
  for (const [id, values] of changes) {
    for (const part of split(values)) {
      const key = JSON.stringify(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const group = groups.get(key) ?? new Map<number, Record<string, FieldValue>>();
      groups.set(key, group.set(id, part));
    }
  }
  return [...groups.values()].toSorted((a, b) => b.size - a.size);
}

function modifies(group: Changes): readonly Departure[] {
  return parts("modify", [...group], MODIFY_MAX);
}

function upserts(changes: readonly (readonly [number, Record<string, FieldValue>])[]) {
  return parts("upsert", changes, UPSERT_MAX);
}

function parts(
  kind: "modify" | "upsert",
  changes: readonly (readonly [number, Record<string, FieldValue>])[],
  max: number,
): readonly Departure[] {
  const all: Departure[] = [];
  for (let first = 0; first < changes.length; first += max) {
    const part = changes.slice(first, first + max);
    if (part.length > CALLS_PER_JOB) all.push({ kind, changes: new Map(part) });
    else all.push(...part.map((one) => ({ kind: "patch" as const, changes: new Map([one]) })));
  }
  return all;
}
