import { describe, it } from "vitest";
import type { AttributeKind } from "../../mock-outreach/model/attributes.ts";
import { ACCOUNT } from "../../mock-outreach/model/kinds/account.ts";
import { BATCH } from "../../mock-outreach/model/kinds/batch.ts";
import { BATCH_ITEM } from "../../mock-outreach/model/kinds/batch-item.ts";
import { IMPORT } from "../../mock-outreach/model/kinds/import.ts";
import { PERSONA } from "../../mock-outreach/model/kinds/persona.ts";
import { PROSPECT } from "../../mock-outreach/model/kinds/prospect.ts";
import { STAGE } from "../../mock-outreach/model/kinds/stage.ts";
import { USER } from "../../mock-outreach/model/kinds/user.ts";
import type { Relationship } from "../../mock-outreach/model/relationships.ts";
import { filterableBy } from "./conformance/parameters.ts";
import { readPublished } from "./conformance/published.ts";
import { hasBadge, type Schema } from "./conformance/schema.ts";

function kindOf({ type, format, items }: Schema): AttributeKind {
  if (type === "array") {
    if (items?.format === "email") return "emails";
    return items?.type === "string" ? "strings" : "histogram";
  }
  if (format === "date-time") return "dateTime";
  return format === "date" || format === "email" ? format : (type as AttributeKind);
}

function publishedAttribute([name, schema]: readonly [string, Schema]) {
  return {
    name,
    kind: kindOf(schema),
    maxLength: schema.maxLength ?? null,
    readOnly: hasBadge(schema, "readonly"),
    filterable: hasBadge(schema, "filterable"),
    sortable: hasBadge(schema, "sortable"),
  };
}

/** Of a relationship to one, `data` names its type; those to many have a list, or no `data` at all. */
function publishedRelationship([name, schema]: readonly [string, Schema]) {
  const data = schema.properties?.["data"];
  const type = data?.properties?.["type"]?.enum?.[0];
  return {
    name,
    many: type === undefined,
    filterableBy: filterableBy(schema.description ?? "").toSorted(),
    ...(type !== undefined && { type, readOnly: hasBadge(schema, "readonly") }),
  };
}

function knownRelationship(relationship: Relationship) {
  return {
    name: relationship.name,
    many: relationship.many,
    filterableBy: relationship.filterableBy.toSorted(),
    ...(!relationship.many && { type: relationship.type, readOnly: relationship.readOnly }),
  };
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

const KINDS = [
  { kind: PROSPECT, attributes: 230, relationships: 21 },
  { kind: ACCOUNT, attributes: 176, relationships: 14 },
  { kind: USER, attributes: 70, relationships: 21 },
  { kind: STAGE, attributes: 5, relationships: 3 },
  { kind: BATCH, attributes: 16, relationships: 2 },
  { kind: BATCH_ITEM, attributes: 6, relationships: 1 },
  { kind: IMPORT, attributes: 27, relationships: 1 },
  { kind: PERSONA, attributes: 4, relationships: 1 },
] as const;

const published = readPublished();

describe.skipIf(!published)("what is known of a kind of record", () => {
  it.for(KINDS)(
    "has the published attributes of $kind.type, with type, length and badges",
    ({ kind, attributes }, { expect }) => {
      const schemas = Object.entries(published?.attributes(kind.type) ?? {});
      const known = [...kind.attributes.values()];
      expect(known.toSorted(byName)).toMatchObject(
        schemas.map(publishedAttribute).toSorted(byName),
      );
      expect(known).toHaveLength(attributes);
    },
  );

  it.for(KINDS)(
    "has the published relationships of $kind.type, and what they can be filtered by",
    ({ kind, relationships }, { expect }) => {
      const schemas = Object.entries(published?.relationships(kind.type) ?? {});
      expect(kind.relationships.map(knownRelationship).toSorted(byName)).toEqual(
        schemas.map(publishedRelationship).toSorted(byName),
      );
      expect(kind.relationships).toHaveLength(relationships);
    },
  );
});
