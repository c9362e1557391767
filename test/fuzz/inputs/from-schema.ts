/**
 * Values that fit a JSON schema, and values that nearly do.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import { json, key } from "./profiles.ts";

type Schema = Readonly<Record<string, unknown>>;
const schemaObject = z.record(z.string(), z.unknown());
const parts = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(schemaObject).optional(),
  oneOf: z.array(schemaObject).optional(),
  allOf: z.array(schemaObject).optional(),
  properties: z.record(z.string(), schemaObject).default({}),
  required: z.array(z.string()).default([]),
  items: schemaObject.default({}),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.int().optional(),
  example: z.unknown().optional(),
});

/** Deeper than any schema of the API; a schema that refers to itself ends here. */
const DEPTH_MAX = 6;

/** @param texts for members whose meaning a schema does not tell: ids and the like */
export function fromSchema(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  texts: fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  const make = (found: Schema, depth: number): fc.Arbitrary<unknown> => {
    const read = parts.parse(found);
    if (depth > DEPTH_MAX) return json;
    if (read.$ref) return make(schemas[read.$ref.split("/").at(-1) ?? ""] ?? {}, depth);
    const some = read.anyOf ?? read.oneOf ?? read.allOf;
    if (some) return fc.oneof(...some.map((one) => make(one, depth + 1)));
    if (read.enum) return fc.constantFrom(...read.enum);
    const types = typeof read.type === "string" ? [read.type] : (read.type ?? ["any"]);
    const fits = fc.oneof(...types.map((type) => ofType(type, read, depth)));
    const example = read.example === undefined ? [] : [fc.constant(read.example)];
    return fc.oneof(
      { weight: 12, arbitrary: fits },
      ...example.map((arbitrary) => ({ weight: 6, arbitrary })),
      { weight: 1, arbitrary: json },
    );
  };
  const ofType = (
    type: string,
    read: z.infer<typeof parts>,
    depth: number,
  ): fc.Arbitrary<unknown> => {
    switch (type) {
      case "string":
        return textUpTo(read.maxLength, texts);
      case "integer":
        return around(read, fc.integer());
      case "number":
        return around(read, fc.double());
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "array":
        return fc.array(make(read.items, depth + 1), { maxLength: 3 });
      case "object":
        return object(read, depth);
      default:
        return json;
    }
  };
  const object = ({ properties, required }: z.infer<typeof parts>, depth: number) => {
    const known = Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [name, make(member, depth + 1)]),
    );
    const members = fc.record(known, { requiredKeys: required.filter((name) => name in known) });
    const unknown = fc.array(fc.tuple(key, json), { maxLength: 1 });
    return fc.oneof(
      { weight: 6, arbitrary: members },
      fc.tuple(members, unknown).map(([some, more]) => ({ ...some, ...Object.fromEntries(more) })),
      fc.tuple(members, fc.nat()).map(([some, n]) => without(some, n)),
    );
  };
  return make(schema, 0);
}

function around(
  { minimum, maximum }: { minimum?: number | undefined; maximum?: number | undefined },
  any: fc.Arbitrary<number>,
): fc.Arbitrary<number> {
  const edges = [minimum ?? 0, maximum ?? 0].flatMap((edge) => [
    edge - 1,
    edge,
    edge + 1,
    edge + 0.5,
  ]);
  return fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 1, max: 100 }), any);
}

function textUpTo(
  maxLength: number | undefined,
  texts: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const length = maxLength ?? 50;
  return fc.oneof(
    { weight: 6, arbitrary: texts },
    { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: Math.min(length, 20) }) },
    fc.string({ unit: "binary", maxLength: 10 }),
    fc.constantFrom(
      "x".repeat(length),
      "x".repeat(length + 1),
      "🙂".repeat(length),
      "\uD800",
      "\u0000",
    ),
  );
}

function without(object: object, n: number): object {
  const names = Object.keys(object);
  const left = names[n % Math.max(1, names.length)];
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== left));
}
