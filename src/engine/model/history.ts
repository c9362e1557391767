/**
 * A prospect's story: what became of its updates, one event after the other, for the person who asks why it is not up to
 * date. Told from a step's before and after; `story-text.ts` is how it is kept.
 *
 * Promises: an event holds names of attributes, never their values, and of Outreach's words only what does not repeat
 * them; however often a prospect fails, a few events tell it.
 * @module
 */
import type { Offer } from "./merge.ts";
import { withoutValues } from "./outreach-words.ts";
import { withoutOverruled } from "./prospect.ts";
import type { CallError, Fields, InFlight, Order, Prospect, Step } from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";

/** Why a call brought nothing, where it was not the prospect's fault. */
export type Setback =
  | "rate_limited"
  | "maintenance"
  | "unauthorized"
  /** The object started anew while the call was under way. */
  | "restarted"
  /** Somebody else was connected while the call was under way. */
  | "account_changed";

export type StoryEvent =
  | {
      /** An update was accepted, or a failure put back. */
      readonly kind: "accepted" | "replayed";
      readonly at: number;
      readonly destinationId: string;
      /** Attributes that wait by it. */
      readonly fields: readonly string[];
      /** Attributes that were left out because Outreach holds the value already. */
      readonly unchanged: readonly string[];
      /** Attributes that were dropped because a later value of theirs is known. */
      readonly overtaken: readonly string[];
      /** Whether it joined what waited already, to travel in the same call. */
      readonly merged: boolean;
    }
  | {
      readonly kind: "sent" | "delivered";
      readonly at: number;
      readonly fields: readonly string[];
      /** The bulk job; null for a call of its own. */
      readonly job: number | null;
    }
  /** When its call was to leave, Outreach held all that waited. */
  | { readonly kind: "unchanged"; readonly at: number; readonly fields: readonly string[] }
  | {
      readonly kind: "given_back";
      readonly at: number;
      readonly job: number | null;
      /** `failed`: the call did. `not_applied`: the bulk job did not bring this prospect's values. */
      readonly reason: Setback | "failed" | "not_applied";
      /** When it may leave again. */
      readonly until: number;
      /** Calls that failed so far. */
      readonly attempts: number;
      readonly status: number | null;
      readonly code: string | null;
      /** Outreach's words; null where nothing was said. */
      readonly detail: string | null;
    }
  | {
      /** Refused for good, and listed as a failure. */
      readonly kind: "refused";
      readonly at: number;
      readonly fields: readonly string[];
      readonly status: number | null;
      readonly code: string | null;
      readonly detail: string | null;
    }
  | { readonly kind: "discarded"; readonly at: number; readonly fields: readonly string[] }
  /** A person had it tried again before its time, at `until`. */
  | { readonly kind: "hurried"; readonly at: number; readonly until: number }
  /** A person had it forgotten what Outreach was told. */
  | { readonly kind: "forgotten"; readonly at: number };

/** Of Outreach's words; the last error is kept at full length elsewhere. */
const DETAIL_MAX_CHARS = 160;

/**
 * What became of an update, or of a failure that is put back.
 * @param step what `offer` made of it
 */
export function offerEvents(
  before: Prospect,
  offered: Offer,
  step: Step,
  now: number,
): readonly StoryEvent[] {
  const fields: string[] = [];
  const unchanged: string[] = [];
  const overtaken: string[] = [];
  const waits = step.prospect.pending?.fields;
  const isWaiting = (name: string, { at, arrival }: Order): boolean =>
    waits?.[name]?.arrival === arrival && waits[name].at === at;
  for (const [name, field] of Object.entries(offered.fields)) {
    if (isWaiting(name, field)) fields.push(name);
    else if (step.settled[name]) unchanged.push(name);
    else if (!step.failed?.fields[name]) overtaken.push(name);
  }
  const merged = before.pending !== null && fields.length > 0;
  const { destinationId } = offered;
  const kind = offered.isReplay ? "replayed" : "accepted";
  const taken = { kind, at: now, destinationId, fields, unchanged, overtaken, merged } as const;
  if (!step.failed) return [taken];
  return [taken, refusal(step.failed.fields, step.failed.error, now)];
}

/**
 * What a call's beginning or end did to a prospect; empty where there was neither.
 * @param why why the call brought nothing, where neither the prospect nor its job is to blame
 */
export function callEvents(
  before: Prospect,
  after: Prospect,
  now: number,
  why?: Setback,
): readonly StoryEvent[] {
  if (!before.inFlight) return departureEvents(before, after, now);
  if (after.inFlight) return [];
  const call = before.inFlight;
  const job = call.job ?? null;
  const names = Object.keys(call.fields);
  if (after.lastDelivery !== before.lastDelivery) {
    return [{ kind: "delivered", at: now, fields: names, job }];
  }
  if (after.pending && after.pending !== before.pending) {
    return givenBack(before, call, after, now, why);
  }
  const { lastError } = after;
  const kept = withoutOverruled(call.fields, before.pending?.fields ?? {});
  return lastError ? [refusal(kept, lastError, now, call.fields)] : [];
}

function departureEvents(before: Prospect, after: Prospect, now: number): readonly StoryEvent[] {
  const { pending } = before;
  if (!pending || after.pending) return [];
  const call = after.inFlight;
  const left = Object.keys(pending.fields).filter((name) => !call?.fields[name]);
  const events: StoryEvent[] = [];
  if (left.length > 0) events.push({ kind: "unchanged", at: now, fields: left });
  // Of a try after the first, its end tells enough.
  if (call && call.attempts === 0) {
    events.push({
      kind: "sent",
      at: now,
      fields: Object.keys(call.fields),
      job: call.job ?? null,
    });
  }
  return events;
}

function givenBack(
  before: Prospect,
  call: InFlight,
  { pending, lastError }: Prospect,
  now: number,
  why?: Setback,
): readonly StoryEvent[] {
  if (!pending) return [];
  const { attempts, dueAt: until } = pending;
  const error = lastError !== before.lastError ? lastError : null;
  // A week of tries must not push everything else out of the story.
  if (error && !isMilestone(attempts)) return [];
  const reason = error ? "failed" : (why ?? "not_applied");
  const detail = error && words(error.detail, call.fields);
  const { status = null, code = null } = error ?? {};
  const job = call.job ?? null;
  return [{ kind: "given_back", at: now, job, reason, until, attempts, status, code, detail }];
}

/** The first three tries, and then every doubling. */
function isMilestone(attempts: number): boolean {
  return attempts <= 3 || Number.isInteger(Math.log2(attempts));
}

function refusal(
  fields: Fields<{ readonly value: FieldValue }>,
  { status, code, detail }: CallError,
  now: number,
  sent = fields,
): StoryEvent {
  return {
    kind: "refused",
    at: now,
    fields: Object.keys(fields),
    status,
    code,
    detail: words(detail, sent),
  };
}

/** Outreach's words without values, at a length that a story has room for. */
function words(detail: string, sent: Fields<{ readonly value: FieldValue }>): string | null {
  return withoutValues(detail, sent).slice(0, DETAIL_MAX_CHARS) || null;
}

/** When Outreach was last told an attribute, and by which bulk job; null where the story does not go back that far. */
export function lastTold(
  events: readonly StoryEvent[],
  field: string,
): { readonly at: number; readonly job: number | null } | null {
  for (const event of events) {
    if (event.kind === "delivered" && event.fields.includes(field)) {
      return { at: event.at, job: event.job };
    }
  }
  return null;
}
