/**
 * Turns what zod finds wrong with a request into field errors that a person can act on.
 *
 * Promises: each error names the field by JSON pointer and says what is expected; none repeats the value.
 * @module
 */
import { closest, distance } from "fastest-levenshtein";
import type { Context } from "hono";
import { z } from "zod";
import { problem, type FieldError } from "./problem.ts";

/** A caller mends a handful of errors at a time. */
const ERRORS_MAX = 100;
/** Names of fields come from outside, so their length is limited before they are repeated. */
const NAME_MAX = 60;

type Validated = { success: true } | { success: false; error: z.ZodError };

/** The hook that every router calls after validation: nothing, or the 422. */
export function refuseInvalid(result: Validated, c: Context) {
  if (result.success) return undefined;
  return invalidRequest(c, fieldErrors(result.error));
}

/** The 422. Its detail repeats the first error, for whoever reads no further. */
export function invalidRequest(c: Context, errors: readonly FieldError[]) {
  const [first, ...others] = errors;
  const place = first?.pointer ? `\`${first.pointer}\`: ` : "";
  const more = others.length > 0 ? ` There are ${others.length} more errors.` : "";
  return problem(c, "invalid_request", {
    detail: `${place}${first?.detail ?? ""}${more} Nothing was changed.`.trim(),
    errors: errors.slice(0, ERRORS_MAX),
  });
}

/** One error an issue, pointing at the field, or at the unknown one. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const missing = issue.code === "invalid_type" && issue.message === MISSING;
    return {
      pointer: toPointer([...issue.path, ...unknown]),
      code: missing ? "required" : CODES[issue.code],
      detail: issue.message,
    };
  });
}

const CODES: Record<z.core.$ZodIssue["code"], string> = {
  invalid_type: "wrong_type",
  too_big: "too_large",
  too_small: "too_small",
  invalid_format: "invalid_format",
  not_multiple_of: "invalid_value",
  unrecognized_keys: "unknown_field",
  invalid_union: "invalid_value",
  invalid_key: "invalid_value",
  invalid_element: "invalid_value",
  invalid_value: "invalid_value",
  custom: "invalid_value",
};

/** A JSON pointer after RFC 6901. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${cut(String(part)).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

const MISSING = "This field is required.";

/**
 * Zod's issues in plain words. Install it with `z.config({ customError: plainWords })`; a schema's own message goes
 * before it, zod's default comes after it.
 */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? MISSING
        : `Must be ${TYPE_NAMES[issue.expected] ?? issue.expected}.`;
    case "too_big":
      return limited("at most", issue.maximum, issue.origin);
    case "too_small":
      return issue.origin === "string" && issue.minimum === 1
        ? "Must not be empty."
        : limited("at least", issue.minimum, issue.origin);
    case "invalid_value":
      return `Must be one of: ${issue.values.map(String).join(", ")}.`;
    case "unrecognized_keys":
      return unknownFields(issue.keys, issue.inst);
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return undefined;
  }
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  record: "an object",
};

function limited(direction: string, limit: number | bigint, origin: string): string {
  if (origin === "string") return `Must be ${direction} ${limit} characters long.`;
  if (origin === "array") return `Must have ${direction} ${limit} entries.`;
  return `Must be ${direction} ${limit}.`;
}

function unknownFields(keys: readonly string[], schema: unknown): string {
  const names = keys.slice(0, 5).map((key) => `\`${cut(key)}\``);
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const [first = ""] = keys;
  const near = known.length > 0 ? closest(cut(first), known) : undefined;
  // Three letters apart is a slip of the fingers; more is another word.
  const hint = near && distance(cut(first), near) <= 3 ? ` Did you mean \`${near}\`?` : "";
  return `Unknown field ${names.join(", ")}.${hint}`;
}

/** Shortens a name from outside and takes out what could upset a terminal or a log. */
function cut(name: string): string {
  const printable = name.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}]/gu, "?");
  return printable.length > NAME_MAX ? `${printable.slice(0, NAME_MAX)}…` : printable;
}
