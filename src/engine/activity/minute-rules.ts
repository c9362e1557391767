/**
 * What happened minute by minute, and how much waited at each one's end.
 * @module
 */
import type { EngineEvent } from "../model/events.ts";
import { NO_DELIVERIES, withDelivery } from "./freshness-rules.ts";
import type { Histogram } from "./freshness-rules.ts";

export const MINUTE_MS = 60_000;

export interface Minute {
  /** The minute's first millisecond. */
  readonly startedAt: number;
  /** Updates that were accepted. */
  readonly accepted: number;
  /** Prospects that were brought up to date, by calls of their own or in bulk. */
  readonly delivered: number;
  /** Prospects of which Outreach refused something for good. */
  readonly failed: number;
  /** Calls that left. */
  readonly calls: number;
  /** Prospects that waited or were in a call when something last happened. */
  readonly waiting: number;
  readonly freshness: Histogram;
}

export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

export function newMinute(startedAt: number): Minute {
  const nothing = { accepted: 0, delivered: 0, failed: 0, calls: 0 };
  return { startedAt, waiting: 0, ...nothing, freshness: NO_DELIVERIES };
}

/** The minute with what happened in it besides, and how much waits now. */
export function withEvents(
  minute: Minute,
  events: readonly EngineEvent[],
  now: number,
  waiting: number,
): Minute {
  let { accepted, delivered, failed, calls, freshness } = minute;
  for (const event of events) {
    if (event.kind === "received") accepted += event.accepted;
    else if (event.kind === "called") calls += 1;
    else if (event.kind === "rejected" && Object.keys(event.fields).length > 0) failed += 1;
    else if (event.kind === "acknowledged") {
      delivered += 1;
      freshness = withDelivery(freshness, now - event.since);
    }
  }
  return { startedAt: minute.startedAt, accepted, delivered, failed, calls, waiting, freshness };
}

/**
 * The last minutes without gaps, the oldest first: where nothing happened, as much waits as before.
 * @param stored minutes in which something happened, the oldest first; those before the first one wanted tell what waited
 * @param waiting how much waits now
 */
export function lastMinutes(
  stored: readonly Minute[],
  count: number,
  now: number,
  waiting: number,
): readonly Minute[] {
  const present = minuteOf(now);
  const first = present - (count - 1) * MINUTE_MS;
  const byStart = new Map(stored.map((minute) => [minute.startedAt, minute]));
  let held = stored.findLast(({ startedAt }) => startedAt < first)?.waiting ?? 0;
  return Array.from({ length: count }, (_, i) => {
    const startedAt = first + i * MINUTE_MS;
    const minute = byStart.get(startedAt) ?? { ...newMinute(startedAt), waiting: held };
    held = minute.waiting;
    return startedAt === present ? { ...minute, waiting } : minute;
  });
}
