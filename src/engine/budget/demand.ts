/**
 * How fast changes come to this object. In memory: after a restart, it is learned anew within minutes.
 * @module
 */
import type { EngineEvent, Fold } from "../model/events.ts";
import { isUrgent } from "../model/lane.ts";
import { NO_STRAIN, pace, strained, withArrived } from "./demand-rules.ts";
import type { Demand, SinglesPace, Strain } from "./demand-rules.ts";

export class DemandWatch implements Fold {
  #demand: Demand = [];
  #strain = NO_STRAIN;
  /** Changes that are not in `#strain` yet. */
  #arrived = 0;
  #urgentStrain = NO_STRAIN;
  #urgentArrived = 0;

  /** Counts prospects of which something is pending now and was not before; those for an exit or an entry by themselves too. */
  apply(events: readonly EngineEvent[], now: number): void {
    let changes = 0;
    for (const event of events) {
      if (event.kind !== "accepted" || event.begins === null) continue;
      changes += 1;
      if (isUrgent(event.begins)) this.#urgentArrived += 1;
    }
    if (changes === 0) return;
    this.#demand = withArrived(this.#demand, changes, now);
    this.#arrived += changes;
  }

  /** The same of exits and entries alone. */
  urgentStrain(singles: SinglesPace, now: number): Strain {
    this.#urgentStrain = strained(this.#urgentStrain, this.#urgentArrived, singles, now);
    this.#urgentArrived = 0;
    return this.#urgentStrain;
  }

  /** Whether more come than calls of one prospect each can carry for long. */
  strain(singles: SinglesPace, now: number): Strain {
    this.#strain = strained(this.#strain, this.#arrived, singles, now);
    this.#arrived = 0;
    return this.#strain;
  }

  /** Changes for each millisecond. */
  pace(now: number): number {
    return pace(this.#demand, now);
  }
}
