/**
 * A database whose rows are kept in memory as well. What is undone on disk must be forgotten in memory.
 * @module
 */
import type { Database } from "./database.ts";

export interface ObservedDatabase extends Database {
  /** Has `forget` called whenever a transaction is undone. */
  onRollback(forget: () => void): void;
}

/** Wraps an object's database, once in its life. */
export function observed(db: Database): ObservedDatabase {
  const forgetters: (() => void)[] = [];
  return {
    all: (statement, ...bindings) => db.all(statement, ...bindings),
    size: () => db.size(),
    transaction(work) {
      try {
        return db.transaction(work);
      } catch (error) {
        for (const forget of forgetters) forget();
        throw error;
      }
    },
    onRollback: (forget) => {
      forgetters.push(forget);
    },
  };
}
