/**
 * Turns a value of a profile into the type that an attribute of Outreach takes.
 *
 * Promises: nothing changes in silence. What does not survive the way into the attribute's type and back is refused by
 * name: digits, calendar days, fractions of a second, characters that Outreach cannot hold.
 * @module
 */
import type { FieldValue } from "../engine/model/prospect-update.ts";
import type { AttributeType, ProspectAttribute } from "../outreach/prospect-attributes.ts";
import { ExactNumber, isBeyondIntegers, isDecimal, numberOfText, textOfNumber } from "./numbers.ts";
import { accept, reject } from "./rejection.ts";
import type { RejectionCode, Result } from "./rejection.ts";
import { isoOf, readWrittenTime } from "./times.ts";
import type { TimeFormat } from "./times.ts";
import { isRemoved } from "./xdm.ts";

/** More entries than any prospect has e-mail addresses, phone numbers or tags. */
const ARRAY_MAX = 100;
/** Outreach states no length for the entries of an array; this is generous for an address or a number. */
const ENTRY_LENGTH_MAX = 1_000;

/** What a row of the mapping says about its values, beyond source and target. */
export interface Translation {
  /** What is written for a value, by the value as text. */
  readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** What is written for a value that the table does not have. */
  readonly default?: string | number | boolean | null | undefined;
  /** How the source writes times. */
  readonly format?: TimeFormat | undefined;
}

/**
 * Converts one value. A removed value (`null`, `{}`, and `""` for anything but a string) becomes null, which clears.
 * An empty string clears a string attribute in AEP's sense too, but it is a value and travels as one.
 * @param pointer where the value is, for a rejection
 */
export function convert(
  value: unknown,
  attribute: ProspectAttribute,
  pointer: string,
  { values, default: otherwise, format }: Translation = {},
): Result<FieldValue> {
  if (isRemoved(value)) return accept(null);
  if (values === undefined) return convertWritten(value, attribute, pointer, format);
  const key = textOf(onlyElement(value));
  const translated = key !== null && Object.hasOwn(values, key) ? values[key] : otherwise;
  if (translated === undefined) {
    return reject("unknown_value", pointer, `The table of ${attribute.name} has no such value.`);
  }
  return convertWritten(translated, attribute, pointer, undefined);
}

function convertWritten(
  value: unknown,
  attribute: ProspectAttribute,
  pointer: string,
  format: TimeFormat | undefined,
): Result<FieldValue> {
  const { name, type, maxLength } = attribute;
  if (value === null || (value === "" && type !== "string")) return accept(null);
  if (type === "string array" || type === "email array") {
    return convertArray(value, name, type, pointer);
  }
  const converted = convertSingle(onlyElement(value), type, format);
  if (typeof converted === "object")
    return reject(converted.code, pointer, detailOf(name, type, converted.code));
  return typeof converted === "string"
    ? checkText(converted, name, maxLength, pointer)
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

function detailOf(name: string, type: AttributeType, code: Fault["code"]): string {
  if (code === "digits_lost") {
    return `${name} would lose digits: a number of so many digits must be sent as a text.`;
  }
  if (code === "ambiguous_time") {
    return `${name} takes ${EXPECTED[type]}. A number this small may be seconds or milliseconds: set the mapping's format.`;
  }
  return `${name} takes ${EXPECTED[type]}.`;
}

/** A list of one stands for its element: calculated fields and identities often come that way. */
function onlyElement(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  return items.length === 1 ? items[0] : value;
}

interface Fault {
  readonly code: Extract<RejectionCode, "invalid_value" | "digits_lost" | "ambiguous_time">;
}
const INVALID: Fault = { code: "invalid_value" };
const DIGITS_LOST: Fault = { code: "digits_lost" };
const AMBIGUOUS: Fault = { code: "ambiguous_time" };

function convertSingle(
  value: unknown,
  type: Exclude<AttributeType, "string array" | "email array">,
  format: TimeFormat | undefined,
): string | number | boolean | Fault {
  if (typeof value === "number" && isBeyondIntegers(value)) return DIGITS_LOST;
  switch (type) {
    case "string":
      return textOf(value) ?? INVALID;
    case "integer": {
      const number = numberOf(value);
      return typeof number !== "number" || Number.isInteger(number) ? number : INVALID;
    }
    case "number":
      return numberOf(value);
    case "boolean":
      return booleanOf(value) ?? INVALID;
    case "date":
    case "date-time": {
      const written = readWrittenTime(value, format);
      if (written === null) return mayBeEpoch(value, format) ? AMBIGUOUS : INVALID;
      return type === "date" ? written.date : isoOf(written);
    }
  }
}

function mayBeEpoch(value: unknown, format: TimeFormat | undefined): boolean {
  return (
    format === undefined &&
    (typeof value === "number" || (typeof value === "string" && /^\s*-?\d+\s*$/.test(value)))
  );
}

/** Null for what has no text of its own. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (value instanceof ExactNumber) return value.text;
  return typeof value === "number" && Number.isFinite(value) ? textOfNumber(value) : null;
}

function numberOf(value: unknown): number | Fault {
  if (typeof value === "number") return Number.isFinite(value) ? value : INVALID;
  const text = typeof value === "string" ? value : value instanceof ExactNumber ? value.text : "";
  const number = numberOfText(text);
  if (number !== null) return isBeyondIntegers(number) ? DIGITS_LOST : number;
  return isDecimal(text) && Number.isFinite(Number(text)) ? DIGITS_LOST : INVALID;
}

function booleanOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const word = textOf(value)?.trim().toLowerCase() ?? "";
  if (["true", "1", "yes"].includes(word)) return true;
  return ["false", "0", "no"].includes(word) ? false : null;
}

function convertArray(
  value: unknown,
  name: string,
  type: "string array" | "email array",
  pointer: string,
): Result<FieldValue> {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length > ARRAY_MAX) {
    return reject("invalid_value", pointer, `${name} takes at most ${ARRAY_MAX} entries.`);
  }
  const texts: string[] = [];
  for (const item of items) {
    if (isRemoved(item) || item === "") continue;
    if (typeof item === "number" && isBeyondIntegers(item)) {
      return reject("digits_lost", pointer, detailOf(name, type, "digits_lost"));
    }
    const text = textOf(item);
    const entry = type === "email array" ? text?.trim() : text;
    if (!entry || entry.trim() === "" || (type === "email array" && !looksLikeEmail(entry))) {
      return reject("invalid_value", pointer, detailOf(name, type, "invalid_value"));
    }
    const checked = checkText(entry, name, ENTRY_LENGTH_MAX, pointer);
    if (!checked.ok) return checked;
    texts.push(entry);
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
  if (text.includes("\0")) {
    return reject(
      "invalid_text",
      pointer,
      `${name} holds a NUL character, which no text can hold.`,
    );
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
