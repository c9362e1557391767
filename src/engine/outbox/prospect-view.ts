/**
 * What is known of a prospect, as the object tells it.
 * @module
 */
import type { KnownField, Prospect } from "../model/prospect.ts";
import { lastTold } from "../model/history.ts";
import { readStory } from "../model/history-text.ts";
import type { HeldField, ProspectDetail, ProspectStatus } from "../api.ts";

export function describeProspect(prospect: Prospect, hasFailures: boolean): ProspectStatus {
  const { pending, inFlight } = prospect;
  const fields = [
    ...Object.entries(inFlight?.fields ?? {}).map(([field, f]) => ({ field, f, inFlight: true })),
    ...Object.entries(pending?.fields ?? {}).map(([field, f]) => ({ field, f, inFlight: false })),
  ];
  return {
    prospectId: prospect.id,
    pending: fields.map(({ field, f, ...of }) => ({ field, value: f.value, at: f.at, ...of })),
    acceptedAt: inFlight?.acceptedAt ?? pending?.acceptedAt ?? null,
    nextAttemptAt: pending?.dueAt ?? null,
    attempts: inFlight?.attempts ?? pending?.attempts ?? 0,
    hasFailures,
    lastDelivery: prospect.lastDelivery,
    lastError: prospect.lastError,
  };
}

/**
 * All that is known of one prospect.
 * @param story as it is stored
 */
export function withStory(
  prospect: Prospect,
  story: string,
  failures: ProspectDetail["failures"],
): ProspectDetail {
  const history = readStory(story);
  const held = Object.entries(prospect.known).map(([field, known]): HeldField => ({
    field,
    at: known.at,
    state: stateOf(known),
    told: lastTold(history, field),
  }));
  const lane = (prospect.pending ?? prospect.inFlight)?.lane ?? null;
  return { ...describeProspect(prospect, failures.length > 0), lane, history, held, failures };
}

function stateOf({ told, held }: KnownField): HeldField["state"] {
  if (told === null) return "uncertain";
  return held === undefined ? "told" : "differs";
}
