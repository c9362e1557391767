/**
 * Whether a value fits an attribute. Types and lengths are the published ones; that a wrong type is refused, and not
 * turned into the right one, is assumed.
 * @module
 */
import type { Attribute } from "../model/attributes.ts";
import type { AttributeValue } from "../model/records.ts";

export type ReadValue =
  | { readonly ok: true; readonly value: AttributeValue }
  | { readonly ok: false; readonly reason: "too_long" }
  /** @param mustBe ends a sentence: "must be …" */
  | { readonly ok: false; readonly reason: "wrong_type"; readonly mustBe: string };

/** The published form of an e-mail address is only `email`; this is what every address has. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EMAIL_LENGTH_MAX = 255;
/** Nobody has so many addresses or tags. */
const LIST_LENGTH_MAX = 1_000;

/** `null` fits every attribute and clears it. */
export function readValue(attribute: Attribute, raw: unknown): ReadValue {
  if (raw === null) return { ok: true, value: null };
  switch (attribute.kind) {
    case "string":
      return typeof raw === "string" ? withinLength(attribute, raw) : wrongType("a string");
    case "boolean":
      return typeof raw === "boolean" ? { ok: true, value: raw } : wrongType("true or false");
    case "integer":
      return Number.isSafeInteger(raw) ? { ok: true, value: Number(raw) } : wrongType("an integer");
    case "number":
      // JSON's 1e999 is read as infinity.
      return Number.isFinite(raw) ? { ok: true, value: Number(raw) } : wrongType("a number");
    case "date":
      return readDate(raw);
    case "dateTime":
      return readDateTime(raw);
    case "email":
      return typeof raw === "string" && EMAIL.test(raw)
        ? withinLength(attribute, raw)
        : wrongType("an e-mail address");
    case "emails":
      return readEmails(raw);
    case "strings":
      return readStrings(raw);
    case "histogram":
    case "object":
      return wrongType("left out");
    default:
      return attribute.kind satisfies never;
  }
}

function wrongType(mustBe: string): ReadValue {
  return { ok: false, reason: "wrong_type", mustBe };
}

function withinLength({ maxLength }: Attribute, text: string): ReadValue {
  const tooLong =
    maxLength !== null && text.length > maxLength && Array.from(text).length > maxLength;
  return tooLong ? { ok: false, reason: "too_long" } : { ok: true, value: text };
}

/** `2017-01-31`; of a time, its date. */
function readDate(raw: unknown): ReadValue {
  const date = typeof raw === "string" ? /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(raw)?.[1] : undefined;
  if (date === undefined || !isOnCalendar(date)) return wrongType("a date such as 2017-01-31");
  return { ok: true, value: date };
}

/** Told in UTC from then on, as all times of the API are. */
function readDateTime(raw: unknown): ReadValue {
  const time =
    /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;
  const ok = typeof raw === "string" && time.test(raw) && isOnCalendar(raw.slice(0, 10));
  const zoned = ok && (raw.length === 10 || /(?:Z|[+-]\d{2}:?\d{2})$/i.test(raw));
  const at = ok ? Date.parse(zoned ? raw : `${raw}Z`) : Number.NaN;
  if (Number.isNaN(at)) return wrongType("a time such as 2017-01-31T12:00:00Z");
  return { ok: true, value: new Date(at).toISOString() };
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isOnCalendar(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

function readStrings(raw: unknown): ReadValue {
  const texts = Array.isArray(raw) ? raw.filter((item) => typeof item === "string") : null;
  if (!Array.isArray(raw) || texts?.length !== raw.length) return wrongType("a list of strings");
  return texts.length > LIST_LENGTH_MAX
    ? { ok: false, reason: "too_long" }
    : { ok: true, value: texts };
}

function readEmails(raw: unknown): ReadValue {
  const read = readStrings(raw);
  if (!read.ok || !Array.isArray(read.value)) return read;
  const emails = read.value.map(String);
  if (emails.some((email) => email.length > EMAIL_LENGTH_MAX))
    return { ok: false, reason: "too_long" };
  if (!emails.every((email) => EMAIL.test(email))) return wrongType("a list of e-mail addresses");
  return read;
}
