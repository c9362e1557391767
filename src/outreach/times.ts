/**
 * Reads the points in time that Outreach puts into headers. Which format it uses is not documented, and several
 * have been seen, so every one is understood.
 * @module
 */

/** A time told in whole seconds may be cut off: it is over for sure only a second later. */
const WHOLE_SECONDS_MS = 1_000;
/** Numbers above this are epoch seconds (2001 and later), above a thousand times this epoch milliseconds. */
const EPOCH_SECONDS_MIN = 1e9;

const NUMBER = /^\d+(?:\.\d+)?(?=\s*(?:$|[,;]))/;
const ISO =
  /^(\d{4}-\d{2}-\d{2})[T ]+(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?=$|[,;])/i;
const HTTP_DATE = /^[a-z]{3,9},? [^,]+/i;

/**
 * The moment a header names: delta seconds, epoch seconds or milliseconds, ISO 8601 or Ruby's form of it (without a zone
 * it is UTC) or an HTTP date. Of a doubled header the first counts.
 * @param now epoch ms at which the answer came
 * @param skewMs how far Outreach's clock is ahead of ours
 * @returns epoch ms by our clock, rounded up to when it is surely over; null for an unknown shape
 */
export function readMoment(text: string | null, now: number, skewMs: number): number | null {
  const value = text?.trim() ?? "";
  const [number] = NUMBER.exec(value) ?? [];
  if (number !== undefined) return readNumber(Number(number), now, skewMs);
  const parsed = readDate(value);
  if (Number.isNaN(parsed)) return null;
  return parsed - skewMs + (parsed % 1_000 === 0 ? WHOLE_SECONDS_MS : 0);
}

/** `NaN` where it is none. */
function readDate(value: string): number {
  const [, day, time, zone = "Z"] = ISO.exec(value) ?? [];
  if (day === undefined) {
    // Only what names its month or begins with its year: what else could be parsed was meant as something else.
    const dated = /[a-z]{3}|^\d{4}-/i.test(value);
    return dated ? Date.parse(HTTP_DATE.exec(value)?.[0] ?? value) : Number.NaN;
  }
  const offset = /^[a-z]/i.test(zone) ? "Z" : zone.length === 3 ? `${zone}:00` : zone;
  return Date.parse(`${day}T${time}${offset.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`);
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
  const theirs = dateHeader === null ? Number.NaN : readDate(dateHeader.trim());
  return Number.isNaN(theirs) ? 0 : theirs - now;
}
