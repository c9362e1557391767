/**
 * What there is to know of a kind of record: how it is called, what it tells, what it refers to.
 * @module
 */
import type { AttributeTable } from "../attributes.ts";
import type { AttributeValue, Attributes, ResourceRecord } from "../records.ts";
import type { Relationship } from "../relationships.ts";

interface Definition {
  /** Singular, as in `type`. */
  readonly type: string;
  /** As in the path. */
  readonly plural: string;
  /** As in the scopes; left out where it is the same. */
  readonly scopes?: string;
  readonly attributes: AttributeTable;
  readonly relationships: readonly Relationship[];
  /** Types whose records link to these by `filter[<type>][id]`, where that is no relationship of these. */
  readonly linkedFrom?: readonly string[];
  /** Attributes that `filter[q]` looks at. */
  readonly searched: readonly string[];
  /** Attributes that are made of others. */
  readonly derived?: Readonly<Record<string, (attributes: Attributes) => AttributeValue>>;
  /** Attributes that are told only where a sparse fieldset names them. */
  readonly onRequest?: readonly string[];
}

export interface ResourceKind extends Required<Definition> {
  /** Names that a sparse fieldset may hold: a relationship is a field too (JSON:API 1.0). */
  readonly fields: ReadonlySet<string>;
  /** What a record tells of which nothing is known. */
  readonly blank: Attributes;
}

export function defineKind(definition: Definition): ResourceKind {
  const { plural, attributes, relationships, linkedFrom = [] } = definition;
  const { derived = {}, onRequest = [] } = definition;
  const told = [...attributes.values()].filter(({ name }) => !onRequest.includes(name));
  return {
    scopes: plural,
    ...definition,
    linkedFrom,
    derived,
    onRequest,
    fields: new Set([...attributes.keys(), ...relationships.map(({ name }) => name)]),
    blank: Object.fromEntries(told.map(({ name, initial }) => [name, initial])),
  };
}

/** What the record answers for an attribute; null for one that does not exist. */
export function valueIn(kind: ResourceKind, record: ResourceRecord, name: string): AttributeValue {
  const derive = kind.derived[name];
  if (derive) return derive(record.attributes);
  return record.attributes[name] ?? kind.attributes.get(name)?.initial ?? null;
}
