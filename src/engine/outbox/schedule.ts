/**
 * Whose turn it is among the prospects that are due: the order of service, put to work on the outbox. Who was served how
 * much is kept in memory; after a restart everybody begins alike.
 * @module
 */
import {
  isVerificationsTurn,
  nextQueue,
  NOTHING_SERVED,
  withServed,
  withVerified,
} from "./fair-queuing-rules.ts";
import type { Prospect } from "../model/prospect.ts";
import type { DueStore, StoredQueue } from "./due.ts";

/**
 * A new update waits this long before its call may leave, so that what the platform sends of one person in quick
 * succession travels in one call. It is a fifth of the five seconds promised from 202 to Outreach.
 */
export const GATHER_MS = 1_000;

/** Prospects of one queue, the longest due first. */
export interface Turn {
  readonly queue: StoredQueue;
  readonly prospects: readonly Prospect[];
}

export class Turns {
  readonly #store: DueStore;
  #served = NOTHING_SERVED;

  constructor(store: DueStore) {
    this.#store = store;
  }

  /**
   * The next prospects, at most `limit`; null where none is due.
   * @param may which queues may be served; left out for all
   */
  next(now: number, limit: number, may?: (queue: StoredQueue) => boolean): Turn | null {
    const queue = this.queue(now, may);
    return queue && { queue, prospects: this.#store.in(queue, now, limit) };
  }

  /** The queue whose turn it is. */
  queue(now: number, may: (queue: StoredQueue) => boolean = () => true): StoredQueue | null {
    return nextQueue(this.#due(now).filter(may), this.#served);
  }

  /** @param calls how many it took; a part of one for a prospect in a bulk job */
  served(queue: StoredQueue, calls: number): void {
    this.#served = withServed(this.#served, queue, calls);
  }

  isVerifications(now: number): boolean {
    return isVerificationsTurn(this.#due(now), this.#served);
  }

  verified(): void {
    this.#served = withVerified(this.#served);
  }

  #due(now: number): readonly StoredQueue[] {
    return this.#store.queues().filter(({ firstDueAt }) => firstDueAt <= now);
  }
}
