/**
 * A destination's `delivery` was changed: what waits for it goes as it is set now, be it beside what others have for the
 * same prospects. Some prospects at a time, for there may be many; a restart begins anew.
 * @module
 */
import { sourcesOf } from "../model/sources.ts";
import type { KnownDestination } from "../outbox/destinations.ts";
import type { Position } from "../outbox/due.ts";
import type { BulkStores } from "./bulk-stores.ts";

/** Prospects that are looked at in one turn: some 30 ms where all are written anew, so that requests hardly notice. */
const SLICE = 500;

export class Switching {
  readonly #stores: BulkStores;
  /** How far all prospects were looked through for a destination as it was set then. */
  #looked: { readonly of: KnownDestination; readonly upTo: Position } | null = null;

  constructor(stores: BulkStores) {
    this.#stores = stores;
  }

  /** Whether prospects may wait that do not go as their destination is set. */
  get isPending(): boolean {
    return this.#stores.destinations.switching() !== null;
  }

  /** Changes the next prospects. */
  slice(now: number): void {
    const { due, jobs, destinations } = this.#stores;
    const switching = destinations.switching();
    if (!switching) return;
    const upTo = this.#looked?.of === switching ? this.#looked.upTo : null;
    if (!upTo && switching.single) jobs.recall();
    const { prospects, last } = due.keeping(switching.single ? "together" : "alone", upTo, SLICE);
    const theirs = prospects.filter(
      ({ pending }) => pending && sourcesOf(pending).has(switching.id),
    );
    // What company each keeps is decided as it is written.
    this.#stores.outbox.save(
      theirs.map((prospect) => ({ prospect, events: [] })),
      now,
    );
    this.#looked = last && { of: switching, upTo: last };
    if (last) return;
    destinations.switched(switching);
    // Those that waited as it was set before are elsewhere now.
    this.#stores.backlog.recount();
  }
}
