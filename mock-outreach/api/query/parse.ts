/**
 * Reads the query parameters of a collection. Whatever is not understood is refused, so that a mistake in a test's
 * subject shows: that Outreach does so too is documented only for actions.
 * @module
 */
import type { AttributeKind } from "../../model/attributes.ts";
import type { Collection } from "./collection.ts";
import { type Condition, operands, parseCondition, suits } from "./condition.ts";
import { type Cursor, readCursor } from "./cursor.ts";

export interface Filter {
  /** `id`, an attribute, `q`, or a relationship. */
  readonly name: string;
  readonly of: "id" | "attribute" | "search" | "reference";
  readonly kind: AttributeKind;
  readonly condition: Condition;
}

export interface SortKey {
  readonly name: string;
  readonly descending: boolean;
}

export type Page =
  | {
      readonly style: "cursor";
      readonly size: number;
      readonly after: Cursor | null;
      readonly before: Cursor | null;
    }
  | { readonly style: "offset"; readonly size: number; readonly offset: number };

export interface Query {
  readonly filters: readonly Filter[];
  readonly sort: readonly SortKey[];
  /** Null for all of them. */
  readonly fields: ReadonlySet<string> | null;
  readonly page: Page;
  readonly count: boolean;
}

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  /** @param detail says what is wrong, for the caller to read */
  | { readonly ok: false; readonly detail: string };

/** Leaves the parser from wherever it finds a mistake; `parseQuery` turns it into its result. */
class QueryError extends Error {
  override readonly name = "QueryError";
}

/** Documented. */
const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 1_000;
const OFFSET_MAX = 10_000;

interface Parameter {
  /** `filter[owner][id]` is `["filter", "owner", "id"]`. */
  readonly path: readonly string[];
  readonly value: string;
}

export function parseQuery(search: URLSearchParams, collection: Collection): ParsedQuery {
  try {
    return { ok: true, query: readQuery(search, collection) };
  } catch (error) {
    if (error instanceof QueryError) return { ok: false, detail: error.message };
    throw error;
  }
}

/** The query of a call that answers one record: it takes a sparse fieldset and nothing else. */
export function parseFieldset(search: URLSearchParams, collection: Collection): ParsedQuery {
  const other = [...search.keys()].find((key) => /^(filter|sort|page|count|new)/.test(key));
  if (other === undefined) return parseQuery(search, collection);
  return { ok: false, detail: `'${other.slice(0, 100)}' is not a parameter of this call.` };
}

function readQuery(search: URLSearchParams, collection: Collection): Query {
  const parameters = [...search].map(([key, value]) => ({ path: pathOf(key), value }));
  const by = (name: string) => parameters.filter(({ path }) => path[0] === name);
  for (const { path } of parameters) {
    const known = KNOWN.has(path[0] ?? "");
    if (!known) throw new QueryError(`'${path[0]}' is not a parameter of this call.`);
  }
  if (by("include").length > 0) {
    throw new QueryError(
      "mock-outreach does not model 'include'; fetch the other records by their ids.",
    );
  }
  const sort = parseSort(search.get("sort"), collection);
  const newSyntax = search.get("newFilterSyntax") === "true";
  return {
    filters: parseFilters(by("filter"), collection, newSyntax),
    sort,
    fields: parseFields(by("fields"), collection),
    page: parsePage(by("page"), sort.length),
    count: search.get("count") === "true",
  };
}

const KNOWN = new Set(["filter", "fields", "sort", "page", "count", "newFilterSyntax", "include"]);

function pathOf(key: string): readonly string[] {
  if (!/^\w{1,40}(\[[^[\]]{0,60}\]){0,4}$/.test(key)) {
    throw new QueryError(`'${key.slice(0, 100)}' is not a parameter of this call.`);
  }
  return key.replaceAll("]", "").split("[");
}

/** @returns no key for the usual order, by id */
function parseSort(text: string | null, { attributes }: Collection): readonly SortKey[] {
  const keys = (text ?? "").split(",").filter(Boolean);
  const parsed = keys.map((key) => ({
    name: key.replace(/^-/, ""),
    descending: key.startsWith("-"),
  }));
  for (const { name } of parsed) {
    if (name !== "id" && !attributes.get(name)?.sortable) {
      throw new QueryError(`Cannot sort by '${name.slice(0, 100)}'.`);
    }
  }
  return parsed;
}

function parseFields(
  parameters: readonly Parameter[],
  collection: Collection,
): ReadonlySet<string> | null {
  const own = parameters.filter(({ path }) => path[1] === collection.type);
  if (own.length === 0) return null;
  const names = own.flatMap(({ value }) => value.split(",").filter(Boolean));
  for (const name of names) {
    if (!collection.fields.has(name)) {
      throw new QueryError(`'${name.slice(0, 100)}' is not a field of ${collection.type}.`);
    }
  }
  return new Set(names);
}

/** `page[limit]` and `page[offset]` are the older, deprecated way of paging; without either it is the newer one. */
function parsePage(parameters: readonly Parameter[], sortKeys: number): Page {
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
  if (unknown !== undefined) {
    throw new QueryError(`'page[${unknown}]' is not a parameter of this call.`);
  }
  const offset = number("offset", OFFSET_MAX);
  const limit = number("limit", PAGE_SIZE_MAX);
  const size = number("size", PAGE_SIZE_MAX) ?? limit ?? PAGE_SIZE;
  if (size === 0) throw new QueryError("A page holds at least one record.");
  if (offset !== null || limit !== null) return { style: "offset", size, offset: offset ?? 0 };
  return { style: "cursor", size, after: cursor("after"), before: cursor("before") };
}

const PAGE_KEYS = new Set(["size", "after", "before", "limit", "offset"]);

function parseFilters(
  parameters: readonly Parameter[],
  collection: Collection,
  newSyntax: boolean,
): readonly Filter[] {
  const filters: Filter[] = [];
  const lists = new Map<string, { target: Omit<Filter, "condition">; values: string[] }>();
  for (const { path, value } of parameters) {
    const { target, operator } = targetOf(path.slice(1), collection);
    if (operator === "" && newSyntax) {
      const list = lists.get(target.name) ?? { target, values: [] };
      list.values.push(value);
      lists.set(target.name, list);
    } else filters.push({ ...target, condition: conditionOf(operator, value, newSyntax) });
  }
  for (const { target, values } of lists.values()) {
    filters.push({ ...target, condition: { kind: "in", values } });
  }
  for (const { name, kind, condition } of filters) {
    const odd = operands(condition).find((operand) => !suits(kind, operand));
    if (odd !== undefined) {
      throw new QueryError(`'filter[${name}]' cannot be compared with that value.`);
    }
  }
  return filters;
}

/** @param operator what stands after the field's name, as in `[gte]` or `[]`; null where nothing does */
function conditionOf(operator: string | null, value: string, newSyntax: boolean): Condition {
  if (operator === null) {
    const literal = newSyntax && !value.startsWith("__");
    return literal ? { kind: "in", values: [value] } : parseCondition(value);
  }
  if (newSyntax && operator === "gte") return { kind: "between", from: value, to: null };
  if (newSyntax && operator === "lte") return { kind: "between", from: null, to: value };
  throw new QueryError(
    `A filter's '[${operator}]' needs 'newFilterSyntax=true', and is '[]', '[gte]' or '[lte]'.`,
  );
}

function targetOf(
  path: readonly string[],
  { attributes, filterableReferences }: Collection,
): { readonly target: Omit<Filter, "condition">; readonly operator: string | null } {
  const [name = "", second, third] = path;
  const operator = second ?? null;
  if (name === "id") return { target: { name, of: "id", kind: "integer" }, operator };
  if (name === "q") return { target: { name, of: "search", kind: "string" }, operator };
  const attribute = attributes.get(name);
  if (attribute?.filterable) {
    return { target: { name, of: "attribute", kind: attribute.kind }, operator };
  }
  if (filterableReferences.has(name) && second === "id") {
    return { target: { name, of: "reference", kind: "integer" }, operator: third ?? null };
  }
  const what = path.map((part) => `[${part}]`).join("");
  throw new QueryError(`Cannot filter by 'filter${what}'.`);
}
