/**
 * Reads the points in time that Outreach puts into headers. Which format it uses is not documented, and several
 * have been seen, so every one is understood.
 * @module
 */

/** A time told in whole seconds may be cut off: it is over for sure only a second later. */
const WHOLE_SECONDS_MS = 1_000;
/** Numbers above this are epoch seconds (2001 and later), above a thousand times this epoch milliseconds. */
const EPOCH_SECONDS_MIN = 1e9;

/**
 * The moment a header names: delta seconds, epoch seconds or milliseconds, ISO 8601 (without a zone it is UTC) or an
 * HTTP date.
 * @param now epoch ms at which the answer came
 * @param skewMs how far Outreach's clock is ahead of ours
 * @returns epoch ms by our clock, rounded up to when it is surely over; null for an unknown shape
 */
export function readMoment(text: string | null, now: number, skewMs: number): number | null {
  const value = text?.trim() ?? "";
  if (value === "") return null;
  if (/^\d+(\.\d+)?$/.test(value)) return readNumber(Number(value), now, skewMs);
  const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(value);
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(value);
  const parsed = Date.parse(iso && !zoned ? `${value.replace(" ", "T")}Z` : value);
  if (Number.isNaN(parsed)) return null;
  return parsed - skewMs + (parsed % 1_000 === 0 ? WHOLE_SECONDS_MS : 0);
}

function readNumber(value: number, now: number, skewMs: number): number | null {
  if (value >= EPOCH_SECONDS_MIN * 1_000) return value - skewMs;
  if (value >= EPOCH_SECONDS_MIN) return value * 1_000 - skewMs + WHOLE_SECONDS_MS;
  return now + value * 1_000 + WHOLE_SECONDS_MS;
}

/**
 * How far Outreach's clock is ahead of ours at the least, by its `Date` header; 0 where it does not tell. The header's
 * second is cut off and the answer took its way, so that a moment told by Outreach's clock is understood up to that
 * much too late and never too early.
 */
export function clockSkewMs(dateHeader: string | null, now: number): number {
  const theirs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  return Number.isNaN(theirs) ? 0 : theirs - now;
}
