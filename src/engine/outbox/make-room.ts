/**
 * What is given up where SQLite has no room for what must be written: histories, then what Outreach is known to hold.
 * @module
 */
import type { Database } from "../../durable/database.ts";

/** Rows of which something is given up at once. */
const ROWS = 2_000;

/** Frees some room, without needing any; false where nothing is left to give up. */
export function makeRoom(db: Database): boolean {
  const givenUp = [
    `UPDATE prospects SET story = '' WHERE id IN (SELECT id FROM prospects WHERE story <> '' LIMIT ${ROWS}) RETURNING id`,
    `DELETE FROM minutes WHERE started_at < (SELECT max(started_at) FROM minutes) RETURNING started_at`,
    `DELETE FROM prospects WHERE id IN (
       SELECT id FROM prospects WHERE accepted_at IS NULL AND instr(known, '"membership"') = 0 LIMIT ${ROWS}
     ) RETURNING id`,
  ];
  return givenUp.some((statement) => db.all(statement).length > 0);
}

/** Whether SQLite found no room for what was to be written (SQLITE_FULL). */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && /database or disk is full|SQLITE_FULL/.test(error.message);
}
