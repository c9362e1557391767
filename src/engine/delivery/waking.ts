/**
 * When the object is awake: its alarm goes off, it does what is to be done, and sets the alarm for what remains.
 * @module
 */
import type { Alerts } from "../alerts/alerts.ts";
import type { Breaker } from "./breaker.ts";
import type { Flushing } from "../activity/flushing.ts";
import type { DeliveryLoop } from "./loop.ts";
import type { Housekeeping } from "./housekeeping.ts";
import type { Ports } from "../ports.ts";
import { earliest } from "../earliest.ts";
import type { MinuteStore } from "../activity/minutes.ts";
import type { FailureGroupStore } from "../failures/groups.ts";
import type { Recovery } from "./recovery.ts";
import type { StorageBudget } from "./storage-budget.ts";

/**
 * Set first thing when the alarm goes off: a run that dies on the way is taken up again after this time, although
 * an alarm that throws too often is given up by the platform.
 */
const WATCHDOG_MS = 30_000;
/** An alarm that is overdue by this much was lost. */
const ALARM_GRACE_MS = 60_000;

/** What there is to be done. */
interface Work {
  readonly ports: Ports;
  readonly stores: {
    readonly minutes: MinuteStore;
    readonly failureGroups: FailureGroupStore;
    readonly recovery: Recovery;
  };
  readonly loop: DeliveryLoop;
  readonly alerts: Alerts;
  readonly housekeeping: Housekeeping;
  readonly flushing: Flushing;
  readonly breaker: Breaker;
  readonly storage: StorageBudget;
}

export class Waking {
  readonly #work: Work;
  #running = false;

  constructor(work: Work) {
    this.#work = work;
  }

  /**
   * The alarm went off: sends what may be sent, then sets the alarm for what remains. Where it throws, the watchdog
   * stays set, and the object must be started anew: nobody can say what its calls under way became.
   */
  async wake(): Promise<void> {
    if (this.#running) return;
    const { ports, breaker } = this.#work;
    if (breaker.restsUntil > ports.now()) return this.setAlarm();
    this.#running = true;
    ports.alarm.set(ports.now() + WATCHDOG_MS);
    try {
      await this.#run();
      breaker.ran();
    } catch (error) {
      breaker.crashed(error, ports.now());
      ports.alarm.set(breaker.restsUntil);
      throw error;
    }
    this.#running = false;
    this.setAlarm();
  }

  async #run(): Promise<void> {
    const { ports, stores, loop, alerts, housekeeping, flushing, storage } = this.#work;
    this.#recover(ports.now());
    await housekeeping.prune(ports.now());
    await storage.prune();
    alerts.tick();
    await loop.run();
    alerts.tick();
    flushing.now();
    if (!stores.failureGroups.isComplete) stores.failureGroups.complete();
  }

  /** Settles calls that nobody makes any more, and tries again what could not be read. */
  #recover(now: number): void {
    const { stores, loop } = this.#work;
    // It may find a job that cannot be read, whose calls nobody makes either.
    while (stores.recovery.isDue) {
      stores.recovery.isDue = false;
      try {
        loop.recover(now);
      } catch (error) {
        stores.recovery.isDue = true;
        throw error;
      }
    }
  }

  /** Sets the alarm for what is to be done next, or takes it away. */
  setAlarm(): void {
    if (this.#running) return;
    const { ports } = this.#work;
    ports.alarm.set(this.#wakeAt(ports.now()));
  }

  /**
   * Sets the alarm where work waits and none is set, one was lost, or it is set too late. Never throws: where the object
   * cannot tell what it has to do, requests are answered nevertheless, and the loop finds out what is wrong.
   */
  rearm(): void {
    if (this.#running) return;
    const { ports, breaker } = this.#work;
    const now = ports.now();
    let wanted: number | null;
    try {
      this.#recover(now);
      wanted = this.#wakeAt(now);
    } catch {
      wanted = Math.max(breaker.restsUntil, now + 1);
    }
    if (wanted === null) return;
    const armed = ports.alarm.at();
    if (armed === null || armed > wanted || armed < now - ALARM_GRACE_MS) {
      ports.alarm.set(wanted);
    }
  }

  #wakeAt(now: number): number | null {
    const { stores, loop, alerts, breaker, storage } = this.#work;
    if (breaker.restsUntil > now) return breaker.restsUntil;
    if (stores.recovery.isDue || storage.isDue(now)) return now + 1;
    // What is left for the next turn needs the next alarm, which lets requests come in between.
    if (!stores.failureGroups.isComplete) return now + 1;
    return inFuture(earliest(loop.wakeAt(now), alerts.wakeAt()), now);
  }
}

/** An alarm for a moment that has passed may be lost, so it is set for just after now. */
function inFuture(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(at, now + 1);
}
