/**
 * Updates that Outreach refused for good: reading, replaying and discarding them.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody, nextPage, pageQuery, problems } from "../http/routing.ts";
import { isoTime, toIso } from "../http/times.ts";
import { logEvent } from "../log.ts";
import { FAILURE_ID } from "../engine/api.ts";
import type { Failure, FailureGroup } from "../engine/api.ts";
import { callErrorAnswer, toCallError } from "./call-error.ts";
import type { Dependencies } from "./dependencies.ts";
import { remedyFor } from "./remedies.ts";
import { theDestination } from "./found.ts";

const tags = ["Failures"];
const id = idParameter("id", "The destination's id");
const params = z.object({ id });
/** More than a page of the list can show. */
const IDS_MAX = 1_000;

const groupKey = z
  .string()
  .regex(FAILURE_ID, "Pass the `key` of a group as it is.")
  .openapi({ description: "A group's `key`" });

const failure = z
  .object({
    id: z.string(),
    prospectId: z.int().openapi({ description: "The prospect's id in Outreach" }),
    fields: z
      .array(z.string())
      .openapi({ description: "Attributes that were not delivered", example: ["emails"] }),
    error: callErrorAnswer,
    remedy: z.string().openapi({ description: "What to do about it" }),
    attempts: z.int().min(0),
    acceptedAt: isoTime,
  })
  .openapi("Failure");

const list = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/failures",
  operationId: "listFailures",
  tags,
  summary: "List failures",
  description:
    "Updates that Outreach refused for good, with its own words and a remedy, the newest first. A later update of the same attribute takes its failure off the list.",
  ...permitted("read", theDestination),
  request: {
    params,
    query: pageQuery(100, 1000, FAILURE_ID).extend({ group: groupKey.optional() }),
  },
  responses: {
    200: json(
      "Failures",
      z
        .object({
          failures: z.array(failure),
          total: z
            .int()
            .min(0)
            .openapi({ description: "All failures of the destination, or of the group" }),
          next: nextPage,
        })
        .openapi("FailureList"),
    ),
    ...problems(401, 403, 404, 422, 429, 503),
  },
});

const failureGroup = z
  .object({
    key: z.string().openapi({ description: "Names the group in other requests" }),
    count: z.int().min(1),
    field: z.string().nullable().openapi({
      description: "The attribute that is to blame; null where it may be any of several",
    }),
    error: callErrorAnswer.openapi({ description: "Of the newest failure of the group" }),
    remedy: z.string().openapi({ description: "What to do about it" }),
  })
  .openapi("FailureGroup");

const listGroups = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/failures/groups",
  operationId: "listFailureGroups",
  tags,
  summary: "List kinds of failures",
  description:
    "All failures, however many, by what they have in common: status, code, attribute, and Outreach's words without the values in them. The group with the newest failure comes first.",
  ...permitted("read", theDestination),
  request: { params, query: pageQuery(100, 1000).omit({ after: true }) },
  responses: {
    200: json(
      "Groups",
      z
        .object({
          groups: z.array(failureGroup),
          groupsCount: z.int().min(0).openapi({ description: "All groups that there are" }),
          total: z.int().min(0).openapi({ description: "All failures of the destination" }),
          ungrouped: z.int().min(0).openapi({
            description:
              "Those among them that an older version listed and that are in no group yet; 0 within minutes",
          }),
        })
        .openapi("FailureGroupList"),
    ),
    ...problems(401, 403, 404, 422, 429, 503),
  },
});

const failureIds = z.array(z.string().max(100)).max(IDS_MAX);

const EITHER = { error: "Name `ids` or a `group`, and not both.", path: ["ids"] };

const replaySelection = z
  .strictObject({
    ids: failureIds
      .optional()
      .openapi({ description: "Failures to replay; left out: all of them" }),
    group: groupKey.optional(),
  })
  .refine(({ ids, group }) => ids === undefined || group === undefined, EITHER)
  .openapi("ReplaySelection");

const replay = createRoute({
  method: "post",
  path: "/v1/destinations/{id}/failures/replay",
  operationId: "replayFailures",
  tags,
  summary: "Replay failures",
  description:
    "Puts failures back among the updates that wait: all of them, those whose ids the body lists, or a group. A value that was overtaken by a later one is not sent.",
  ...permitted("replayOrDiscardFailures", theDestination),
  request: {
    params,
    body: { required: false, content: { "application/json": { schema: replaySelection } } },
  },
  responses: {
    200: json(
      "How many were put back",
      z.object({ replayed: z.int().min(0) }).openapi("ReplayResult"),
    ),
    ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
  },
});

const discardSelection = z
  .strictObject({
    ids: z
      .union([failureIds, z.literal("all")], 'Must be a list of failures\' ids, or "all".')
      .optional()
      .openapi({ description: "Failures to discard, or `all`", example: ["12", "13"] }),
    group: groupKey.optional(),
  })
  .refine(({ ids, group }) => (ids === undefined) !== (group === undefined), EITHER)
  .openapi("DiscardSelection");

const discardSeveral = createRoute({
  method: "post",
  path: "/v1/destinations/{id}/failures/discard",
  operationId: "discardFailures",
  tags,
  summary: "Discard failures",
  description:
    "Takes failures off the list for good, with the values that they hold: those whose ids the body lists, a group, or all of them. Nothing is discarded without being named.",
  ...permitted("replayOrDiscardFailures", theDestination),
  request: { params, body: jsonBody(discardSelection) },
  responses: {
    200: json(
      "How many were discarded",
      z.object({ discarded: z.int().min(0) }).openapi("DiscardResult"),
    ),
    ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
  },
});

const discard = createRoute({
  method: "delete",
  path: "/v1/destinations/{id}/failures/{failureId}",
  operationId: "discardFailure",
  tags,
  summary: "Discard a failure",
  description: "Takes a failure off the list for good, with the values that it holds.",
  ...permitted("replayOrDiscardFailures", theDestination),
  request: { params: z.object({ id, failureId: idParameter("failureId", "The failure's id") }) },
  responses: { 204: { description: "Discarded" }, ...problems(401, 403, 404, 429, 503) },
});

export function failureRoutes({ outreachUser }: Dependencies) {
  return newRouter()
    .openapi(list, async (c) => {
      const destination = c.get("destination");
      const { limit, after = null, group = null } = c.req.valid("query");
      const object = outreachUser(c.env, destination.outreachUserId);
      const asked = { limit, after, group };
      const { failures, total, next } = await object.failures(destination.id, asked);
      return c.json({ failures: failures.map(toAnswer), total, next }, 200);
    })
    .openapi(listGroups, async (c) => {
      const destination = c.get("destination");
      const object = outreachUser(c.env, destination.outreachUserId);
      const { limit } = c.req.valid("query");
      const { groups, ...counts } = await object.failureGroups(destination.id, limit);
      return c.json({ groups: groups.flatMap(toGroupAnswer), ...counts }, 200);
    })
    .openapi(replay, async (c) => {
      const destination = c.get("destination");
      const { ids = null, group } = c.req.valid("json");
      const object = outreachUser(c.env, destination.outreachUserId);
      const which = group === undefined ? ids : { group };
      const { replayed } = await object.replay(destination.id, which);
      logEvent("failures_replayed", { destinationId: destination.id, replayed });
      return c.json({ replayed }, 200);
    })
    .openapi(discardSeveral, async (c) => {
      const destination = c.get("destination");
      const { ids = [], group } = c.req.valid("json");
      const object = outreachUser(c.env, destination.outreachUserId);
      const named = ids === "all" ? null : ids;
      const which = group === undefined ? named : { group };
      const { discarded } = await object.discardFailures(destination.id, which);
      logEvent("failures_discarded", { destinationId: destination.id, discarded });
      return c.json({ discarded }, 200);
    })
    .openapi(discard, async (c) => {
      const { failureId } = c.req.valid("param");
      const destination = c.get("destination");
      const object = outreachUser(c.env, destination.outreachUserId);
      const discarded = await object.discardFailure(destination.id, failureId);
      return discarded ? c.body(null, 204) : problem(c, "failure_not_found");
    });
}

function toGroupAnswer({
  key,
  count,
  field,
  newest: [newest],
}: FailureGroup): z.infer<typeof failureGroup>[] {
  if (!newest) return [];
  const remedy = remedyFor(newest.error);
  return [{ key, count, field, error: toCallError(newest.error), remedy }];
}

function toAnswer(found: Failure): z.infer<typeof failure> {
  return {
    id: found.id,
    prospectId: found.prospectId,
    fields: [...found.fields],
    error: toCallError(found.error),
    remedy: remedyFor(found.error),
    attempts: found.attempts,
    acceptedAt: toIso(found.acceptedAt),
  };
}
