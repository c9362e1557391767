/**
 * Which settings of a destination count, where the object hears of two.
 * @module
 */

/** Settings of a destination, as they were told. */
export interface Told {
  /** Counts changes of the destination in D1. */
  readonly revision: number;
  /** When they came here, or to the overflow object that they came over; epoch ms. */
  readonly heardAt: number;
}

/** No isolate keeps settings for so long (`DestinationCache` has five seconds), and no request runs so long. */
const BELATED_MS = 60_000;

/**
 * Whether settings take the place of those that are known. A lower revision is an older one, told by an isolate that has
 * not heard of the change yet. Where it comes later than any of those can, D1 was taken back to an earlier time, and its
 * word counts.
 */
export function replaces(told: Told, known: Told): boolean {
  return told.revision >= known.revision || told.heardAt - known.heardAt > BELATED_MS;
}
