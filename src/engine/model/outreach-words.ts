/**
 * Outreach's words on a refusal, without what is personal in them: they repeat values that were sent, and may name
 * others.
 * @module
 */
import type { Fields } from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";

/** A value that is longer is looked for by its beginning, since the words may have been cut within it. */
const NEEDLE_CHARS = 40;
/** Shorter values are in every other word. */
const NEEDLE_MIN_CHARS = 3;

/**
 * Outreach's words in one line, with an ellipsis for each value of the call, and for whatever looks like one: what is in
 * quotes, addresses, ids, numbers.
 * @param fields what the call sent
 */
export function withoutValues(
  detail: string,
  fields: Fields<{ readonly value: FieldValue }>,
): string {
  let words = inOneLine(detail);
  for (const text of Object.values(fields).flatMap(({ value }) => textsOf(value))) {
    const needle = inOneLine(text);
    if (needle.length < NEEDLE_MIN_CHARS) continue;
    const pattern = escaped(needle.slice(0, NEEDLE_CHARS));
    words =
      needle.length <= NEEDLE_CHARS
        ? words.replaceAll(new RegExp(pattern, "gi"), "…")
        : words.replace(new RegExp(`${pattern}.*`, "i"), "…");
  }
  return words
    .replaceAll(/"[^"]*"|“[^”]*”|(?<!\w)'[^']*'(?!\w)/g, "…")
    .replaceAll(/[^\s@<>()]+@[^\s@<>()]+/g, "…")
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, "…")
    .replaceAll(/(?<![\w.])-?\d[\d.,:TZ-]*/g, "…");
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
