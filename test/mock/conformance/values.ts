/**
 * Values that an attribute takes, made from its published schema.
 * @module
 */
import type { Schema } from "./schema.ts";

/** @param tell makes texts differ from one write to the next */
export function valueFor(schema: Schema, tell: string): unknown {
  switch (schema.type ?? "string") {
    case "boolean":
      return true;
    case "integer":
      return 7;
    case "number":
      return 7.5;
    case "array":
      return schema.items?.format === "email" ? [`${tell}@values.example`] : [`${tell} a`, "b"];
    default:
      return textFor(schema, tell);
  }
}

function textFor({ format, maxLength }: Schema, tell: string): string {
  if (format === "date") return "2026-01-31";
  if (format === "date-time") return "2026-01-31T12:00:00.000Z";
  if (format === "email") return `${tell}@values.example`;
  return `${tell} text`.slice(0, maxLength);
}

/** A text of the greatest length, and one that is longer; null where no length is published, or a format is. */
export function longestTexts(schema: Schema): { fits: string; tooLong: string } | null {
  const { type, format, maxLength } = schema;
  if (type !== "string" || format !== undefined || maxLength === undefined) return null;
  return { fits: "x".repeat(maxLength), tooLong: "x".repeat(maxLength + 1) };
}

/** Conditions that a filter on the attribute takes. */
export function conditionsFor(schema: Schema): readonly string[] {
  const always = ["__null__", "__notnull__"];
  if (schema.format === "date-time") return [...always, "2026-01-31T12:00:00Z", "2017-01-01..inf"];
  if (schema.type === "integer" || schema.type === "number") return [...always, "7", "neginf..7"];
  if (schema.type === "boolean") return [...always, "true", "false"];
  return [...always, "one@values.example", "one,two"];
}
