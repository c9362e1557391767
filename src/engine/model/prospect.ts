/**
 * One prospect as delivery sees it: what waits, what is in a call, and what Outreach was last told; and which of two
 * values for one field is the later one. It is changed in `merge.ts`, where new values come, in `call.ts`, where a call
 * leaves and ends, and in `manual.ts`, by a person: pure functions, which answer the prospect and what happened (`events.ts`).
 *
 * Promises: of two values for one field the later one always wins, whatever order they arrive in; a prospect is
 * in one call at a time; a value that Outreach is known to hold costs no call; a value whose call had an unknown
 * end counts as unknown, never as delivered.
 * @module
 */
import type { Lane } from "./lane.ts";
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
  /** Whether its own time is of the future and counts for nothing: what arrives later wins. */
  readonly byArrival?: true;
}

/** What a value says of a person's consent to be contacted (`opt-outs.ts`). */
export interface Consent {
  readonly says: "in" | "out";
  /** Whether nothing lifts it. */
  readonly sticky?: true;
  /** Whether several destinations said so: then none of them lifts it by saying plainly that it is none. */
  readonly shared?: true;
}

/** Ties a custom field's value to the audience it stands for, so that members can be counted. */
export interface Membership {
  /** Row of the audience in the object's own table. */
  readonly audience: number;
  readonly status: AudienceStatus;
}

/** A value that Outreach has not been told yet. */
export interface PendingField extends Order {
  readonly value: FieldValue;
  readonly membership?: Membership;
  readonly consent?: Consent;
  /** The destination that it came from; left out where that is the load's own. */
  readonly from?: string;
}

/** What is kept of a value after delivery: hashes, no personal data. */
export interface KnownField extends Order {
  /** Hash of the value Outreach was last told, or is known to hold; null where the end of a call is unknown. */
  readonly told: string | null;
  /** Hash of what Outreach answered that it holds, where that differs from what it was told. */
  readonly held?: string;
  /** Hash of the value that Outreach refused last, where it has taken none since. */
  readonly refused?: string;
  readonly membership?: Membership;
  readonly consent?: Consent;
  /** The destination that said it last; left out in what was stored before this was kept. */
  readonly from?: string;
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

interface Times {
  /** When the oldest of these fields was accepted. */
  readonly acceptedAt: number;
  /** Since when the oldest waits, where that is later: a person sent it again then. */
  readonly since?: number;
}

/** Fields that travel together. In the counts they stand for one accepted update of each destination they came from. */
interface Load extends Times {
  readonly fields: Fields<PendingField>;
  /** Where the fields came from that do not say, and whose call it is. */
  readonly destinationId: string;
  /** Calls that failed so far. 429s and maintenance do not count. */
  readonly attempts: number;
  /** When the first of those failed. */
  readonly failingSince: number | null;
  /** Of the most urgent of these fields. */
  readonly lane: Lane;
  /** Whether it has to go in a call of its own, whatever its destinations want: a bulk job did not bring it. */
  readonly single?: true;
}

export interface Pending extends Load {
  /** Not to be sent before. */
  readonly dueAt: number;
}

export interface InFlight extends Load {
  readonly startedAt: number;
  /** The bulk job that carries it; left out for a call of its own. */
  readonly job?: number;
}

export interface Prospect {
  readonly id: number;
  readonly pending: Pending | null;
  readonly inFlight: InFlight | null;
  readonly known: Fields<KnownField>;
  readonly lastDelivery: { readonly at: number; readonly fields: readonly string[] } | null;
  readonly lastError: CallError | null;
}

/**
 * Keyed hash of one prospect's value for one field.
 * @param like a stored hash to compare it with: it is made in the way in which that one was
 */
export type HashValue = (
  prospectId: number,
  field: string,
  value: FieldValue,
  like?: string,
) => string;

export function newProspect(id: number): Prospect {
  return { id, pending: null, inFlight: null, known: {}, lastDelivery: null, lastError: null };
}

/** Since when a load waits, epoch ms: what was replayed, since then. */
export function waitsSince({ acceptedAt, since = acceptedAt }: Times): number {
  return since;
}

/** The values of fields by their names, as a call sends them. */
export function valuesOf(fields: Fields<{ readonly value: FieldValue }>): Fields<FieldValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));
}

/** The times of what waits together: those of the oldest. */
export function oldestOf(a: Times, b: Times): Times {
  const acceptedAt = Math.min(a.acceptedAt, b.acceptedAt);
  const since = Math.min(waitsSince(a), waitsSince(b));
  return since === acceptedAt ? { acceptedAt } : { acceptedAt, since };
}

/** A value's time is of the future where it is further ahead of the clock than clocks differ. */
export const FUTURE_MS = 3_600_000;

/**
 * The order of a value that says when it became true, or does not.
 * @param arrival epoch ms
 */
export function orderOf(at: number | undefined, arrival: number): Order {
  if (at === undefined || at <= arrival + FUTURE_MS) return { at: at ?? arrival, arrival };
  return { at: arrival, arrival, byArrival: true };
}

/**
 * Whether `a` overrules `b`. Of equals the first argument wins: pass the one that came last as `a`.
 *
 * When a custom field is given to another audience, that one's members became so at any time before or since: times of
 * two audiences say nothing of which value is meant, their arrivals do.
 */
export function overrules(a: Order, b: Order): boolean {
  const byTime = a.audience === b.audience && !a.byArrival && !b.byArrival && a.at !== b.at;
  return byTime ? a.at > b.at : a.arrival >= b.arrival;
}

/** The fields that nothing in `later` overrules. */
export function withoutOverruled(
  fields: Fields<PendingField>,
  later: Fields<Order>,
): Fields<PendingField> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, field]) => {
      const rival = later[name];
      return rival === undefined || !overrules(rival, field);
    }),
  );
}
