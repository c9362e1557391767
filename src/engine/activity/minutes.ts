/**
 * What happened in each minute of the last two days. The present minute is kept in memory and written now and then
 * (`flushing.ts`), so that counting costs next to nothing; a kill loses what was not written.
 * @module
 */
import { z } from "zod";
import type { EngineEvent, Fold } from "../model/events.ts";
import { addedUp, freshnessOf } from "./freshness-rules.ts";
import type { Freshness, Histogram } from "./freshness-rules.ts";
import { lastMinutes, MINUTE_MS, minuteOf, newMinute, withEvents } from "./minute-rules.ts";
import type { Minute } from "./minute-rules.ts";
import type { Database } from "../../durable/database.ts";
import { jsonOf } from "../../durable/json-column.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const KEPT_MS = 2 * DAY_MS;
export const MINUTES_MAX = KEPT_MS / MINUTE_MS;

const count = z.number();
const minuteRow = z
  .object({
    started_at: count,
    accepted: count,
    delivered: count,
    failed: count,
    calls: count,
    waiting: count,
    freshness: jsonOf(z.array(z.tuple([count, count]))),
  })
  .transform(({ started_at, freshness, ...counts }) => ({
    startedAt: started_at,
    ...counts,
    freshness: new Map(freshness),
  }));

interface Present {
  readonly minute: Minute;
  readonly isWritten: boolean;
}

export class MinuteStore implements Fold {
  readonly #db: Database;
  readonly #unfinished: () => number;
  #present: Present | null = null;
  /** Freshness over the minutes before the present one, which change no more. */
  #past: { readonly startedAt: number; readonly spanMs: number; readonly sum: Histogram }[] = [];

  /** @param unfinished how many prospects are pending or in flight */
  constructor(db: Database, unfinished: () => number) {
    this.#db = db;
    this.#unfinished = unfinished;
  }

  apply(events: readonly EngineEvent[], now: number): void {
    const present = this.#at(now);
    const minute = withEvents(present.minute, events, now, this.#unfinished());
    this.#present = { minute, isWritten: false };
  }

  /** Writes what was counted and is not written yet. */
  write(): void {
    if (!this.#present || this.#present.isWritten) return;
    this.#present = { ...this.#present, isWritten: true };
    const { startedAt, accepted, delivered, failed, calls, waiting, freshness } =
      this.#present.minute;
    this.#db.all(
      `INSERT INTO minutes (started_at, accepted, delivered, failed, calls, waiting, freshness)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (started_at) DO UPDATE SET
         accepted = excluded.accepted, delivered = excluded.delivered, failed = excluded.failed,
         calls = excluded.calls, waiting = excluded.waiting, freshness = excluded.freshness`,
      startedAt,
      accepted,
      delivered,
      failed,
      calls,
      waiting,
      JSON.stringify([...freshness]),
    );
  }

  /** Gives back what takes back all that is counted from now on: for a transaction that fails. */
  savepoint(): () => void {
    const before = this.#present;
    return () => (this.#present = before);
  }

  /** The present minute. One that was begun before is written, and what it holds by now is read. */
  #at(now: number): Present {
    const startedAt = minuteOf(now);
    if (this.#present?.minute.startedAt === startedAt) return this.#present;
    this.write();
    const minute = this.#read(startedAt, startedAt + 1)[0] ?? newMinute(startedAt);
    this.#past = [];
    return { minute, isWritten: true };
  }

  /** The last minutes without gaps, the oldest first. */
  last(minutes: number, now: number): readonly Minute[] {
    this.write();
    const first = minuteOf(now) - (minutes - 1) * MINUTE_MS;
    const before = this.#db
      .all(`SELECT * FROM minutes WHERE started_at < ? ORDER BY started_at DESC LIMIT 1`, first)
      .map((row) => minuteRow.parse(row));
    const stored = [...before, ...this.#read(first, minuteOf(now) + 1)];
    return lastMinutes(stored, minutes, now, this.#unfinished());
  }

  /** How fresh what was delivered in the last hour or day is. */
  freshness(span: "hour" | "day", now: number): Freshness {
    this.write();
    const spanMs = span === "hour" ? HOUR_MS : DAY_MS;
    const startedAt = minuteOf(now);
    let past = this.#past.find((kept) => kept.startedAt === startedAt && kept.spanMs === spanMs);
    if (!past) {
      const minutes = this.#read(startedAt - spanMs + MINUTE_MS, startedAt);
      past = { startedAt, spanMs, sum: addedUp(minutes.map(({ freshness }) => freshness)) };
      this.#past = [...this.#past.filter((kept) => kept.startedAt === startedAt), past];
    }
    const present = this.#read(startedAt, startedAt + 1).map(({ freshness }) => freshness);
    return freshnessOf(addedUp([past.sum, ...present]));
  }

  /** Calls of the last sixty minutes, of which one is under way. */
  calls(now: number): number {
    this.write();
    const [row] = this.#db.all(
      `SELECT total(calls) AS n FROM minutes WHERE started_at > ?`,
      minuteOf(now) - HOUR_MS,
    );
    return z.object({ n: z.number() }).parse(row).n;
  }

  prune(now: number): void {
    this.#db.all(`DELETE FROM minutes WHERE started_at < ?`, now - KEPT_MS);
  }

  #read(from: number, to: number): readonly Minute[] {
    return this.#db
      .all(
        `SELECT * FROM minutes WHERE started_at >= ? AND started_at < ? ORDER BY started_at`,
        from,
        to,
      )
      .map((row) => minuteRow.parse(row));
  }
}
