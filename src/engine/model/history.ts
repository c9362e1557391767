/**
 * A prospect's story: what became of its updates, one event after the other, for the person who asks why it is not up to
 * date. It is a fold over what happened in its steps (`events.ts`); `history-text.ts` is how it is kept.
 *
 * Promises: an event holds names of attributes, never their values, and of Outreach's words only what does not repeat
 * them; however often a prospect fails, a few events tell it.
 * @module
 */
import type { ProspectEvent, RequeueReason } from "./events.ts";
import { withoutValues } from "./outreach-words.ts";
import type { CallError, Fields } from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";

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
      readonly reason: RequeueReason;
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

/** What a prospect's steps add to its story, the oldest first. */
export function storyOf(events: readonly ProspectEvent[], now: number): readonly StoryEvent[] {
  return events.flatMap((event) => told(event, now) ?? []);
}

/** How an event is told; null where it is not. */
function told(event: ProspectEvent, at: number): StoryEvent | null {
  switch (event.kind) {
    case "accepted":
    case "replayed": {
      const { kind, destinationId, fields, superseded: overtaken, merged } = event;
      const unchanged = Object.keys(event.unchanged);
      return { kind, at, destinationId, fields, unchanged, overtaken, merged };
    }
    case "held":
      return { kind: "unchanged", at, fields: Object.keys(event.fields) };
    case "dispatched":
      // Of a try after the first, its end tells enough.
      if (event.attempts > 0) return null;
      return { kind: "sent", at, fields: Object.keys(event.fields), job: event.job };
    case "acknowledged":
      return { kind: "delivered", at, fields: Object.keys(event.fields), job: event.job };
    case "requeued":
      return givenBack(event, at);
    case "rejected": {
      const { fields, sent, error } = event;
      return { kind: "refused", at, fields: Object.keys(fields), ...saidOf(error, sent ?? fields) };
    }
    case "discarded":
      return { kind: "discarded", at, fields: event.fields };
    case "hurried":
      return { kind: "hurried", at, until: event.until };
    case "forgotten":
      return { kind: "forgotten", at };
    case "merged":
    case "superseded":
    case "unchanged":
    case "enqueued":
    case "dequeued":
    case "audience_changed":
      return null;
  }
}

function givenBack(
  event: Extract<ProspectEvent, { kind: "requeued" }>,
  at: number,
): StoryEvent | null {
  const { job, reason, until, attempts, error, fields } = event;
  // A week of tries must not push everything else out of the story.
  if (error && !isMilestone(attempts)) return null;
  return { kind: "given_back", at, job, reason, until, attempts, ...saidOf(error, fields) };
}

/** The first three tries, and then every doubling. */
function isMilestone(attempts: number): boolean {
  return attempts <= 3 || Number.isInteger(Math.log2(attempts));
}

/** What Outreach said of a call, without values and at a length that a story has room for. */
function saidOf(error: CallError | null, sent: Fields<{ readonly value: FieldValue }>) {
  const { status = null, code = null } = error ?? {};
  const words = error && withoutValues(error.detail, sent).slice(0, DETAIL_MAX_CHARS);
  return { status, code, detail: words || null };
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
