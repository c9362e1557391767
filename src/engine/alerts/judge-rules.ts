/**
 * Whether an alert is open, from what is seen now. A state that has opened takes more to resolve than it took not to
 * open, so that it does not go back and forth.
 * @module
 */
import type { AlertKind, AlertRules } from "./alert-rules.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As Adobe Experience Platform's alert of a delayed flow run. */
export const DELAY_MS = 150 * MINUTE_MS;
/** A delay is over when nothing has waited for this long. */
export const DELAY_OVER_MS = 120 * MINUTE_MS;
/** A skip rate is back to normal at this share of its threshold. */
const CALM_SHARE = 0.8;

/** A clock hour of a destination. */
export interface Hour {
  readonly startedAt: number;
  readonly received: number;
  readonly rejected: number;
  /** Updates that failed for good. */
  readonly failed: number;
  readonly rejectedByCode: Readonly<Record<string, number>>;
}

/** What a destination's alerts are decided from. Times are epoch ms. */
export interface Seen {
  readonly now: number;
  readonly thisHour: Hour;
  readonly lastHour: Hour;
  /** When the oldest update that waits was accepted; null where none waits. */
  readonly oldestAcceptedAt: number | null;
  readonly connection: {
    readonly status: "connected" | "disconnected" | "reconnect_required";
    /** Null where nobody ever connected. */
    readonly connectedAt: number | null;
  };
}

export interface Verdict {
  readonly isOpen: boolean;
  /** When time alone may change that; null where something has to happen first. */
  readonly lookAt: number | null;
}

/** @param wasOpen whether the alert is open so far */
export function judge(kind: AlertKind, wasOpen: boolean, seen: Seen, rules: AlertRules): Verdict {
  switch (kind) {
    case "run_failure":
      return judgeFailures(seen);
    case "delay":
      return judgeDelay(wasOpen, seen);
    case "skip_rate_exceeded":
      return judgeSkipRate(wasOpen, seen, rules);
    case "connection_lost":
      return judgeConnection(seen);
  }
}

export function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS;
}

export function hourBefore(now: number): number {
  return hourOf(now) - HOUR_MS;
}

/** Open from the first failure of an hour until a whole hour passed without one. */
function judgeFailures({ thisHour, lastHour }: Seen): Verdict {
  const hourEndsAt = thisHour.startedAt + HOUR_MS;
  if (thisHour.failed > 0) return { isOpen: true, lookAt: hourEndsAt + HOUR_MS };
  if (lastHour.failed > 0) return { isOpen: true, lookAt: hourEndsAt };
  return { isOpen: false, lookAt: null };
}

function judgeDelay(wasOpen: boolean, { now, oldestAcceptedAt }: Seen): Verdict {
  if (oldestAcceptedAt === null) return { isOpen: false, lookAt: null };
  const waitedMs = now - oldestAcceptedAt;
  if (waitedMs >= (wasOpen ? DELAY_OVER_MS : DELAY_MS)) return { isOpen: true, lookAt: null };
  return { isOpen: false, lookAt: oldestAcceptedAt + DELAY_MS };
}

/**
 * The hour decides as soon as enough profiles came in. Until then what the hour before it ended with stands, so that
 * the turn of the hour neither hides what has just happened nor ends what goes on.
 */
function judgeSkipRate(wasOpen: boolean, { thisHour, lastHour }: Seen, rules: AlertRules): Verdict {
  const isTelling = thisHour.received >= rules.skipRateMinimum;
  const hour = isTelling ? thisHour : lastHour;
  const share = wasOpen ? CALM_SHARE : 1;
  const isOpen = hour.received >= rules.skipRateMinimum && isOver(hour, rules, share);
  return { isOpen, lookAt: isOpen ? thisHour.startedAt + HOUR_MS : null };
}

function isOver({ rejected, received }: Hour, { skipRatePercent }: AlertRules, share: number) {
  return rejected * 100 > received * skipRatePercent * share;
}

/** Open while nobody is connected, where somebody was. */
function judgeConnection({ connection }: Seen): Verdict {
  const isOpen = connection.status !== "connected" && connection.connectedAt !== null;
  return { isOpen, lookAt: null };
}
