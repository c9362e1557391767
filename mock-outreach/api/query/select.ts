/**
 * Finds the records that pass every filter.
 * @module
 */
import { valueIn } from "../../model/kinds/kind.ts";
import type { AttributeValue, ResourceRecord } from "../../model/records.ts";
import type { ToOne } from "../../model/relationships.ts";
import type { Collection, Directory } from "./collection.ts";
import { type Condition, predicate } from "./condition.ts";
import type { Filter } from "./filters.ts";

type Pass = (record: ResourceRecord) => boolean;

/** The ids that pass every filter, lowest first. */
export function select(
  collection: Collection,
  filters: readonly Filter[],
  directory: Directory,
): readonly number[] {
  const candidates = candidateIds(collection, filters);
  if (filters.length === 0) return [...candidates];
  const passes = filters.map((filter) => passFor(collection, filter, directory));
  const passing: number[] = [];
  for (const id of candidates) {
    const record = collection.get(id);
    if (record && passes.every((pass) => pass(record))) passing.push(id);
  }
  return passing;
}

/** As few as one of the filters allows without looking at a record: by the id, or by an index. */
function candidateIds(collection: Collection, filters: readonly Filter[]): Iterable<number> {
  for (const filter of filters) {
    const { of, condition } = filter;
    if (of === "id" && condition.kind === "between") {
      return collection.ids(Number(condition.from ?? 0), Number(condition.to ?? Infinity));
    }
    if (condition.kind !== "in") continue;
    if (of === "id") return ascending(condition.values.map(Number));
    if (of !== "attribute") continue;
    const found = condition.values.map((value) => collection.lookUp(filter.name, value));
    if (found.every((ids) => ids !== null)) return ascending(found.flat());
  }
  return collection.ids();
}

const ascending = (ids: readonly number[]): readonly number[] =>
  [...new Set(ids)].toSorted((a, b) => a - b);

/** Whether a record passes the filter. */
function passFor(collection: Collection, filter: Filter, directory: Directory): Pass {
  const { kind } = collection;
  const meets = predicate(filter.condition, filter.kind);
  switch (filter.of) {
    case "id":
      return ({ id }) => meets(id);
    case "attribute":
      return (record) => meets(valueIn(kind, record, filter.name));
    case "reference":
      return passByReference(filter, meets, directory);
    case "link":
      return passByLink(collection, filter);
    case "search":
      return (record) => {
        const values = kind.searched.map((name) => valueIn(kind, record, name));
        return searchFinds(values, filter.condition);
      };
    default:
      return filter satisfies never;
  }
}

/** `filter[q]` finds what begins with a text (documented). */
function searchFinds(values: readonly AttributeValue[], condition: Condition): boolean {
  const starts = condition.kind === "in" ? condition.values.map((text) => text.toLowerCase()) : [];
  return values.flat().some((value) => {
    const text = typeof value === "string" ? value.toLowerCase() : "";
    return starts.some((start) => text.startsWith(start));
  });
}

function passByLink(
  collection: Collection,
  { type, condition }: Extract<Filter, { of: "link" }>,
): Pass {
  const ids = condition.kind === "in" ? condition.values.map(Number) : [];
  const linked = new Set(ids.flatMap((id) => collection.linkedTo(type, id)));
  return ({ id }) => linked.has(id);
}

function passByReference(
  { relationship, name, condition }: Extract<Filter, { of: "reference" }>,
  meets: (value: AttributeValue) => boolean,
  directory: Directory,
): Pass {
  if (!relationship.many) {
    const value = referredValue(relationship, name, directory);
    return (record) => meets(value(record));
  }
  const { inverse } = relationship;
  const others = inverse && directory(inverse.type);
  // The mock has no such records, and so nobody refers to one.
  if (!inverse || !others) return () => meets(null);
  const chosen = select(
    others,
    [{ path: "[id]", kind: "integer", of: "id", condition }],
    directory,
  );
  const referredTo = new Set(chosen.map((id) => others.get(id)?.references[inverse.name]));
  return ({ id }) => referredTo.has(id);
}

/** Looks up an attribute of the record that is referred to; null where there is none. */
export function referredValue(
  { name, type }: ToOne,
  attribute: string,
  directory: Directory,
): (record: ResourceRecord) => AttributeValue {
  const others = directory(type);
  return ({ references }) => {
    const id = references[name];
    if (id === undefined || attribute === "id") return id ?? null;
    const other = others?.get(id);
    return others && other ? valueIn(others.kind, other, attribute) : null;
  };
}
