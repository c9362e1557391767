/**
 * What the Worker may ask of an `Overflow` object: it takes what the Outreach user's object cannot take in time.
 * @module
 */
import type { IncomingBatch, Repetition, TooLate } from "../engine/api.ts";

export type StoreResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "overflow_full"; readonly retryAfterMs: number };

/** The RPC methods of the Durable Object. */
export interface OverflowApi {
  /**
   * Stores a request's updates for an Outreach user; what it answers `ok` for is durable.
   * @param until epoch ms after which it refuses: whoever sent it has gone another way by then, and what it holds would
   * count as later than what came since
   */
  store(
    outreachUserId: string,
    batch: IncomingBatch,
    until: number,
  ): Promise<StoreResult | TooLate>;
  /** Updates that are stored here and not handed on yet. */
  waiting(): Promise<number>;
  /** Forgets everything. */
  destroy(): Promise<void>;
}

/** Every RPC method, once. */
export const OVERFLOW_RPC: Readonly<Record<keyof OverflowApi, Repetition>> = {
  // Stored twice, it arrives twice: what was sent in between did not wait for its answer, so no order was promised.
  store: "repeat",
  waiting: "repeat",
  destroy: "repeat",
};

/** Overflow objects of one Outreach user. Each takes as many requests as the user's own object: together a burst of ten times that. */
export const OVERFLOWS = 16;

/** @param shard from 0 up to, and not including, `OVERFLOWS` */
export function overflowName(outreachUserId: string, shard: number): string {
  return `${outreachUserId}.${shard}`;
}
