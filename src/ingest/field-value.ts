/**
 * How answers show the value of an attribute.
 * @module
 */
import { z } from "@hono/zod-openapi";
import type { FieldValue } from "../engine/model/prospect-update.ts";

export const fieldValue = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
  .openapi({ description: "As Outreach takes it; null clears the attribute" });

/** The same value without TypeScript's `readonly`, which an answer's type does not have. */
export function toValue(value: FieldValue): z.infer<typeof fieldValue> {
  return typeof value === "object" && value !== null ? [...value] : value;
}
