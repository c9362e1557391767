/**
 * What failures have in common: the attribute that is to blame, and Outreach's words without the values in them.
 * @module
 */
import { hash53 } from "../delivery/change-set.ts";
import type { CallError, Fields, WaitingField } from "../delivery/prospect.ts";

/** The names and values that were not delivered, and why. */
interface Failed {
  readonly fields: Fields<Pick<WaitingField, "value">>;
  readonly error: Pick<CallError, "status" | "code" | "detail" | "pointer">;
}

/** Shorter values would be found in the middle of words. */
const VALUE_MIN_CHARS = 3;

/**
 * The attribute to blame: the one that Outreach points at, or else the only one of the call. Null where it may be any of
 * several.
 */
export function blamedField(names: readonly string[], pointer: string | null): string | null {
  const pointed = /^\/data\/attributes\/([^/]+)/.exec(pointer ?? "")?.[1];
  if (pointed !== undefined && names.includes(pointed)) return pointed;
  return names.length === 1 ? (names[0] ?? null) : null;
}

/** Outreach's words with an ellipsis for each value: of the call, in quotes, an address, an id, a number. */
export function wordsWithoutValues({ fields, error }: Failed): string {
  let words = error.detail;
  for (const value of Object.values(fields).flatMap((field) => textsOf(field.value))) {
    if (value.length >= VALUE_MIN_CHARS) words = words.replaceAll(value, "…");
  }
  return words
    .replaceAll(/"[^"]*"|“[^”]*”|(?<!\w)'[^']*'(?!\w)/g, "…")
    .replaceAll(/[^\s@<>()]+@[^\s@<>()]+/g, "…")
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, "…")
    .replaceAll(/(?<![\w.])-?\d[\d.,:TZ-]*/g, "…");
}

/** A number that failures of one kind share. */
export function groupKeyOf(failed: Failed): number {
  const { status, code, pointer } = failed.error;
  const field = blamedField(Object.keys(failed.fields), pointer);
  return hash53(JSON.stringify([status, code, field, wordsWithoutValues(failed)]));
}

function textsOf(value: WaitingField["value"]): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => (typeof one === "string" ? [one] : []));
}
