/**
 * Turns a value of a profile into the type that an attribute of Outreach takes.
 * @module
 */
import type { FieldValue } from "../engine/model/prospect-update.ts";
import type { AttributeType, ProspectAttribute } from "../outreach/prospect-attributes.ts";
import { accept, reject } from "./rejection.ts";
import type { Result } from "./rejection.ts";
import { isRemoved } from "./xdm.ts";
import { readTime } from "./times.ts";

/** More entries than any prospect has e-mail addresses, phone numbers or tags. */
const ARRAY_MAX = 100;
/** Outreach states no length for the entries of an array; this is generous for an address or a number. */
const ENTRY_LENGTH_MAX = 1_000;

/**
 * Converts one value. A removed value (`null`, `{}`, and `""` for anything but a string) becomes null, which clears.
 * An empty string clears a string attribute in AEP's sense too, but it is a value and travels as one.
 * @param pointer where the value is, for a rejection
 */
export function convert(
  value: unknown,
  attribute: ProspectAttribute,
  pointer: string,
): Result<FieldValue> {
  if (isRemoved(value) || (value === "" && attribute.type !== "string")) return accept(null);
  if (attribute.type === "string array" || attribute.type === "email array") {
    return convertArray(value, attribute, pointer);
  }
  const single = onlyElement(value);
  const converted = convertSingle(single, attribute.type);
  if (converted === null) {
    return reject("invalid_value", pointer, `${attribute.name} takes ${EXPECTED[attribute.type]}.`);
  }
  return typeof converted === "string"
    ? checkText(converted, attribute.name, attribute.maxLength, pointer)
    : accept(converted);
}

const EXPECTED: Readonly<Record<AttributeType, string>> = {
  string: "a text, a number or true/false",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  date: "a date (YYYY-MM-DD)",
  "date-time": "a date and time (ISO 8601)",
  "string array": "a text or a list of texts",
  "email array": "an e-mail address or a list of them",
};

/** A list of one stands for its element: calculated fields and identities often come that way. */
function onlyElement(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  return items.length === 1 ? items[0] : value;
}

/** Null where the value does not fit. */
function convertSingle(
  value: unknown,
  type: Exclude<AttributeType, "string array" | "email array">,
): FieldValue {
  switch (type) {
    case "string":
      return textOf(value);
    case "integer": {
      const number = numberOf(value);
      return number !== null && Number.isSafeInteger(number) ? number : null;
    }
    case "number":
      return numberOf(value);
    case "boolean":
      return booleanOf(value);
    case "date": {
      const at = typeof value === "string" ? readTime(value) : null;
      return at === null ? null : new Date(at).toISOString().slice(0, 10);
    }
    case "date-time": {
      const at = readTime(value);
      return at === null ? null : new Date(at).toISOString();
    }
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : null;
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(value)) {
    return null;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function booleanOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const word = textOf(value)?.trim().toLowerCase() ?? "";
  if (["true", "1", "yes"].includes(word)) return true;
  return ["false", "0", "no"].includes(word) ? false : null;
}

function convertArray(
  value: unknown,
  attribute: ProspectAttribute,
  pointer: string,
): Result<FieldValue> {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length > ARRAY_MAX) {
    return reject(
      "invalid_value",
      pointer,
      `${attribute.name} takes at most ${ARRAY_MAX} entries.`,
    );
  }
  const texts: string[] = [];
  for (const item of items) {
    if (isRemoved(item) || item === "") continue;
    const text = textOf(item)?.trim() ?? "";
    const fits = text !== "" && (attribute.type === "string array" || looksLikeEmail(text));
    if (!fits) {
      return reject(
        "invalid_value",
        pointer,
        `${attribute.name} takes ${EXPECTED[attribute.type]}.`,
      );
    }
    const checked = checkText(text, attribute.name, ENTRY_LENGTH_MAX, pointer);
    if (!checked.ok) return checked;
    texts.push(text);
  }
  return accept(texts.length === 0 ? null : texts);
}

/** Outreach has the last word on addresses; this only spares a call for what is plainly none. */
function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/** Outreach counts characters, as JSON Schema's `maxLength` does: a character outside the BMP is one. */
function checkText(
  text: string,
  name: string,
  maxLength: number | null,
  pointer: string,
): Result<string> {
  if (!text.isWellFormed()) {
    return reject("invalid_text", pointer, `${name} holds half a character (a lone surrogate).`);
  }
  if (maxLength !== null && text.length > maxLength && codePoints(text) > maxLength) {
    return reject(
      "value_too_long",
      pointer,
      `${name} takes at most ${maxLength.toLocaleString("en-US")} characters.`,
    );
  }
  return accept(text);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
