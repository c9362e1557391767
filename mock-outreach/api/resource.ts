/**
 * Turns a record into Outreach's resource object.
 * @module
 */
import type { ResourceKind } from "../model/kinds/kind.ts";
import { valueIn } from "../model/kinds/kind.ts";
import type { Attributes, ResourceRecord } from "../model/records.ts";
import type { Relationship } from "../model/relationships.ts";

/** What a sparse fieldset asks for; null for everything. */
export type Fields = ReadonlySet<string> | null;

/**
 * @param base where the API is: `https://api.outreach.io/api/v2`
 * @param meta what the caller asked to be told besides; null for nothing
 */
export function resourceObject(
  kind: ResourceKind,
  record: ResourceRecord,
  base: string,
  fields: Fields,
  meta: object | null = null,
) {
  const relationships: Record<string, object> = {};
  for (const relationship of kind.relationships) {
    if (relationship.many && !relationship.told) continue;
    if (fields === null || fields.has(relationship.name)) {
      relationships[relationship.name] = relate(kind, record, relationship, base);
    }
  }
  return {
    type: kind.type,
    id: record.id,
    attributes: attributesOf(kind, record, fields),
    relationships,
    links: { self: `${base}/${kind.plural}/${record.id}` },
    ...(meta && { meta }),
  };
}

function attributesOf(kind: ResourceKind, record: ResourceRecord, fields: Fields): Attributes {
  if (fields !== null) {
    const names = [...fields].filter((name) => kind.attributes.has(name));
    return Object.fromEntries(names.map((name) => [name, valueIn(kind, record, name)]));
  }
  const attributes = { ...kind.blank, ...record.attributes };
  for (const name of Object.keys(kind.derived)) attributes[name] = valueIn(kind, record, name);
  return attributes;
}

function relate(
  kind: ResourceKind,
  record: ResourceRecord,
  relationship: Relationship,
  base: string,
): object {
  if (relationship.many) {
    const back = relationship.inverse?.name ?? kind.type;
    const filter = relationship.linkedBy
      ? `filter%5B${relationship.linkedBy}%5D=${record.id}`
      : `filter%5B${back}%5D%5Bid%5D=${record.id}`;
    return { links: { related: `${base}/${relationship.plural}?${filter}` } };
  }
  const id = record.references[relationship.name];
  return { data: id === undefined ? null : { type: relationship.type, id } };
}
