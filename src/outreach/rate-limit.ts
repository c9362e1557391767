/**
 * Reads `X-RateLimit-Limit`, `-Remaining`, `-Reset` and `Retry-After`.
 * @module
 */
import { clockSkewMs, readMoment } from "./times.ts";

/** What an answer says of the hourly budget; null for what it does not say, or not in a known shape. */
export interface RateLimit {
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Epoch ms by our clock. */
  readonly resetAt: number | null;
}

/**
 * `X-RateLimit-Remaining` has been seen as two numbers, `9999, 19988`: the first counts, of any header.
 * @param now epoch ms at which the answer came
 */
export function readRateLimit(headers: Headers, now: number): RateLimit {
  const skewMs = clockSkewMs(headers.get("date"), now);
  return {
    limit: readCount(headers.get("x-ratelimit-limit"), 1),
    remaining: readCount(headers.get("x-ratelimit-remaining"), 0),
    resetAt:
      readMoment(headers.get("retry-after"), now, skewMs) ??
      readMoment(headers.get("x-ratelimit-reset"), now, skewMs),
  };
}

function readCount(text: string | null, min: number): number | null {
  const first = text?.split(/[,;]/)[0]?.trim() ?? "";
  if (!/^\d{1,12}$/.test(first)) return null;
  const count = Number(first);
  return count >= min ? count : null;
}
