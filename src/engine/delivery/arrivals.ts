/**
 * The moments at which updates arrive: each later than the one before, whatever the clock does.
 *
 * A row for each request would be a good part of the bill. So what is stored is a moment ahead, up to which arrivals may be
 * handed out, and it is written once a second at most. A restart goes on behind that moment where the clock has not passed
 * it: for a second at most, arrivals are ahead of the clock then.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";
import type { Piece } from "../../durable/piece.ts";

/** How far ahead arrivals are reserved. */
const RESERVED_MS = 1_000;

export class Arrivals {
  /** No arrival was handed out that is later, epoch ms. */
  readonly #reserved: Piece<number>;
  /** The last one. */
  #last: number;

  constructor(db: ObservedDatabase) {
    this.#reserved = piece(db, "lastArrival", z.number(), 0);
    this.#last = this.#reserved.read();
  }

  /** The arrival of a request that comes now. */
  next(now: number): number {
    const arrival = Math.max(this.#last + 1, now);
    this.seen(arrival);
    return arrival;
  }

  /** Updates came that arrived elsewhere, then: what arrives here from now on is later. */
  seen(arrival: number): void {
    this.#last = Math.max(this.#last, arrival);
    if (this.#last > this.#reserved.read()) this.#reserved.write(this.#last + RESERVED_MS);
  }
}
