/**
 * Reads which page of a list is asked for.
 * @module
 */
import { type Cursor, readCursor } from "./cursor.ts";
import type { Parameter } from "./filters.ts";
import { QueryError, unknownParameter } from "./query-error.ts";

export type Page =
  | {
      readonly style: "cursor";
      readonly size: number;
      readonly after: Cursor | null;
      readonly before: Cursor | null;
    }
  | { readonly style: "offset"; readonly size: number; readonly offset: number };

/** Documented. */
const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 1_000;
const OFFSET_MAX = 10_000;
const PAGE_KEYS = new Set(["size", "after", "before", "limit", "offset"]);

/**
 * `page[limit]` and `page[offset]` are the older, deprecated way of paging; without either it is the newer one.
 * @throws {QueryError}
 */
export function parsePage(parameters: readonly Parameter[], sortKeys: number): Page {
  const values = new Map(parameters.map(({ path, value }) => [path[1] ?? "", value]));
  const number = (name: string, max: number): number | null => {
    const text = values.get(name);
    if (text === undefined) return null;
    const read = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(read <= max)) throw new QueryError(`'page[${name}]' must be a number up to ${max}.`);
    return read;
  };
  const cursor = (name: string): Cursor | null => {
    const text = values.get(name);
    if (text === undefined) return null;
    const read = readCursor(text, sortKeys);
    if (read) return read;
    throw new QueryError(`'page[${name}]' is not a cursor of this collection and order.`);
  };
  const unknown = [...values.keys()].find((name) => !PAGE_KEYS.has(name));
  if (unknown !== undefined) throw unknownParameter(`page[${unknown}]`);
  const offset = number("offset", OFFSET_MAX);
  const limit = number("limit", PAGE_SIZE_MAX);
  const size = number("size", PAGE_SIZE_MAX) ?? limit ?? PAGE_SIZE;
  if (size === 0) throw new QueryError("A page holds at least one record.");
  if (offset !== null || limit !== null) return { style: "offset", size, offset: offset ?? 0 };
  return { style: "cursor", size, after: cursor("after"), before: cursor("before") };
}
