/**
 * An overflow object's logic: keeps batches durably and hands them on in order, each exactly once, as soon as the
 * Outreach user's object takes them.
 *
 * Promises: what was stored is handed on, whatever fails meanwhile; a batch carries the time at which it came here, so
 * that it never overrules what arrived after it.
 * @module
 */
import type { IncomingBatch, OverflowBatch, OverflowResult, TooLate } from "../engine/api.ts";
import type { Database } from "../durable/database.ts";
import { migrate } from "../engine/migrations.ts";
import type { Alarm } from "../durable/alarm.ts";
import type { Log } from "../engine/ports.ts";
import type { StoreResult } from "./api.ts";
import { BatchStore, MIGRATIONS } from "./batch-store.ts";

export interface OverflowPorts {
  readonly db: Database;
  readonly now: () => number;
  readonly alarm: Alarm;
  readonly log: Log;
  /** Hands batches to the user's object; rejects where it cannot be reached. */
  readonly handOn: (
    outreachUserId: string,
    batches: readonly OverflowBatch[],
  ) => Promise<OverflowResult>;
}

/** Updates that one object keeps: some 2 GB of its 10. */
const WAITING_MAX = 5_000_000;
const FULL_RETRY_MS = 60_000;
/** Time for the user's object to work off what overloaded it; what comes meanwhile travels together. */
const GATHER_MS = 500;
/** A run that dies on the way is taken up again after this time. */
const WATCHDOG_MS = 30_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** An alarm may run for 15 minutes; the next one goes on well before. */
const RUN_MAX_MS = 5 * 60_000;

export class OverflowCore {
  readonly #ports: OverflowPorts;
  readonly #batches: BatchStore;
  #running = false;
  #failures = 0;

  constructor(ports: OverflowPorts) {
    this.#ports = ports;
    migrate(ports.db, MIGRATIONS);
    this.#batches = new BatchStore(ports.db);
  }

  store(outreachUserId: string, batch: IncomingBatch, until = Infinity): StoreResult | TooLate {
    const { db, now } = this.#ports;
    if (now() > until) return { ok: false, reason: "too_late" };
    if (this.#batches.waiting() >= WAITING_MAX) {
      return { ok: false, reason: "overflow_full", retryAfterMs: FULL_RETRY_MS };
    }
    const arrival = Math.max(this.#batches.lastArrival() + 1, now());
    db.transaction(() => this.#batches.add(outreachUserId, arrival, batch));
    this.rearm(now() + GATHER_MS);
    return { ok: true };
  }

  waiting(): number {
    return this.#batches.waiting();
  }

  /** The alarm went off: hands on what waits, oldest first, and sets the alarm for what remains. */
  async wake(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { alarm, now } = this.#ports;
    alarm.set(now() + WATCHDOG_MS);
    const goOnAt = await this.#handOnAll();
    this.#running = false;
    alarm.set(goOnAt);
  }

  /** Sets the alarm where batches wait and none is set. */
  rearm(at: number): void {
    const { alarm, now } = this.#ports;
    if (this.#running || this.#batches.waiting() === 0) return;
    const armed = alarm.at();
    if (armed === null || armed < now() - WATCHDOG_MS) alarm.set(at);
  }

  /** @returns when to go on; null where nothing waits any more */
  async #handOnAll(): Promise<number | null> {
    const { now } = this.#ports;
    const stopAt = now() + RUN_MAX_MS;
    for (let next = this.#batches.next(); next !== null; next = this.#batches.next()) {
      if (now() >= stopAt) return now() + 1;
      const { outreachUserId, batches } = next;
      const result = await this.#handOn(outreachUserId, batches);
      if (!result.ok) return now() + result.retryAfterMs;
      const last = batches.at(-1);
      if (last) this.#ports.db.transaction(() => this.#batches.remove(last.seq));
    }
    return null;
  }

  async #handOn(
    outreachUserId: string,
    batches: readonly OverflowBatch[],
  ): Promise<OverflowResult> {
    try {
      const result = await this.#ports.handOn(outreachUserId, batches);
      this.#failures = 0;
      return result;
    } catch {
      // It is overloaded, restarting or out of reach: the platform says no more than that.
      const retryAfterMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#failures);
      this.#failures += 1;
      this.#ports.log("overflow_not_handed_on", { failures: this.#failures, retryAfterMs });
      return { ok: false, retryAfterMs };
    }
  }
}
