/**
 * Hourly dataflow runs: what became of each destination's updates.
 * @module
 */
import { z } from "zod";
import type { Fate } from "../model/prospect.ts";
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
export type Counter = (typeof COUNTERS)[number];
export type Counts = Readonly<Partial<Record<Counter, number>>>;

const counter = z.number();
const runRow = z.object({
  started_at: z.number(),
  received: counter,
  accepted: counter,
  coalesced: counter,
  unchanged: counter,
  delivered: counter,
  failed: counter,
  replayed: counter,
  discarded: counter,
  calls: counter,
});
const rejectionRow = z.object({ started_at: z.number(), code: z.string(), profiles: z.number() });

export class RunStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(destinationId: string, now: number, counts: Counts): void {
    const names = COUNTERS.filter((name) => counts[name]);
    if (names.length === 0) return;
    this.#db.all(
      `INSERT INTO runs (destination_id, started_at, ${names.join(", ")})
       VALUES (?, ?, ${names.map(() => "?").join(", ")})
       ON CONFLICT (destination_id, started_at)
       DO UPDATE SET ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`,
      destinationId,
      hourOf(now),
      ...names.map((name) => counts[name] ?? 0),
    );
  }

  addFates(now: number, fates: readonly Fate[]): void {
    const counts = new Map<string, Partial<Record<Counter, number>>>();
    for (const { destinationId, kind } of fates) {
      const of = counts.get(destinationId) ?? {};
      of[kind] = (of[kind] ?? 0) + 1;
      counts.set(destinationId, of);
    }
    for (const [destinationId, of] of counts) this.add(destinationId, now, of);
  }

  addRejected(destinationId: string, now: number, byCode: Readonly<Record<string, number>>): void {
    for (const [code, profiles] of Object.entries(byCode)) {
      this.#db.all(
        `INSERT INTO rejections (destination_id, started_at, code, profiles) VALUES (?, ?, ?, ?)
         ON CONFLICT (destination_id, started_at, code)
         DO UPDATE SET profiles = profiles + excluded.profiles`,
        destinationId,
        hourOf(now),
        code,
        profiles,
      );
    }
  }

  /** The hours with traffic, newest first. */
  list(destinationId: string, limit: number): readonly Run[] {
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
    this.#db.all(`DELETE FROM runs WHERE destination_id = ?`, destinationId);
    this.#db.all(`DELETE FROM rejections WHERE destination_id = ?`, destinationId);
  }

  prune(now: number): void {
    this.#db.all(`DELETE FROM runs WHERE started_at < ?`, now - KEPT_MS);
    this.#db.all(`DELETE FROM rejections WHERE started_at < ?`, now - KEPT_MS);
  }
}

function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS;
}
