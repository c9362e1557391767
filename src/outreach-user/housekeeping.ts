/**
 * What is no longer needed goes: once a day what is too old to be shown, and what a deleted destination left.
 * @module
 */
import type { UpsertChecks } from "./bulk/upsert-checks.ts";
import type { Stores } from "./stores.ts";

const PRUNE_EVERY_MS = 24 * 3_600_000;
/** What waited for a destination when it was deleted has ended by then: a week of tries, and a day. */
const FORGOTTEN_MS = 8 * 24 * 3_600_000;
/** Nobody deletes more in that time. */
const FORGOTTEN_MAX = 1_000;

export class Housekeeping {
  readonly #stores: Stores;
  readonly #upsertChecks: UpsertChecks;

  constructor(stores: Stores, upsertChecks: UpsertChecks) {
    this.#stores = stores;
    this.#upsertChecks = upsertChecks;
  }

  /** Removes what is too old, and what has come since for destinations that are no more. Does so once a day. */
  prune(now: number): void {
    const { state, runs, calls, minutes, seenAudiences } = this.#stores;
    if (now - state.read("prunedAt") < PRUNE_EVERY_MS) return;
    this.#stores.transaction(() => {
      runs.prune(now);
      calls.prune(now);
      minutes.prune(now);
      seenAudiences.prune(now);
      // What waited for a destination when it was deleted went on, and may have left runs and failures behind.
      const forgotten = state.read("forgotten");
      for (const { destinationId } of forgotten) this.#forget(destinationId);
      const kept = forgotten.filter(({ at }) => now - at < FORGOTTEN_MS);
      if (kept.length < forgotten.length) state.write("forgotten", kept);
      state.write("prunedAt", now);
    });
  }

  /** Drops what is listed for a destination that was deleted. */
  forgetDestination(destinationId: string, now: number): void {
    const { state } = this.#stores;
    this.#stores.transaction(() => {
      this.#forget(destinationId);
      this.#upsertChecks.forget(destinationId);
      const forgotten = state.read("forgotten").slice(1 - FORGOTTEN_MAX);
      state.write("forgotten", [...forgotten, { destinationId, at: now }]);
    });
  }

  #forget(destinationId: string): void {
    const { failures, audiences, seenAudiences, runs, alerts } = this.#stores;
    alerts.forget(destinationId);
    seenAudiences.forget(destinationId);
    failures.forget(destinationId);
    audiences.forget(destinationId);
    runs.forget(destinationId);
  }
}
