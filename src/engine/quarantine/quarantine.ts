/**
 * Rows that cannot be read. One damaged row must not stop the others, so it is taken out of its table, kept as it was,
 * and listed. A version that can read it puts it back when it starts.
 * @module
 */
import { z } from "zod";
import type { QuarantinedRow } from "../api/quarantine.ts";
import type { Database, SqlRow, SqlValue } from "../../durable/database.ts";
import { isUnreadable, reasonOf } from "./fault.ts";

type Table = QuarantinedRow["table"];

/** Rows that are looked at again when the object starts. */
const RETRIED_MAX = 1_000;

const kept = z.object({
  id: z.number(),
  source: z.enum(["prospects", "jobs", "failures"]),
  row_id: z.number(),
  reason: z.string(),
  at: z.number(),
});
const column = z.union([z.string(), z.number(), z.null()]);
const rawRow = z.record(z.string().regex(/^[a-z_]+$/), column);

export class Quarantine {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #onMoved: (table: Table) => void;

  /** @param onMoved told when a row left its table, or came back */
  constructor(db: Database, now: () => number, onMoved: (table: Table) => void) {
    this.#db = db;
    this.#now = now;
    this.#onMoved = onMoved;
  }

  /** Reads rows, each with its `id`. Those that cannot be read are set aside and left out. */
  read<T>(table: Table, rows: readonly SqlRow[], parse: (row: SqlRow) => T): T[] {
    const found: T[] = [];
    for (const row of rows) {
      try {
        found.push(parse(row));
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        this.#setAside(table, z.number().parse(row["id"]), reasonOf(error));
      }
    }
    return found;
  }

  #setAside(table: Table, rowId: number, reason: string): void {
    const [row] = this.#db.all(`SELECT * FROM ${table} WHERE id = ?`, rowId);
    this.#db.all(
      `INSERT INTO quarantine (source, row_id, raw, reason, at) VALUES (?, ?, ?, ?, ?)`,
      table,
      rowId,
      JSON.stringify(row),
      reason,
      this.#now(),
    );
    this.#db.all(`DELETE FROM ${table} WHERE id = ?`, rowId);
    // Nobody can say what became of the job: its prospects count as in calls whose end is not known.
    if (table === "jobs") this.#db.all(`UPDATE prospects SET job = NULL WHERE job = ?`, rowId);
    this.#onMoved(table);
  }

  /** Puts back what this version can read, where nothing has taken its place. */
  putBack(table: "prospects" | "failures", parse: (row: SqlRow) => unknown): void {
    const rows = this.#db.all(
      `SELECT id, raw FROM quarantine WHERE source = ?
       AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${table}.id = row_id) ORDER BY id LIMIT ?`,
      table,
      RETRIED_MAX,
    );
    for (const { id, raw } of rows) {
      const row = readable(raw, parse);
      if (!row) continue;
      const columns = Object.keys(row);
      const values: readonly SqlValue[] = Object.values(row);
      this.#db.all(
        `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
        ...values,
      );
      this.#db.all(`DELETE FROM quarantine WHERE id = ?`, z.number().parse(id));
      this.#onMoved(table);
    }
  }

  count(): number {
    const [row] = this.#db.all(`SELECT count(*) AS n FROM quarantine`);
    return z.object({ n: z.number() }).parse(row).n;
  }

  /** The newest first. */
  list(limit: number): readonly QuarantinedRow[] {
    return this.#db
      .all(`SELECT id, source, row_id, reason, at FROM quarantine ORDER BY id DESC LIMIT ?`, limit)
      .map((row) => kept.parse(row))
      .map(({ id, source, row_id: rowId, reason, at }) => ({
        id: String(id),
        table: source,
        rowId,
        reason,
        at,
      }));
  }
}

/** A kept row where this version can read it, else null. */
function readable(raw: unknown, parse: (row: SqlRow) => unknown): z.infer<typeof rawRow> | null {
  try {
    const row = rawRow.parse(JSON.parse(z.string().parse(raw)));
    parse(row);
    return row;
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  }
}
