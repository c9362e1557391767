/**
 * One prospect as delivery sees it: what waits, what is in a call, and what Outreach was last told.
 * Every change to it is a pure function here, so that the object and the simulation run the same rules.
 *
 * Promises: of two values for one field the later one always wins, whatever order they arrive in; a prospect is
 * in one call at a time; a value that Outreach is known to hold costs no call; a value whose call had an unknown
 * end counts as unknown, never as delivered.
 * @module
 */
import { laneOf, moreUrgent } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { charsOf } from "./prospect-update.ts";
import type { AudienceStatus, FieldValue } from "./prospect-update.ts";

/**
 * Which of two values for one field is the later one: of one audience's statuses the one with the later time, of any
 * others the one that arrived later.
 */
export interface Order {
  /** When the value became true, epoch ms. */
  readonly at: number;
  /** The audience that `at` is a time of, as a number: the same for whatever destination names it. Attributes have none. */
  readonly audience?: number;
  /** When it was accepted, epoch ms; strictly increasing from one request to the next. */
  readonly arrival: number;
}

/** Ties a custom field's value to the audience it stands for, so that members can be counted. */
export interface Membership {
  /** Row of the audience in the object's own table. */
  readonly audience: number;
  readonly status: AudienceStatus;
}

/** A value that Outreach has not been told yet. */
export interface WaitingField extends Order {
  readonly value: FieldValue;
  readonly membership?: Membership;
}

/** What is kept of a value after delivery: hashes, no personal data. */
export interface KnownField extends Order {
  /** Hash of the value Outreach was last told, or is known to hold; null where the end of a call is unknown. */
  readonly told: string | null;
  /** Hash of what Outreach answered that it holds, where that differs from what it was told. */
  readonly held?: string;
  readonly membership?: Membership;
}

export type Fields<F> = Readonly<Record<string, F>>;

/** What went wrong with the last call, for people. */
export interface CallError {
  readonly at: number;
  readonly status: number | null;
  readonly code: string;
  readonly detail: string;
  readonly pointer: string | null;
}

/** Fields that travel together, and the accepted update that stands for them in the counts. */
interface Load {
  readonly fields: Fields<WaitingField>;
  readonly destinationId: string;
  /** When the oldest of these fields was accepted. */
  readonly acceptedAt: number;
  /** Calls that failed so far. 429s and maintenance do not count. */
  readonly attempts: number;
  /** When the first of those failed. */
  readonly failingSince: number | null;
  /** Of the most urgent of these fields. */
  readonly lane: Lane;
  /** Whether it has to go in a call of its own: a bulk job did not bring it, or its destination wants that. */
  readonly single?: true;
}

export interface Waiting extends Load {
  /** Not to be sent before. */
  readonly dueAt: number;
}

export interface InCall extends Load {
  readonly startedAt: number;
  /** The bulk job that carries it; left out for a call of its own. */
  readonly job?: number;
}

export interface Prospect {
  readonly id: number;
  readonly waiting: Waiting | null;
  readonly inCall: InCall | null;
  readonly known: Fields<KnownField>;
  readonly lastDelivery: { readonly at: number; readonly fields: readonly string[] } | null;
  readonly lastError: CallError | null;
}

/** What becomes of an accepted update, each with the destination that it is counted for. */
export interface Fate {
  readonly destinationId: string;
  readonly kind: "coalesced" | "unchanged" | "delivered" | "failed";
}

/** A prospect after a step, and what the step decided. */
export interface Step {
  readonly prospect: Prospect;
  readonly fates: readonly Fate[];
  /** Values that Outreach turned out to hold: what they overrule of older failures is over. */
  readonly settled: Fields<Order>;
  /** What is to be listed as a failure, with the values that nothing newer overrules. */
  readonly failed?: Load & { readonly error: CallError };
}

/** Keyed hash of one prospect's value for one field. */
export type HashValue = (prospectId: number, field: string, value: FieldValue) => string;

export function newProspect(id: number): Prospect {
  return { id, waiting: null, inCall: null, known: {}, lastDelivery: null, lastError: null };
}

/**
 * Whether `a` overrules `b`. Of equals the first argument wins: pass the one that came last as `a`.
 *
 * When a custom field is given to another audience, that one's members became so at any time before or since: times of
 * two audiences say nothing of which value is meant, their arrivals do.
 */
export function overrules(a: Order, b: Order): boolean {
  return a.audience === b.audience && a.at !== b.at ? a.at > b.at : a.arrival >= b.arrival;
}

export interface Offer {
  readonly fields: Fields<WaitingField>;
  readonly destinationId: string;
  readonly acceptedAt: number;
  /** When these may be sent at the earliest, if nothing of this prospect waits yet. */
  readonly dueAt: number;
  /** Whether they have to go in a call of their own. */
  readonly single?: true;
  /** Whether a person sends them again, which is less urgent than what is new. */
  readonly isReplay?: true;
}

/** What waits for a prospect and is in a call, together: with three bytes a character it fits into a row of 2 MB. */
const PROSPECT_MAX_CHARS = 500_000;

/**
 * Takes new values in, field by field. A value that a later one overrules is dropped; one that Outreach is known
 * to hold is dropped too, but its time is remembered, so that an older value that comes late still loses.
 */
export function offer(prospect: Prospect, offered: Offer, hash: HashValue): Step {
  const { waiting, inCall } = prospect;
  const fields: Record<string, WaitingField> = { ...waiting?.fields };
  const known: Record<string, KnownField> = { ...prospect.known };
  const settled: Record<string, Order> = {};
  const joining: Record<string, WaitingField> = {};
  let overruled = false;
  for (const [name, field] of Object.entries(offered.fields)) {
    const rivals = [fields[name], inCall?.fields[name], known[name]];
    if (rivals.some((rival) => rival !== undefined && !overrules(field, rival))) {
      overruled = true;
      continue;
    }
    const holds = known[name];
    if (holds && !inCall?.fields[name] && isHeld(prospect.id, name, field.value, holds, hash)) {
      delete fields[name];
      settled[name] = known[name] = atTimeOf(field, holds);
    } else {
      fields[name] = joining[name] = field;
    }
  }

  const waits = Object.keys(fields).length > 0;
  const lane = offered.isReplay ? "replay" : laneOf(joining, prospect.known, offered.acceptedAt);
  const next: Prospect = {
    ...prospect,
    known,
    waiting: waits
      ? {
          fields,
          destinationId: waiting?.destinationId ?? offered.destinationId,
          acceptedAt: Math.min(waiting?.acceptedAt ?? Infinity, offered.acceptedAt),
          attempts: waiting?.attempts ?? 0,
          failingSince: waiting?.failingSince ?? null,
          lane: moreUrgent(waiting?.lane ?? lane, lane),
          dueAt: waiting?.dueAt ?? offered.dueAt,
          ...((waiting?.single ?? offered.single) && { single: true }),
        }
      : null,
  };
  if (charsOf(fields) + charsOf(inCall?.fields ?? {}) > PROSPECT_MAX_CHARS) {
    return turnAway(prospect, offered);
  }
  const fates = fatesOfOffer(waiting, waits, overruled, offered.destinationId);
  return { prospect: next, fates, settled };
}

/** One waiting load stands for one accepted update; whatever joins it is coalesced. */
function fatesOfOffer(
  before: Waiting | null,
  waits: boolean,
  overruled: boolean,
  destinationId: string,
): readonly Fate[] {
  if (before) {
    const joined: Fate = { destinationId, kind: "coalesced" };
    return waits ? [joined] : [joined, { destinationId: before.destinationId, kind: "unchanged" }];
  }
  if (waits) return [];
  return [{ destinationId, kind: overruled ? "coalesced" : "unchanged" }];
}

/** Values that do not fit beside those that wait are for a person to look at. */
function turnAway(prospect: Prospect, offered: Offer): Step {
  const { destinationId, acceptedAt } = offered;
  const rivals = { ...prospect.known, ...prospect.inCall?.fields, ...prospect.waiting?.fields };
  const fields = withoutOverruled(offered.fields, rivals);
  const error: CallError = {
    at: acceptedAt,
    status: null,
    code: "too_large",
    detail: `With what already waits for this prospect, its values would have more than ${PROSPECT_MAX_CHARS.toLocaleString("en-US")} characters. Replay this once they are delivered.`,
    pointer: null,
  };
  const unsent = { attempts: 0, failingSince: null, lane: "replay" } as const;
  return {
    prospect: { ...prospect, known: withOrders(prospect.known, fields), lastError: error },
    fates: [{ destinationId, kind: "failed" }],
    settled: {},
    failed: { fields, destinationId, acceptedAt, ...unsent, error },
  };
}

export type Departure =
  | ({ readonly kind: "call"; readonly attributes: Fields<FieldValue> } & Step)
  | ({ readonly kind: "nothing_to_send" } & Step);

/**
 * Moves what waits into a call. Values that Outreach has meanwhile been told are left out; if none is left, the
 * prospect is up to date without a call.
 * @param job the bulk job that will carry it; left out for a call of its own
 */
export function depart(prospect: Prospect, now: number, hash: HashValue, job?: number): Departure {
  const { waiting } = prospect;
  if (!waiting || prospect.inCall) throw new Error("depart: nothing waits, or a call is under way");
  const fields: Record<string, WaitingField> = {};
  const known: Record<string, KnownField> = { ...prospect.known };
  const settled: Record<string, Order> = {};
  for (const [name, field] of Object.entries(waiting.fields)) {
    const holds = known[name];
    if (holds && isHeld(prospect.id, name, field.value, holds, hash)) {
      settled[name] = known[name] = atTimeOf(field, holds);
    } else {
      fields[name] = field;
    }
  }
  if (Object.keys(fields).length === 0) {
    const fate: Fate = { destinationId: waiting.destinationId, kind: "unchanged" };
    return {
      kind: "nothing_to_send",
      prospect: { ...prospect, known, waiting: null },
      fates: [fate],
      settled,
    };
  }
  const { dueAt: _dueAt, ...load } = waiting;
  const attributes = Object.fromEntries(Object.entries(fields).map(([name, f]) => [name, f.value]));
  return {
    kind: "call",
    prospect: {
      ...prospect,
      known,
      waiting: null,
      inCall: { ...load, fields, startedAt: now, ...(job !== undefined && { job }) },
    },
    attributes,
    fates: [],
    settled,
  };
}

/**
 * Outreach took the call. `answer` is what it says it holds (the attributes of a PATCH's 200), null where it
 * did not say: its values for fields that are known feed the delivered state, so that a change made by somebody
 * else is noticed without a call of its own.
 */
export function arrive(
  prospect: Prospect,
  answer: Fields<FieldValue> | null,
  now: number,
  hash: HashValue,
): Step {
  const call = callOf(prospect);
  const known: Record<string, KnownField> = { ...prospect.known };
  for (const [name, field] of Object.entries(call.fields)) {
    const { value, ...rest } = field;
    known[name] = { ...rest, told: hash(prospect.id, name, value) };
  }
  if (answer) learn(prospect.id, known, answer, new Set(Object.keys(call.fields)), hash);
  return {
    prospect: {
      ...prospect,
      known,
      inCall: null,
      lastDelivery: { at: now, fields: Object.keys(call.fields) },
      lastError: null,
    },
    fates: [{ destinationId: call.destinationId, kind: "delivered" }],
    settled: call.fields,
  };
}

function learn(
  prospectId: number,
  known: Record<string, KnownField>,
  answer: Fields<FieldValue>,
  justTold: ReadonlySet<string>,
  hash: HashValue,
): void {
  for (const [name, field] of Object.entries(known)) {
    if (!Object.hasOwn(answer, name)) continue;
    const held = hash(prospectId, name, answer[name] ?? null);
    if (held === field.told || held === field.held) continue;
    const { held: _old, ...rest } = field;
    known[name] = justTold.has(name) ? { ...rest, held } : { ...rest, told: held };
  }
}

export interface GiveBack {
  /** When to try again. */
  readonly dueAt: number;
  /** Whether this counts towards giving up: a 429, a maintenance or a refused token does not. */
  readonly countsAsAttempt: boolean;
  /** Whether Outreach may have applied the call all the same: a time-out, a lost answer, a 5xx. */
  readonly mayHaveApplied: boolean;
  readonly error: CallError | null;
  readonly now: number;
  /** Whether it is to go in a call of its own next. */
  readonly single?: true;
}

/** The call brought nothing: its values wait again, under whatever newer ones arrived meanwhile. */
export function giveBack(prospect: Prospect, how: GiveBack): Step {
  const call = callOf(prospect);
  const { waiting } = prospect;
  const attempts = call.attempts + (how.countsAsAttempt ? 1 : 0);
  const { startedAt: _startedAt, job: _job, ...load } = call;
  return {
    prospect: {
      ...prospect,
      inCall: null,
      known: how.mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known,
      waiting: {
        ...load,
        fields: { ...call.fields, ...waiting?.fields },
        attempts,
        failingSince: call.failingSince ?? (how.countsAsAttempt ? how.now : null),
        lane: moreUrgent(call.lane, waiting?.lane ?? call.lane),
        dueAt: how.dueAt,
        ...((how.single ?? call.single ?? waiting?.single) && { single: true }),
      },
      lastError: how.error ?? prospect.lastError,
    },
    fates: waiting ? [{ destinationId: waiting.destinationId, kind: "coalesced" }] : [],
    settled: {},
  };
}

/**
 * Outreach refused the call for good. Values that a newer one overrules need no listing. The times of the others are
 * remembered, so that an older value that comes late does not take their place.
 */
export function setAside(prospect: Prospect, error: CallError, mayHaveApplied: boolean): Step {
  const call = callOf(prospect);
  const { startedAt: _startedAt, job: _job, ...load } = call;
  const fields = withoutOverruled(call.fields, prospect.waiting?.fields ?? {});
  const failed = Object.keys(fields).length > 0;
  const known = mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known;
  return {
    prospect: { ...prospect, inCall: null, known: withOrders(known, fields), lastError: error },
    fates: [{ destinationId: call.destinationId, kind: failed ? "failed" : "coalesced" }],
    settled: {},
    ...(failed && { failed: { ...load, fields, attempts: load.attempts + 1, error } }),
  };
}

/** The fields that nothing in `later` overrules. */
export function withoutOverruled(
  fields: Fields<WaitingField>,
  later: Fields<Order>,
): Fields<WaitingField> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, field]) => {
      const rival = later[name];
      return rival === undefined || !overrules(rival, field);
    }),
  );
}

function callOf(prospect: Prospect): InCall {
  if (!prospect.inCall) throw new Error("no call of this prospect is under way");
  return prospect.inCall;
}

function isHeld(
  prospectId: number,
  name: string,
  value: FieldValue,
  known: KnownField,
  hash: HashValue,
): boolean {
  if (known.told === null) return false;
  const hashed = hash(prospectId, name, value);
  return hashed === known.told || hashed === known.held;
}

/** What Outreach holds, at the time and for the audience of the value that says so again. */
function atTimeOf({ value: _value, ...field }: WaitingField, known: KnownField): KnownField {
  const { told, held } = known;
  return { ...field, told, ...(held !== undefined && { held }) };
}

/** What is known, as late as values that Outreach was not told. */
function withOrders(known: Fields<KnownField>, fields: Fields<WaitingField>): Fields<KnownField> {
  const next: Record<string, KnownField> = { ...known };
  for (const [name, { at, arrival, audience }] of Object.entries(fields)) {
    const { audience: _former, ...rest } = next[name] ?? { told: null };
    next[name] = { ...rest, at, arrival, ...(audience !== undefined && { audience }) };
  }
  return next;
}

function forget(known: Fields<KnownField>, fields: Fields<WaitingField>): Fields<KnownField> {
  const next: Record<string, KnownField> = { ...known };
  for (const name of Object.keys(fields)) {
    const field = next[name];
    if (!field) continue;
    const { held: _held, ...rest } = field;
    next[name] = { ...rest, told: null };
  }
  return next;
}
