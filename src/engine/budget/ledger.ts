/**
 * The ledger of calls: by the hour, by the day, by kind and by destination, and what others were seen to spend.
 *
 * A call is written into the row of its hour. Hours become days after five weeks, so a day's calls are in one of the two
 * and never in both.
 * @module
 */
import { z } from "zod";
import { CALL_KINDS } from "../api.ts";
import type { CallKind, CallLedger, CallSpan } from "../api.ts";
import type { Database, SqlRow } from "../../durable/database.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const HOURS_KEPT_MS = 35 * DAY_MS;
const DAYS_KEPT_MS = 400 * DAY_MS;

/** In place of a kind: calls that are not ours. */
const OTHERS = "others";
/** In place of a destination: calls that were made for none. */
const NO_DESTINATION = "";

const spanRow = z.object({
  at: z.number(),
  kind: z.enum([...CALL_KINDS, OTHERS]),
  destination_id: z.string(),
  calls: z.number(),
});
const yearDayRow = z.object({ at: z.number(), calls: z.number() });
const dayRow = z.object({ at: z.number(), calls: z.number(), others: z.number() });

export class CallStore {
  readonly #db: Database;
  /** The year up to a day, which does not change while that day lasts: it need not be added up for every look. */
  #before: { readonly day: number; readonly own: number; readonly all: number } | null = null;

  /** The same, with what others spent. */
  #spentBefore: { readonly day: number; readonly calls: number } | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts one call of ours. */
  add(now: number, kind: CallKind, destinationId: string | null): void {
    this.#add(now, kind, destinationId ?? NO_DESTINATION, 1);
  }

  /** Counts calls that others were seen to have made. */
  addOthers(now: number, calls: number): void {
    this.#add(now, OTHERS, NO_DESTINATION, calls);
  }

  #add(now: number, kind: string, destinationId: string, calls: number): void {
    this.#db.all(
      `INSERT INTO ledger (span_ms, started_at, kind, destination_id, calls) VALUES (${HOUR_MS}, ?, ?, ?, ?)
       ON CONFLICT (span_ms, started_at, kind, destination_id) DO UPDATE SET calls = calls + excluded.calls`,
      startOf(now, HOUR_MS),
      kind,
      destinationId,
      calls,
    );
  }

  /** Calls of today (UTC) and of the last 365 days, and what others were seen to make in those. */
  counts(now: number): { today: number; lastYear: number; lastYearByOthers: number } {
    const day = startOf(now, DAY_MS);
    if (this.#before?.day !== day) {
      const from = yearBefore(day);
      this.#before = { day, own: this.#own(from, day), all: this.#all(from, day) };
    }
    const today = this.#own(day, Infinity);
    const lastYear = this.#before.own + today;
    const all = this.#before.all + this.#all(day, Number.MAX_SAFE_INTEGER);
    return { today, lastYear, lastYearByOthers: all - lastYear };
  }

  /**
   * Calls that may be less than 365 days old, ours and those that others were seen to make. Of the day that many days
   * ago nobody knows which were made before this hour, so all of them count: no 365 times 24 hours hold more.
   */
  spentInYear(now: number): number {
    const day = startOf(now, DAY_MS);
    if (this.#spentBefore?.day !== day) {
      this.#spentBefore = { day, calls: this.#all(day - YEAR_MS, day) };
    }
    return this.#spentBefore.calls + this.#all(day, Number.MAX_SAFE_INTEGER);
  }

  /** When so many days are wholly over a year old that fewer than `yearly` calls are left; null where they are now. */
  yearOpensAt(yearly: number, now: number): number | null {
    let over = this.spentInYear(now) - yearly;
    if (over < 0) return null;
    const days = this.#db.all(
      `SELECT started_at - started_at % ${DAY_MS} AS at, sum(calls) AS calls
       FROM ledger WHERE started_at >= ? GROUP BY 1 ORDER BY 1`,
      startOf(now, DAY_MS) - YEAR_MS,
    );
    for (const row of days) {
      const { at, calls } = yearDayRow.parse(row);
      over -= calls;
      if (over < 0) return at + DAY_MS + YEAR_MS;
    }
    return null;
  }

  /** The newest hours or days with calls, and the days of the last year. */
  ledger(span: "hour" | "day", limit: number, now: number): Omit<CallLedger, "yearlyAllowance"> {
    const spanMs = span === "hour" ? HOUR_MS : DAY_MS;
    // Hours alone, or hours and the days that older ones became.
    const within = `span_ms >= ${HOUR_MS} AND span_ms <= ${spanMs}`;
    const start = `started_at - started_at % ${spanMs}`;
    const rows = this.#db.all(
      `SELECT ${start} AS at, kind, destination_id, sum(calls) AS calls FROM ledger
       WHERE ${within} AND started_at >= (
         SELECT min(at) FROM (SELECT DISTINCT ${start} AS at FROM ledger WHERE ${within} ORDER BY at DESC LIMIT ?))
       GROUP BY 1, 2, 3 ORDER BY 1 DESC`,
      limit,
    );
    const days = this.#db.all(
      `SELECT started_at - started_at % ${DAY_MS} AS at,
              total(CASE WHEN kind <> '${OTHERS}' THEN calls END) AS calls,
              total(CASE WHEN kind = '${OTHERS}' THEN calls END) AS others
       FROM ledger WHERE started_at >= ? GROUP BY 1 ORDER BY 1`,
      yearBefore(startOf(now, DAY_MS)),
    );
    return {
      spans: toSpans(rows),
      days: days.map((row) => {
        const { at, calls, others } = dayRow.parse(row);
        return { startedAt: at, calls, byOthers: others };
      }),
    };
  }

  prune(now: number): void {
    const hoursFrom = startOf(now - HOURS_KEPT_MS, DAY_MS);
    this.#db.all(
      `INSERT INTO ledger (span_ms, started_at, kind, destination_id, calls)
       SELECT ${DAY_MS}, started_at - started_at % ${DAY_MS}, kind, destination_id, sum(calls)
       FROM ledger WHERE span_ms = ${HOUR_MS} AND started_at < ? GROUP BY 2, 3, 4
       ON CONFLICT (span_ms, started_at, kind, destination_id) DO UPDATE SET calls = calls + excluded.calls`,
      hoursFrom,
    );
    this.#db.all(`DELETE FROM ledger WHERE span_ms = ${HOUR_MS} AND started_at < ?`, hoursFrom);
    this.#db.all(
      `DELETE FROM ledger WHERE span_ms = ${DAY_MS} AND started_at < ?`,
      now - DAYS_KEPT_MS,
    );
  }

  /** Our own calls of whole days or hours from one moment to before another. */
  #own(from: number, to: number): number {
    return this.#number(
      `SELECT total(calls) AS n FROM ledger WHERE started_at >= ? AND started_at < ? AND kind <> '${OTHERS}'`,
      from,
      Math.min(to, Number.MAX_SAFE_INTEGER),
    );
  }

  #all(from: number, to: number): number {
    return this.#number(
      `SELECT total(calls) AS n FROM ledger WHERE started_at >= ? AND started_at < ?`,
      from,
      to,
    );
  }

  #number(statement: string, ...bindings: readonly number[]): number {
    const [row] = this.#db.all(statement, ...bindings);
    return z.object({ n: z.number() }).parse(row).n;
  }
}

/** Rows of one span stand together. */
function toSpans(rows: readonly SqlRow[]): readonly CallSpan[] {
  interface Open {
    startedAt: number;
    calls: number;
    byKind: Partial<Record<CallKind, number>>;
    byDestination: Record<string, number>;
    byOthers: number;
  }
  const spans: Open[] = [];
  for (const row of rows) {
    const { at, kind, destination_id, calls } = spanRow.parse(row);
    let span = spans.at(-1);
    if (span?.startedAt !== at) {
      span = { startedAt: at, calls: 0, byKind: {}, byDestination: {}, byOthers: 0 };
      spans.push(span);
    }
    if (kind === OTHERS) {
      span.byOthers += calls;
      continue;
    }
    span.calls += calls;
    span.byKind[kind] = (span.byKind[kind] ?? 0) + calls;
    if (destination_id !== NO_DESTINATION) {
      span.byDestination[destination_id] = (span.byDestination[destination_id] ?? 0) + calls;
    }
  }
  return spans;
}

/** The first of 365 days, the present one included. */
function yearBefore(day: number): number {
  return day - YEAR_MS + DAY_MS;
}

function startOf(now: number, spanMs: number): number {
  return Math.floor(now / spanMs) * spanMs;
}
