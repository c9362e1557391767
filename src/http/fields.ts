/**
 * Fields that several requests have.
 * @module
 */
import { z } from "@hono/zod-openapi";

/** One line that a person typed: trimmed, not empty, without control characters. */
export function shortText(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), {
      error: "Must be one line of text, without control characters.",
    });
}

/** Text of several lines that a person typed. */
export function longText(maxLength: number) {
  return z
    .string()
    .trim()
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text), {
      error: "Must be text, without control characters.",
    });
}

/** An id in a path. Its form is not checked: what is not stored is not found, and the platform limits a URL's length. */
export const idParameter = (name: string, description: string) =>
  z.string().openapi({ param: { name, in: "path" }, description });

/**
 * A schema of the API's description, or null. `.nullable()` on a named schema would write the null into the named one.
 */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.null()]);
}
