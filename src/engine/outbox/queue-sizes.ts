/**
 * How many prospects wait in each queue, and how many are in a call. Counted once and kept beside the table from then on, because counting a million
 * rows for every estimate would be slow.
 * @module
 */
import { z } from "zod";
import type { EngineEvent, Fold } from "../model/events.ts";
import type { Database } from "../../durable/database.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { WHICH } from "./due.ts";
import type { Company, DueStore, StoredQueue } from "./due.ts";

/** How many prospects wait for a call, and how many are in one. */
export interface BacklogSize {
  /** Prospects with fields that wait and no call under way. */
  readonly pending: number;
  readonly inFlight: number;
}

/** A queue, and how many wait in it. */
export interface FilledQueue extends StoredQueue {
  readonly prospects: number;
}

const sizeRow = z.object({ queue: z.number(), prospects: z.number() });
const inFlightRow = z.object({ n: z.number() });

export class Backlog implements Fold {
  readonly #db: Database;
  readonly #due: DueStore;
  /** By `keyOf`; null: count again. Those that are too large to travel with others are counted among those that do. */
  #sizes: ReadonlyMap<string, number> | null = null;
  #inFlight = 0;

  constructor(db: ObservedDatabase, due: DueStore) {
    this.#db = db;
    this.#due = due;
    db.onRollback(() => this.recount());
  }

  /** To be called before rows change: the first count must be of what was there before the events that follow. */
  count(): void {
    this.#counted();
  }

  apply(events: readonly EngineEvent[]): void {
    const sizes = new Map(this.#counted());
    for (const event of events) {
      this.#inFlight += callsOf(event);
      if (event.kind !== "enqueued" && event.kind !== "dequeued") continue;
      const key = keyOf(this.#due.queueOf(event.load), this.#due.companyOf(event.load));
      sizes.set(key, (sizes.get(key) ?? 0) + (event.kind === "enqueued" ? 1 : -1));
    }
    this.#sizes = sizes;
  }

  size(): BacklogSize {
    const pending = [...this.#counted().values()].reduce((sum, size) => sum + size, 0);
    return { pending, inFlight: this.#inFlight };
  }

  /** Prospects that wait or are in a call. */
  unfinished(): number {
    const { pending, inFlight } = this.size();
    return pending + inFlight;
  }

  /** Every queue in which something waits, and how many wait in it. */
  queues(): readonly FilledQueue[] {
    const sizes = this.#counted();
    return this.#due.queues().map((queue) => {
      const prospects = Math.max(0, sizes.get(keyOf(queue.queue, queue.company)) ?? 0);
      return { ...queue, prospects };
    });
  }

  /** Prospects wait elsewhere than the events told. */
  recount(): void {
    this.#sizes = null;
  }

  /** Goes through the indexes of the whole backlog: a million take some 20 ms, so not for every request. */
  #counted(): ReadonlyMap<string, number> {
    if (this.#sizes) return this.#sizes;
    const sizes = new Map<string, number>();
    for (const company of ["together", "alone"] as const) {
      const rows = this.#db.all(
        `SELECT queue, count(*) AS prospects FROM prospects WHERE ${WHICH[company]} GROUP BY queue`,
      );
      for (const row of rows) {
        const { queue, prospects } = sizeRow.parse(row);
        sizes.set(keyOf(queue, company), prospects);
      }
    }
    const [row] = this.#db.all(`SELECT count(*) AS n FROM prospects WHERE in_call IS NOT NULL`);
    this.#inFlight = inFlightRow.parse(row).n;
    this.#sizes = sizes;
    return sizes;
  }
}

/** Calls of a prospect that an event tells to have begun or ended. */
function callsOf(event: EngineEvent): number {
  if (event.kind === "dispatched") return 1;
  const hasEnded =
    event.kind === "acknowledged" ||
    event.kind === "requeued" ||
    (event.kind === "rejected" && event.sent !== null && event.goesOn === undefined);
  return hasEnded ? -1 : 0;
}

function keyOf(queue: number, company: Company): string {
  return `${queue} ${company}`;
}
