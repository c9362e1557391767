/**
 * How far each overflow object's batches were taken, so that one that is handed on twice counts once.
 * @module
 */
import type { Database } from "../../durable/database.ts";

export class OverflowCursors {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Number of the last batch that was taken from an overflow object; 0 for none. */
  takenUpTo(overflow: string): number {
    const [row] = this.#db.all(`SELECT taken_up_to FROM overflows WHERE overflow = ?`, overflow);
    const seq = row?.["taken_up_to"];
    return typeof seq === "number" ? seq : 0;
  }

  taken(overflow: string, seq: number): void {
    this.#db.all(
      `INSERT INTO overflows (overflow, taken_up_to) VALUES (?, ?)
       ON CONFLICT (overflow) DO UPDATE SET taken_up_to = excluded.taken_up_to`,
      overflow,
      seq,
    );
  }
}
