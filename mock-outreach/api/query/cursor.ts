/**
 * Cursors: the place in an order, as a text that says nothing to its holder.
 * @module
 */
import { z } from "zod";

/** What the record at that place is sorted by, its id last. */
export type Cursor = readonly (string | number | null)[];

const cursor = z.array(z.union([z.string(), z.number(), z.null()]));

export function writeCursor(place: Cursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify(place));
  return btoa(String.fromCharCode(...bytes));
}

/** Null where the text is no cursor, or one for another order. */
export function readCursor(text: string, sortKeys: number): Cursor | null {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const parsed = cursor.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success && parsed.data.length === sortKeys + 1 ? parsed.data : null;
  } catch {
    return null;
  }
}
