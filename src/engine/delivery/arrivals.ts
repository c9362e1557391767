/**
 * The moments at which updates arrive: each later than the one before, whatever the clock does.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";
import type { Piece } from "../../durable/piece.ts";

export class Arrivals {
  /** The arrival that was handed out last, epoch ms. */
  readonly #last: Piece<number>;

  constructor(db: ObservedDatabase) {
    this.#last = piece(db, "lastArrival", z.number(), 0);
  }

  /** The arrival of a request that comes now. */
  next(now: number): number {
    const arrival = Math.max(this.#last.read() + 1, now);
    this.#last.write(arrival);
    return arrival;
  }

  /** Updates came that arrived elsewhere, then: what arrives here from now on is later. */
  seen(arrival: number): void {
    this.#last.write(Math.max(this.#last.read(), arrival));
  }
}
