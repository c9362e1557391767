/**
 * Failures by what they have in common. Each is stored with its group's key; those that were stored before there were
 * groups get theirs some at a time.
 * @module
 */
import { z } from "zod";
import type { FailureGroup, FailureGroups } from "../api.ts";
import type { Database } from "../../durable/database.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import { blamedField, groupKeyOf } from "./reason-rules.ts";
import { listed, readFailure } from "./failure-row.ts";

const groupRow = z.object({
  group_key: z.number().nullable(),
  failures: z.number(),
  newest: z.number(),
});

/** Failures that come along with their group, as examples. */
const NEWEST_MAX = 5;
/** Failures that get their key in one turn: some 30 ms, so that requests hardly notice. */
const GROUPED_AT_ONCE = 1_000;

export class FailureGroupStore {
  readonly #db: Database;
  readonly #quarantine: Quarantine;
  #isComplete: boolean;

  constructor(db: Database, quarantine: Quarantine) {
    this.#db = db;
    this.#quarantine = quarantine;
    this.#isComplete =
      db.all(`SELECT 1 FROM failures WHERE group_key IS NULL LIMIT 1`).length === 0;
  }

  /** Whether every failure has its group's key: those that are listed from now on have it at once. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Gives the oldest failures that have no key theirs, so many as one turn of the object allows. */
  complete(): void {
    const rows = this.#db.all(
      `SELECT * FROM failures WHERE group_key IS NULL ORDER BY id LIMIT ?`,
      GROUPED_AT_ONCE,
    );
    const failures = this.#quarantine.read("failures", rows, readFailure);
    const keys = failures.map((failure) => [failure.id, groupKeyOf(failure)]);
    this.#db.all(
      `UPDATE failures SET group_key = new.value ->> 1
       FROM json_each(?) AS new WHERE failures.id = new.value ->> 0`,
      JSON.stringify(keys),
    );
    this.#isComplete = rows.length < GROUPED_AT_ONCE;
  }

  /** Groups in the order of their newest failures. Failures that have no key yet are in none, and count in the total. */
  list(destinationId: string, limit: number): FailureGroups {
    const found = this.#db
      .all(
        `SELECT group_key, count(*) AS failures, max(id) AS newest FROM failures
         WHERE destination_id = ? GROUP BY group_key ORDER BY newest DESC`,
        destinationId,
      )
      .map((row) => groupRow.parse(row));
    const keyed = found.flatMap(({ group_key: key, failures }) =>
      key === null ? [] : [{ key, failures }],
    );
    const total = found.reduce((sum, { failures }) => sum + failures, 0);
    return {
      groups: keyed
        .slice(0, limit)
        .map(({ key, failures }) => this.#group(destinationId, key, failures)),
      groupsCount: keyed.length,
      total,
      ungrouped: total - keyed.reduce((sum, { failures }) => sum + failures, 0),
    };
  }

  #group(destinationId: string, key: number, count: number): FailureGroup {
    const rows = this.#db.all(
      `SELECT * FROM failures WHERE destination_id = ? AND group_key = ? ORDER BY id DESC LIMIT ?`,
      destinationId,
      key,
      NEWEST_MAX,
    );
    const newest = this.#quarantine.read("failures", rows, readFailure).map(listed);
    const [first] = newest;
    const field = first ? blamedField(first.fields, first.error.pointer) : null;
    return { key: String(key), count, field, newest };
  }
}
