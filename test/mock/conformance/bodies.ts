/**
 * Bodies for operations that take one.
 * @module
 */
import type { Operation, Published } from "./published.ts";
import { hasBadge } from "./schema.ts";
import { valueFor } from "./values.ts";

/** Names of the attributes that may be written. */
export function writableAttributes(
  { resource }: Operation,
  published: Published,
): readonly string[] {
  return Object.entries(published.attributes(resource ?? ""))
    .filter(([, schema]) => !hasBadge(schema, "readonly"))
    .map(([name]) => name);
}

/** Whether the operation creates or changes one record of a collection, by its attributes. */
export function writesRecord({ method, path }: Operation): boolean {
  return (method === "POST" && !path.includes("/actions/")) || method === "PATCH";
}

/** A body that the operation takes: every writable attribute, or what the action works on. */
export function validBody(operation: Operation, published: Published, id: number): unknown {
  if (!writesRecord(operation)) return actionBody(operation);
  const attributes = writableAttributes(operation, published).map((name) => {
    const schema = published.attributes(operation.resource ?? "")[name] ?? {};
    return [name, valueFor(schema, operation.method.toLowerCase())];
  });
  return {
    data: {
      type: operation.resource,
      ...(operation.method === "PATCH" && { id }),
      attributes: Object.fromEntries(attributes),
    },
  };
}

function actionBody({ method, path }: Operation): unknown {
  if (method !== "POST" || path.includes("{id}")) return undefined;
  if (path === "/imports/actions/bulkUpsert") {
    const records = [1, 2].map((id) => ({ type: "prospect", id, attributes: { title: "CTO" } }));
    return {
      data: {
        type: "import",
        attributes: { records, dupeMethod: "overwriteNoCreate", fileName: "conformance.json" },
      },
    };
  }
  return { data: { type: "batch", attributes: { title: "CTO", ids: [3, 4] } } };
}
