/**
 * Points in time and calendar dates as AEP writes them: `…Z`, `…+00:00`, `…+0000` or no zone (UTC), with any fraction of a
 * second, or milliseconds since the epoch.
 *
 * Promises: a date is the one that is written, whatever its offset; a fraction of a second keeps its digits; a number that
 * may be seconds or milliseconds is not guessed at.
 * @module
 */
import { z } from "zod";

/** How a mapping says that its source writes times. */
export const timeFormat = z.enum([
  "epoch-seconds",
  "epoch-milliseconds",
  "YYYYMMDD",
  "DD/MM/YYYY",
  "MM/DD/YYYY",
  "DD.MM.YYYY",
]);
export type TimeFormat = z.infer<typeof timeFormat>;

/** A time as it is written, taken apart. */
export interface WrittenTime {
  /** The calendar date that is written, `YYYY-MM-DD`; of an epoch time the date in UTC. */
  readonly date: string;
  /** Epoch ms, whole. */
  readonly ms: number;
  /** What the fraction of a second has beyond milliseconds, digits without zeros at the end. */
  readonly finer: string;
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const DATES: Readonly<Record<string, RegExp>> = {
  YYYYMMDD: /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
  "DD/MM/YYYY": /^(?<d>\d{1,2})\/(?<m>\d{1,2})\/(?<y>\d{4})$/,
  "MM/DD/YYYY": /^(?<m>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4})$/,
  "DD.MM.YYYY": /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})$/,
};

/** As seconds this is the year 2200, as milliseconds April 1970: between it and its negative either may be meant. */
const AMBIGUOUS_BELOW = 7_258_118_400;
/** September 2001 in seconds: no status is older, and none is of January 1970. */
const RECENT_SECONDS_MIN = 1_000_000_000;
/** The year 100, before which JavaScript takes a year for one of the twentieth century. */
const FIRST_MS = Date.UTC(100, 0, 1);
/** The year 9999, the last that ISO 8601 writes with four digits. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** Clocks on earth are at most this far from UTC. */
const ZONE_MINUTES_MAX = 14 * 60;

/**
 * Reads the time of something recent, such as a membership's status.
 * @returns epoch ms, with the fraction that microseconds make; null where it is no time
 */
export function readTime(value: unknown): number | null {
  const epoch = typeof value === "number" ? value : epochOf(value);
  if (epoch !== null) {
    const ms = epoch < AMBIGUOUS_BELOW ? epoch * 1_000 : epoch;
    return epoch >= RECENT_SECONDS_MIN && ms <= LAST_MS ? ms : null;
  }
  const written = readWrittenTime(value);
  return written && written.ms + Number(`0.${written.finer || "0"}`);
}

/** Reads a time with all that it says. Null where it is none, or may be one of several. */
export function readWrittenTime(value: unknown, format?: TimeFormat): WrittenTime | null {
  if (format !== undefined) return readFormat(value, format);
  const epoch = epochOf(value);
  if (epoch !== null) return Math.abs(epoch) < AMBIGUOUS_BELOW ? null : ofEpoch(epoch);
  return typeof value === "string" ? readIso(value.trim()) : null;
}

/** The way back: ISO 8601 in UTC, with milliseconds and whatever digits are finer. */
export function isoOf({ ms, finer }: WrittenTime): string {
  return new Date(ms).toISOString().replace("Z", `${finer}Z`);
}

function readFormat(value: unknown, format: TimeFormat): WrittenTime | null {
  if (format === "epoch-milliseconds" || format === "epoch-seconds") {
    const epoch = epochOf(value);
    return epoch === null ? null : ofEpoch(format === "epoch-seconds" ? epoch * 1_000 : epoch);
  }
  const text = typeof value === "number" ? String(value) : value;
  const {
    y = "",
    m = "",
    d = "",
  } = (typeof text === "string" ? DATES[format]?.exec(text.trim())?.groups : null) ?? {};
  return y === "" ? null : readIso(`${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`);
}

/** A whole number, or the text of one. */
function epochOf(value: unknown): number | null {
  const isText = typeof value === "string" && /^\s*-?\d{1,15}\s*$/.test(value);
  const epoch = isText ? Number(value) : value;
  return typeof epoch === "number" && Number.isSafeInteger(epoch) ? epoch : null;
}

function ofEpoch(ms: number): WrittenTime | null {
  if (ms < FIRST_MS || ms > LAST_MS) return null;
  return { date: new Date(ms).toISOString().slice(0, 10), ms, finer: "" };
}

function readIso(text: string): WrittenTime | null {
  const [whole, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] =
    TIME.exec(text) ?? [];
  if (whole === undefined) return null;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const utc = Date.UTC(y, mo - 1, d, h, mi, s);
  const back = new Date(utc);
  const away = zoneMinutes(zone);
  // Date.UTC carries an impossible date over into the next month, and takes the years 0 to 99 for others.
  const isReal =
    back.getUTCFullYear() === y &&
    back.getUTCMonth() === mo - 1 &&
    back.getUTCDate() === d &&
    h < 24 &&
    mi < 60 &&
    s < 60 &&
    away !== null;
  if (!isReal) return null;
  const digits = fraction.padEnd(3, "0");
  const ms = utc + Number(digits.slice(0, 3)) - away * 60_000;
  if (ms < FIRST_MS || ms > LAST_MS) return null;
  return { date: text.slice(0, 10), ms, finer: digits.slice(3).replace(/0+$/, "") };
}

/** Minutes that a zone is ahead of UTC; null where no clock on earth is so far from it. */
function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(2));
  const away = Number(digits.slice(0, 2)) * 60 + minutes;
  if (minutes >= 60 || away > ZONE_MINUTES_MAX) return null;
  return zone.startsWith("-") ? -away : away;
}
