/**
 * How much work one request may ask for.
 *
 * Promises: a body that is cheap to send and dear to read ends early; between slices of work other requests get their
 * turn.
 * @module
 */

/** Profiles of one request that are looked at: some four times what 25 MB of usual ones hold. */
const PROFILES_MAX = 100_000;
/** Rejections in a row: as many as one JSON body may hold. Whoever sends more has another thing in mind, or another mapping. */
const REJECTIONS_MAX = 10_000;
/** A few milliseconds of work. */
const SLICE = 500;

export class WorkBudget {
  #profiles = 0;
  #rejectionsInARow = 0;

  /**
   * Takes note of a profile that was looked at.
   * @returns whether the request may go on
   */
  async spend(isGood: boolean): Promise<boolean> {
    this.#profiles += 1;
    this.#rejectionsInARow = isGood ? 0 : this.#rejectionsInARow + 1;
    if (this.#profiles % SLICE === 0) await yieldToEventLoop();
    return this.#profiles <= PROFILES_MAX && this.#rejectionsInARow <= REJECTIONS_MAX;
  }
}

function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
