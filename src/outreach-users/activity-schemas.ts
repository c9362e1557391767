/**
 * What the API answers about what an Outreach user's delivery did lately.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { isoTime, toIso } from "../http/times.ts";
import type { Activity } from "../engine/api.ts";

const count = z.int().min(0);
const percentile = z.int().nullable();

export const freshnessAnswer = z
  .object({
    delivered: count.openapi({ description: "Prospects that were brought up to date" }),
    p50Ms: percentile,
    p95Ms: percentile,
    p99Ms: percentile,
  })
  .openapi({
    description:
      "How long updates took from their acceptance until Outreach held them, as percentiles to within a tenth; null where nothing was delivered",
  });

const minute = z
  .object({
    startedAt: isoTime,
    accepted: count.openapi({ description: "Updates that were accepted" }),
    delivered: count.openapi({
      description: "Prospects that were brought up to date, by calls of their own or in bulk",
    }),
    failed: count.openapi({ description: "Prospects of which Outreach refused something" }),
    calls: count.openapi({ description: "Calls that left for Outreach" }),
    waiting: count.openapi({
      description: "Pending prospectsed or were in a call at the end of the minute",
    }),
  })
  .openapi("ActivityMinute");

const tailEvent = z
  .object({
    at: isoTime,
    event: z
      .enum([
        "started",
        "accepted",
        "sent",
        "delivered",
        "refused",
        "rate_limited",
        "maintenance",
        "unauthorized",
        "call_failed",
        "paused",
        "resumed",
      ])
      .openapi({
        description:
          "`started`: the object started anew, and what was before is not in the list. `sent`: prospects left in a bulk job. `call_failed`: a call failed in a way that may heal",
      }),
    count: count.openapi({ description: "Updates, or prospects; 0 where it is about neither" }),
    destinationId: z.string().optional(),
    prospectId: z.int().optional(),
    job: z.int().optional().openapi({ description: "The bulk job" }),
    status: z.int().optional().openapi({ description: "HTTP status" }),
    code: z.string().optional().openapi({ description: "Outreach's error id, or ours" }),
    until: isoTime.optional(),
  })
  .openapi("ActivityEvent");

export const activityAnswer = z
  .object({
    minutes: z.array(minute).openapi({
      description: "Without gaps, the oldest first; the last one is under way",
    }),
    freshness: z.object({ lastHour: freshnessAnswer, lastDay: freshnessAnswer }),
    tail: z.array(tailEvent).openapi({
      description:
        "The newest events, the newest first. Kept in memory alone: after a restart it begins anew",
    }),
  })
  .openapi("Activity");

export function toActivity({ minutes, freshness, tail }: Activity): z.infer<typeof activityAnswer> {
  return {
    minutes: minutes.map(({ startedAt, ...counts }) => ({
      startedAt: toIso(startedAt),
      ...counts,
    })),
    freshness: { lastHour: { ...freshness.lastHour }, lastDay: { ...freshness.lastDay } },
    tail: tail.map(({ at, kind, until, ...facts }) => ({
      at: toIso(at),
      event: kind,
      ...facts,
      ...(until !== undefined && { until: toIso(until) }),
    })),
  };
}
