/**
 * How long a call takes of the connector's time, several being under way at once: learned from calls that were answered.
 * Kept in memory, and stored only when it has changed by a tenth, because every call would be one more row written. A
 * restart begins with what was stored.
 * @module
 */
import type { Piece } from "../../durable/piece.ts";

/** A Worker's invocation has six connections at most that wait for an answer's headers. */
export const CONCURRENT_CALLS = 6;
/** How much a new measurement counts. */
const WEIGHT = 0.05;
/** What is stored is right to within this part. */
const STORED_WITHIN = 0.1;

export class CallPace {
  readonly #stored: Piece<number>;
  #msPerCall: number;

  constructor(stored: Piece<number>) {
    this.#stored = stored;
    this.#msPerCall = stored.read();
  }

  get msPerCall(): number {
    return this.#msPerCall;
  }

  /** A call was answered after so many milliseconds. */
  took(ms: number): void {
    this.#msPerCall += (ms / CONCURRENT_CALLS - this.#msPerCall) * WEIGHT;
    const stored = this.#stored.read();
    if (Math.abs(this.#msPerCall - stored) <= stored * STORED_WITHIN) return;
    this.#stored.write(this.#msPerCall);
  }
}
