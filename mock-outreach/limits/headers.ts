/**
 * The rate limit's headers, in every format that Outreach's answers have been seen in or may be in.
 * @module
 */
import type { MockSettings } from "../settings.ts";
import type { Reading } from "./window.ts";

/**
 * A moment as a header tells it. Whole seconds are rounded up: whoever waits until then is never early.
 * @param at epoch milliseconds
 */
export function momentHeader(format: MockSettings["resetFormat"], at: number, now: number): string {
  const wholeSeconds = Math.ceil(at / 1_000);
  switch (format) {
    case "epoch_seconds":
      return String(wholeSeconds);
    case "epoch_ms":
      return String(at);
    case "delta_seconds":
      return String(Math.max(0, Math.ceil((at - now) / 1_000)));
    case "iso8601":
      return `${new Date(wholeSeconds * 1_000).toISOString().slice(0, 19)}Z`;
    case "http_date":
      return new Date(wholeSeconds * 1_000).toUTCString();
    default:
      return format satisfies never;
  }
}

/** The three headers of every answer. */
export function limitHeaders(
  settings: Readonly<MockSettings>,
  { limit, remaining, resetsAt }: Reading,
  now: number,
): Readonly<Record<string, string>> {
  // The second number has been seen at about twice the first, and nobody knows what it counts.
  const pair = `${remaining}, ${limit + remaining}`;
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": settings.remainingPair ? pair : String(remaining),
    "x-ratelimit-reset": momentHeader(settings.resetFormat, resetsAt, now),
  };
}
