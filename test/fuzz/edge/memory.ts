/**
 * An SQLite database in memory that can be copied whole, so that each input finds the same one in a moment.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import type { Database } from "../../../src/durable/database.ts";

export class Memory {
  readonly #sqlite = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();

  static copyOf(snapshot: Uint8Array): Memory {
    const memory = new Memory();
    memory.#sqlite.deserialize(snapshot);
    return memory;
  }

  snapshot(): Uint8Array {
    return this.#sqlite.serialize();
  }

  script(sql: string): void {
    this.#sqlite.exec(sql);
  }

  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#sqlite.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  /** As the object's stores use it. */
  get database(): Database {
    return {
      all: (sql, ...values) => this.statement(sql).all(...values),
      size: () => 0,
      transaction: (work) => {
        this.script("BEGIN");
        try {
          const result = work();
          this.script("COMMIT");
          return result;
        } catch (error) {
          this.script("ROLLBACK");
          throw error;
        }
      },
    };
  }
}
