/**
 * A prospect's call: what waits departs in it, and is told when the call arrived, waits again when it brought nothing, or
 * is set aside when Outreach refused it for good.
 * @module
 */
import { atTimeOf, forget, isHeld, learn, withOrders } from "./known-values.ts";
import { moreUrgent } from "./lane.ts";
import { oldestOf, valuesOf, withoutOverruled } from "./prospect.ts";
import type {
  CallError,
  Fields,
  HashValue,
  InCall,
  KnownField,
  Order,
  Prospect,
  Step,
  WaitingField,
} from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";
import { fatesOf, merged, partOf, sourcesOf } from "./sources.ts";

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
    return {
      kind: "nothing_to_send",
      prospect: { ...prospect, known, waiting: null },
      fates: fatesOf(waiting, () => "unchanged"),
      settled,
    };
  }
  const { dueAt: _dueAt, ...load } = { ...waiting, ...partOf(waiting, fields) };
  const goes = sourcesOf(load);
  return {
    kind: "call",
    prospect: {
      ...prospect,
      known,
      waiting: null,
      inCall: { ...load, startedAt: now, ...(job !== undefined && { job }) },
    },
    attributes: valuesOf(fields),
    fates: fatesOf(waiting, () => "unchanged").filter((fate) => !goes.has(fate.destinationId)),
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
    const { value, from: _from, ...rest } = field;
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
    fates: fatesOf(call, () => "delivered"),
    settled: call.fields,
  };
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
  const { startedAt: _startedAt, job: _job, since: _since, ...load } = call;
  const both = merged(call, waiting ?? { ...call, fields: {} });
  const stands = sourcesOf(both);
  const newer = waiting ? sourcesOf(waiting) : new Set<string>();
  return {
    prospect: {
      ...prospect,
      inCall: null,
      known: how.mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known,
      waiting: {
        ...load,
        ...oldestOf(call, waiting ?? call),
        ...both,
        attempts,
        failingSince: call.failingSince ?? (how.countsAsAttempt ? how.now : null),
        lane: moreUrgent(call.lane, waiting?.lane ?? call.lane),
        dueAt: how.dueAt,
        ...((how.single ?? call.single ?? waiting?.single) && { single: true }),
      },
      lastError: how.error ?? prospect.lastError,
    },
    // Of a destination that had an update in each, one is left, or none where others' values took its place.
    fates: fatesOf(call, () => "coalesced").filter(
      ({ destinationId }) => newer.has(destinationId) || !stands.has(destinationId),
    ),
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
  const left = partOf(call, fields);
  const failed = sourcesOf(left);
  const known = mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known;
  return {
    prospect: { ...prospect, inCall: null, known: withOrders(known, fields), lastError: error },
    fates: fatesOf(call, (source) => (failed.has(source) ? "failed" : "coalesced")),
    settled: {},
    ...(failed.size > 0 && {
      failed: { ...load, ...left, attempts: load.attempts + 1, error },
    }),
  };
}

function callOf(prospect: Prospect): InCall {
  if (!prospect.inCall) throw new Error("no call of this prospect is under way");
  return prospect.inCall;
}
