/**
 * Hourly dataflow runs: what became of each destination's updates. Counted in memory and written now and then (`flushing.ts`);
 * a kill loses what was not written.
 * @module
 */
import { z } from "zod";
import type { EngineEvent, Fold } from "../model/events.ts";
import { sourcesOf } from "../model/sources.ts";
import type { Run } from "../api.ts";
import type { Database } from "../../durable/database.ts";

const HOUR_MS = 3_600_000;
/** Runs are kept for as long as a marketer compares them with last year's. */
const KEPT_MS = 400 * 24 * HOUR_MS;

/** The counters of a run, each a column. */
const COUNTERS = [
  "received",
  "accepted",
  "coalesced",
  "unchanged",
  "delivered",
  "failed",
  "replayed",
  "discarded",
  "calls",
] as const;
type Counter = (typeof COUNTERS)[number];
type Counts = Partial<Record<Counter, number>>;

const total = z.number();
const runRow = z.object({
  started_at: z.number(),
  received: total,
  accepted: total,
  coalesced: total,
  unchanged: total,
  delivered: total,
  failed: total,
  replayed: total,
  discarded: total,
  calls: total,
});
const rejectionRow = z.object({ started_at: z.number(), code: z.string(), profiles: z.number() });

/** What was counted in an hour of a destination. */
interface Counted {
  readonly destinationId: string;
  readonly startedAt: number;
  readonly counts: Counts;
}

interface Rejected {
  readonly destinationId: string;
  readonly startedAt: number;
  readonly code: string;
  readonly profiles: number;
}

export class RunStore implements Fold {
  readonly #db: Database;
  /** Not written yet. Replaced as a whole, so that it is easily taken back. */
  #counted: ReadonlyMap<string, Counted> = new Map();
  #rejected: ReadonlyMap<string, Rejected> = new Map();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts in memory, until the next `write`. */
  apply(events: readonly EngineEvent[], now: number): void {
    const runs = new Map<string, Counts>();
    const count = (destinationId: string, counter: Counter, by = 1): void => {
      const counts = runs.get(destinationId) ?? {};
      counts[counter] = (counts[counter] ?? 0) + by;
      runs.set(destinationId, counts);
    };
    for (const event of events) {
      countIn(event, count);
      if (event.kind === "profiles_rejected") this.#reject(event, now);
    }
    for (const [destinationId, counts] of runs) this.#add(destinationId, now, counts);
  }

  #add(destinationId: string, now: number, counts: Counts): void {
    const names = COUNTERS.filter((name) => counts[name]);
    if (names.length === 0) return;
    const startedAt = hourOf(now);
    const key = `${startedAt} ${destinationId}`;
    const sum = { ...this.#counted.get(key)?.counts };
    for (const name of names) sum[name] = (sum[name] ?? 0) + (counts[name] ?? 0);
    this.#counted = new Map(this.#counted).set(key, { destinationId, startedAt, counts: sum });
  }

  /** Writes what was counted and is not written yet. */
  write(): void {
    for (const { destinationId, startedAt, counts } of this.#counted.values()) {
      const names = COUNTERS.filter((name) => counts[name]);
      this.#db.all(
        `INSERT INTO runs (destination_id, started_at, ${names.join(", ")})
         VALUES (?, ?, ${names.map(() => "?").join(", ")})
         ON CONFLICT (destination_id, started_at)
         DO UPDATE SET ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`,
        destinationId,
        startedAt,
        ...names.map((name) => counts[name] ?? 0),
      );
    }
    for (const { destinationId, startedAt, code, profiles } of this.#rejected.values()) {
      this.#db.all(
        `INSERT INTO rejections (destination_id, started_at, code, profiles) VALUES (?, ?, ?, ?)
         ON CONFLICT (destination_id, started_at, code)
         DO UPDATE SET profiles = profiles + excluded.profiles`,
        destinationId,
        startedAt,
        code,
        profiles,
      );
    }
    [this.#counted, this.#rejected] = [new Map(), new Map()];
  }

  /** Gives back what takes back all that is counted from now on: for a transaction that fails. */
  savepoint(): () => void {
    const before = [this.#counted, this.#rejected] as const;
    return () => ([this.#counted, this.#rejected] = before);
  }

  #reject(event: Extract<EngineEvent, { kind: "profiles_rejected" }>, now: number): void {
    const { destinationId, code } = event;
    const startedAt = hourOf(now);
    const key = `${startedAt} ${destinationId} ${code}`;
    const profiles = (this.#rejected.get(key)?.profiles ?? 0) + event.profiles;
    const sum = { destinationId, startedAt, code, profiles };
    this.#rejected = new Map(this.#rejected).set(key, sum);
  }

  /** The hours with traffic, newest first. */
  list(destinationId: string, limit: number): readonly Run[] {
    this.write();
    const runs = this.#db
      .all(
        `SELECT * FROM runs WHERE destination_id = ? ORDER BY started_at DESC LIMIT ?`,
        destinationId,
        limit,
      )
      .map((row) => runRow.parse(row));
    const since = runs.at(-1)?.started_at ?? 0;
    const rejections = this.#db
      .all(
        `SELECT started_at, code, profiles FROM rejections
         WHERE destination_id = ? AND started_at >= ?`,
        destinationId,
        since,
      )
      .map((row) => rejectionRow.parse(row));
    return runs.map(({ started_at, ...counts }) => {
      const own = rejections.filter((rejection) => rejection.started_at === started_at);
      return {
        startedAt: started_at,
        ...counts,
        rejected: own.reduce((sum, { profiles }) => sum + profiles, 0),
        rejectedByCode: Object.fromEntries(own.map(({ code, profiles }) => [code, profiles])),
      };
    });
  }

  forget(destinationId: string): void {
    this.write();
    this.#db.all(`DELETE FROM runs WHERE destination_id = ?`, destinationId);
    this.#db.all(`DELETE FROM rejections WHERE destination_id = ?`, destinationId);
  }

  prune(now: number): void {
    this.#db.all(`DELETE FROM runs WHERE started_at < ?`, now - KEPT_MS);
    this.#db.all(`DELETE FROM rejections WHERE started_at < ?`, now - KEPT_MS);
  }
}

/** How an event that counts by itself is counted; what is acknowledged or rejected counts for each of its destinations. */
const COUNTED_AS: Partial<Record<EngineEvent["kind"], Counter>> = {
  merged: "coalesced",
  superseded: "coalesced",
  unchanged: "unchanged",
  replayed: "replayed",
  discarded: "discarded",
  called: "calls",
};

/** What an event counts for, in each destination that it is about. */
function countIn(
  event: EngineEvent,
  count: (destinationId: string, counter: Counter, by?: number) => void,
): void {
  if (event.kind === "acknowledged" || event.kind === "rejected") {
    const counter = event.kind === "acknowledged" ? "delivered" : "failed";
    const goesOn = event.kind === "rejected" ? event.goesOn : undefined;
    for (const destinationId of sourcesOf(event)) {
      if (!goesOn?.has(destinationId)) count(destinationId, counter);
    }
    return;
  }
  if (!("destinationId" in event) || event.destinationId === null) return;
  const { destinationId } = event;
  const counter = COUNTED_AS[event.kind];
  if (counter) return count(destinationId, counter);
  if (event.kind === "profiles_rejected") count(destinationId, "received", event.profiles);
  if (event.kind !== "received") return;
  count(destinationId, "received", event.accepted);
  count(destinationId, "accepted", event.accepted);
  count(destinationId, "unchanged", event.empty);
}

function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS;
}
