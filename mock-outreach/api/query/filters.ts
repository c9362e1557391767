/**
 * Reads the filters of a query: by id, by attribute, by what a record refers to, by the beginning of a text.
 * @module
 */
import type { AttributeKind } from "../../model/attributes.ts";
import type { Relationship } from "../../model/relationships.ts";
import type { Collection, Directory } from "./collection.ts";
import { type Condition, operands, parseCondition, suits } from "./condition.ts";
import { QueryError } from "./query-error.ts";

/** What is compared. */
type Target = {
  /** As in the URL: `[owner][id]`. */
  readonly path: string;
  readonly kind: AttributeKind;
} & (
  | { readonly of: "id" | "search" }
  | { readonly of: "attribute"; readonly name: string }
  /** The id of a record that links to it. */
  | { readonly of: "link"; readonly type: string }
  /** An attribute of what the record refers to. */
  | { readonly of: "reference"; readonly relationship: Relationship; readonly name: string }
);

export type Filter = Target & { readonly condition: Condition };

/** A parameter of the query: `filter[owner][id]` is `["filter", "owner", "id"]`. */
export interface Parameter {
  readonly path: readonly string[];
  readonly value: string;
}

/** @throws {QueryError} */
export function parseFilters(
  parameters: readonly Parameter[],
  collection: Collection,
  directory: Directory,
  newSyntax: boolean,
): readonly Filter[] {
  const filters: Filter[] = [];
  const lists = new Map<string, { target: Target; values: string[] }>();
  for (const { path, value } of parameters) {
    const { target, operator } = targetOf(path.slice(1), collection, directory);
    if (operator === "" && newSyntax) {
      const list = lists.get(target.path) ?? { target, values: [] };
      list.values.push(value);
      lists.set(target.path, list);
    } else filters.push({ ...target, condition: conditionOf(operator, value, newSyntax) });
  }
  for (const { target, values } of lists.values()) {
    filters.push({ ...target, condition: { kind: "in", values } });
  }
  for (const { path, of, kind, condition } of filters) {
    const odd = operands(condition).find((operand) => !suits(kind, operand));
    if (odd !== undefined || (of === "link" && condition.kind !== "in")) {
      throw new QueryError(`'filter${path}' cannot be compared with that value.`);
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
  { kind }: Collection,
  directory: Directory,
): { readonly target: Target; readonly operator: string | null } {
  const [name = "", second, third] = path;
  const operator = second ?? null;
  const own = `[${name}]`;
  if (name === "id") return { target: { path: own, kind: "integer", of: "id" }, operator };
  if (name === "q") return { target: { path: own, kind: "string", of: "search" }, operator };
  const attribute = kind.attributes.get(name);
  if (attribute?.filterable) {
    return { target: { path: own, kind: attribute.kind, of: "attribute", name }, operator };
  }
  const relationship = kind.relationships.find((known) => known.name === name);
  if (relationship && second !== undefined && relationship.filterableBy.includes(second)) {
    const target: Target = {
      path: `${own}[${second}]`,
      kind: referredKind(relationship, second, directory),
      of: "reference",
      relationship,
      name: second,
    };
    return { target, operator: third ?? null };
  }
  if (kind.linkedFrom.includes(name) && second === "id") {
    const target: Target = { path: `${own}[id]`, kind: "integer", of: "link", type: name };
    return { target, operator: third ?? null };
  }
  const what = path.map((part) => `[${part}]`).join("");
  throw new QueryError(`Cannot filter by 'filter${what}'.`);
}

function referredKind(
  relationship: Relationship,
  attribute: string,
  directory: Directory,
): AttributeKind {
  if (attribute === "id") return "integer";
  const other = relationship.many ? undefined : directory(relationship.type);
  return other?.kind.attributes.get(attribute)?.kind ?? "string";
}
