/**
 * A destination's `delivery` was changed: what waits for it goes as it is set now. Some prospects at a time, for there may
 * be many; found in the indexes of what waits, so that a restart goes on with those that are left.
 * @module
 */
import type { Prospect } from "../delivery/prospect.ts";
import { sourcesOf } from "../delivery/sources.ts";
import type { Position } from "./due-store.ts";
import type { Change, Stores } from "./stores.ts";

/** Prospects that are changed in one turn: some 30 ms, so that requests hardly notice. */
const SLICE = 500;

export class Switching {
  readonly #stores: Stores;
  /** How far the prospects were looked through of the destination that has this number. */
  #lookedUpTo: { readonly destination: number; readonly position: Position } | null = null;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Whether prospects wait that do not go as their destination is set. */
  get isPending(): boolean {
    return this.#toSingle() !== null || this.#stores.destinations.rejoining() !== null;
  }

  /** Changes the next prospects. */
  slice(now: number): void {
    const toSingle = this.#toSingle();
    if (toSingle !== null) return this.#single(toSingle, now);
    const rejoining = this.#stores.destinations.rejoining();
    if (rejoining !== null) this.#rejoin(rejoining, now);
  }

  /** The number of a destination whose prospects are to go in calls of their own, and do not. */
  #toSingle(): number | null {
    const { due, destinations } = this.#stores;
    const wrong = due
      .queues()
      .find(
        ({ company, destination }) =>
          company === "together" && destinations.goesSingly(destination),
      );
    return wrong?.destination ?? null;
  }

  #single(destination: number, now: number): void {
    const changes = this.#stores.due
      .together(destination, SLICE)
      .flatMap((before) => changed(before, { single: true }));
    this.#stores.saveProspects(changes, now);
  }

  /** Those that a bulk job did not bring are given to one once more: nobody knows them apart from the others. */
  #rejoin(destination: number, now: number): void {
    const { due, destinations } = this.#stores;
    const upTo = this.#lookedUpTo?.destination === destination ? this.#lookedUpTo.position : null;
    const looked = due.alone(destination, upTo, SLICE);
    const mayRejoin = ({ waiting }: Prospect): boolean =>
      waiting !== null &&
      waiting.attempts === 0 &&
      ![...sourcesOf(waiting)].some((id) => destinations.isSingle(id));
    const changes = looked.prospects.filter(mayRejoin).flatMap((before) => changed(before, {}));
    this.#stores.saveProspects(changes, now);
    this.#lookedUpTo = looked.last && { destination, position: looked.last };
    if (looked.last === null) destinations.rejoined(destination);
  }
}

function changed(before: Prospect, how: { readonly single?: true }): readonly Change[] {
  if (!before.waiting) return [];
  const { single: _single, ...waiting } = before.waiting;
  return [{ before, after: { ...before, waiting: { ...waiting, ...how } } }];
}
