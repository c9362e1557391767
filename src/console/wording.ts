/**
 * Numbers, times and states in words.
 * @module
 */
import type { PauseReason, UserStatus } from "../engine/api.ts";

const COUNT = new Intl.NumberFormat("en");
const MOMENT_PARTS = {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
} as const;
const MOMENT = new Intl.DateTimeFormat("en-GB", MOMENT_PARTS);
const MOMENT_OF_YEAR = new Intl.DateTimeFormat("en-GB", { ...MOMENT_PARTS, year: "numeric" });
const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export type Tone = "good" | "warn" | "bad" | "plain";

export function inCount(count: number): string {
  return COUNT.format(count);
}

/** `1 prospect`, `2,000 prospects`. */
export function inCounted(count: number, one: string, many = `${one}s`): string {
  return `${inCount(count)} ${count === 1 ? one : many}`;
}

/** A share as `97.2 %`; a dash where there is nothing to divide by. What is little is not said to be nothing. */
export function inPercent(part: number, whole: number): string {
  if (whole === 0) return "–";
  const text = ((100 * part) / whole).toFixed(1);
  return part > 0 && text === "0.0" ? "under 0.1 %" : `${text} %`;
}

/** Epoch ms as `23 Nov, 14:05 UTC`; with the year where it is another than now's. */
export function inMoment(at: number, now = at): string {
  const isOtherYear = new Date(at).getUTCFullYear() !== new Date(now).getUTCFullYear();
  return `${(isOtherYear ? MOMENT_OF_YEAR : MOMENT).format(at)} UTC`;
}

/** Epoch ms as `23 Nov 2026`, the day in UTC. */
export function inDay(at: number): string {
  return DAY.format(at);
}

/** How far off a time is: `in 5 minutes`, `3 hours ago`. */
export function fromNow(at: number, now: number): string {
  const away = Math.abs(at - now);
  if (away < 5 * SECOND_MS) return "now";
  const span = inSpan(away);
  return at > now ? `in ${span}` : `${span} ago`;
}

/** How long something takes: `5 minutes`. */
export function inSpan(ms: number): string {
  if (ms < SECOND_MS) return "under a second";
  if (ms < MINUTE_MS) return inCounted(Math.round(ms / SECOND_MS), "second");
  if (ms < 2 * HOUR_MS) return inCounted(Math.round(ms / MINUTE_MS), "minute");
  if (ms < 2 * DAY_MS) return inCounted(Math.round(ms / HOUR_MS), "hour");
  return inCounted(Math.round(ms / DAY_MS), "day");
}

interface StateWords {
  readonly tone: Tone;
  readonly text: string;
}

/** A stop of delivery in a word or two; the same tone wherever it is shown. */
export const STOP_WORDS: Readonly<Record<PauseReason, StateWords>> = {
  reconnect_required: { tone: "bad", text: "Connection broken" },
  disconnected: { tone: "warn", text: "Not connected" },
  token_refresh_failing: { tone: "bad", text: "Sign-in cannot be renewed" },
  token_refused: { tone: "warn", text: "Sign-in is refused" },
  outreach_failing: { tone: "bad", text: "Outreach is failing" },
  gateway_refusing: { tone: "bad", text: "Calls are turned away" },
  paused: { tone: "warn", text: "Paused" },
  token_refresh_waiting: { tone: "warn", text: "Sign-in not renewed yet" },
  yearly_allowance: { tone: "warn", text: "Yearly allowance used up" },
  outreach_maintenance: { tone: "warn", text: "Outreach maintenance" },
  rate_limited: { tone: "plain", text: "Waits for the next window" },
};

const CONNECTED: StateWords = { tone: "good", text: "Connected" };

/** How an Outreach user is: what stops its delivery, or else its connection. */
export function userWords({
  paused,
  connection,
}: Pick<UserStatus, "paused" | "connection">): StateWords {
  if (paused) return STOP_WORDS[paused.reason];
  const { status } = connection;
  return status === "connected" ? CONNECTED : STOP_WORDS[status];
}

/** Why nothing is being sent, and who has to act. */
export const PAUSE_WORDS: Readonly<Record<PauseReason, string>> = {
  paused: "Somebody paused delivery. Updates are kept until somebody resumes it.",
  disconnected: "Nobody has signed in to Outreach yet. Updates are kept until somebody does.",
  reconnect_required:
    "Outreach no longer accepts the sign-in. Updates are kept until somebody reconnects.",
  token_refresh_waiting: "Outreach did not renew the sign-in. It is tried again by itself.",
  outreach_maintenance: "Outreach is under maintenance. Delivery goes on by itself.",
  rate_limited:
    "The budget of calls for this window is used up. Delivery goes on by itself when it resets.",
  yearly_allowance:
    "The yearly allowance of calls has nothing left for now. Delivery goes on when the next call is earned.",
  token_refresh_failing:
    "Outreach has not renewed the sign-in for hours, and the last access token has ended. It is tried again by itself; check the application in Outreach, or reconnect.",
  token_refused:
    "Outreach refuses the sign-in for now. It is tried again by itself, at growing distances.",
  outreach_failing: "Outreach is failing. Delivery is tried again by itself.",
  gateway_refusing:
    "Something before Outreach turns every call away. One call now and then finds out whether it is over; delivery then goes on by itself.",
};
