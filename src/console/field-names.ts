/**
 * What people call a prospect's attributes; every page names them here.
 * @module
 */
import type { MappingSettings } from "../mapping/settings.ts";

/** Outreach's labels of custom fields, by number. */
export type Labels = Readonly<Record<string, string>>;

/** A destination, as far as it tells what it writes. */
export interface Writer {
  readonly settings: Pick<MappingSettings, "audiences">;
}

/**
 * Names an attribute: `custom4 (Spring webinar)` with the label that people see at Outreach, which the audience that is
 * written there follows where it is called otherwise: `custom4 (Spring webinar; audience Trial started)`.
 * @param destinations those that may have written it
 */
export function fieldName(field: string, labels: Labels, destinations: readonly Writer[]): string {
  const number = /^custom(\d+)$/.exec(field)?.[1];
  if (number === undefined) return field;
  const label = labels[number];
  const written = destinations
    .flatMap(({ settings }) => settings.audiences)
    .filter(({ mappingId }) => mappingId === Number(number))
    .map(({ id, name }) => name ?? id);
  const others = [...new Set(written)].filter(
    (name) => label === undefined || !isSame(name, label),
  );
  const audiences = others.length > 0 ? `audience ${others.join(", ")}` : undefined;
  const words = [label, audiences].filter((part) => part !== undefined);
  return words.length > 0 ? `${field} (${words.join("; ")})` : field;
}

/**
 * The audience that a custom field's label reads like, where it does not read like the one that is written there: the
 * Mapping ID may have been meant for that one. Null where there is none.
 */
export function likelierAudience(
  own: string,
  label: string,
  others: readonly string[],
): string | null {
  if (readsLike(own, label)) return null;
  return others.find((name) => readsLike(name, label)) ?? null;
}

/** Shorter words are in many names. */
const TELLING_CHARS = 4;

/** Whether two names are the same, or share a word that tells something. */
function readsLike(a: string, b: string): boolean {
  const words = new Set(wordsOf(a));
  return isSame(a, b) || wordsOf(b).some((word) => word.length >= TELLING_CHARS && words.has(word));
}

function wordsOf(name: string): readonly string[] {
  return name.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
}

/** People write one name with and without capitals. */
function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
