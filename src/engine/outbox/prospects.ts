/**
 * The outbox and the delivered state: one row a prospect. What waits, what is in a call and what Outreach was told
 * change together, so they are read and written together, one row for each step of a prospect.
 * @module
 */
import { z } from "zod";
import { changeKeyOf } from "../model/change-set.ts";
import { newProspect, waitsSince } from "../model/prospect.ts";
import type { Prospect, Pending } from "../model/prospect.ts";
import { STORY_MAX_CHARS } from "../model/history-text.ts";
import type { Database } from "../../durable/database.ts";
import type { DueStore } from "./due.ts";
import { COLUMNS, readProspect } from "./prospect-row.ts";

/** A bound parameter holds 2 MB at most; statements stay well below it. */
const PARAMETER_MAX_CHARS = 500_000;

export class ProspectStore {
  readonly #db: Database;
  readonly #due: DueStore;

  /** @param due is told of every change */
  constructor(db: Database, due: DueStore) {
    this.#db = db;
    this.#due = due;
  }

  /** Reads prospects by id; those never heard of come back new. */
  load(ids: readonly number[]): Map<number, Prospect> {
    const found = new Map(this.findAll(ids).map((prospect) => [prospect.id, prospect]));
    for (const id of ids) if (!found.has(id)) found.set(id, newProspect(id));
    return found;
  }

  /** Reads prospects by id; those never heard of are left out. */
  findAll(ids: readonly number[]): readonly Prospect[] {
    return this.#db
      .all(
        `SELECT ${COLUMNS} FROM prospects WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(ids),
      )
      .map(readProspect);
  }

  /** Reads one prospect, or null where no update of it was ever accepted. */
  find(id: number): Prospect | null {
    const [row] = this.#db.all(`SELECT ${COLUMNS} FROM prospects WHERE id = ?`, id);
    return row ? readProspect(row) : null;
  }

  /** Writes prospects, each with what is new in its story. */
  save(changed: readonly { readonly prospect: Prospect; readonly told: string }[]): void {
    let rows: string[] = [];
    let chars = 0;
    for (const { prospect, told } of changed) {
      const row = JSON.stringify(this.#row(prospect, told));
      if (rows.length > 0 && chars + row.length > PARAMETER_MAX_CHARS) {
        this.#upsert(rows);
        [rows, chars] = [[], 0];
      }
      rows.push(row);
      chars += row.length;
    }
    if (rows.length > 0) this.#upsert(rows);
  }

  #upsert(rows: readonly string[]): void {
    this.#due.changed();
    this.#db.all(UPSERT, `[${rows.join(",")}]`);
  }

  /** A prospect's story as it is stored; empty where there is none. */
  storyOf(id: number): string {
    const [row] = this.#db.all(`SELECT story FROM prospects WHERE id = ?`, id);
    return row ? z.string().parse(row["story"]) : "";
  }

  /** Puts what is new in front of the stories of prospects that do not change. */
  tell(told: ReadonlyMap<number, string>): void {
    this.#db.all(
      `UPDATE prospects SET story = substr(new.value ->> 1 || story, 1, ${STORY_MAX_CHARS})
       FROM json_each(?) AS new WHERE prospects.id = new.value ->> 0`,
      JSON.stringify([...told]),
    );
  }

  /** Prospects that are in a call of their own. */
  inFlight(): readonly Prospect[] {
    return this.#db
      .all(`SELECT ${COLUMNS} FROM prospects WHERE in_call IS NOT NULL AND job IS NULL`)
      .map(readProspect);
  }

  /** Prospects of a bulk job, by id, from behind `after` on. */
  inJob(job: number, after: number, limit: number): readonly Prospect[] {
    return this.#db
      .all(
        `SELECT ${COLUMNS} FROM prospects WHERE job = ? AND id > ? ORDER BY id LIMIT ?`,
        job,
        after,
        limit,
      )
      .map(readProspect);
  }

  idsInJob(job: number): readonly number[] {
    return this.#db
      .all(`SELECT id FROM prospects WHERE job = ? ORDER BY id`, job)
      .map((row) => z.number().parse(row["id"]));
  }

  /** Since when the oldest of what waits or is in a call does so. */
  oldestAcceptedAt(): number | null {
    return this.#number(
      `SELECT min(accepted_at) AS n FROM prospects WHERE accepted_at IS NOT NULL`,
    );
  }

  /**
   * A row, by the column's place: SQLite finds that faster than a name. Objects become the JSON text of their column:
   * `->>` gives an object's text, and SQL NULL for null.
   */
  #row(prospect: Prospect, told: string): readonly unknown[] {
    const { pending: waiting, inFlight } = prospect;
    const oldest = Math.min(
      ...[waiting, inFlight].flatMap((load) => (load ? [waitsSince(load)] : [])),
    );
    const row: Record<(typeof WRITTEN)[number], unknown> = {
      id: prospect.id,
      queue: waiting && this.#due.queueOf(waiting),
      due_at: waiting?.dueAt ?? null,
      accepted_at: Number.isFinite(oldest) ? oldest : null,
      change_key: inFlight ? null : this.#changeKeyOf(waiting),
      job: inFlight?.job ?? null,
      waiting,
      in_call: inFlight,
      known: prospect.known,
      last_delivery: prospect.lastDelivery,
      last_error: prospect.lastError,
      story: told,
    };
    return WRITTEN.map((column) => row[column]);
  }

  /** Null where nothing waits that may travel with others. */
  #changeKeyOf(waiting: Pending | null): number | null {
    const mayTravel = waiting !== null && this.#due.companyOf(waiting) === "together";
    return mayTravel ? changeKeyOf(waiting.fields) : null;
  }

  #number(statement: string, ...bindings: readonly number[]): number | null {
    const value = this.#db.all(statement, ...bindings)[0]?.["n"];
    return typeof value === "number" ? value : null;
  }
}

/** The columns that are written, in their order in a row. */
const WRITTEN = [
  "id",
  "queue",
  "due_at",
  "accepted_at",
  "change_key",
  "job",
  "waiting",
  "in_call",
  "known",
  "last_delivery",
  "last_error",
  "story",
] as const;

/** What is new in a story is put in front of what is there, and the end of what is too long is cut off. */
const UPSERT = `
  INSERT INTO prospects (${WRITTEN.join(", ")})
  SELECT ${WRITTEN.map((_, i) => `value ->> ${i}`).join(", ")} FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET
    ${WRITTEN.slice(1, -1)
      .map((column) => `${column} = excluded.${column}`)
      .join(", ")},
    story = substr(excluded.story || story, 1, ${STORY_MAX_CHARS})`;
