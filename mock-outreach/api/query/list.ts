/**
 * Answers a query on a collection: selects, sorts, cuts out a page and links to its neighbours.
 * @module
 */
import { valueIn } from "../../model/kinds/kind.ts";
import type { ResourceRecord } from "../../model/records.ts";
import type { Collection, Directory } from "./collection.ts";
import { comparable } from "./condition.ts";
import { type Cursor, writeCursor } from "./cursor.ts";
import type { Page } from "./page.ts";
import type { Query, SortKey } from "./parse.ts";
import { referredValue, select } from "./select.ts";

export interface Listed {
  readonly records: readonly ResourceRecord[];
  /** What the document says besides its records. */
  readonly around: object;
}

/** The page that a query asks for. @param url what was asked, @param base where the API is */
export function list(
  collection: Collection,
  query: Query,
  directory: Directory,
  url: URL,
  base: string,
): Listed {
  const ids = select(collection, query.filters, directory);
  const places = order(collection, query.sort, ids, directory);
  const { page, first, last } = cut(places, query.page, query.sort);
  return {
    records: page.flatMap((place) => collection.get(idOf(place)) ?? []),
    around: {
      // Documented: applications registered since October 2024 get a count only if they ask for it.
      ...(query.count && { meta: { count: places.length, count_truncated: false } }),
      links: linksOf(query.page, { page, first, last, total: places.length }, url, base),
    },
  };
}

/** A place is what its record is sorted by, the id last, which settles ties. */
function order(
  collection: Collection,
  sort: readonly SortKey[],
  ids: readonly number[],
  directory: Directory,
): readonly Cursor[] {
  if (sort.length === 0) return ids.map((id) => [id]);
  const keys = sort.map((key) => keyOf(collection, key, directory));
  return ids
    .map((id) => {
      const record = collection.get(id);
      return [...keys.map((key) => (record ? key(record) : null)), id];
    })
    .toSorted((a, b) => compare(a, b, sort));
}

/** What a record is sorted by. */
function keyOf(
  { kind }: Collection,
  { name, through }: SortKey,
  directory: Directory,
): (record: ResourceRecord) => number | string | null {
  if (through) {
    const value = referredValue(through, name, directory);
    const sorted = directory(through.type)?.kind.attributes.get(name)?.kind ?? "integer";
    return (record) => comparable(sorted, value(record));
  }
  if (name === "id") return ({ id }) => id;
  const sorted = kind.attributes.get(name)?.kind ?? "string";
  return (record) => comparable(sorted, valueIn(kind, record, name));
}

/** Nulls come first, as in MySQL (assumed). */
function compare(a: Cursor, b: Cursor, sort: readonly SortKey[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? null;
    if (value === other) continue;
    const before = value === null || (other !== null && value < other);
    return before === (sort[i]?.descending ?? false) ? 1 : -1;
  }
  return 0;
}

interface Cut {
  readonly page: readonly Cursor[];
  /** Where the page begins and ends among all places; `last` is the first place after it. */
  readonly first: number;
  readonly last: number;
}

function cut(places: readonly Cursor[], page: Page, sort: readonly SortKey[]): Cut {
  let first = 0;
  if (page.style === "offset") first = page.offset;
  else if (page.after) first = countUpTo(places, page.after, sort, "with it");
  else if (page.before) {
    const end = countUpTo(places, page.before, sort, "without it");
    first = Math.max(0, end - page.size);
    return { page: places.slice(first, end), first, last: end };
  }
  const last = Math.min(places.length, first + page.size);
  return { page: places.slice(first, last), first, last };
}

/** How many places lie before `cursor`; the record that it was made from may be gone. */
function countUpTo(
  places: readonly Cursor[],
  cursor: Cursor,
  sort: readonly SortKey[],
  itself: "with it" | "without it",
): number {
  const end = places.findIndex((place) => {
    const difference = compare(place, cursor, sort);
    return itself === "with it" ? difference > 0 : difference >= 0;
  });
  return end === -1 ? places.length : end;
}

function linksOf(
  page: Page,
  { page: shown, first, last, total }: Cut & { readonly total: number },
  url: URL,
  base: string,
): object {
  const link = (parameters: Readonly<Record<string, string | number>>): string => {
    const search = new URLSearchParams(url.search);
    for (const name of ["size", "after", "before", "limit", "offset"])
      search.delete(`page[${name}]`);
    for (const [name, value] of Object.entries(parameters))
      search.set(`page[${name}]`, String(value));
    return `${base}${url.pathname.slice(url.pathname.lastIndexOf("/"))}?${search}`;
  };
  const { size } = page;
  if (page.style === "offset") {
    const lastOffset = Math.max(0, Math.ceil(total / size) - 1) * size;
    return {
      first: link({ limit: size, offset: 0 }),
      ...(first > 0 && { prev: link({ limit: size, offset: Math.max(0, first - size) }) }),
      ...(last < total && { next: link({ limit: size, offset: last }) }),
      last: link({ limit: size, offset: lastOffset }),
    };
  }
  const [from, to] = [shown[0], shown.at(-1)];
  return {
    first: link({ size }),
    ...(first > 0 && from && { prev: link({ size, before: writeCursor(from) }) }),
    ...(last < total && to && { next: link({ size, after: writeCursor(to) }) }),
  };
}

const idOf = (place: Cursor): number => Number(place.at(-1));
