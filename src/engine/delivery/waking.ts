/**
 * When the object is awake: its alarm goes off, it does what is to be done, and sets the alarm for what remains.
 * @module
 */
import type { Alerts } from "../alerts/alerts.ts";
import type { Flushing } from "../activity/flushing.ts";
import type { DeliveryLoop } from "./loop.ts";
import type { Housekeeping } from "./housekeeping.ts";
import type { Ports } from "../ports.ts";
import { earliest } from "../earliest.ts";
import type { MinuteStore } from "../activity/minutes.ts";
import type { FailureGroupStore } from "../failures/groups.ts";

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
  readonly stores: { readonly minutes: MinuteStore; readonly failureGroups: FailureGroupStore };
  readonly loop: DeliveryLoop;
  readonly alerts: Alerts;
  readonly housekeeping: Housekeeping;
  readonly flushing: Flushing;
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
    this.#running = true;
    const { ports, stores, loop, alerts, housekeeping, flushing } = this.#work;
    ports.alarm.set(ports.now() + WATCHDOG_MS);
    await housekeeping.prune(ports.now());
    alerts.tick();
    await loop.run();
    this.#running = false;
    alerts.tick();
    flushing.now();
    if (!stores.failureGroups.isComplete) stores.failureGroups.complete();
    this.setAlarm();
  }

  /** Sets the alarm for what is to be done next, or takes it away. */
  setAlarm(): void {
    if (this.#running) return;
    const { ports } = this.#work;
    ports.alarm.set(this.#wakeAt(ports.now()));
  }

  /** Sets the alarm where work waits and none is set, one was lost, or it is set too late. */
  rearm(): void {
    if (this.#running) return;
    const { ports } = this.#work;
    const now = ports.now();
    const wanted = this.#wakeAt(now);
    if (wanted === null) return;
    const armed = ports.alarm.at();
    if (armed === null || armed > wanted || armed < now - ALARM_GRACE_MS) {
      ports.alarm.set(wanted);
    }
  }

  #wakeAt(now: number): number | null {
    const { stores, loop, alerts } = this.#work;
    // What is left for the next turn needs the next alarm, which lets requests come in between.
    if (!stores.failureGroups.isComplete) return now + 1;
    return inFuture(earliest(loop.wakeAt(now), alerts.wakeAt()), now);
  }
}

/** An alarm for a moment that has passed may be lost, so it is set for just after now. */
function inFuture(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(at, now + 1);
}
