/**
 * Answers a query on a collection: selects, sorts, cuts out a page and links to its neighbours.
 * @module
 */
import type { ResourceRecord } from "../../model/records.ts";
import type { Collection } from "./collection.ts";
import { comparable, type Condition, predicate } from "./condition.ts";
import { type Cursor, writeCursor } from "./cursor.ts";
import type { Filter, Page, Query, SortKey } from "./parse.ts";

/** The JSON:API document of a page. @param url what was asked, @param base where the API is */
export function listDocument(collection: Collection, query: Query, url: URL, base: string): object {
  const places = order(collection, query.sort, select(collection, query.filters));
  const { page, first, last } = cut(places, query.page, query.sort);
  const data = page.flatMap((place) => {
    const record = collection.get(idOf(place));
    return record ? [collection.resource(record, base, query.fields)] : [];
  });
  return {
    data,
    // Documented: applications registered since October 2024 get a count only if they ask for it.
    ...(query.count && { meta: { count: places.length, count_truncated: false } }),
    links: linksOf(query.page, { page, first, last, total: places.length }, url, base),
  };
}

/** The ids that pass every filter, lowest first. */
function select(collection: Collection, filters: readonly Filter[]): readonly number[] {
  const candidates = candidateIds(collection, filters);
  if (filters.length === 0) return [...candidates];
  const passes = filters.map((filter) => passFor(collection, filter));
  const passing: number[] = [];
  for (const id of candidates) {
    const record = collection.get(id);
    if (record && passes.every((pass) => pass(record))) passing.push(id);
  }
  return passing;
}

/** As few as one of the filters allows without looking at a record: by the id, or by an index. */
function candidateIds(collection: Collection, filters: readonly Filter[]): Iterable<number> {
  for (const { name, of, condition } of filters) {
    if (of === "id" && condition.kind === "between") {
      return collection.ids(Number(condition.from ?? 0), Number(condition.to ?? Infinity));
    }
    if (condition.kind !== "in") continue;
    if (of === "id") return ascending(condition.values.map(Number));
    const found = condition.values.map((value) => collection.lookUp(name, value));
    if (found.every((ids) => ids !== null)) return ascending(found.flat());
  }
  return collection.ids();
}

const ascending = (ids: readonly number[]): readonly number[] =>
  [...new Set(ids)].toSorted((a, b) => a - b);

/** Whether a record passes the filter. */
function passFor(
  collection: Collection,
  { of, name, kind, condition }: Filter,
): (record: ResourceRecord) => boolean {
  const meets = predicate(condition, kind);
  switch (of) {
    case "id":
      return ({ id }) => meets(id);
    case "attribute":
      return (record) => meets(collection.value(record, name));
    case "reference":
      return (record) => meets(record.references[name] ?? null);
    case "search":
      return (record) => searchFinds(collection, condition, record);
    default:
      return of satisfies never;
  }
}

/** `filter[q]` finds what begins with a text (documented). */
function searchFinds(
  collection: Collection,
  condition: Condition,
  record: ResourceRecord,
): boolean {
  const starts = condition.kind === "in" ? condition.values.map((text) => text.toLowerCase()) : [];
  return collection.searched.some((name) =>
    [collection.value(record, name)].flat().some((value) => {
      const text = typeof value === "string" ? value.toLowerCase() : "";
      return starts.some((start) => text.startsWith(start));
    }),
  );
}

/** A place is what its record is sorted by, the id last, which settles ties. */
function order(
  collection: Collection,
  sort: readonly SortKey[],
  ids: readonly number[],
): readonly Cursor[] {
  if (sort.length === 0) return ids.map((id) => [id]);
  return ids.map((id) => placeOf(collection, sort, id)).toSorted((a, b) => compare(a, b, sort));
}

function placeOf(collection: Collection, sort: readonly SortKey[], id: number): Cursor {
  const keys = sort.map(({ name }) => {
    const record = name === "id" ? undefined : collection.get(id);
    if (!record) return id;
    const kind = collection.attributes.get(name)?.kind ?? "string";
    return comparable(kind, collection.value(record, name));
  });
  return [...keys, id];
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
