/**
 * The outbox and the delivered state: one row a prospect. What waits, what is in a call and what Outreach was told
 * change together, so they are read and written together, one row for each step of a prospect.
 * @module
 */
import { z } from "zod";
import { fieldValue } from "../delivery/prospect-update.ts";
import { changeKeyOf } from "../delivery/change-set.ts";
import { LANES } from "../delivery/lane.ts";
import type { Queue } from "../delivery/order-of-service.ts";
import type { DueView } from "../delivery/plan.ts";
import type { Prospect, Waiting } from "../delivery/prospect.ts";
import { newProspect } from "../delivery/prospect.ts";
import { STORY_MAX_CHARS } from "../delivery/story-text.ts";
import type { Database, SqlRow } from "./database.ts";
import type { DestinationStore } from "./destination-store.ts";

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
  lane: z.enum(LANES).default("attribute"), // what was stored before there were lanes
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

const queueRow = z.object({ queue: z.number(), first_due_at: z.number() });
const groupRow = z.object({ key: z.number(), prospects: z.number() });

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

/** Whether prospects may travel with others or go alone: each kind has an index of its own. */
type Company = "together" | "alone";

const WHICH: Readonly<Record<Company, string>> = {
  together: `change_key IS NOT NULL`,
  alone: `change_key IS NULL AND due_at IS NOT NULL AND in_call IS NULL`,
};

/** A queue's number is its destination's, and behind it the lane: there are fewer lanes than this. */
const LANES_MAX = 8;

/** A queue, where its prospects are found, and what company they keep. */
export interface StoredQueue extends Queue {
  readonly queue: number;
  readonly company: Company;
}

export class ProspectStore {
  readonly #db: Database;
  readonly #destinations: DestinationStore;
  /** Asked for several times between two changes; null: look again. */
  #queues: readonly StoredQueue[] | null = null;

  constructor(db: Database, destinations: DestinationStore) {
    this.#db = db;
    this.#destinations = destinations;
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

  /** After a transaction that was undone. */
  reread(): void {
    this.#queues = null;
  }

  #upsert(rows: readonly string[]): void {
    this.#queues = null;
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

  /** Every queue in which something waits, due or not. */
  queues(): readonly StoredQueue[] {
    this.#queues ??= [...this.#queuesOf("together"), ...this.#queuesOf("alone")];
    return this.#queues;
  }

  /** Goes from queue to queue in the index, so that it costs no more for a million prospects than for one. */
  #queuesOf(company: Company): StoredQueue[] {
    const of = WHICH[company];
    return this.#db
      .all(
        `WITH RECURSIVE queues (queue) AS (
           SELECT (SELECT min(queue) FROM prospects WHERE ${of})
           UNION ALL
           SELECT (SELECT min(queue) FROM prospects WHERE ${of} AND queue > queues.queue)
           FROM queues WHERE queue IS NOT NULL
         )
         SELECT queue, (SELECT min(due_at) FROM prospects
                        WHERE ${of} AND prospects.queue = queues.queue) AS first_due_at
         FROM queues WHERE queue IS NOT NULL`,
      )
      .map((row) => {
        const { queue, first_due_at: firstDueAt } = queueRow.parse(row);
        const destination = Math.floor(queue / LANES_MAX);
        const lane = LANES[queue % LANES_MAX] ?? "attribute";
        return {
          queue,
          company,
          firstDueAt,
          destination,
          lane,
          weight: this.#destinations.weightOf(destination),
        };
      });
  }

  /** A queue's prospects that are due, the longest first. */
  dueIn({ queue, company }: StoredQueue, now: number, limit: number): readonly Prospect[] {
    return this.#db
      .all(
        `SELECT ${COLUMNS} FROM prospects WHERE ${WHICH[company]} AND queue = ? AND due_at <= ?
         ORDER BY due_at LIMIT ?`,
        queue,
        now,
        limit,
      )
      .map(readProspect);
  }

  /** Prospects that share a change key and are due, the longest first. */
  dueWithKey(key: number, now: number, limit: number): readonly Prospect[] {
    return this.#db
      .all(
        `SELECT ${COLUMNS} FROM prospects WHERE change_key = ? AND due_at <= ?
         ORDER BY due_at LIMIT ?`,
        key,
        now,
        limit,
      )
      .map(readProspect);
  }

  /** When the next prospect that is in no call will be due, or null where none waits. */
  nextDueAt(): number | null {
    const due = this.queues().map(({ firstDueAt }) => firstDueAt);
    return due.length > 0 ? Math.min(...due) : null;
  }

  /**
   * What is due, as far as planning needs to know: counts end at `VIEW_MAX`, and groups are looked for among
   * the prospects that have been due longest in each queue, and those due last, so that a million cost no more than a few thousand.
   * @param turn the queue whose turn it is to have its values in a job
   */
  dueView(now: number, turn: StoredQueue | null): DueView {
    const due = this.queues().filter(({ firstDueAt }) => firstDueAt <= now);
    const together = due.filter(({ company }) => company === "together");
    const groupable = this.#countDue(together, now);
    const alone = this.#countDue(
      due.filter(({ company }) => company === "alone"),
      now,
    );
    return {
      waitedMs: Math.max(0, now - Math.min(now, ...together.map((queue) => queue.firstDueAt))),
      prospects: groupable + alone,
      groupable,
      ...this.#groups(together, turn, groupable, now),
    };
  }

  #countDue(queues: readonly StoredQueue[], now: number): number {
    let count = 0;
    for (const { queue, company } of queues) {
      count += this.#upTo(`${WHICH[company]} AND queue = ? AND due_at <= ?`, queue, now);
      if (count >= VIEW_MAX) return VIEW_MAX;
    }
    return count;
  }

  #groups(
    queues: readonly StoredQueue[],
    turn: StoredQueue | null,
    groupable: number,
    now: number,
  ): Pick<DueView, "largest" | "groups"> {
    const counts = new Map<number, number>();
    const own = new Map<number, number>();
    const sample = Math.ceil(GROUP_SAMPLE / 2 / Math.max(1, queues.length));
    for (const { queue } of queues) {
      const rows = this.#db.all(
        `SELECT change_key AS key, count(*) AS prospects
         FROM (SELECT * FROM (SELECT change_key FROM prospects WHERE change_key IS NOT NULL AND queue = ? AND due_at <= ?
                              ORDER BY due_at LIMIT ?)
               UNION ALL
               SELECT * FROM (SELECT change_key FROM prospects WHERE change_key IS NOT NULL AND queue = ? AND due_at <= ?
                              ORDER BY due_at DESC LIMIT ?))
         GROUP BY change_key`,
        queue,
        now,
        sample,
        queue,
        now,
        sample,
      );
      for (const row of rows) {
        const { key, prospects } = groupRow.parse(row);
        counts.set(key, (counts.get(key) ?? 0) + prospects);
        if (queue === turn?.queue) own.set(key, prospects);
      }
    }
    const seen = [...counts.values()].reduce((a, b) => a + b, 0);
    const first = mostOf(own) ?? mostOf(counts);
    return {
      largest:
        first === null
          ? null
          : { key: first, prospects: this.#upTo(`change_key = ? AND due_at <= ?`, first, now) },
      groups: [...counts.values()]
        .filter((count) => count > 2)
        .map((count) => (count / seen) * groupable),
    };
  }

  #upTo(condition: string, ...bindings: readonly number[]): number {
    const counted = `SELECT 1 FROM prospects WHERE ${condition} LIMIT ${VIEW_MAX}`;
    return this.#number(`SELECT count(*) AS n FROM (${counted})`, ...bindings) ?? 0;
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

  /**
   * A row, by the column's place: SQLite finds that faster than a name. Objects become the JSON text of their column:
   * `->>` gives an object's text, and SQL NULL for null.
   */
  #row(prospect: Prospect, told: string): readonly unknown[] {
    const { waiting, inCall } = prospect;
    const oldest = Math.min(waiting?.acceptedAt ?? Infinity, inCall?.acceptedAt ?? Infinity);
    const row: Record<(typeof WRITTEN)[number], unknown> = {
      id: prospect.id,
      queue: waiting && this.#queueOf(waiting),
      due_at: waiting?.dueAt ?? null,
      accepted_at: Number.isFinite(oldest) ? oldest : null,
      change_key: changeKeyOf(prospect),
      job: inCall?.job ?? null,
      waiting,
      in_call: inCall,
      known: prospect.known,
      last_delivery: prospect.lastDelivery,
      last_error: prospect.lastError,
      story: told,
    };
    return WRITTEN.map((column) => row[column]);
  }

  #queueOf({ destinationId, lane }: Waiting): number {
    return this.#destinations.numberOf(destinationId) * LANES_MAX + LANES.indexOf(lane);
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

/** The key that was counted most often; null where there is none. */
function mostOf(counts: ReadonlyMap<number, number>): number | null {
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  return first?.[0] ?? null;
}
