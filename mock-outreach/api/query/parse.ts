/**
 * Reads the query parameters of a call that answers records. Whatever is not understood is refused, so that a mistake in
 * a test's subject shows: that Outreach does so too is documented only for actions.
 * @module
 */
import type { ToOne } from "../../model/relationships.ts";
import type { Collection, Directory } from "./collection.ts";
import { type Filter, type Parameter, parseFilters } from "./filters.ts";
import { type IncludePath, parseInclude } from "./include.ts";
import { type Page, parsePage } from "./page.ts";
import { QueryError, unknownParameter } from "./query-error.ts";

export interface SortKey {
  /** An attribute, or `id`. */
  readonly name: string;
  /** Whose attribute: of what the record refers to by this; null for its own. */
  readonly through: ToOne | null;
  readonly descending: boolean;
}

/** What of a record is told. */
export interface View {
  /** By type, the fields that are told; of other types, all. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
  readonly include: readonly IncludePath[];
  /** Whether each record tells what the caller may do with it, and its connections to other systems. */
  readonly authorizationMeta: boolean;
  readonly dataConnections: boolean;
  /** False where a prospect's account is to be null unless it is `named`. */
  readonly unnamedAccounts: boolean;
}

export interface Query {
  readonly filters: readonly Filter[];
  readonly sort: readonly SortKey[];
  readonly view: View;
  readonly page: Page;
  readonly count: boolean;
}

export type Parsed<T> =
  | { readonly ok: true; readonly query: T }
  /** @param detail says what is wrong, for the caller to read */
  | { readonly ok: false; readonly detail: string };

/** The parameters of a list. */
export function parseQuery(
  search: URLSearchParams,
  collection: Collection,
  directory: Directory,
): Parsed<Query> {
  return orDetail(() => {
    const by = readParameters(search, [...OF_EVERY_READ, ...OF_LISTS]);
    const sort = parseSort(search.get("sort"), collection, directory);
    const newSyntax = search.get("newFilterSyntax") === "true";
    return {
      filters: parseFilters(by("filter"), collection, directory, newSyntax),
      sort,
      view: readView(search, by, collection, directory),
      page: parsePage(by("page"), sort.length),
      count: search.get("count") === "true",
    };
  });
}

/** What stands in an action's `actionParams`. */
export interface ActionParams {
  readonly filters: readonly Filter[];
  /** The others, by name. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * The parameters of an action. @param known names in its `actionParams`; with `filter` among them, it works on a
 * selection from the collection
 */
export function parseAction(
  search: URLSearchParams,
  known: readonly string[],
  collection: Collection,
  directory: Directory,
): Parsed<ActionParams> {
  return orDetail(() => {
    const params = readParameters(search, ["actionParams"])("actionParams").map(
      ({ path, value }) => ({ path: path.slice(1), value }),
    );
    const odd = params.find(
      ({ path: [name = "", ...rest] }) =>
        !known.includes(name) || (name !== "filter" && rest.length > 0),
    );
    if (odd) throw unknownParameter(`actionParams[${odd.path.join("][")}]`);
    const filters = params.filter(({ path }) => path[0] === "filter");
    const others = params.filter(({ path }) => path[0] !== "filter");
    return {
      filters: parseFilters(filters, collection, directory, false),
      values: new Map(others.map(({ path, value }) => [path[0] ?? "", value])),
    };
  });
}

/** The parameters of a call that answers one record. */
export function parseView(
  search: URLSearchParams,
  collection: Collection,
  directory: Directory,
): Parsed<View> {
  return orDetail(() => {
    const by = readParameters(search, OF_EVERY_READ);
    return readView(search, by, collection, directory);
  });
}

const OF_EVERY_READ = [
  "fields",
  "include",
  "provideAuthorizationMeta",
  "provideDataConnections",
  "actionParams",
];
const OF_LISTS = ["filter", "sort", "page", "count", "newFilterSyntax"];

function orDetail<T>(read: () => T): Parsed<T> {
  try {
    return { ok: true, query: read() };
  } catch (error) {
    if (error instanceof QueryError) return { ok: false, detail: error.message };
    throw error;
  }
}

type ByName = (name: string) => readonly Parameter[];

function readParameters(search: URLSearchParams, known: readonly string[]): ByName {
  const parameters = [...search].map(([key, value]) => ({ path: pathOf(key), value }));
  const unknown = parameters.find(({ path }) => !known.includes(path[0] ?? ""));
  if (unknown) throw unknownParameter(unknown.path[0] ?? "");
  return (name) => parameters.filter(({ path }) => path[0] === name);
}

function pathOf(key: string): readonly string[] {
  if (!/^\w{1,40}(\[[^[\]]{0,60}\]){0,4}$/.test(key)) throw unknownParameter(key);
  return key.replaceAll("]", "").split("[");
}

function readView(
  search: URLSearchParams,
  by: ByName,
  collection: Collection,
  directory: Directory,
): View {
  return {
    fields: parseFields(by("fields"), directory),
    include: parseInclude(search.get("include"), collection, directory),
    authorizationMeta: search.get("provideAuthorizationMeta") === "true",
    dataConnections: search.get("provideDataConnections") === "true",
    unnamedAccounts: parseUnnamedAccounts(by("actionParams"), collection),
  };
}

/** Documented at a prospect's account, and nowhere else. */
function parseUnnamedAccounts(parameters: readonly Parameter[], { kind }: Collection): boolean {
  for (const { path } of parameters) {
    const known = kind.type === "prospect" && path[1] === "withUnnamedAccount" && path.length === 2;
    if (!known) throw unknownParameter(`actionParams[${path.slice(1).join("][")}]`);
  }
  return parameters.every(({ value }) => value !== "false");
}

/** @returns no key for the usual order, by id */
function parseSort(
  text: string | null,
  collection: Collection,
  directory: Directory,
): readonly SortKey[] {
  const keys = (text ?? "").split(",").filter(Boolean);
  if (keys.length > SORT_KEYS_MAX) throw new QueryError("There are too many keys in 'sort'.");
  return keys.map((key) => {
    const descending = key.startsWith("-");
    const [first = "", second, ...rest] = (descending ? key.slice(1) : key).split(".");
    const through = second === undefined ? null : toOneOf(collection, first);
    const sorted = through ? directory(through.type) : collection;
    const name = second ?? first;
    const sortable = name === "id" || sorted?.kind.attributes.get(name)?.sortable === true;
    const known = sorted && sortable && rest.length === 0 && (second === undefined || through);
    if (!known) throw new QueryError(`Cannot sort by '${key.replace(/^-/, "").slice(0, 100)}'.`);
    return { name, through, descending };
  });
}

/** Nobody sorts by more. */
const SORT_KEYS_MAX = 20;

function toOneOf({ kind }: Collection, name: string): ToOne | null {
  const relationship = kind.relationships.find((known) => known.name === name);
  return relationship && !relationship.many ? relationship : null;
}

function parseFields(parameters: readonly Parameter[], directory: Directory): View["fields"] {
  const fields = new Map<string, ReadonlySet<string>>();
  for (const { path, value } of parameters) {
    const type = path[1] ?? "";
    const kind = directory(type)?.kind;
    if (!kind || path.length !== 2) {
      throw new QueryError(`'fields[${type}]' is for a type that is not answered here.`);
    }
    const names = value.split(",").filter(Boolean);
    const unknown = names.find((name) => !kind.fields.has(name));
    if (unknown !== undefined) {
      throw new QueryError(`'${unknown.slice(0, 100)}' is not a field of ${type}.`);
    }
    fields.set(type, new Set([...(fields.get(type) ?? []), ...names]));
  }
  return fields;
}
