/**
 * How an answer shows what is known of a prospect.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { callErrorAnswer, toCallError } from "../destinations/call-error.ts";
import { LANES } from "../engine/model/lane.ts";
import { orNull } from "../http/fields.ts";
import { isoTime, toIso, toIsoOrNull } from "../http/times.ts";
import type { ProspectDetail, ProspectStatus } from "../engine/api.ts";
import { heldAnswer, historyEvent, toHeld, toHistory } from "./history-answer.ts";
import { fieldValue, toValue } from "../ingest/field-value.ts";

const pendingValue = z.object({
  field: z.string(),
  value: fieldValue,
  at: isoTime.openapi({ description: "When the value became true" }),
  inFlight: z.boolean().openapi({ description: "Whether a call with it is under way" }),
});

export const prospectAnswer = z
  .object({
    prospectId: z.int(),
    pending: z.array(pendingValue).openapi({ description: "Values that are not at Outreach yet" }),
    acceptedAt: isoTime
      .nullable()
      .openapi({ description: "Since when the oldest of them waits; null where none does" }),
    nextAttemptAt: isoTime
      .nullable()
      .openapi({ description: "After a failed attempt: when the next one is due" }),
    attempts: z.int().min(0),
    lastDelivery: z.object({ at: isoTime, fields: z.array(z.string()) }).nullable(),
    lastError: orNull(callErrorAnswer),
    lane: z.enum(LANES).nullable().openapi({
      description:
        "In which lane it waits, the most urgent first: `exit` (left an audience or opted out), `entry`, `attribute`, `backfill` (of a first activation), `replay` (sent again by a person); null where nothing waits",
    }),
    history: z.array(historyEvent).openapi({
      description:
        "What became of its updates, the newest event first; the oldest ones are dropped. Values are not kept in it",
    }),
    held: z.array(heldAnswer).openapi({
      description: "Each attribute that Outreach was ever told; its value is not kept",
    }),
  })
  .openapi("ProspectStatus");

/** Prospects in one look-up: an answer of some 100 kB. */
export const LOOKUP_MAX = 1_000;

const prospectOutcome = z.object({
  prospectId: z.int(),
  outcome: z.enum(["up_to_date", "waiting", "failed", "unknown"]).openapi({
    description:
      "`up_to_date`: Outreach has all that was accepted. `waiting`: some of it is still to be delivered. `failed`: Outreach refused some of it; see the destination's failures. `unknown`: no update of it was ever accepted",
  }),
  error: orNull(callErrorAnswer).openapi({ description: "Why a call failed, where one did" }),
});

export const prospectOutcomes = z
  .object({ prospects: z.array(prospectOutcome) })
  .openapi("ProspectOutcomes");

export function toOutcomes(
  prospectIds: readonly number[],
  known: readonly ProspectStatus[],
): z.infer<typeof prospectOutcomes> {
  const byId = new Map(known.map((status) => [status.prospectId, status]));
  const prospects = prospectIds.map((prospectId) => {
    const status = byId.get(prospectId);
    const outcome = outcomeOf(status);
    const error = outcome === "up_to_date" ? null : (status?.lastError ?? null);
    return { prospectId, outcome, error: error && toCallError(error) };
  });
  return { prospects };
}

function outcomeOf(status: ProspectStatus | undefined): z.infer<typeof prospectOutcome>["outcome"] {
  if (!status) return "unknown";
  if (status.pending.length > 0) return "waiting";
  return status.hasFailures ? "failed" : "up_to_date";
}

export function toProspectAnswer(status: ProspectDetail): z.infer<typeof prospectAnswer> {
  const { lastDelivery, lastError } = status;
  return {
    prospectId: status.prospectId,
    pending: status.pending.map(({ field, value, at, inFlight }) => ({
      field,
      value: toValue(value),
      at: toIso(at),
      inFlight,
    })),
    acceptedAt: toIsoOrNull(status.acceptedAt),
    nextAttemptAt: toIsoOrNull(status.nextAttemptAt),
    attempts: status.attempts,
    lastDelivery: lastDelivery && { at: toIso(lastDelivery.at), fields: [...lastDelivery.fields] },
    lastError: lastError && toCallError(lastError),
    lane: status.lane,
    history: status.history.map(toHistory),
    held: status.held.map(toHeld),
  };
}
