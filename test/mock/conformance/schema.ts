/**
 * Turns the document's schemas into checks.
 *
 * Read literally they let nearly everything pass: `properties` without a `type` bind only what happens to be an object,
 * and nothing forbids what is not published. Here, whatever has properties is an object, and a record has no other
 * attributes and relationships than the published ones.
 * @module
 */
import { z } from "zod";

export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
  readonly $ref?: string;
}

type Schemas = Readonly<Record<string, Schema>>;

export function zodOf(schema: Schema, schemas: Schemas): z.ZodType {
  return z.fromJSONSchema(strict(schema, schemas) as z.core.JSONSchema.JSONSchema, {
    defaultTarget: "openapi-3.0",
  });
}

function strict(schema: Schema, schemas: Schemas): object {
  if (schema.$ref !== undefined) {
    const referred = schemas[nameIn(schema.$ref)];
    if (!referred) throw new Error(`The document has no ${schema.$ref}.`);
    return strict(referred, schemas);
  }
  const { properties, items } = schema;
  const closed = (name: string) => name === "attributes" || name === "relationships";
  return {
    ...schema,
    ...(items && { items: strict(items, schemas) }),
    ...(properties && {
      type: "object",
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          {
            ...strict(property, schemas),
            ...(closed(name) && { additionalProperties: false }),
          },
        ]),
      ),
    }),
  };
}

/** The type of the record that an answer holds: its schema refers to `prospectResponse`, or to `prospect` itself. */
export function resourceNamed(schema: Schema): string | null {
  const reference = /"\$ref":"([^"]+)"/.exec(JSON.stringify(schema))?.[1];
  return reference === undefined ? null : nameIn(reference).replace(/Response$/, "");
}

function nameIn(reference: string): string {
  return reference.split("/").at(-1) ?? reference;
}

/** The badges in a description say what can be done with an attribute. */
export function hasBadge(
  { description = "" }: Schema,
  badge: "readonly" | "filterable" | "sortable",
): boolean {
  return description.includes(`badges/${badge}.svg`);
}
