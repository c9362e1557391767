/**
 * Points in time as AEP writes them: `…Z`, `…+00:00`, `…+0000` or no zone (UTC), with any fraction of a second, or
 * milliseconds since the epoch.
 * @module
 */

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Seconds since the epoch are below this until the year 5138, milliseconds above it since 1973. */
const EPOCH_MS_MIN = 1e11;
/** The year 100, before which JavaScript takes a year for one of the twentieth century. */
const FIRST_MS = Date.UTC(100, 0, 1);
/** The year 9999, the last that ISO 8601 writes with four digits. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Reads a time.
 * @returns epoch ms, with the fraction that microseconds make; null where it is no time
 */
export function readTime(value: unknown): number | null {
  if (typeof value === "number") return readEpoch(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^\d{9,15}$/.test(text)) return readEpoch(Number(text));
  const [whole, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone] =
    TIME.exec(text) ?? [];
  if (whole === undefined) return null;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const ms = Date.UTC(y, mo - 1, d, h, mi, s);
  const back = new Date(ms);
  // Date.UTC carries an impossible date over into the next month, and takes the years 0 to 99 for others.
  const real =
    back.getUTCFullYear() === y &&
    back.getUTCMonth() === mo - 1 &&
    back.getUTCDate() === d &&
    h < 24 &&
    mi < 60 &&
    s < 60;
  if (!real) return null;
  const at = ms + Number(`0.${fraction}`) * 1_000 - zoneMs(zone);
  return at >= FIRST_MS && at <= LAST_MS ? at : null;
}

function readEpoch(value: number): number | null {
  if (!Number.isFinite(value) || value < 0) return null;
  const ms = value < EPOCH_MS_MIN ? value * 1_000 : value;
  return ms <= LAST_MS ? ms : null;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
