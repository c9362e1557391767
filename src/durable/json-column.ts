/**
 * Columns that hold JSON.
 * @module
 */
import { z } from "zod";

/** A column's text, read as what the schema says. */
export function jsonOf<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}
