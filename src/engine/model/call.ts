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
  InFlight,
  KnownField,
  Order,
  Prospect,
  Step,
  PendingField,
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
export function dispatch(
  prospect: Prospect,
  now: number,
  hash: HashValue,
  job?: number,
): Departure {
  const { pending } = prospect;
  if (!pending || prospect.inFlight)
    throw new Error("dispatch: nothing waits, or a call is under way");
  const fields: Record<string, PendingField> = {};
  const known: Record<string, KnownField> = { ...prospect.known };
  const settled: Record<string, Order> = {};
  for (const [name, field] of Object.entries(pending.fields)) {
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
      prospect: { ...prospect, known, pending: null },
      fates: fatesOf(pending, () => "unchanged"),
      settled,
    };
  }
  const { dueAt: _dueAt, ...load } = { ...pending, ...partOf(pending, fields) };
  const goes = sourcesOf(load);
  return {
    kind: "call",
    prospect: {
      ...prospect,
      known,
      pending: null,
      inFlight: { ...load, startedAt: now, ...(job !== undefined && { job }) },
    },
    attributes: valuesOf(fields),
    fates: fatesOf(pending, () => "unchanged").filter((fate) => !goes.has(fate.destinationId)),
    settled,
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
      inFlight: null,
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
export function requeue(prospect: Prospect, how: GiveBack): Step {
  const call = callOf(prospect);
  const { pending } = prospect;
  const attempts = call.attempts + (how.countsAsAttempt ? 1 : 0);
  const { startedAt: _startedAt, job: _job, since: _since, ...load } = call;
  const both = merged(call, pending ?? { ...call, fields: {} });
  const stands = sourcesOf(both);
  const newer = pending ? sourcesOf(pending) : new Set<string>();
  return {
    prospect: {
      ...prospect,
      inFlight: null,
      known: how.mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known,
      pending: {
        ...load,
        ...oldestOf(call, pending ?? call),
        ...both,
        attempts,
        failingSince: call.failingSince ?? (how.countsAsAttempt ? how.now : null),
        lane: moreUrgent(call.lane, pending?.lane ?? call.lane),
        dueAt: how.dueAt,
        ...((how.single ?? call.single ?? pending?.single) && { single: true }),
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
export function reject(prospect: Prospect, error: CallError, mayHaveApplied: boolean): Step {
  const call = callOf(prospect);
  const { startedAt: _startedAt, job: _job, ...load } = call;
  const fields = withoutOverruled(call.fields, prospect.pending?.fields ?? {});
  const left = partOf(call, fields);
  const failed = sourcesOf(left);
  const known = mayHaveApplied ? forget(prospect.known, call.fields) : prospect.known;
  return {
    prospect: { ...prospect, inFlight: null, known: withOrders(known, fields), lastError: error },
    fates: fatesOf(call, (source) => (failed.has(source) ? "failed" : "coalesced")),
    settled: {},
    ...(failed.size > 0 && {
      failed: { ...load, ...left, attempts: load.attempts + 1, error },
    }),
  };
}

function callOf(prospect: Prospect): InFlight {
  if (!prospect.inFlight) throw new Error("no call of this prospect is under way");
  return prospect.inFlight;
}
