/**
 * How fast changes come. The current minute is kept in memory and written down when it is over: a row a minute.
 * @module
 */
import { isBusy, pace, withArrived } from "../delivery/demand.ts";
import type { Demand } from "../delivery/demand.ts";
import type { StateStore } from "./state-store.ts";

export class DemandStore {
  readonly #state: StateStore;
  #demand: Demand | null = null;

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** Prospects began to wait. */
  arrived(changes: number, now: number): void {
    if (changes === 0) return;
    const before = this.#read();
    this.#demand = withArrived(before, changes, now);
    if (this.#demand.at(-1)?.minute !== before.at(-1)?.minute) this.#state.write("demand", before);
  }

  isBusy(perMinute: number, now: number): boolean {
    return isBusy(this.#read(), perMinute, now);
  }

  /** Changes for each millisecond. */
  pace(now: number): number {
    return pace(this.#read(), now);
  }

  #read(): Demand {
    this.#demand ??= this.#state.read("demand");
    return this.#demand;
  }
}
