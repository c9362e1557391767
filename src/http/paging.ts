/**
 * Pages of a list that is ordered by the time of creation: a cursor names the last entry that was seen, so that what
 * is added or deleted meanwhile neither repeats nor hides an entry.
 * @module
 */

export interface PageRequest {
  readonly limit: number;
  /** The cursor that the page before ended with; null for the first page. */
  readonly after: string | null;
}

export interface Page<T> {
  readonly entries: readonly T[];
  readonly next: string | null;
}

interface Position {
  readonly createdAt: number;
  readonly id: string;
}

/** Before every entry. A cursor that was not made here counts as this: the list begins anew. */
const BEGINNING: Position = { createdAt: -1, id: "" };

export function readCursor(cursor: string | null): Position {
  const match = /^(\d{1,15})~(.{1,100})$/.exec(cursor ?? "");
  return match ? { createdAt: Number(match[1]), id: match[2] ?? "" } : BEGINNING;
}

/** Makes a page of up to `limit` entries out of one more than that, which tells whether the list goes on. */
export function toPage<T extends Position>(found: readonly T[], limit: number): Page<T> {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  const goesOn = found.length > limit && last !== undefined;
  return { entries, next: goesOn ? `${last.createdAt}~${last.id}` : null };
}
