/**
 * What is no longer needed goes: once a day what is too old to be shown, and what a deleted destination left.
 * @module
 */
import { z } from "zod";
import { piece } from "../../durable/piece.ts";
import type { Piece } from "../../durable/piece.ts";
import type { UpsertChecks } from "../bulk/upsert-checks.ts";
import type { Ports } from "../ports.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { AudienceStore } from "../activity/audiences.ts";
import type { MinuteStore } from "../activity/minutes.ts";
import type { RunStore } from "../activity/runs.ts";
import type { SeenAudienceStore } from "../activity/unmapped-audiences.ts";
import type { AlertStore } from "../alerts/store.ts";
import type { CallStore } from "../budget/ledger.ts";
import type { FailureStore } from "../failures/failures.ts";
import type { Outbox } from "../outbox/outbox.ts";

const PRUNE_EVERY_MS = 24 * 3_600_000;
/** What waited for a destination when it was deleted has ended by then: a week of tries, and a day. */
const FORGOTTEN_MS = 8 * 24 * 3_600_000;
/** Nobody deletes more in that time. */
const FORGOTTEN_MAX = 1_000;
/** Failures that go in one turn: some 30 ms, so that requests hardly notice. */
const FORGOTTEN_AT_ONCE = 1_000;

const deleted = z.array(z.object({ destinationId: z.string(), at: z.number() }));

/** The tables that are kept in order. */
interface KeptStores {
  readonly db: ObservedDatabase;
  readonly outbox: Outbox;
  readonly runs: RunStore;
  readonly calls: CallStore;
  readonly minutes: MinuteStore;
  readonly audiences: AudienceStore;
  readonly seenAudiences: SeenAudienceStore;
  readonly failures: FailureStore;
  readonly alerts: AlertStore;
}

export class Housekeeping {
  readonly #ports: Ports;
  readonly #stores: KeptStores;
  readonly #upsertChecks: UpsertChecks;
  readonly #prunedAt: Piece<number>;
  /** Destinations that were deleted lately, of which something may still have waited. */
  readonly #forgotten: Piece<z.output<typeof deleted>>;

  constructor(ports: Ports, stores: KeptStores, upsertChecks: UpsertChecks) {
    this.#ports = ports;
    this.#stores = stores;
    this.#upsertChecks = upsertChecks;
    this.#prunedAt = piece(stores.db, "prunedAt", z.number(), 0);
    this.#forgotten = piece(stores.db, "forgotten", deleted, []);
  }

  /** Removes what is too old, and what has come since for destinations that are no more. Does so once a day. */
  async prune(now: number): Promise<void> {
    const { runs, calls, minutes, seenAudiences } = this.#stores;
    if (now - this.#prunedAt.read() < PRUNE_EVERY_MS) return;
    const forgotten = this.#forgotten.read();
    this.#stores.outbox.transaction(() => {
      runs.prune(now);
      calls.prune(now);
      minutes.prune(now);
      seenAudiences.prune(now);
      // What waited for a destination when it was deleted went on, and may have left runs and failures behind.
      for (const { destinationId } of forgotten) this.#forget(destinationId);
      const kept = forgotten.filter(({ at }) => now - at < FORGOTTEN_MS);
      if (kept.length < forgotten.length) this.#forgotten.write(kept);
      this.#prunedAt.write(now);
    });
    // Those that do not all go now, because the object stops, do so tomorrow.
    for (const { destinationId } of forgotten) await this.#forgetFailures(destinationId);
  }

  /** Drops what is listed for a destination that was deleted: all of it at once but its failures, which may be many. */
  forgetDestination(destinationId: string, now: number): Promise<void> {
    this.#stores.outbox.transaction(() => {
      this.#forget(destinationId);
      this.#upsertChecks.forget(destinationId);
      const forgotten = this.#forgotten.read().slice(1 - FORGOTTEN_MAX);
      this.#forgotten.write([...forgotten, { destinationId, at: now }]);
    });
    return this.#forgetFailures(destinationId);
  }

  /** Those that are listed now, a few at a time; requests have their turn in between. */
  async #forgetFailures(destinationId: string): Promise<void> {
    const { failures } = this.#stores;
    const listed = { which: null, upTo: failures.lastId(), limit: FORGOTTEN_AT_ONCE };
    while (this.#stores.outbox.transaction(() => failures.take(destinationId, listed)).more) {
      await this.#ports.turn();
    }
  }

  #forget(destinationId: string): void {
    const { audiences, seenAudiences, runs, alerts } = this.#stores;
    alerts.forget(destinationId);
    seenAudiences.forget(destinationId);
    audiences.forget(destinationId);
    runs.forget(destinationId);
  }
}
