/**
 * The newest events, for those who watch; in memory, so that watching costs nothing. A restart begins anew and says so.
 * @module
 */
import type { StoryEvent } from "../model/history.ts";
import { withEvent } from "./feed-rules.ts";
import type { TailEvent } from "./feed-rules.ts";
import type { Outcome } from "../../outreach/client.ts";

export class LiveTail {
  #events: readonly TailEvent[] = [];

  /** The newest first. */
  get events(): readonly TailEvent[] {
    return this.#events;
  }

  add(event: TailEvent): void {
    this.#events = withEvent(this.#events, event);
  }

  /** What happened to a prospect, as far as it is of interest to those who watch all of them. */
  told(event: StoryEvent, prospectId: number): void {
    const { at } = event;
    switch (event.kind) {
      case "sent":
        // A call of its own has its answer a moment later.
        if (event.job !== null) this.add({ at, kind: "sent", count: 1, job: event.job });
        return;
      case "delivered": {
        const way = event.job === null ? { prospectId } : { job: event.job };
        return this.add({ at, kind: "delivered", count: 1, ...way });
      }
      case "refused": {
        const { status, code } = event;
        return this.add({ at, kind: "refused", count: 1, prospectId, ...known({ status, code }) });
      }
      case "accepted":
      case "replayed":
      case "unchanged":
      case "given_back":
      case "discarded":
      case "hurried":
      case "forgotten":
    }
  }

  /** How a call ended, where it ended badly. */
  ended(outcome: Outcome<unknown>, at: number): void {
    switch (outcome.kind) {
      case "rate_limited":
      case "unauthorized":
        return this.add({ at, kind: outcome.kind, count: 0 });
      case "maintenance":
        return this.add({ at, kind: outcome.kind, count: 0, ...known({ until: outcome.until }) });
      case "failed": {
        const { status, code } = outcome;
        return this.add({ at, kind: "call_failed", count: 0, ...known({ status, code }) });
      }
      case "ok":
      case "rejected":
    }
  }
}

function known<T extends object>(facts: T): { [K in keyof T]?: NonNullable<T[K]> };
function known(facts: object) {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null));
}
