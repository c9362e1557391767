/**
 * The rows of a form that lists mapped audiences.
 * @module
 */
import type { Destination } from "../registry/destinations.ts";
import type { ListedSeenAudience } from "../engine/api.ts";
import { orUndefined, readRows, rowValues, toNumber } from "./forms.ts";

/** What was typed, by the names of the fields. */
export type Values = Readonly<Record<string, string>>;

/** What was typed, its rows numbered anew, and the same as the API takes it. */
export function toAudiences(typed: Values) {
  const rows = readRows(typed, "audiences", ["id", "name", "mappingId"]);
  const audiences = rows.map(({ id = "", name, namespace, mappingId = "" }) => ({
    id,
    mappingId: toNumber(mappingId),
    namespace: orUndefined(namespace),
    name: orUndefined(name),
  }));
  const statusValues = {
    realized: orUndefined(typed["/statusValues/realized"]) ?? "realized",
    exited: orUndefined(typed["/statusValues/exited"]) ?? "exited",
  };
  return {
    values: { ...withoutRows(typed), ...rowValues("audiences", rows) },
    input: { audiences, statusValues },
  };
}

/**
 * Adds a row for an audience, unless there is one.
 * @param propose a Mapping ID, other than those that are typed
 */
export function addAudienceRow(
  values: Values,
  { namespace, id, name }: ListedSeenAudience,
  propose: (typed: readonly number[]) => number | null,
): Values {
  const rows = readRows(values, "audiences", ["id", "name", "mappingId"]);
  const isThere = rows.some(
    (row) => row["id"] === id && (row["namespace"] || "ups").toLowerCase() === namespace,
  );
  if (isThere) return values;
  const mappingId = propose(rows.map((row) => Number(row["mappingId"]))) ?? "";
  const added = { name: name ?? "", id, mappingId, namespace };
  return { ...withoutRows(values), ...rowValues("audiences", [...rows, added]) };
}

/** What is no row of a list. */
export function withoutRows(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/^\/\w+\/\d/.test(name)));
}

/** How many rows a list has. */
export function countRows(values: Values, list: string): number {
  const rows = Object.keys(values).map((name) => name.split("/").slice(0, 3).join("/"));
  return new Set(rows.filter((row) => row.startsWith(`/${list}/`))).size;
}

/** What is stored, as the form shows it. */
export function audienceValues({ settings: { audiences, statusValues } }: Destination): Values {
  return {
    "/statusValues/realized": statusValues.realized,
    "/statusValues/exited": statusValues.exited,
    ...rowValues("audiences", audiences),
  };
}
