/**
 * Holds what Outreach has against what a stream implies.
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Value } from "./stream.ts";

type Attributes = Readonly<Record<string, unknown>>;

export interface Difference {
  readonly prospectId: number;
  readonly attribute: string;
}

/** Attributes that Outreach derives by itself when others change. */
const DERIVED = new Set(["name", "updatedAt"]);

/**
 * Every attribute of every prospect must be as it was before the stream, or as the stream implies.
 * @returns where it is not; empty where all is as it should be
 */
export function differences(
  before: ReadonlyMap<number, Attributes>,
  after: ReadonlyMap<number, Attributes>,
  implied: ReadonlyMap<number, Readonly<Record<string, Value>>>,
): readonly Difference[] {
  const found: Difference[] = [];
  for (const [prospectId, was] of before) {
    const should: Attributes = { ...was, ...implied.get(prospectId) };
    const is = after.get(prospectId) ?? {};
    for (const attribute of new Set([...Object.keys(should), ...Object.keys(is)])) {
      if (DERIVED.has(attribute)) continue;
      // An attribute that holds nothing may be absent or null.
      if (!isDeepStrictEqual(is[attribute] ?? null, should[attribute] ?? null)) {
        found.push({ prospectId, attribute });
      }
    }
  }
  return found;
}
