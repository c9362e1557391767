/**
 * What a prospect's waiting values are as a set: prospects with the same set can travel in one bulk modify.
 * @module
 */
import type { FieldValue } from "./prospect-update.ts";
import type { Fields, Pending, PendingField } from "./prospect.ts";
import { sourcesOf } from "./sources.ts";

/** Attributes and values, the same text for the same set whatever order they came in. */
export function changeSetOf(
  fields: Readonly<Record<string, { readonly value: FieldValue }>>,
): string {
  const names = Object.keys(fields).toSorted();
  return JSON.stringify(names.map((name) => [name, fields[name]?.value ?? null]));
}

/**
 * A number that prospects with the same set share, to find them by. Others may share it by chance, so whoever groups
 * by it compares the sets too. Null where the set is too large to travel with others.
 */
export function changeKeyOf(fields: Fields<Pick<PendingField, "value">>): number | null {
  const set = changeSetOf(fields);
  return set.length > GROUPED_MAX_CHARS ? null : hash53(set);
}

/**
 * Whether what waits has to go in a call of its own, whatever it is.
 * @param singles destinations that want that for all they have
 */
export function goesAlone(pending: Pending, singles: ReadonlySet<string>): boolean {
  if (pending.single === true || pending.attempts > 0) return true;
  return singles.size > 0 && [...sourcesOf(pending)].some((source) => singles.has(source));
}

/** Hundreds of prospects are worked on at once; one that is larger than this goes by itself. */
export const GROUPED_MAX_CHARS = 20_000;

/** Two lanes of multiplicative hashing, 53 bits together: what a JavaScript number, and SQLite, hold exactly. */
export function hash53(text: string): number {
  let high = 0x9e3779b1;
  let low = 0x85ebca77;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x2c1b3c6d);
    low = Math.imul(low ^ code, 0x297a2d39);
  }
  high = Math.imul(high ^ (low >>> 15), 0x2c1b3c6d) >>> 0;
  low = Math.imul(low ^ (high >>> 13), 0x297a2d39) >>> 0;
  return (high & 0x1f_ffff) * 0x1_0000_0000 + low;
}
