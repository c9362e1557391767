/**
 * Whether Outreach holds a value that it was given, although it may show it in another form.
 * @module
 */
import type { FieldValue } from "./prospect-update.ts";

/** Nothing is nothing, however it is written; numbers and times are compared by what they mean. */
export function isSameValue(sent: FieldValue, held: FieldValue | undefined): boolean {
  if (isNothing(sent) || isNothing(held)) return isNothing(sent) && isNothing(held);
  if (Array.isArray(sent) || Array.isArray(held)) {
    const [a, b] = [listOf(sent), listOf(held)];
    return a.length === b.length && a.every((item, i) => item.trim() === b[i]?.trim());
  }
  if (typeof sent === typeof held && sent === held) return true;
  if (typeof sent === "boolean" || typeof held === "boolean") return String(sent) === String(held);
  if (typeof sent === "number" || typeof held === "number") return Number(sent) === Number(held);
  const [a, b] = [String(sent).trim(), String(held).trim()];
  return a === b || (isTime(a) && isTime(b) && Date.parse(a) === Date.parse(b));
}

/**
 * The same where Outreach may show a value in a form of its own, an e-mail in lower case, say, or a phone number with other
 * signs: only letters and digits count, in no case and no order. It takes for the same what differs in form alone, so it is
 * for what Outreach says it took.
 */
export function isSameButForForm(sent: FieldValue, held: FieldValue | undefined): boolean {
  if (isSameValue(sent, held)) return true;
  if (isNothing(sent) || isNothing(held)) return false;
  const [a, b] = [listOf(sent), listOf(held)].map((list) => list.map(bare).toSorted());
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Signs alone are compared as they are. */
function bare(text: string): string {
  const kept = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
  return kept === "" ? text : kept;
}

function isNothing(value: FieldValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

function listOf(value: FieldValue | undefined): readonly string[] {
  return Array.isArray(value) ? value : [String(value)];
}

/** A date, or a time with it: what `Date.parse` reads the same way everywhere. */
function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$/.test(text);
}
