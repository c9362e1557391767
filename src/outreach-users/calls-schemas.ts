/**
 * What the API answers about the ledger of calls.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { outlookOfYear } from "../engine/budget/year-rules.ts";
import { pageQuery } from "../http/routing.ts";
import { isoTime, toIso, toIsoOrNull } from "../http/times.ts";
import { CALL_KINDS } from "../engine/api.ts";
import type { CallKind, CallLedger, CallSpan } from "../engine/api.ts";

/** The hours that are kept by the hour; days go further back. */
const LIMIT_MAX = 840;
const SPAN_MS = { hour: 3_600_000, day: 86_400_000 };
const count = z.int().min(0);

export const callsQuery = pageQuery(48, LIMIT_MAX)
  .omit({ after: true })
  .extend({
    span: z.enum(["hour", "day"]).default("day").openapi({
      description: "Hours are kept for five weeks, days (UTC) for 400 days",
    }),
  });

const figures = {
  calls: count.openapi({ description: "Calls that Outreach Edge made" }),
  byKind: z.partialRecord(z.enum(CALL_KINDS), count).openapi({
    description:
      "What they were for: `patch` one prospect; `bulk_modify`, `bulk_upsert` a job started; `poll_job` a look how far it is; `confirm_batch`, `find_batch`; `read_back` prospects of a job read; `identify` who is connected; `unknown` made before kinds were kept",
    example: { patch: 812, bulk_modify: 2, poll_job: 4 },
  }),
  byDestination: z.record(z.string(), count).openapi({
    description:
      "By the id of the destination that they were made for; those that were made for none (`identify`, `unknown`) are left out",
    example: { dest_5uYm0Xo1tq2vVb3cDz8K: 818 },
  }),
  byOthers: count.openapi({
    description:
      "Calls that people and other programs made on the same Outreach user, as far as answers showed: limit − remaining − our own. Not among `calls`; in the hour in which they were noticed",
  }),
};

export const callLedger = z
  .object({
    span: z.enum(["hour", "day"]),
    rows: z
      .array(z.object({ startedAt: isoTime, endedAt: isoTime, ...figures }))
      .openapi({ description: "Hours or days with calls, newest first" }),
    total: z.object(figures).openapi({ description: "All rows together" }),
    year: z
      .object({
        used: count.openapi({ description: "Own calls of the last 365 days" }),
        usedByOthers: count,
        allowance: count.nullable(),
        left: count.nullable().openapi({
          description: "The allowance less both; null where no allowance is set",
        }),
        callsPerDay: z.number().min(0).openapi({
          description: "The present pace: of the last 30 days, or since the first call",
        }),
        lastsUntil: isoTime.nullable().openapi({
          description:
            "When nothing is left at that pace; null where the allowance lasts, and where none is set",
        }),
      })
      .openapi({
        description:
          "The last 365 days against the yearly allowance. Calls of other Outreach users of the organisation are not known",
      }),
  })
  .openapi("CallLedger");

export function toLedger(
  span: "hour" | "day",
  { spans, days, yearlyAllowance }: CallLedger,
  now: number,
): z.infer<typeof callLedger> {
  const { lastsUntil, perDay, ...year } = outlookOfYear(days, yearlyAllowance, now);
  const { used, usedByOthers, allowance, left } = year;
  return {
    span,
    rows: spans.map(({ startedAt, ...row }) => ({
      startedAt: toIso(startedAt),
      endedAt: toIso(startedAt + SPAN_MS[span]),
      ...toFigures(row),
    })),
    total: toFigures(totalOf(spans)),
    year: {
      used,
      usedByOthers,
      allowance,
      left,
      callsPerDay: Math.round(perDay * 10) / 10,
      lastsUntil: toIsoOrNull(lastsUntil),
    },
  };
}

type Figures = Omit<CallSpan, "startedAt">;

/** Several hours or days as one. */
export function totalOf(spans: readonly Figures[]): Figures {
  const byKind: Partial<Record<CallKind, number>> = {};
  const byDestination: Record<string, number> = {};
  for (const span of spans) {
    for (const kind of CALL_KINDS) {
      const calls = span.byKind[kind];
      if (calls !== undefined) byKind[kind] = (byKind[kind] ?? 0) + calls;
    }
    for (const [id, calls] of Object.entries(span.byDestination)) {
      byDestination[id] = (byDestination[id] ?? 0) + calls;
    }
  }
  return {
    calls: spans.reduce((sum, { calls }) => sum + calls, 0),
    byKind,
    byDestination,
    byOthers: spans.reduce((sum, { byOthers }) => sum + byOthers, 0),
  };
}

function toFigures({ calls, byKind, byDestination, byOthers }: Figures) {
  return { calls, byKind: { ...byKind }, byDestination: { ...byDestination }, byOthers };
}
