/**
 * What happened, in the field's words. A step of a prospect answers its events, and everything that is counted or shown is
 * a fold over them: nobody works out a second time what a step already knew.
 *
 * Every update that was accepted ends once: it is `merged`, `superseded` or `unchanged`, or it is among the values of what
 * is `acknowledged` or `rejected`, one update for each destination that has a value in them.
 * @module
 */
import type { Lane } from "./lane.ts";
import type { CallError, Fields, Order, Pending, PendingField, Prospect } from "./prospect.ts";

/** Why a call brought nothing. */
export type RequeueReason =
  | "rate_limited"
  | "maintenance"
  | "unauthorized"
  /** The object started again while the call was under way. */
  | "restarted"
  /** Somebody else was connected while the call was under way. */
  | "account_changed"
  /** Outreach refused other values of the call: these go without them. */
  | "refused_in_part"
  /** The call failed. */
  | "failed"
  /** The bulk job did not bring this prospect's values. */
  | "not_applied";

export type ProspectEvent =
  | {
      /** An update was accepted, or a failure put back. */
      readonly kind: "accepted" | "replayed";
      readonly prospectId: number;
      readonly destinationId: string;
      /** Attributes that are pending by it. */
      readonly fields: readonly string[];
      /** What was left out because Outreach holds it already: older failures of it are over. */
      readonly unchanged: Fields<Order>;
      /** Attributes that were dropped because a later value of theirs is known. */
      readonly superseded: readonly string[];
      /** Whether something was pending already, to travel in the same call. */
      readonly merged: boolean;
      /** The lane of what is pending now, where nothing was before; else null. */
      readonly begins: Lane | null;
    }
  /** An update ended: it goes with one of its destination that is pending. */
  | { readonly kind: "merged"; readonly destinationId: string }
  /** An update ended: later values took the place of all of it. */
  | { readonly kind: "superseded"; readonly destinationId: string }
  /** An update ended: Outreach holds all of it. */
  | { readonly kind: "unchanged"; readonly destinationId: string }
  /** It waits for its call. What becomes pending while a call is under way is enqueued when that has ended. */
  | { readonly kind: "enqueued"; readonly load: Pending }
  | { readonly kind: "dequeued"; readonly load: Pending }
  /** When its call was to leave, Outreach held these already: older failures of them are over. */
  | { readonly kind: "held"; readonly prospectId: number; readonly fields: Fields<Order> }
  | {
      readonly kind: "dispatched";
      readonly fields: Fields<PendingField>;
      /** The bulk job; null for a single update. */
      readonly job: number | null;
      /** Calls that failed before this one. */
      readonly attempts: number;
    }
  | {
      /** Outreach took it: older failures of these fields are over. */
      readonly kind: "acknowledged";
      readonly prospectId: number;
      readonly fields: Fields<PendingField>;
      /** Where the fields came from that do not say. */
      readonly destinationId: string;
      readonly job: number | null;
      /** Since when it waited, epoch ms. */
      readonly since: number;
    }
  | {
      readonly kind: "requeued";
      readonly reason: RequeueReason;
      /** When it may leave again, epoch ms. */
      readonly until: number;
      /** What its call carried. */
      readonly fields: Fields<PendingField>;
      readonly job: number | null;
      /** Calls that failed so far. */
      readonly attempts: number;
      /** What Outreach said, where it said something. */
      readonly error: CallError | null;
    }
  | {
      /** Set aside for good, to be listed as a failure of each destination: it takes the place of older ones. */
      readonly kind: "rejected";
      readonly prospectId: number;
      /** The values that nothing newer overrules. */
      readonly fields: Fields<PendingField>;
      /** Where the fields came from that do not say. */
      readonly destinationId: string;
      /** Destinations whose update goes on with its other values. */
      readonly goesOn?: ReadonlySet<string>;
      /** What the call carried; null where none was made. */
      readonly sent: Fields<PendingField> | null;
      readonly error: CallError;
      readonly attempts: number;
      readonly acceptedAt: number;
    }
  | {
      /** How the prospect counts in an audience changed. */
      readonly kind: "audience_changed";
      readonly audience: number;
      readonly members: number;
      readonly exited: number;
      readonly pending: number;
    }
  /** A person took a failure off the list. */
  | {
      readonly kind: "discarded";
      readonly destinationId: string;
      readonly fields: readonly string[];
    }
  /** A person had it tried again before its time, at `until`. */
  | { readonly kind: "hurried"; readonly until: number }
  /** A person had it forgotten what Outreach was told. */
  | { readonly kind: "forgotten" };

/** What came in, in one request. */
export type IntakeEvent =
  | {
      readonly kind: "received";
      readonly destinationId: string;
      /** Profiles that were accepted: each is an update of one prospect or of several, or is `empty`. */
      readonly accepted: number;
      /** Those of them that say nothing about a mapped attribute or audience. */
      readonly empty: number;
    }
  /** Profiles were turned away. */
  | {
      readonly kind: "profiles_rejected";
      readonly destinationId: string;
      readonly code: string;
      readonly profiles: number;
    }
  /** Fields of accepted profiles were left out. */
  | {
      readonly kind: "field_error";
      readonly destinationId: string;
      readonly field: string;
      readonly code: string;
      readonly fields: number;
    };

/** What happened to the calls of an Outreach user. */
export type CallEvent =
  /** A call leaves; null where it is for no destination. */
  | { readonly kind: "called"; readonly destinationId: string | null }
  | {
      /** A call brought nothing; where Outreach said so, with the time until which it wants no others. */
      readonly kind: "call_ended_badly";
      readonly how: "rate_limited" | "maintenance" | "unauthorized" | "call_failed";
      readonly until: number | null;
      readonly status: number | null;
      readonly code: string | null;
    }
  | { readonly kind: "paused" | "resumed" }
  /** This instance of the object started; what was before it is not known. */
  | { readonly kind: "started" };

export type EngineEvent = ProspectEvent | IntakeEvent | CallEvent;

/** Counts or shows what happened. It is registered once and gets every event, in the transaction that saves it. */
export interface Fold {
  apply(events: readonly EngineEvent[], now: number): void;
  /** Gives back what takes back all that is counted in memory from now on: for a transaction that fails. */
  savepoint?(): () => void;
}

/** A prospect after a step, and what happened in it. */
export interface Step {
  readonly prospect: Prospect;
  readonly events: readonly ProspectEvent[];
}

/** A prospect that waited for its call is elsewhere now, or nowhere; one that is in a call waits for none. */
export function queueEvents(before: Prospect, pending: Pending | null): readonly ProspectEvent[] {
  if (before.inFlight) return [];
  const events: ProspectEvent[] = [];
  if (before.pending) events.push({ kind: "dequeued", load: before.pending });
  if (pending) events.push({ kind: "enqueued", load: pending });
  return events;
}

/** What was pending beside a call waits for one now. */
export function enqueued(load: Pending | null): readonly ProspectEvent[] {
  return load ? [{ kind: "enqueued", load }] : [];
}
