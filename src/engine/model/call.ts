/**
 * A prospect's call: what waits departs in it, and is told when the call arrived, waits again when it brought nothing, or
 * is set aside when Outreach refused it for good.
 * @module
 */
import { AudienceChanges } from "./audience-changes.ts";
import { enqueued } from "./events.ts";
import type { ProspectEvent, RequeueReason, Step } from "./events.ts";
import { atTimeOf, forget, isHeld, learn, withOrders, withRefused } from "./known-values.ts";
import { moreUrgent } from "./lane.ts";
import { oldestOf, valuesOf, waitsSince, withoutOverruled } from "./prospect.ts";
import type {
  CallError,
  Fields,
  HashValue,
  InFlight,
  KnownField,
  Order,
  Prospect,
  PendingField,
} from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";
import { merged, partOf, sourcesOf } from "./sources.ts";
import type { Sourced } from "./sources.ts";

/** A prospect whose call leaves, or that turned out to need none: then there are no attributes. */
export interface Departure extends Step {
  readonly attributes: Fields<FieldValue> | null;
}

/**
 * Moves what is pending into a call. Values that Outreach has meanwhile been told are left out; if none is left, the
 * prospect is up to date without a call.
 * @param job the bulk job that will carry it; left out for a single update
 */
export function dispatch(
  prospect: Prospect,
  now: number,
  hash: HashValue,
  job?: number,
): Departure {
  const { id: prospectId, pending } = prospect;
  if (!pending || prospect.inFlight)
    throw new Error("dispatch: nothing waits, or a call is under way");
  const fields: Record<string, PendingField> = {};
  const known: Record<string, KnownField> = { ...prospect.known };
  const held: Record<string, Order> = {};
  const audiences = new AudienceChanges();
  for (const [name, field] of Object.entries(pending.fields)) {
    const holds = known[name];
    if (holds && isHeld(prospectId, name, field.value, holds, hash)) {
      held[name] = known[name] = atTimeOf(field, holds, pending.destinationId);
      audiences.gone(field);
      audiences.known(holds, field);
    } else {
      fields[name] = field;
    }
  }
  const goes = sourcesOf({ ...pending, fields });
  const events: ProspectEvent[] = [
    { kind: "dequeued", load: pending },
    ...(Object.keys(held).length > 0 ? [{ kind: "held", prospectId, fields: held } as const] : []),
    ...endsOf(pending, "unchanged", (source) => !goes.has(source)),
    ...audiences.events,
  ];
  if (goes.size === 0) {
    return { prospect: { ...prospect, known, pending: null }, attributes: null, events };
  }
  const { dueAt: _dueAt, ...load } = { ...pending, ...partOf(pending, fields) };
  const { attempts } = load;
  return {
    prospect: {
      ...prospect,
      known,
      pending: null,
      inFlight: { ...load, startedAt: now, ...(job !== undefined && { job }) },
    },
    attributes: valuesOf(fields),
    events: [...events, { kind: "dispatched", fields: load.fields, job: job ?? null, attempts }],
  };
}

/**
 * Outreach took the call. `answer` is what it says it holds (the attributes of a PATCH's 200), null where it
 * did not say: its values for fields that are known feed the delivered state, so that a change made by somebody
 * else is noticed without a call of its own.
 */
export function acknowledge(
  prospect: Prospect,
  answer: Fields<FieldValue> | null,
  now: number,
  hash: HashValue,
): Step {
  const call = callOf(prospect);
  const { id: prospectId, pending } = prospect;
  const known: Record<string, KnownField> = { ...prospect.known };
  const audiences = new AudienceChanges();
  for (const [name, field] of Object.entries(call.fields)) {
    const { value, from = call.destinationId, ...rest } = field;
    audiences.gone(field, pending?.fields[name]);
    audiences.known(known[name], field);
    known[name] = { ...rest, told: hash(prospectId, name, value), from };
  }
  if (answer) learn(prospectId, known, answer, new Set(Object.keys(call.fields)), hash);
  const { fields, destinationId, job = null } = call;
  return {
    prospect: {
      ...prospect,
      known,
      inFlight: null,
      lastDelivery: { at: now, fields: Object.keys(fields) },
      lastError: null,
    },
    events: [
      {
        kind: "acknowledged",
        prospectId,
        fields,
        destinationId,
        job,
        since: waitsSince(call),
      },
      ...enqueued(pending),
      ...audiences.events,
    ],
  };
}

/** How the values of a call wait again. */
export interface Requeue {
  readonly reason: RequeueReason;
  /** When to try again. */
  readonly dueAt: number;
  /** Whether this counts towards giving up: a 429, a maintenance or a refused token does not. */
  readonly countsAsAttempt: boolean;
  /** How much of the time since the last try does not count towards giving up. */
  readonly uncountedMs?: number;
  /** Whether Outreach may have applied the call all the same: a time-out, a lost answer, a 5xx. */
  readonly mayHaveApplied: boolean;
  /** What Outreach said; null where it said nothing of this prospect. */
  readonly error: CallError | null;
  readonly now: number;
  /** Whether it is to go in a single update next. */
  readonly single?: true;
}

/** The call brought nothing: its values wait again, under whatever newer ones arrived meanwhile. */
export function requeue(prospect: Prospect, how: Requeue): Step {
  const call = callOf(prospect);
  const { pending } = prospect;
  const { reason, error, dueAt } = how;
  const attempts = call.attempts + (how.countsAsAttempt ? 1 : 0);
  const { startedAt: _startedAt, job, since: _since, ...load } = call;
  const both = merged(call, pending ?? { ...call, fields: {} });
  const stands = sourcesOf(both);
  const newer = pending ? sourcesOf(pending) : new Set<string>();
  const next = {
    ...load,
    ...oldestOf(call, pending ?? call),
    ...both,
    attempts,
    failingSince: failingSince(call, how),
    lane: moreUrgent(call.lane, pending?.lane ?? call.lane),
    dueAt,
    ...((how.single ?? call.single ?? pending?.single) && { single: true as const }),
  };
  const fields = call.fields;
  return {
    prospect: {
      ...prospect,
      inFlight: null,
      known: how.mayHaveApplied ? forget(prospect.known, fields) : prospect.known,
      pending: next,
      lastError: error ?? prospect.lastError,
    },
    events: [
      { kind: "requeued", reason, until: dueAt, fields, job: job ?? null, attempts, error },
      // Of a destination that had an update in each, one is left, or none where others' values took its place.
      ...endsOf(call, "superseded", (source) => newer.has(source) || !stands.has(source)),
      ...enqueued(next),
      ...statusesGone(call, both.fields),
    ],
  };
}

/** Since when it fails, less the time that does not count. */
function failingSince(
  { failingSince: before }: InFlight,
  { countsAsAttempt, uncountedMs = 0, now }: Requeue,
): number | null {
  if (before !== null) return before + uncountedMs;
  return countsAsAttempt ? now : null;
}

/**
 * Outreach refused the call for good. Values that a newer one overrules need no listing. The times of the others are
 * remembered, so that an older value that comes late does not take their place.
 * @param refused the attributes whose values are at fault
 */
export function reject(
  prospect: Prospect,
  error: CallError,
  mayHaveApplied: boolean,
  refused?: { readonly names: readonly string[]; readonly hash: HashValue },
): Step {
  const call = callOf(prospect);
  const { id: prospectId, pending } = prospect;
  const { attempts, acceptedAt } = call;
  const left = partOf(call, withoutOverruled(call.fields, pending?.fields ?? {}));
  const failed = sourcesOf(left);
  const known = mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known;
  const ordered = withOrders(known, left.fields);
  const accused = Object.fromEntries(
    Object.entries(left.fields).filter(([name]) => refused?.names.includes(name)),
  );
  return {
    prospect: {
      ...prospect,
      inFlight: null,
      known: refused ? withRefused(prospectId, ordered, accused, refused.hash) : ordered,
      lastError: error,
    },
    events: [
      {
        kind: "rejected",
        prospectId,
        ...left,
        sent: call.fields,
        error,
        attempts: attempts + 1,
        acceptedAt,
      },
      ...endsOf(call, "superseded", (source) => !failed.has(source)),
      ...enqueued(pending),
      ...statusesGone(call, pending?.fields ?? {}),
    ],
  };
}

/**
 * Outreach refused some of a call's values: these are set aside, and the others wait for a call without them, at once.
 * @param names the attributes that were refused, not all of the call's
 * @param hash left out where the values are not known to be at fault: then they may be sent again
 */
export function rejectPart(
  prospect: Prospect,
  names: readonly string[],
  { error, now, hash }: { error: CallError; now: number; hash?: HashValue },
): Step {
  const call = callOf(prospect);
  const { id: prospectId, pending } = prospect;
  const fieldsOf = (isRefused: boolean): Fields<PendingField> =>
    Object.fromEntries(
      Object.entries(call.fields).filter(([name]) => names.includes(name) === isRefused),
    );
  const rest = partOf(call, fieldsOf(false));
  const left = partOf(call, withoutOverruled(fieldsOf(true), pending?.fields ?? {}));
  const { attempts, acceptedAt } = call;
  const waits = requeue(
    { ...prospect, inFlight: { ...call, ...rest } },
    {
      reason: "refused_in_part",
      dueAt: now,
      countsAsAttempt: false,
      mayHaveApplied: false,
      error: null,
      now,
    },
  );
  const goesOn = sourcesOf(rest);
  const failed = sourcesOf(left);
  const known = withOrders(waits.prospect.known, left.fields);
  return {
    prospect: {
      ...waits.prospect,
      lastError: error,
      known: hash ? withRefused(prospectId, known, left.fields, hash) : known,
    },
    events: [
      {
        kind: "rejected",
        prospectId,
        ...left,
        goesOn,
        sent: call.fields,
        error,
        attempts: attempts + 1,
        acceptedAt,
      },
      ...waits.events,
      ...endsOf(call, "superseded", (source) => !goesOn.has(source) && !failed.has(source)),
      ...statusesGone({ ...call, fields: fieldsOf(true) }, waits.prospect.pending?.fields ?? {}),
    ],
  };
}

/** Of the updates that a load stands for, one of each destination, those that end now. */
function endsOf(
  load: Sourced,
  kind: "unchanged" | "superseded",
  isEnd: (destinationId: string) => boolean,
): readonly ProspectEvent[] {
  return [...sourcesOf(load)].filter(isEnd).map((destinationId) => ({ kind, destinationId }));
}

/** A call's statuses of audiences of which none is pending after it. */
function statusesGone({ fields }: InFlight, left: Fields<PendingField>): readonly ProspectEvent[] {
  const audiences = new AudienceChanges();
  for (const [name, field] of Object.entries(fields)) audiences.gone(field, left[name]);
  return audiences.events;
}

function callOf(prospect: Prospect): InFlight {
  if (!prospect.inFlight) throw new Error("no call of this prospect is under way");
  return prospect.inFlight;
}
