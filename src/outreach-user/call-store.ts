/**
 * How many calls were made: by the minute for two days, by the day for a year and more.
 * @module
 */
import { z } from "zod";
import type { Database } from "./database.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MINUTES_KEPT_MS = 2 * DAY_MS;
const DAYS_KEPT_MS = 400 * DAY_MS;

export class CallStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(now: number): void {
    for (const spanMs of [MINUTE_MS, DAY_MS]) {
      this.#db.all(
        `INSERT INTO calls (started_at, span_ms, calls) VALUES (?, ?, 1)
         ON CONFLICT (span_ms, started_at) DO UPDATE SET calls = calls + 1`,
        startOf(now, spanMs),
        spanMs,
      );
    }
  }

  /** Calls of the last sixty minutes, of today (UTC) and of the last 365 days. */
  counts(now: number): { lastHour: number; today: number; lastYear: number } {
    const today = startOf(now, DAY_MS);
    return {
      lastHour: this.#sum(MINUTE_MS, now - HOUR_MS),
      today: this.#sum(DAY_MS, today),
      lastYear: this.#sum(DAY_MS, today - 364 * DAY_MS),
    };
  }

  prune(now: number): void {
    for (const [spanMs, keptMs] of [
      [MINUTE_MS, MINUTES_KEPT_MS],
      [DAY_MS, DAYS_KEPT_MS],
    ] as const) {
      this.#db.all(`DELETE FROM calls WHERE span_ms = ? AND started_at < ?`, spanMs, now - keptMs);
    }
  }

  #sum(spanMs: number, since: number): number {
    const [row] = this.#db.all(
      `SELECT total(calls) AS n FROM calls WHERE span_ms = ? AND started_at >= ?`,
      spanMs,
      since,
    );
    return z.object({ n: z.number() }).parse(row).n;
  }
}

function startOf(now: number, spanMs: number): number {
  return Math.floor(now / spanMs) * spanMs;
}
