/**
 * The mock's clock: a source that the caller supplies, moved forward by the control API. Token lifetimes, rate-limit
 * windows and every time that is told go by it.
 * @module
 */
export class Clock {
  readonly #source: () => number;
  #offsetMs = 0;

  /** @param source gives epoch milliseconds and never goes back */
  constructor(source: () => number) {
    this.#source = source;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#source() + this.#offsetMs;
  }

  /** How far the clock is ahead of its source, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /**
   * Moves the clock forward by `ms`, which is not negative: windows and tokens that have ended would
   * otherwise have to begin again.
   */
  advance(ms: number): void {
    if (ms < 0) throw new RangeError("The clock only moves forward.");
    this.#offsetMs += ms;
  }
}
