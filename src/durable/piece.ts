/**
 * A piece of an object's state: one named value, a row of the table `state`. It is read once in the object's life and
 * written through, in the transaction that changes it.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "./observed-database.ts";

export interface Piece<T> {
  read(): T;
  /** A value that is stored already costs no row. */
  write(value: T): void;
}

/** A value with the text that is stored of it; null before it was ever written. */
interface Known<T> {
  readonly value: T;
  readonly text: string | null;
}

/**
 * Declares a piece, in the room of its subject and once for each database: two would not know of each other's writes.
 * @param name its row
 * @param schema how it is read back, for an older version may have written it
 * @param initial what it is before it was ever written
 */
export function piece<S extends z.ZodType>(
  db: ObservedDatabase,
  name: string,
  schema: S,
  initial: z.output<S>,
): Piece<z.output<S>> {
  let known: Known<z.output<S>> | null = null;
  db.onRollback(() => (known = null));
  const load = (): Known<z.output<S>> => {
    const [row] = db.all(`SELECT value FROM state WHERE name = ?`, name);
    if (!row) return { value: initial, text: null };
    const text = z.string().parse(row["value"]);
    return { value: schema.parse(JSON.parse(text)), text };
  };
  /** Null too where what is stored cannot be read: it may be overwritten. */
  const storedText = (): string | null => {
    try {
      return (known ??= load()).text;
    } catch {
      return null;
    }
  };
  return {
    read: () => (known ??= load()).value,
    write(value) {
      const text = JSON.stringify(value);
      if (storedText() === text) return;
      // What could not be read back must not be stored: an infinite number becomes null in JSON.
      const readBack = schema.parse(JSON.parse(text));
      db.all(
        `INSERT INTO state (name, value) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        name,
        text,
      );
      known = { value: readBack, text };
    },
  };
}
