/**
 * What the API takes and answers about a forecast. Estimates of times are in seconds.
 * @module
 */
import { z } from "@hono/zod-openapi";
import type { Outlook } from "../engine/estimates/activation-rules.ts";
import { orNull } from "../http/fields.ts";
import type { UserForecast } from "./forecast.ts";

const PROSPECTS_MAX = 1_000_000_000;
const count = z.int().min(0);

export const activationPlan = z
  .strictObject({
    profiles: z.int().min(1).max(PROSPECTS_MAX).openapi({
      description: "Prospects in the audiences, together",
      example: 250_000,
    }),
    audiences: count
      .max(150)
      .default(1)
      .openapi({ description: "Audiences whose status is written" }),
    attributes: count.max(250).default(0).openapi({
      description: "Mapped attributes, whose values differ from prospect to prospect",
    }),
    changesPerDay: count.max(PROSPECTS_MAX).default(0).openapi({
      description: "Prospects that change on a day afterwards",
    }),
  })
  .openapi("ActivationPlan");

const seconds = z.number().min(0);

const outlook = z
  .object({
    activation: z.object({
      calls: count,
      tookSeconds: orNull(seconds).openapi({
        description: "Until all of it is at Outreach; null where it never is",
      }),
    }),
    day: z
      .object({
        calls: count.openapi({
          description: "Calls that are made, within the rate limit and the yearly allowance",
        }),
        neededCalls: count.openapi({
          description:
            "Calls that it takes to bring every change; more than `calls` where changes fall behind",
        }),
        behindSeconds: orNull(seconds).openapi({
          description:
            "How long after its 202 a change is at Outreach, on average; null where changes come faster than calls",
        }),
      })
      .openapi({ description: "A day of changes, once the activation is through" }),
    yearCalls: count.openapi({ description: "`day.calls` of 365 days, without the activation" }),
    yearNeededCalls: count.openapi({ description: "`day.neededCalls` of 365 days" }),
  })
  .openapi("ActivationOutlook");

export const activationForecast = z
  .object({
    capacity: z
      .object({
        callsPerHour: count.openapi({ description: "The rate limit less the reserve" }),
        yearlyAllowance: count.nullable(),
        bulk: z.boolean().openapi({
          description:
            "Whether Outreach granted the scopes for bulk jobs; where not, `planned` does without",
        }),
      })
      .openapi({ description: "What the Outreach user may spend, as it is now" }),
    patch: outlook.openapi({ description: "One call for each change of a prospect" }),
    planned: outlook.openapi({ description: "As Outreach Edge plans it" }),
  })
  .openapi("ActivationForecast");

export function toForecast(forecast: UserForecast): z.infer<typeof activationForecast> {
  const { capacity, patch, planned } = forecast;
  return { capacity: { ...capacity }, patch: toOutlook(patch), planned: toOutlook(planned) };
}

function toOutlook({ activation, day, yearCalls }: Outlook): z.infer<typeof outlook> {
  return {
    activation: { calls: activation.calls, tookSeconds: toSeconds(activation.tookMs) },
    day: {
      calls: day.calls,
      neededCalls: day.needed,
      behindSeconds: toSeconds(day.behindMs),
    },
    yearCalls,
    yearNeededCalls: day.needed * 365,
  };
}

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
