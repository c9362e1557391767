/**
 * What Outreach's attributes take, said once more and in other ways than the code under test says it.
 * @module
 */
import { prospectAttribute } from "../../../src/outreach/prospect-attributes.ts";

/** Null where Outreach takes the value, or what is wrong with it. */
export function valueFault(name: string, value: unknown): string | null {
  const attribute = prospectAttribute(name);
  if (!attribute) return "no attribute of this name";
  if (attribute.readOnly) return "nobody may write it";
  if (value === null) return null;
  switch (attribute.type) {
    case "string":
      return textFault(value, attribute.maxLength ?? Infinity);
    case "boolean":
      return typeof value === "boolean" ? null : "not a boolean";
    case "integer":
      return Number.isSafeInteger(value) ? null : "not an integer";
    case "number":
      return Number.isFinite(value) ? null : "not a number";
    case "date":
      return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : "not a date";
    case "date-time":
      return typeof value === "string" &&
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value)
        ? null
        : "not a date and time";
    case "string array":
    case "email array":
      return listFault(value);
  }
}

function textFault(value: unknown, maxLength: number): string | null {
  if (typeof value !== "string") return "not a text";
  if (!value.isWellFormed()) return "half a character";
  return Array.from(value).length > maxLength ? "too long" : null;
}

function listFault(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return "not a list with entries";
  for (const entry of value) {
    const fault = entry === "" ? "an empty entry" : textFault(entry, 1_000);
    if (fault !== null) return fault;
  }
  return null;
}
