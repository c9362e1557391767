/**
 * The outbox and the delivered state: one row a prospect. What waits, what is in a call and what Outreach was told
 * change together, so they are read and written together, one row for each step of a prospect.
 * @module
 */
import { z } from "zod";
import { changeKeyOf, GROUPED_MAX_CHARS } from "../model/change-set.ts";
import { newProspect, waitsSince } from "../model/prospect.ts";
import type { Fields, InFlight, KnownField, Pending, Prospect } from "../model/prospect.ts";
import { STORY_MAX_CHARS } from "../model/history-text.ts";
import type { Database, SqlRow } from "../../durable/database.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import type { DueStore } from "./due.ts";
import { COLUMNS, readProspect } from "./prospect-row.ts";

/** A bound parameter holds 2 MB at most; statements stay well below it. */
const PARAMETER_MAX_CHARS = 500_000;

/** A prospect to be written. */
interface Saved {
  /** As it was read; left out, all of it is written. */
  readonly before?: Prospect;
  readonly prospect: Prospect;
  /** What is new in its story. */
  readonly told: string;
}

/** Rows of which the same columns are written. */
interface Batch {
  readonly columns: readonly Column[];
  rows: string[];
  chars: number;
}

export class ProspectStore {
  readonly #db: Database;
  readonly #due: DueStore;
  readonly #quarantine: Quarantine;
  /** Whether what happens is written into prospects' histories. */
  tellsStories = true;

  /** @param due is told of every change */
  constructor(db: Database, due: DueStore, quarantine: Quarantine) {
    this.#db = db;
    this.#due = due;
    this.#quarantine = quarantine;
  }

  #read(rows: readonly SqlRow[]): readonly Prospect[] {
    return this.#quarantine.read("prospects", rows, readProspect);
  }

  /** Reads prospects by id; those never heard of come back new. */
  load(ids: readonly number[]): Map<number, Prospect> {
    const found = new Map(this.findAll(ids).map((prospect) => [prospect.id, prospect]));
    for (const id of ids) if (!found.has(id)) found.set(id, newProspect(id));
    return found;
  }

  /** Reads prospects by id; those never heard of are left out. */
  findAll(ids: readonly number[]): readonly Prospect[] {
    return this.#read(
      this.#db.all(
        `SELECT ${COLUMNS} FROM prospects WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(ids),
      ),
    );
  }

  /** Reads one prospect, or null where no update of it was ever accepted. */
  find(id: number): Prospect | null {
    return this.findAll([id])[0] ?? null;
  }

  /** Writes of prospects what changed, each with what is new in its story. */
  save(changed: readonly Saved[]): void {
    const batches = new Map<string, Batch>();
    for (const one of changed) {
      const columns = this.#changedColumns(one);
      if (columns.length === 0) continue;
      const kind = columns.join();
      const values = this.#row(one.prospect, one.told, columns);
      if (columns === WRITTEN) this.#moved(one, values[WRITTEN.indexOf("change_key")] === null);
      const row = JSON.stringify(values);
      const batch = batches.get(kind) ?? { columns, rows: [], chars: 0 };
      if (batch.rows.length > 0 && batch.chars + row.length > PARAMETER_MAX_CHARS) {
        this.#write(batch);
        [batch.rows, batch.chars] = [[], 0];
      }
      batch.rows.push(row);
      batch.chars += row.length;
      batches.set(kind, batch);
    }
    for (const batch of batches.values()) this.#write(batch);
  }

  #write({ columns, rows }: Batch): void {
    if (columns === WRITTEN) {
      this.#db.all(UPSERT, `[${rows.join(",")}]`);
    } else this.#db.all(updateOf(columns), `[${rows.join(",")}]`);
  }

  /** Tells the queues of a prospect that enters one, leaves one or changes from one to another. */
  #moved({ before, prospect }: Saved, isAlone: boolean): void {
    const { pending, inFlight } = prospect;
    const enters = before && !before.pending && !before.inFlight && pending && !inFlight;
    if (enters) this.#due.entered(pending, isAlone ? "alone" : "together");
    else this.#due.changed();
  }

  /**
   * The columns that a change writes. An index is touched wherever one of its columns is written, changed or not, and that
   * costs a row. So where a prospect stays in its place of the queue, the columns that say which one are left alone.
   */
  #changedColumns({ before, prospect, told }: Saved): readonly Column[] {
    if (!before || !this.#staysInPlace(before, prospect)) return WRITTEN;
    const { pending, known, lastDelivery, lastError } = prospect;
    const changed: Column[] = [];
    if (pending !== before.pending) {
      changed.push("waiting");
      // What waits beside a call has none.
      if (!prospect.inFlight) changed.push("change_key");
    }
    if (!isSame(known, before.known)) changed.push("known");
    if (lastDelivery !== before.lastDelivery) changed.push("last_delivery");
    if (lastError !== before.lastError) changed.push("last_error");
    if (told !== "") changed.push("story");
    return changed.length === 0 ? changed : ["id", ...changed];
  }

  /** Whether it has a row, and what is found by an index stays as it is, but for the values that wait. */
  #staysInPlace(before: Prospect, { pending, inFlight }: Prospect): boolean {
    if (inFlight !== before.inFlight) return false;
    if (pending === before.pending) return hasRow(before);
    return (
      pending !== null &&
      before.pending !== null &&
      pending.dueAt === before.pending.dueAt &&
      // What is too large to travel with others is found elsewhere.
      !isLarge(pending) &&
      !isLarge(before.pending) &&
      acceptedAtOf(pending, inFlight) === acceptedAtOf(before.pending, inFlight) &&
      this.#due.queueOf(pending) === this.#due.queueOf(before.pending) &&
      this.#due.companyOf(pending) === this.#due.companyOf(before.pending)
    );
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

  /** Of these prospects, those of whom something waits already. */
  waitingOf(ids: readonly number[]): ReadonlySet<number> {
    const rows = this.#db.all(
      `SELECT id FROM prospects WHERE id IN (SELECT value FROM json_each(?)) AND due_at IS NOT NULL`,
      JSON.stringify(ids),
    );
    return new Set(rows.map((row) => z.number().parse(row["id"])));
  }

  /** Prospects that are in a call of their own. */
  inFlight(): readonly Prospect[] {
    return this.#read(
      this.#db.all(`SELECT ${COLUMNS} FROM prospects WHERE in_call IS NOT NULL AND job IS NULL`),
    );
  }

  /** Prospects of a bulk job, by id, from behind `after` on. */
  inJob(job: number, after: number, limit: number): readonly Prospect[] {
    return this.#read(
      this.#db.all(
        `SELECT ${COLUMNS} FROM prospects WHERE job = ? AND id > ? ORDER BY id LIMIT ?`,
        job,
        after,
        limit,
      ),
    );
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
  #row(prospect: Prospect, told: string, columns: readonly Column[]): readonly unknown[] {
    const { pending: waiting, inFlight } = prospect;
    const valueOf: Record<Column, () => unknown> = {
      id: () => prospect.id,
      queue: () => waiting && this.#due.queueOf(waiting),
      due_at: () => waiting?.dueAt ?? null,
      accepted_at: () => acceptedAtOf(waiting, inFlight),
      change_key: () => (inFlight ? null : this.#changeKeyOf(waiting)),
      job: () => inFlight?.job ?? null,
      waiting: () => waiting,
      in_call: () => inFlight,
      known: () => prospect.known,
      last_delivery: () => prospect.lastDelivery,
      last_error: () => prospect.lastError,
      story: () => (this.tellsStories ? told : ""),
    };
    return columns.map((column) => valueOf[column]());
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

/** When the oldest of what waits or is in a call was accepted, or replayed; null where there is nothing. */
function acceptedAtOf(pending: Pending | null, inFlight: InFlight | null): number | null {
  const times = [pending, inFlight].flatMap((load) => (load ? [waitsSince(load)] : []));
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether a prospect that was read has a row; one without is new in all. */
function hasRow({ pending, inFlight, known, lastError }: Prospect): boolean {
  return (
    pending !== null || inFlight !== null || lastError !== null || Object.keys(known).length > 0
  );
}

/** Whether what waits may be too large to travel with others: a guess that is never too low, and takes no time. */
function isLarge({ fields }: Pending): boolean {
  let chars = 0;
  for (const name in fields) {
    const value = fields[name]?.value;
    const length = Array.isArray(value) ? value.reduce((n, { length: l }) => n + l + 3, 0) : 0;
    // As JSON a character takes six at most.
    chars += 6 * (name.length + (typeof value === "string" ? value.length : length)) + 40;
  }
  return chars > GROUPED_MAX_CHARS;
}

/** Whether these are the same values, one by one. */
function isSame(a: Fields<KnownField>, b: Fields<KnownField>): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
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
type Column = (typeof WRITTEN)[number];

/** What is new in a story is put in front of what is there, and the end of what is too long is cut off. */
const UPSERT = `
  INSERT INTO prospects (${WRITTEN.join(", ")})
  SELECT ${WRITTEN.map((_, i) => `value ->> ${i}`).join(", ")} FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET
    ${WRITTEN.slice(1, -1)
      .map((column) => `${column} = excluded.${column}`)
      .join(", ")},
    story = substr(excluded.story || story, 1, ${STORY_MAX_CHARS})`;

/** Writes some columns of rows that there are. */
function updateOf(columns: readonly Column[]): string {
  const set = columns.slice(1).map((column, i) => {
    const value = `new.value ->> ${i + 1}`;
    return column === "story"
      ? `story = substr(${value} || story, 1, ${STORY_MAX_CHARS})`
      : `${column} = ${value}`;
  });
  return `UPDATE prospects SET ${set.join(", ")} FROM json_each(?) AS new WHERE prospects.id = new.value ->> 0`;
}
