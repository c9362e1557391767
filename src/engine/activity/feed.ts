/**
 * The newest events, for those who watch; in memory, so that watching costs nothing. A restart begins anew and says so.
 * @module
 */
import type { EngineEvent, Fold } from "../model/events.ts";
import { withEvent } from "./feed-rules.ts";
import type { TailEvent } from "./feed-rules.ts";

export class LiveTail implements Fold {
  #events: readonly TailEvent[] = [];

  /** The newest first. */
  get events(): readonly TailEvent[] {
    return this.#events;
  }

  apply(events: readonly EngineEvent[], at: number): void {
    for (const event of events) {
      const shown = shownOf(event);
      if (shown) this.#events = withEvent(this.#events, { at, ...shown });
    }
  }
}

/** An event as far as it is of interest to those who watch all prospects; null where it is not. */
function shownOf(event: EngineEvent): Omit<TailEvent, "at"> | null {
  if (event.kind === "received") {
    return { kind: "accepted", count: event.accepted, destinationId: event.destinationId };
  }
  if (event.kind === "dispatched") {
    // A single update has its answer a moment later.
    return event.job === null ? null : { kind: "sent", count: 1, job: event.job };
  }
  if (event.kind === "acknowledged") {
    const { job, prospectId } = event;
    return { kind: "delivered", count: 1, ...(job === null ? { prospectId } : { job }) };
  }
  if (event.kind === "rejected") {
    const { status, code } = event.error;
    const { prospectId } = event;
    return { kind: "refused", count: 1, prospectId, ...known({ status, code }) };
  }
  if (event.kind === "call_ended_badly") {
    const { how, until, status, code } = event;
    return { kind: how, count: 0, ...known({ until, status, code }) };
  }
  if (event.kind === "paused" || event.kind === "resumed" || event.kind === "started") {
    return { kind: event.kind, count: 0 };
  }
  return null;
}

function known<T extends object>(facts: T): { [K in keyof T]?: NonNullable<T[K]> };
function known(facts: object) {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null));
}
