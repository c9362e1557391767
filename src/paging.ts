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

/** Before every entry. */
const BEGINNING: Position = { createdAt: -1, id: "" };

/** How a cursor reads: the time of the last entry that was seen, in milliseconds, and its id. */
export const CURSOR = /^(\d{1,15})~(.{1,100})$/;

export function readCursor(cursor: string | null): Position {
  const match = CURSOR.exec(cursor ?? "");
  return match ? { createdAt: Number(match[1]), id: match[2] ?? "" } : BEGINNING;
}

/** Makes a page of up to `limit` entries out of one more than that, which tells whether the list goes on. */
export function toPage<T extends Position>(found: readonly T[], limit: number): Page<T> {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  const goesOn = found.length > limit && last !== undefined;
  return { entries, next: goesOn ? `${last.createdAt}~${last.id}` : null };
}
