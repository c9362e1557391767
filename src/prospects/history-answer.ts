/**
 * How an answer tells a prospect's story: names of attributes, times and outcomes, no values.
 * @module
 */
import { z } from "@hono/zod-openapi";
import type { StoryEvent } from "../engine/model/history.ts";
import { isoTime, toIso } from "../http/times.ts";
import type { HeldField } from "../engine/api.ts";

const names = z.array(z.string());

export const historyEvent = z
  .object({
    at: isoTime,
    event: z
      .enum([
        "accepted",
        "replayed",
        "sent",
        "delivered",
        "unchanged",
        "given_back",
        "refused",
        "discarded",
        "hurried",
        "forgotten",
      ])
      .openapi({
        description:
          "`accepted`: an update came in. `replayed`: a failure was put back. `sent`: a call left. `delivered`: Outreach took it. `unchanged`: when its call was to leave, Outreach held it already. `given_back`: a call brought nothing, and it waits again; of many failed tries the first three are told and then each whose number doubles. `refused`: Outreach refused it for good, and it is listed as a failure. `discarded`: a failure was discarded. `hurried`: a person had it tried again before its time. `forgotten`: a person had it forgotten what Outreach was told",
      }),
    fields: names.openapi({
      description:
        "Attributes that it is about; of `accepted` and `replayed` those that wait by it. Of more than ten, the last entry says how many more there are",
      example: ["title", "custom4"],
    }),
    destinationId: z.string().optional().openapi({ description: "Where the update came in" }),
    unchanged: names
      .optional()
      .openapi({ description: "Attributes left out because Outreach holds the value already" }),
    overtaken: names
      .optional()
      .openapi({ description: "Attributes dropped because a later value of theirs is known" }),
    merged: z
      .boolean()
      .optional()
      .openapi({ description: "Whether it joined what waited, to travel in the same call" }),
    job: z
      .int()
      .nullable()
      .optional()
      .openapi({ description: "The bulk job; null for a call of its own" }),
    reason: z
      .enum([
        "rate_limited",
        "maintenance",
        "unauthorized",
        "restarted",
        "account_changed",
        "failed",
        "not_applied",
        "refused_in_part",
      ])
      .optional()
      .openapi({
        description:
          "Why a call brought nothing. `not_applied`: the bulk job did not bring this prospect's values. `refused_in_part`: Outreach refused other values of the call",
      }),
    until: isoTime.optional().openapi({ description: "When it may leave again" }),
    attempts: z.int().optional().openapi({ description: "Calls that failed so far" }),
    status: z
      .int()
      .nullable()
      .optional()
      .openapi({ description: "HTTP status; null where there was no answer" }),
    code: z.string().nullable().optional().openapi({ description: "Outreach's error id" }),
    detail: z
      .string()
      .nullable()
      .optional()
      .openapi({ description: "Outreach's own words, without the values that they repeat" }),
  })
  .openapi("HistoryEvent");

export const heldAnswer = z
  .object({
    field: z.string(),
    at: isoTime.openapi({ description: "When its last value became true" }),
    state: z.enum(["told", "differs", "uncertain"]).openapi({
      description:
        "`told`: Outreach took the last value. `differs`: it took it, and answered that it holds another one. `uncertain`: a call had no clear end, the value was refused, or a person had it forgotten",
    }),
    told: z.object({ at: isoTime, job: z.int().nullable() }).nullable().openapi({
      description:
        "When Outreach was last told it, and by which bulk job (null: a call of its own); null where the history does not go back that far",
    }),
  })
  .openapi("HeldAttribute");

export function toHistory({ kind, at, ...facts }: StoryEvent): z.infer<typeof historyEvent> {
  const { until, ...others } = { until: undefined, ...facts };
  return historyEvent.parse({
    at: toIso(at),
    event: kind,
    fields: [],
    ...others,
    ...(until !== undefined && { until: toIso(until) }),
  });
}

export function toHeld({ field, at, state, told }: HeldField): z.infer<typeof heldAnswer> {
  return { field, at: toIso(at), state, told: told && { at: toIso(told.at), job: told.job } };
}
