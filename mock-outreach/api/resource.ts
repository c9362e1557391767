/**
 * Turns a record into Outreach's resource object.
 * @module
 */
import { PROSPECT_ATTRIBUTES } from "../model/attributes.ts";
import { valueOf } from "../model/prospects.ts";
import type { Attributes, ResourceRecord } from "../model/records.ts";
import { PROSPECT_RELATIONSHIPS, type Relationship } from "../model/relationships.ts";

/**
 * Left out unless it is asked for by name: documented as of 1 October 2026, because it is slow.
 */
const ONLY_ON_REQUEST = "contactHistogram";

/** What a prospect answers of which nothing is known. */
const BLANK: Attributes = Object.fromEntries(
  [...PROSPECT_ATTRIBUTES.values()]
    .filter(({ name }) => name !== ONLY_ON_REQUEST)
    .map(({ name, initial }) => [name, initial]),
);

/** Names that `fields[prospect]` may hold: a relationship is a field too (JSON:API 1.0). */
export const PROSPECT_FIELDS: ReadonlySet<string> = new Set([
  ...PROSPECT_ATTRIBUTES.keys(),
  ...PROSPECT_RELATIONSHIPS.map(({ name }) => name),
]);

/**
 * @param base where the API is: `https://api.outreach.io/api/v2`
 * @param fields what a sparse fieldset asks for; null for everything
 */
export function prospectResource(
  record: ResourceRecord,
  base: string,
  fields: ReadonlySet<string> | null,
) {
  const relationships: Record<string, object> = {};
  for (const relationship of PROSPECT_RELATIONSHIPS) {
    if (fields === null || fields.has(relationship.name)) {
      relationships[relationship.name] = relate(record, relationship, base);
    }
  }
  return {
    type: "prospect",
    id: record.id,
    attributes: attributesOf(record, fields),
    relationships,
    links: { self: `${base}/prospects/${record.id}` },
  };
}

function attributesOf(record: ResourceRecord, fields: ReadonlySet<string> | null): Attributes {
  if (fields === null) return { ...BLANK, ...record.attributes, name: valueOf(record, "name") };
  const names = [...fields].filter((name) => PROSPECT_ATTRIBUTES.has(name));
  return Object.fromEntries(names.map((name) => [name, valueOf(record, name)]));
}

function relate(record: ResourceRecord, relationship: Relationship, base: string) {
  if (relationship.many) {
    const filter = `filter%5Bprospect%5D%5Bid%5D=${record.id}`;
    return { links: { related: `${base}/${relationship.plural}?${filter}` } };
  }
  const id = record.references[relationship.name];
  return { data: id === undefined ? null : { type: relationship.type, id } };
}
