/**
 * Saves prospects, and tells what happened to whoever counts or shows it: in one transaction, so that no count can drift
 * from the prospects.
 * @module
 */
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { EngineEvent, Fold, ProspectEvent, Step } from "../model/events.ts";
import { storyOf } from "../model/history.ts";
import { tell } from "../model/history-text.ts";
import type { Prospect } from "../model/prospect.ts";
import { isDiskFull, makeRoom } from "./make-room.ts";
import type { ProspectStore } from "./prospects.ts";
import type { Backlog } from "./queue-sizes.ts";

/** What steps made of a prospect. */
interface Saved extends Step {
  /** As it was read; left out, all of it is written. */
  readonly before?: Prospect;
}

export class Outbox {
  readonly #db: ObservedDatabase;
  readonly #prospects: ProspectStore;
  readonly #backlog: Backlog;
  readonly #folds: Fold[];

  /** @param folds who counts or shows what happened, in their order: the backlog counts before any of them */
  constructor(
    db: ObservedDatabase,
    prospects: ProspectStore,
    backlog: Backlog,
    folds: readonly Fold[],
  ) {
    this.#db = db;
    this.#prospects = prospects;
    this.#backlog = backlog;
    this.#folds = [backlog, ...folds];
  }

  /** Has somebody else hear what happens. */
  register(fold: Fold): void {
    this.#folds.push(fold);
  }

  /**
   * Runs `work`, all of it or nothing, what folds count in memory included. Again where the disk was full and room could
   * be made.
   */
  transaction<T>(work: () => T): T {
    const undo = this.#folds.map((fold) => fold.savepoint?.());
    try {
      return this.#db.transaction(work);
    } catch (error) {
      for (const takeBack of undo) takeBack?.();
      if (!isDiskFull(error) || !this.#db.transaction(() => makeRoom(this.#db))) throw error;
      this.#prospects.tellsStories = false;
      return this.transaction(work);
    }
  }

  /**
   * Saves what steps made of prospects, and tells what happened.
   * @param also what happened besides
   */
  save(steps: readonly Saved[], now: number, also: readonly EngineEvent[] = []): void {
    // Before the rows change, for they may have to be counted.
    this.#backlog.count();
    this.#prospects.save(
      steps
        .filter(({ before, prospect }) => before !== prospect)
        .map(({ events, ...step }) => ({ ...step, told: tell(storyOf(events, now)) })),
    );
    this.tell([...steps.flatMap(({ events }) => events), ...also], now);
  }

  /** Tells what happened to prospects that do not change. */
  tellProspects(events: ReadonlyMap<number, readonly ProspectEvent[]>, now: number): void {
    this.#prospects.tell(new Map([...events].map(([id, of]) => [id, tell(storyOf(of, now))])));
    this.tell([...events.values()].flat(), now);
  }

  /** Tells what happened, where it is about no prospect. */
  tell(events: readonly EngineEvent[], now: number): void {
    if (events.length === 0) return;
    for (const fold of this.#folds) fold.apply(events, now);
  }
}
