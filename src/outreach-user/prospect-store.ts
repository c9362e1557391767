/**
 * The outbox and the delivered state: one row a prospect. What waits, what is in a call and what Outreach was told
 * change together, so they are read and written together, one row for each step of a prospect.
 * @module
 */
import { z } from "zod";
import { fieldValue } from "../delivery/prospect-update.ts";
import { changeKeyOf } from "../delivery/change-set.ts";
import type { DueView } from "../delivery/plan.ts";
import type { Prospect } from "../delivery/prospect.ts";
import { newProspect } from "../delivery/prospect.ts";
import type { Database, SqlRow } from "./database.ts";

/** A bound parameter holds 2 MB at most; statements stay well below it. */
const PARAMETER_MAX_CHARS = 500_000;

const membership = z.object({ audience: z.number(), status: z.enum(["realized", "exited"]) });
const order = { at: z.number(), arrival: z.number(), audience: z.number().exactOptional() };
/** Fields as they wait, in a call or in a failure. */
export const waitingFields = z.record(
  z.string(),
  z.object({
    value: fieldValue,
    ...order,
    membership: membership.exactOptional(),
  }),
);
export const callError = z.object({
  at: z.number(),
  status: z.number().nullable(),
  code: z.string(),
  detail: z.string(),
  pointer: z.string().nullable(),
});
const load = {
  fields: waitingFields,
  destinationId: z.string(),
  acceptedAt: z.number(),
  attempts: z.number(),
  failingSince: z.number().nullable(),
  single: z.literal(true).exactOptional(),
};
const prospectRow = z.object({
  id: z.number(),
  waiting: jsonOf(z.object({ ...load, dueAt: z.number() })).nullable(),
  in_call: jsonOf(
    z.object({ ...load, startedAt: z.number(), job: z.number().exactOptional() }),
  ).nullable(),
  known: jsonOf(
    z.record(
      z.string(),
      z.object({
        ...order,
        told: z.string().nullable(),
        held: z.string().exactOptional(),
        membership: membership.exactOptional(),
      }),
    ),
  ),
  last_delivery: jsonOf(z.object({ at: z.number(), fields: z.array(z.string()) })).nullable(),
  last_error: jsonOf(callError).nullable(),
});

/** As many as the largest job takes: whoever plans needs to know no more. */
const VIEW_MAX = 100_000;
/** Enough to find a group that is a hundredth of the backlog. */
const GROUP_SAMPLE = 2_000;

/** A column that holds JSON. */
export function jsonOf<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}

const COLUMNS = `id, waiting, in_call, known, last_delivery, last_error`;

export interface BacklogSize {
  /** Prospects with fields that wait and no call under way. */
  readonly pending: number;
  readonly inFlight: number;
}

export class ProspectStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
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

  save(prospects: readonly Prospect[]): void {
    let rows: string[] = [];
    let chars = 0;
    for (const prospect of prospects) {
      const row = JSON.stringify(writeProspect(prospect));
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
    this.#db.all(
      `INSERT INTO prospects (id, due_at, accepted_at, change_key, job, waiting, in_call, known, last_delivery, last_error)
       SELECT value ->> 'id', value ->> 'due_at', value ->> 'accepted_at', value ->> 'change_key', value ->> 'job', value ->> 'waiting',
              value ->> 'in_call', value ->> 'known', value ->> 'last_delivery', value ->> 'last_error'
       FROM json_each(?) WHERE true
       ON CONFLICT (id) DO UPDATE SET
         due_at = excluded.due_at, accepted_at = excluded.accepted_at,
         change_key = excluded.change_key, job = excluded.job, waiting = excluded.waiting,
         in_call = excluded.in_call, known = excluded.known,
         last_delivery = excluded.last_delivery, last_error = excluded.last_error`,
      `[${rows.join(",")}]`,
    );
  }

  /** The prospect that has been due longest and is in no call. */
  nextDue(now: number): Prospect | null {
    const [row] = this.#db.all(
      `SELECT ${COLUMNS} FROM prospects
       WHERE due_at <= ? AND in_call IS NULL ORDER BY due_at LIMIT 1`,
      now,
    );
    return row ? readProspect(row) : null;
  }

  /** When the next prospect that is in no call will be due, or null where none waits. */
  nextDueAt(): number | null {
    return this.#number(
      `SELECT min(due_at) AS n FROM prospects WHERE due_at IS NOT NULL AND in_call IS NULL`,
    );
  }

  /** The prospect that has been due longest among those that have to go in a call of their own. */
  nextDueSingle(now: number): Prospect | null {
    const [row] = this.#db.all(
      `SELECT ${COLUMNS} FROM prospects
       WHERE change_key IS NULL AND due_at IS NOT NULL AND in_call IS NULL AND due_at <= ?
       ORDER BY due_at LIMIT 1`,
      now,
    );
    return row ? readProspect(row) : null;
  }

  /**
   * What is due, as far as planning needs to know: counts end at `VIEW_MAX`, and the largest group is looked for among
   * the prospects that have been due longest, so that a million cost no more than a few thousand.
   */
  dueView(now: number): DueView {
    const [common] = this.#db.all(
      `SELECT change_key, count(*) AS n
       FROM (SELECT change_key FROM prospects WHERE change_key IS NOT NULL AND due_at <= ?
             ORDER BY due_at LIMIT ${GROUP_SAMPLE})
       GROUP BY change_key ORDER BY n DESC LIMIT 1`,
      now,
    );
    const key = common?.["change_key"];
    const upTo = (condition: string, ...bindings: readonly number[]): number =>
      this.#number(
        `SELECT count(*) AS n FROM (SELECT 1 FROM prospects WHERE ${condition} LIMIT ${VIEW_MAX})`,
        ...bindings,
      ) ?? 0;
    const groupable = upTo(`change_key IS NOT NULL AND due_at <= ?`, now);
    const alone = upTo(
      `change_key IS NULL AND due_at IS NOT NULL AND in_call IS NULL AND due_at <= ?`,
      now,
    );
    const firstDueAt = this.#number(
      `SELECT min(due_at) AS n FROM prospects WHERE change_key IS NOT NULL`,
    );
    return {
      waitedMs: Math.max(0, now - (firstDueAt ?? now)),
      prospects: groupable + alone,
      groupable,
      largest:
        typeof key === "number"
          ? { key, prospects: upTo(`change_key = ? AND due_at <= ?`, key, now) }
          : null,
    };
  }

  /** Prospects that may travel together, those due longest first: with one change key, or any where `key` is null. */
  dueTogether(key: number | null, now: number, limit: number): readonly Prospect[] {
    const rows =
      key === null
        ? this.#db.all(
            `SELECT ${COLUMNS} FROM prospects WHERE change_key IS NOT NULL AND due_at <= ?
             ORDER BY due_at LIMIT ?`,
            now,
            limit,
          )
        : this.#db.all(
            `SELECT ${COLUMNS} FROM prospects WHERE change_key = ? AND due_at <= ?
             ORDER BY due_at LIMIT ?`,
            key,
            now,
            limit,
          );
    return rows.map(readProspect);
  }

  /** Prospects that are in a call of their own. */
  inCall(): readonly Prospect[] {
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

  oldestAcceptedAt(): number | null {
    return this.#number(
      `SELECT min(accepted_at) AS n FROM prospects WHERE accepted_at IS NOT NULL`,
    );
  }

  /** Counts an index of the whole backlog: a million take some 20 ms, so not for every request. */
  countBacklog(): BacklogSize {
    const unfinished =
      this.#number(`SELECT count(*) AS n FROM prospects WHERE accepted_at IS NOT NULL`) ?? 0;
    const inFlight =
      this.#number(`SELECT count(*) AS n FROM prospects WHERE in_call IS NOT NULL`) ?? 0;
    return { pending: unfinished - inFlight, inFlight };
  }

  #number(statement: string, ...bindings: readonly number[]): number | null {
    const value = this.#db.all(statement, ...bindings)[0]?.["n"];
    return typeof value === "number" ? value : null;
  }
}

function readProspect(row: SqlRow): Prospect {
  const { id, waiting, in_call, known, last_delivery, last_error } = prospectRow.parse(row);
  return {
    id,
    waiting,
    inCall: in_call,
    known,
    lastDelivery: last_delivery,
    lastError: last_error,
  };
}

/** Objects become the JSON text of their column: `->>` gives an object's text, and SQL NULL for null. */
function writeProspect(prospect: Prospect) {
  const { waiting, inCall } = prospect;
  const oldest = Math.min(waiting?.acceptedAt ?? Infinity, inCall?.acceptedAt ?? Infinity);
  return {
    id: prospect.id,
    due_at: waiting?.dueAt ?? null,
    accepted_at: Number.isFinite(oldest) ? oldest : null,
    change_key: changeKeyOf(prospect),
    job: inCall?.job ?? null,
    waiting,
    in_call: inCall,
    known: prospect.known,
    last_delivery: prospect.lastDelivery,
    last_error: prospect.lastError,
  };
}
