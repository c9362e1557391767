/**
 * New values come for a prospect: each waits, or is dropped because a later one overrules it or Outreach holds it already.
 * @module
 */
import { atTimeOf, isHeld, withOrders } from "./known-values.ts";
import { laneOf, moreUrgent } from "./lane.ts";
import { oldestOf, overrules, withoutOverruled } from "./prospect.ts";
import type {
  CallError,
  Fate,
  Fields,
  HashValue,
  KnownField,
  Order,
  Prospect,
  Step,
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
  const { pending, inFlight } = prospect;
  const left: Record<string, PendingField> = { ...pending?.fields };
  const known: Record<string, KnownField> = { ...prospect.known };
  const settled: Record<string, Order> = {};
  const joining: Record<string, PendingField> = {};
  let overruled = false;
  for (const [name, field] of Object.entries(offered.fields)) {
    const rivals = [left[name], inFlight?.fields[name], known[name]];
    if (rivals.some((rival) => rival !== undefined && !overrules(field, rival))) {
      overruled = true;
      continue;
    }
    const holds = known[name];
    if (holds && !inFlight?.fields[name] && isHeld(prospect.id, name, field.value, holds, hash)) {
      delete left[name];
      settled[name] = known[name] = atTimeOf(field, holds);
    } else {
      joining[name] = field;
    }
  }

  const { destinationId } = offered;
  const lower = { fields: left, destinationId: pending?.destinationId ?? destinationId };
  const load = merged(lower, { fields: joining, destinationId });
  const waits = Object.keys(load.fields).length > 0;
  const lane = offered.isReplay ? "replay" : laneOf(joining, prospect.known, offered.acceptedAt);
  const next: Prospect = {
    ...prospect,
    known,
    pending: waits
      ? {
          ...load,
          ...oldestOf(pending ?? offered, offered),
          attempts: pending?.attempts ?? 0,
          failingSince: pending?.failingSince ?? null,
          lane: moreUrgent(pending?.lane ?? lane, lane),
          dueAt: pending?.dueAt ?? offered.dueAt,
          ...(pending?.single && { single: true }),
        }
      : null,
  };
  if (charsOf(load.fields) + charsOf(inFlight?.fields ?? {}) > PROSPECT_MAX_CHARS) {
    return turnAway(prospect, offered);
  }
  const fates = fatesOfOffer(pending, load, overruled, destinationId);
  return { prospect: next, fates, settled };
}

/** What waits stands for one accepted update of each destination; whatever joins that is coalesced. */
function fatesOfOffer(
  before: Pending | null,
  after: Sourced,
  overruled: boolean,
  destinationId: string,
): readonly Fate[] {
  const stood = before ? sourcesOf(before) : new Set<string>();
  const stands = sourcesOf(after);
  const gone = [...stood].filter((source) => !stands.has(source));
  const fates = gone.map((source): Fate => ({
    destinationId: source,
    kind: source === destinationId ? "unchanged" : "coalesced",
  }));
  if (stood.has(destinationId)) return [{ destinationId, kind: "coalesced" }, ...fates];
  if (stands.has(destinationId)) return fates;
  return [...fates, { destinationId, kind: overruled ? "coalesced" : "unchanged" }];
}

/** Values that do not fit beside those that wait are for a person to look at. */
function turnAway(prospect: Prospect, offered: Offer): Step {
  const { destinationId, acceptedAt } = offered;
  const rivals = { ...prospect.known, ...prospect.inFlight?.fields, ...prospect.pending?.fields };
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
