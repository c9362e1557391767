/**
 * Chance that repeats: the same seed gives the same sample on every machine.
 * @module
 */
import { pick, randomFrom } from "../../../mock-outreach/random.ts";

export interface Random {
  /** A whole number from 0 up to and not including `below`. */
  below(below: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
}

export function seededRandom(seed: number): Random {
  const next = randomFrom(`sample:${seed}`);
  return {
    below: (below) => Math.floor(next() * below),
    pick: (from) => pick(next, from),
    chance: (probability) => next() < probability,
  };
}
