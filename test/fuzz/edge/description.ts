/**
 * The app's own OpenAPI document, read as far as requests and answers are made and judged by it.
 * @module
 */
import { z } from "zod";
import { Edge } from "./edge.ts";
import { withLog } from "./log.ts";

const schemaObject = z.record(z.string(), z.unknown());
export type Schema = z.infer<typeof schemaObject>;
const content = z.record(z.string(), z.object({ schema: schemaObject.optional() }));

const operation = z.object({
  operationId: z.string(),
  security: z.array(schemaObject),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), schema: schemaObject }))
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schemaObject) }),
});

export interface Operation extends z.infer<typeof operation> {
  readonly method: string;
  readonly path: string;
}

const { result: described } = await withLog(async () => {
  const edge = await Edge.inUse();
  return document.parse(await (await edge.request("/openapi.json", {})).json());
});

export const SCHEMAS = described.components.schemas;
export const OPERATIONS: readonly Operation[] = Object.entries(described.paths).flatMap(
  ([path, operations]) =>
    Object.entries(operations).map(([method, found]) => ({
      ...found,
      method: method.toUpperCase(),
      path,
    })),
);

/** The operation that a request is for; null where there is none. */
export function operationOf(method: string, path: string): Operation | null {
  const steps = path.split("/");
  const fits = (operationPath: string): boolean => {
    const wanted = operationPath.split("/");
    return (
      wanted.length === steps.length &&
      wanted.every((step, i) => step === steps[i] || (step.startsWith("{") && steps[i] !== ""))
    );
  };
  return OPERATIONS.find((known) => known.method === method && fits(known.path)) ?? null;
}

const READERS = new WeakMap<Schema, z.ZodType>();

/** Reads a body that an operation answers with; null where the document says nothing of it. */
export function answerSchema({ responses }: Operation, status: number): z.ZodType | null {
  const schema = responses[String(status)]?.content?.["application/json"]?.schema;
  if (!schema) return null;
  const known = READERS.get(schema);
  if (known) return known;
  const text = JSON.stringify({ ...schema, $defs: SCHEMAS });
  const reader = z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
  READERS.set(schema, reader);
  return reader;
}
