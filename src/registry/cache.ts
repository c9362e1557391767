/**
 * Destinations as the data plane needs them, kept in memory for some seconds: one read of the database serves a burst
 * of requests instead of one.
 *
 * Promises: a change made through the same isolate is seen at once; one made elsewhere within `FRESH_MS`. What was not
 * found is not remembered, so that a new destination works at once everywhere.
 * @module
 */
import { findDestination, type Destination } from "./destinations.ts";

/** How long a destination that was switched off may still take profiles in another isolate. */
const FRESH_MS = 5_000;
/** More destinations than one isolate serves at a time. */
const ENTRIES_MAX = 500;

interface Entry {
  readonly destination: Destination;
  readonly readAt: number;
}

export class DestinationCache {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  /** Counts calls of `forget`: what was read before one and comes back after it may be out of date. */
  #changes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async find(db: D1Database, id: string): Promise<Destination | null> {
    const now = this.#now();
    const known = this.#entries.get(id);
    if (known && now - known.readAt < FRESH_MS) return known.destination;
    const changesBefore = this.#changes;
    const destination = await findDestination(db, id).catch((error: unknown) => {
      // What was true a while ago is better than to turn profiles away, which the platform then throws away.
      if (known) return known.destination;
      throw error;
    });
    if (this.#changes !== changesBefore) return destination;
    this.#entries.delete(id);
    if (destination) this.#remember({ destination, readAt: now });
    return destination;
  }

  /** To be called whenever a destination was changed or deleted. */
  forget(id: string): void {
    this.#changes++;
    this.#entries.delete(id);
  }

  #remember(entry: Entry): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(entry.destination.id, entry);
  }
}
