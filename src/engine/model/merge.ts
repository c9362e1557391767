/**
 * New values come for a prospect: each waits, or is dropped because a later one overrules it or Outreach holds it already.
 * @module
 */
import { AudienceChanges } from "./audience-changes.ts";
import { queueEvents } from "./events.ts";
import type { ProspectEvent, Step } from "./events.ts";
import { atTimeOf, isHeld, withOrders } from "./known-values.ts";
import { laneOf, moreUrgent } from "./lane.ts";
import { isOptOutAttribute, optOutOf } from "./opt-out-attributes.ts";
import { consentOf, settleConsent } from "./opt-outs.ts";
import type { Rival } from "./opt-outs.ts";
import { oldestOf, overrules, withoutOverruled } from "./prospect.ts";
import type {
  CallError,
  Fields,
  HashValue,
  KnownField,
  Order,
  Prospect,
  Pending,
  PendingField,
} from "./prospect.ts";
import { charsOf } from "./prospect-update.ts";
import { merged, sourcesOf } from "./sources.ts";
import type { Sourced } from "./sources.ts";

export interface Offer {
  readonly fields: Fields<PendingField>;
  readonly destinationId: string;
  readonly acceptedAt: number;
  /** Since when these wait, where that is later: a person sends them again. */
  readonly since?: number;
  /** When these may be sent at the earliest, if nothing of this prospect waits yet. */
  readonly dueAt: number;
  /** Whether a person sends them again, which is less urgent than what is new. */
  readonly isReplay?: true;
}

/** What waits for a prospect and is in a call, together: with three bytes a character it fits into a row of 2 MB. */
const PROSPECT_MAX_CHARS = 500_000;

/**
 * Takes new values in, field by field. A value that a later one overrules is dropped; one that Outreach is known
 * to hold is dropped too, but its time is remembered, so that an older value that comes late still loses.
 */
export function merge(prospect: Prospect, offered: Offer, hash: HashValue): Step {
  const { id, pending, inFlight } = prospect;
  const left: Record<string, PendingField> = { ...pending?.fields };
  const known: Record<string, KnownField> = { ...prospect.known };
  const unchanged: Record<string, Order> = {};
  const joining: Record<string, PendingField> = {};
  const superseded: string[] = [];
  const audiences = new AudienceChanges();
  for (const [name, said] of Object.entries(offered.fields)) {
    const field = isOptOutAttribute(name)
      ? settleConsent(
          name,
          said,
          said.from ?? offered.destinationId,
          rivalsOf(prospect, name, hash),
        )
      : outlasting(said, [left[name], inFlight?.fields[name], known[name]]);
    if (field === null) {
      superseded.push(name);
      continue;
    }
    const holds = known[name];
    const isRefused = holds?.refused !== undefined && holds.refused === hash(id, name, field.value);
    if (isRefused && !offered.isReplay) {
      // Listed as a failure; it goes again where a person replays that, or once another value was taken.
      superseded.push(name);
      audiences.gone(left[name]);
      delete left[name];
      continue;
    }
    if (holds && !inFlight?.fields[name] && isHeld(id, name, field.value, holds, hash)) {
      audiences.gone(left[name]);
      delete left[name];
      unchanged[name] = known[name] = atTimeOf(field, holds, offered.destinationId);
      audiences.known(holds, field);
    } else {
      joining[name] = field;
      audiences.pending(field, left[name], inFlight?.fields[name]);
      audiences.gone(left[name], field, inFlight?.fields[name]);
    }
  }

  const { destinationId } = offered;
  const lower = { fields: left, destinationId: pending?.destinationId ?? destinationId };
  const load = merged(lower, { fields: joining, destinationId });
  if (charsOf(load.fields) + charsOf(inFlight?.fields ?? {}) > PROSPECT_MAX_CHARS) {
    return turnAway(prospect, offered);
  }
  const lane = offered.isReplay ? "replay" : laneOf(joining, prospect.known, offered.acceptedAt);
  const next: Pending | null =
    Object.keys(load.fields).length === 0
      ? null
      : {
          ...load,
          ...oldestOf(pending ?? offered, offered),
          attempts: pending?.attempts ?? 0,
          failingSince: pending?.failingSince ?? null,
          lane: moreUrgent(pending?.lane ?? lane, lane),
          dueAt: pending?.dueAt ?? offered.dueAt,
          ...(pending?.single && { single: true }),
        };
  return {
    prospect: { ...prospect, known, pending: next },
    events: [
      taken(prospect, offered, { fields: Object.keys(joining), unchanged, superseded, next }),
      ...endsOf(pending, load, superseded.length > 0, destinationId),
      ...queueEvents(prospect, next),
      ...audiences.events,
    ],
  };
}

/** A value, where it overrules all others. */
function outlasting(
  field: PendingField,
  rivals: readonly (Order | undefined)[],
): PendingField | null {
  return rivals.some((rival) => rival !== undefined && !overrules(field, rival)) ? null : field;
}

/** What is pending, in flight and known of an attribute of opt-outs. */
function rivalsOf(
  { id, pending, inFlight, known }: Prospect,
  name: string,
  hash: HashValue,
): readonly Rival[] {
  const loads = [pending, inFlight].flatMap((load): Rival[] => {
    const field = load?.fields[name];
    if (!load || !field) return [];
    const consent = consentOf(name, field);
    return [{ ...field, from: field.from ?? load.destinationId, ...(consent && { consent }) }];
  });
  const holds = known[name];
  if (!holds) return loads;
  // What was stored before consents were kept tells an opt-out by its hash alone.
  const isOut = !holds.consent && isHeld(id, name, optOutOf(name), holds, hash);
  return [...loads, isOut ? { ...holds, consent: { says: "out" } } : holds];
}

/** What became of the fields of an update. */
interface Taken {
  readonly fields: readonly string[];
  readonly unchanged: Fields<Order>;
  readonly superseded: readonly string[];
  /** What is pending with it. */
  readonly next: Pending | null;
}

function taken(
  { id, pending }: Prospect,
  { destinationId, isReplay }: Offer,
  { next, ...fields }: Taken,
): ProspectEvent {
  return {
    kind: isReplay ? "replayed" : "accepted",
    prospectId: id,
    destinationId,
    ...fields,
    merged: pending !== null && fields.fields.length > 0,
    begins: pending === null && next ? next.lane : null,
  };
}

/** What is pending stands for one accepted update of each destination; of whatever joins that, one is left. */
function endsOf(
  before: Pending | null,
  after: Sourced,
  isOverruled: boolean,
  destinationId: string,
): readonly ProspectEvent[] {
  const stood = before ? sourcesOf(before) : new Set<string>();
  const stands = sourcesOf(after);
  const gone = [...stood].filter((source) => !stands.has(source));
  const ends = gone.map((source): ProspectEvent => ({
    kind: source === destinationId ? "unchanged" : "superseded",
    destinationId: source,
  }));
  if (stood.has(destinationId)) return [{ kind: "merged", destinationId }, ...ends];
  if (stands.has(destinationId)) return ends;
  return [...ends, { kind: isOverruled ? "superseded" : "unchanged", destinationId }];
}

/** Values that do not fit beside those that wait are for a person to look at. */
function turnAway(prospect: Prospect, offered: Offer): Step {
  const { destinationId, acceptedAt } = offered;
  const rivals = { ...prospect.known, ...prospect.inFlight?.fields, ...prospect.pending?.fields };
  const fields = withoutOverruled(offered.fields, rivals);
  const superseded = Object.keys(offered.fields).filter((name) => !fields[name]);
  const error: CallError = {
    at: acceptedAt,
    status: null,
    code: "too_large",
    detail: `With what already waits for this prospect, its values would have more than ${PROSPECT_MAX_CHARS.toLocaleString("en-US")} characters. Replay this once they are delivered.`,
    pointer: null,
  };
  const { id: prospectId } = prospect;
  const isListed = Object.keys(fields).length > 0;
  return {
    prospect: { ...prospect, known: withOrders(prospect.known, fields), lastError: error },
    events: [
      taken(prospect, offered, { fields: [], unchanged: {}, superseded, next: null }),
      ...(isListed ? [] : [{ kind: "superseded", destinationId } as const]),
      {
        kind: "rejected",
        prospectId,
        fields,
        destinationId,
        sent: null,
        error,
        attempts: 0,
        acceptedAt,
      },
    ],
  };
}
