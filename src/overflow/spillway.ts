/**
 * The way of a request's updates into storage: to the Outreach user's own object, or, where that does not take them in
 * time, to one of the user's overflow objects.
 *
 * Promises: the platform, which waits two seconds, gets its answer in time while any of the objects takes updates; what
 * the object did not take in time it does not take later, so that nothing old arrives behind something newer.
 * @module
 */
import type { AcceptResult, TooLate } from "../engine/api.ts";
import { OVERFLOWS } from "./api.ts";
import type { StoreResult } from "./api.ts";

/** How long the user's own object is waited for: it leaves the other way more than half of the platform's two seconds. */
export const DIRECT_MS = 700;
/** An answer may be on its way when the time is up, and clocks differ by a little. */
const GRACE_MS = 200;
/** How long the first overflow object is waited for. */
const OVERFLOW_MS = 400;
/** Where all are late: a burst has passed by then. */
const OVERLOADED_RETRY_MS = 5_000;
/** After the object was late, requests go the other way for so long: to queue up at it would make it later still. */
const BYPASS_MS = 2_000;
/** More Outreach users than one isolate serves at a time. */
const BYPASSED_MAX = 1_000;

export interface SpillwayPorts {
  readonly now: () => number;
  /** Resolves after so many milliseconds, or, without a meaning, once `signal` says that nobody waits any more. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to, and not including, 1. */
  readonly random: () => number;
  /** Told when requests of a user begin to go the other way. */
  readonly log: (outreachUserId: string) => void;
}

export interface Ways {
  /** To the user's own object, which refuses after `until`. */
  readonly direct: (until: number) => Promise<AcceptResult | TooLate>;
  /** To one of its overflow objects, which refuses after `until`. */
  readonly overflow: (shard: number, until: number) => Promise<StoreResult | TooLate>;
}

export class Spillway {
  readonly #ports: SpillwayPorts;
  /** Users whose object was late, and until when it is left alone. */
  readonly #bypassUntil = new Map<string, number>();

  constructor(ports: SpillwayPorts) {
    this.#ports = ports;
  }

  /** @throws what the last overflow object threw, where no object can be reached */
  async accept(outreachUserId: string, ways: Ways): Promise<AcceptResult> {
    if (this.#isBypassed(outreachUserId)) {
      const stored = await this.#spill(ways).catch((error: unknown) => ({ error }));
      if (!("error" in stored) && (stored.ok || stored.reason !== "overloaded")) return stored;
      const direct = await this.#inTime(ways.direct, DIRECT_MS);
      if (direct !== null) return direct;
      if ("error" in stored) throw stored.error;
      return stored;
    }
    const direct = await this.#inTime(ways.direct, DIRECT_MS);
    if (direct !== null) {
      this.#bypassUntil.delete(outreachUserId);
      return direct;
    }
    this.#bypass(outreachUserId);
    this.#ports.log(outreachUserId);
    return this.#spill(ways);
  }

  /** One object after the other, beginning anywhere: all of them take their share. */
  async #spill({ overflow }: Ways): Promise<AcceptResult> {
    const first = Math.floor(this.#ports.random() * OVERFLOWS);
    const stored =
      (await this.#inTime((until) => overflow(first, until), OVERFLOW_MS)) ??
      (await this.#attempt((until) => overflow((first + 1) % OVERFLOWS, until), OVERFLOW_MS));
    if (!stored) return { ok: false, reason: "overloaded", retryAfterMs: OVERLOADED_RETRY_MS };
    if (stored.ok) return { ok: true, expectedBy: null };
    return { ok: false, reason: "backlog_full", retryAfterMs: stored.retryAfterMs };
  }

  /** Null where the object did not take it: too late, overloaded, out of reach. */
  #inTime<R extends { readonly ok: boolean }>(
    send: (until: number) => Promise<R | TooLate>,
    ms: number,
  ): Promise<R | null> {
    return this.#attempt(send, ms).catch(() => null);
  }

  /** Null where the object did not take it in time. @throws where it cannot be reached */
  async #attempt<R extends { readonly ok: boolean }>(
    send: (until: number) => Promise<R | TooLate>,
    ms: number,
  ): Promise<R | null> {
    const answered = new AbortController();
    const until = this.#ports.now() + ms;
    const late = this.#ports.pause(ms + GRACE_MS, answered.signal).then(() => null);
    try {
      const result = await Promise.race([send(until), late]);
      return result === null || isTooLate(result) ? null : result;
    } finally {
      answered.abort();
    }
  }

  #isBypassed(outreachUserId: string): boolean {
    const until = this.#bypassUntil.get(outreachUserId);
    if (until === undefined) return false;
    if (this.#ports.now() < until) return true;
    // The first to come afterwards tries the object; the others go on the other way until it has answered.
    this.#bypass(outreachUserId);
    return false;
  }

  #bypass(outreachUserId: string): void {
    if (this.#bypassUntil.size >= BYPASSED_MAX) this.#bypassUntil.clear();
    this.#bypassUntil.set(outreachUserId, this.#ports.now() + BYPASS_MS);
  }
}

function isTooLate(result: { readonly ok: boolean }): result is TooLate {
  return "reason" in result && result.reason === "too_late";
}
