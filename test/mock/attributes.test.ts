import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { type AttributeKind, PROSPECT_ATTRIBUTES } from "../../mock-outreach/model/attributes.ts";
import { PROSPECT_RELATIONSHIPS } from "../../mock-outreach/model/relationships.ts";

/** Outreach's own OpenAPI document, where it lies beside the project. */
const published = new URL("../../../shared/outreach/openapi.json", import.meta.url);

interface PublishedAttribute {
  readonly type: AttributeKind | "array";
  readonly format?: string;
  readonly items?: { readonly type?: string; readonly format?: string };
  readonly maxLength?: number;
  readonly description: string;
}

interface PublishedRelationship {
  readonly properties: {
    readonly data?: { readonly properties: { readonly type: { readonly enum: string[] } } };
  };
}

interface Published {
  readonly components: {
    readonly schemas: {
      readonly prospect: { readonly properties: Record<string, PublishedAttribute> };
      readonly prospectRelationships: {
        readonly properties: Record<string, PublishedRelationship>;
      };
    };
  };
}

function kindOf({ type, format, items }: PublishedAttribute): AttributeKind {
  if (type === "array") {
    if (items?.format === "email") return "emails";
    return items?.type === "string" ? "strings" : "histogram";
  }
  if (format === "date-time") return "dateTime";
  return format === "date" ? "date" : type;
}

describe.skipIf(!existsSync(published))("the attributes of a prospect", () => {
  const schemas = () =>
    (JSON.parse(readFileSync(published, "utf8")) as Published).components.schemas;

  it("are the published ones, with type, length and badges", ({ expect }) => {
    const expected = Object.entries(schemas().prospect.properties).map(([name, schema]) => ({
      name,
      kind: kindOf(schema),
      maxLength: schema.maxLength ?? null,
      readOnly: schema.description.includes("readonly.svg"),
      filterable: schema.description.includes("filterable.svg"),
      sortable: schema.description.includes("sortable.svg"),
    }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    const known = [...PROSPECT_ATTRIBUTES.values()];
    expect(expected).toHaveLength(230);
    expect(known).toHaveLength(230);
    expect(known.toSorted(byName)).toMatchObject(expected.toSorted(byName));
  });

  it("refer to other records as published", ({ expect }) => {
    const relationships = schemas().prospectRelationships.properties;
    expect(PROSPECT_RELATIONSHIPS.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(relationships).toSorted(),
    );
    for (const relationship of PROSPECT_RELATIONSHIPS) {
      if (relationship.many) continue;
      const { data } = relationships[relationship.name]?.properties ?? {};
      expect(data?.properties.type.enum).toEqual([relationship.type]);
    }
  });
});
