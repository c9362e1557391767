/**
 * Node's SQLite behind the object's `Database`, so that its logic runs outside workerd on the same SQL.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { Database } from "../../src/durable/database.ts";

export function memoryDatabase(): Database {
  return databaseAt(":memory:");
}

/** In a file, with a write-ahead log, as an object's storage has it. */
export function fileDatabase(file: string): Database {
  const database = databaseAt(file);
  database.all("PRAGMA journal_mode = WAL");
  database.all("PRAGMA synchronous = NORMAL");
  return database;
}

function databaseAt(location: string): Database {
  return sqliteBehind(new DatabaseSync(location));
}

/** An open database of Node's, as the object's. */
export function sqliteBehind(sqlite: DatabaseSync): Database {
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  return {
    all(statement, ...bindings) {
      let prepared = statements.get(statement);
      if (!prepared) {
        prepared = sqlite.prepare(statement);
        statements.set(statement, prepared);
      }
      return prepared.all(...bindings);
    },
    size: () => {
      const pages = sqlite
        .prepare(
          `SELECT (page_count - freelist_count) * page_size AS n
           FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
        )
        .get();
      return Number(pages?.["n"]);
    },
    transaction(work) {
      sqlite.exec("BEGIN");
      try {
        const result = work();
        sqlite.exec("COMMIT");
        return result;
      } catch (error) {
        sqlite.exec("ROLLBACK");
        throw error;
      }
    },
  };
}
