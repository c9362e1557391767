/**
 * The loop's own circuit breaker: where it cannot be run, it is tried again at growing distances instead of spinning.
 * @module
 */
import { z } from "zod";
import type { SafeMode } from "../api/quarantine.ts";
import { piece } from "../../durable/piece.ts";
import type { Piece } from "../../durable/piece.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { isUnreadable, reasonOf } from "../quarantine/fault.ts";

/** The first is tried again as after a kill. */
const FIRST_MS = 30_000;
const MAX_MS = 3_600_000;
/** So many in a row are no accident; people are told. */
const TOLD_FROM = 3;

const crashed = z.object({
  since: z.number(),
  crashes: z.number(),
  reason: z.string(),
  triedAgainAt: z.number(),
});

export class Breaker {
  readonly #state: Piece<z.infer<typeof crashed> | null>;

  constructor(db: ObservedDatabase) {
    this.#state = piece(db, "crashed", crashed.nullable(), null);
  }

  /** Where not even this can be read, nothing is known of earlier crashes. */
  #read(): z.infer<typeof crashed> | null {
    try {
      return this.#state.read();
    } catch (error) {
      if (isUnreadable(error)) return null;
      throw error;
    }
  }

  /** Before this the loop is not run; 0 where it may be. */
  get restsUntil(): number {
    return this.#read()?.triedAgainAt ?? 0;
  }

  /** The loop could not be run, or died. */
  crashed(error: unknown, now: number): void {
    const before = this.#read();
    const crashes = (before?.crashes ?? 0) + 1;
    this.#state.write({
      since: before?.since ?? now,
      crashes,
      reason: reasonOf(error),
      triedAgainAt: now + Math.min(MAX_MS, FIRST_MS * 2 ** (crashes - 1)),
    });
  }

  /** The loop came to its end. */
  ran(): void {
    if (this.#read() !== null) this.#state.write(null);
  }

  /** What people are told; null while nothing is wrong, or it may have been an accident. */
  safeMode(): SafeMode | null {
    const state = this.#read();
    return state && state.crashes >= TOLD_FROM ? state : null;
  }
}
