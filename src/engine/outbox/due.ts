/**
 * Who is due: queues and the prospects in them. Found in the indexes of the prospects' table, so that it costs the same
 * with a million waiting.
 * @module
 */
import { z } from "zod";
import { goesAlone } from "../model/change-set.ts";
import { LANES } from "../model/lane.ts";
import type { Queue } from "./fair-queuing-rules.ts";
import type { Prospect, Pending } from "../model/prospect.ts";
import type { SqlRow } from "../../durable/database.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import type { DestinationStore } from "./destinations.ts";
import { COLUMNS, readProspect } from "./prospect-row.ts";

const queueRow = z.object({
  queue: z.number(),
  first_due_at: z.number(),
  last_due_at: z.number(),
});
const placeRow = z.object({
  queue: z.number().nullable(),
  in_call: z.number(),
  alone: z.number(),
  job: z.number().nullable(),
  prospects: z.number(),
  first_due_at: z.number().nullable(),
  last_due_at: z.number().nullable(),
});

/** Where a prospect stands in the index of those that keep its company. */
export interface Position {
  readonly queue: number;
  readonly dueAt: number;
  readonly id: number;
}
const positionRow = z
  .object({ queue: z.number(), due_at: z.number(), id: z.number() })
  .transform(({ queue, due_at: dueAt, id }): Position => ({ queue, dueAt, id }));

/** Whether prospects may travel with others or go alone: each kind has an index of its own. */
export type Company = "together" | "alone";

/** How prospects that keep each kind of company are found. */
export const WHICH: Readonly<Record<Company, string>> = {
  together: `change_key IS NOT NULL`,
  alone: `change_key IS NULL AND due_at IS NOT NULL AND in_call IS NULL`,
};

/** A queue's number is its destination's, and behind it the lane: there are fewer lanes than this. */
const LANES_MAX = 8;

/** A queue, where its prospects are found, and what company they keep. */
export interface StoredQueue extends Queue {
  readonly queue: number;
  readonly company: Company;
  /** When the last of them is due: later than now where a call is tried again. */
  readonly lastDueAt: number;
}

/** A prospect that has not failed since it last had nothing pending. */
export interface Untried {
  readonly queue: StoredQueue;
  readonly dueAt: number;
  readonly prospect: Prospect;
}

/** Where some prospects are. */
export interface Place {
  /** The queue in which they wait, or will once their call has ended; null where nothing of theirs waits. */
  readonly queue: StoredQueue | null;
  readonly inFlight: boolean;
  /** The bulk job that they are in. */
  readonly job: number | null;
  readonly prospects: number;
}

/** As the table gives them. */
function inOrder(a: StoredQueue, b: StoredQueue): number {
  if (a.company !== b.company) return a.company === "together" ? -1 : 1;
  return a.queue - b.queue;
}

export class DueStore {
  readonly #db: ObservedDatabase;
  readonly #destinations: DestinationStore;
  readonly #quarantine: Quarantine;
  /** Asked for several times between two changes; null: look again. */
  #queues: readonly StoredQueue[] | null = null;
  /** The same; undefined: look again. */
  #untriedDueAt: number | null | undefined;

  constructor(db: ObservedDatabase, destinations: DestinationStore, quarantine: Quarantine) {
    this.#db = db;
    this.#destinations = destinations;
    this.#quarantine = quarantine;
    db.onRollback(() => this.changed());
  }

  /** Prospects were written. */
  changed(): void {
    this.#queues = null;
    this.#untriedDueAt = undefined;
  }

  /** A prospect came to wait that did not before. */
  entered(pending: Pending, company: Company): void {
    if (!this.#queues) return;
    const number = this.queueOf(pending);
    const { dueAt } = pending;
    const known = this.#queues.find((one) => one.queue === number && one.company === company);
    const widened: StoredQueue = known
      ? {
          ...known,
          firstDueAt: Math.min(known.firstDueAt, dueAt),
          lastDueAt: Math.max(known.lastDueAt, dueAt),
        }
      : this.#read(number, company, dueAt, dueAt);
    this.#queues = [...this.#queues.filter((one) => one !== known), widened].toSorted(inOrder);
  }

  /** The number of the queue in which a prospect waits. */
  queueOf({ destinationId, lane }: Pending): number {
    return this.#destinations.numberOf(destinationId) * LANES_MAX + LANES.indexOf(lane);
  }

  /** What company what waits keeps, as its destinations are set. */
  companyOf(pending: Pending): Company {
    return goesAlone(pending, this.#destinations.singles) ? "alone" : "together";
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
                        WHERE ${of} AND prospects.queue = queues.queue) AS first_due_at,
                       (SELECT max(due_at) FROM prospects
                        WHERE ${of} AND prospects.queue = queues.queue) AS last_due_at
         FROM queues WHERE queue IS NOT NULL`,
      )
      .map((row) => {
        const { queue, first_due_at: firstDueAt, last_due_at: lastDueAt } = queueRow.parse(row);
        return this.#read(queue, company, firstDueAt, lastDueAt);
      });
  }

  #read(queue: number, company: Company, firstDueAt: number, lastDueAt: number): StoredQueue {
    const destination = Math.floor(queue / LANES_MAX);
    const lane = LANES[queue % LANES_MAX] ?? "attribute";
    const weight = this.#destinations.weightOf(destination);
    return { queue, company, firstDueAt, lastDueAt, destination, lane, weight };
  }

  /** Where prospects are of whom something waits or is in a call. */
  placesOf(ids: readonly number[]): readonly Place[] {
    return this.#db
      .all(
        `SELECT queue, in_call IS NOT NULL AS in_call, change_key IS NULL AND in_call IS NULL AS alone, job,
                count(*) AS prospects, min(due_at) AS first_due_at, max(due_at) AS last_due_at
         FROM prospects WHERE id IN (SELECT value FROM json_each(?)) AND accepted_at IS NOT NULL
         GROUP BY 1, 2, 3, 4`,
        JSON.stringify(ids),
      )
      .map((row) => {
        const { queue, alone, in_call, job, prospects, ...due } = placeRow.parse(row);
        const company = alone === 1 ? "alone" : "together";
        const [first, last] = [due.first_due_at ?? 0, due.last_due_at ?? 0];
        return {
          queue: queue === null ? null : this.#read(queue, company, first, last),
          inFlight: in_call === 1,
          job,
          prospects,
        };
      });
  }

  /** When the first prospect is due that has not failed; null where none is pending. */
  untriedDueAt(): number | null {
    this.#untriedDueAt ??= this.queues()
      .flatMap((queue) => this.#untriedIn(queue, Infinity, "ASC"))
      .reduce<number | null>((at, { dueAt }) => Math.min(at ?? dueAt, dueAt), null);
    return this.#untriedDueAt;
  }

  /**
   * The prospect that came to be due last of those that have not failed: what came before it may have failed for the same
   * reason as others then.
   */
  newestUntried(now: number): Untried | null {
    return this.queues()
      .flatMap((queue) => this.#untriedIn(queue, now, "DESC"))
      .reduce<Untried | null>(
        (newest, one) => (newest && newest.dueAt > one.dueAt ? newest : one),
        null,
      );
  }

  #untriedIn(queue: StoredQueue, dueBy: number, order: "ASC" | "DESC"): readonly Untried[] {
    return this.#db
      .all(
        `SELECT ${COLUMNS}, due_at FROM prospects WHERE ${WHICH[queue.company]} AND queue = ?
         AND due_at <= ? AND waiting ->> 'attempts' = 0 ORDER BY due_at ${order} LIMIT 1`,
        queue.queue,
        dueBy,
      )
      .map((row) => ({
        queue,
        dueAt: z.number().parse(row["due_at"]),
        prospect: readProspect(row),
      }));
  }

  /** A queue's prospects that are due, the longest first. */
  in({ queue, company }: StoredQueue, now: number, limit: number): readonly Prospect[] {
    return this.#readAll(
      this.#db.all(
        `SELECT ${COLUMNS} FROM prospects WHERE ${WHICH[company]} AND queue = ? AND due_at <= ?
         ORDER BY due_at LIMIT ?`,
        queue,
        now,
        limit,
      ),
    );
  }

  /** All prospects that keep a company, due or not, from behind a place on; where the last is, null at the end. */
  keeping(
    company: Company,
    after: Position | null,
    limit: number,
  ): { readonly prospects: readonly Prospect[]; readonly last: Position | null } {
    const { queue, dueAt, id } = after ?? { queue: 0, dueAt: 0, id: 0 };
    const rows = this.#db.all(
      `SELECT ${COLUMNS}, queue, due_at FROM prospects
       WHERE ${WHICH[company]} AND (queue, due_at, id) > (?, ?, ?)
       ORDER BY queue, due_at, id LIMIT ?`,
      queue,
      dueAt,
      id,
      limit,
    );
    const last = rows.length < limit ? undefined : rows.at(-1);
    return { prospects: this.#readAll(rows), last: last ? positionRow.parse(last) : null };
  }

  /** Prospects that share a change key and are due, the longest first. */
  withKey(key: number, now: number, limit: number): readonly Prospect[] {
    return this.#readAll(
      this.#db.all(
        `SELECT ${COLUMNS} FROM prospects WHERE change_key = ? AND due_at <= ?
         ORDER BY due_at LIMIT ?`,
        key,
        now,
        limit,
      ),
    );
  }

  #readAll(rows: readonly SqlRow[]): readonly Prospect[] {
    return this.#quarantine.read("prospects", rows, readProspect);
  }

  /** When the next prospect that is in no call will be due, or null where none waits. */
  nextAt(): number | null {
    const due = this.queues().map(({ firstDueAt }) => firstDueAt);
    return due.length > 0 ? Math.min(...due) : null;
  }
}
