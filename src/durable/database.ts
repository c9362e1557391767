/**
 * The little of SQLite that the stores use. The Durable Object's storage fits it, and so does any SQLite in a test.
 *
 * Writes that happen without an `await` between them are one atomic transaction in a Durable Object, and nothing
 * leaves the object before they are durable. `transaction` adds that an exception undoes them.
 * @module
 */

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Database {
  /** Runs one statement and gives all its rows. */
  all(statement: string, ...bindings: readonly SqlValue[]): readonly SqlRow[];
  /** Bytes that its tables and indexes take; pages that are free do not count. */
  size(): number;
  /** Runs `work`, all of it or nothing. Must not be nested. */
  transaction<T>(work: () => T): T;
}
