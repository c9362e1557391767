/**
 * The newest events of an Outreach user's delivery, for those who watch it. No personal values: prospects are told by
 * their ids.
 * @module
 */

export interface TailEvent {
  readonly at: number;
  readonly kind:
    /** This instance of the object started; what was before it is not known. */
    | "started"
    | "accepted"
    /** Prospects left, in a bulk job. */
    | "sent"
    | "delivered"
    /** Outreach refused it for good. */
    | "refused"
    | "rate_limited"
    | "maintenance"
    /** Outreach did not accept the access token. */
    | "unauthorized"
    /** A call failed in a way that may heal. */
    | "call_failed"
    | "paused"
    | "resumed";
  /** Updates that were accepted, or prospects; 0 where it is about neither. */
  readonly count: number;
  readonly destinationId?: string;
  /** Where it is about one prospect. */
  readonly prospectId?: number;
  /** The bulk job; left out for a call of its own. */
  readonly job?: number;
  /** HTTP status and error id, where a call failed. */
  readonly status?: number;
  readonly code?: string;
  /** When it goes on. */
  readonly until?: number;
}

const EVENTS_MAX = 50;
/** What follows so closely and is of the same kind counts as one. */
const TOGETHER_MS = 5_000;

/** The tail with one more event; the newest are first. */
export function withEvent(tail: readonly TailEvent[], event: TailEvent): readonly TailEvent[] {
  const alike = tail.find((other) => isAlike(other, event));
  if (!alike) return [event, ...tail.slice(0, EVENTS_MAX - 1)];
  return [
    { ...event, count: alike.count + event.count },
    ...tail.filter((other) => other !== alike),
  ];
}

function isAlike(other: TailEvent, event: TailEvent): boolean {
  return (
    Math.abs(event.at - other.at) <= TOGETHER_MS &&
    other.kind === event.kind &&
    other.destinationId === event.destinationId &&
    other.prospectId === event.prospectId &&
    other.job === event.job &&
    other.status === event.status &&
    other.code === event.code &&
    other.until === event.until
  );
}
