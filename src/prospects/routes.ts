/**
 * What a sender may ask about its updates: how much waits, and how far single prospects are.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import { backlogAnswer, pausedAnswer, toBacklog, toPaused } from "../outreach-users/schemas.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { findDestination } from "../registry/destinations.ts";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody, problems } from "../http/routing.ts";
import { logEvent } from "../log.ts";
import { authenticateViewerToo } from "../ingest/authenticate.ts";
import {
  LOOKUP_MAX,
  prospectAnswer,
  prospectOutcomes,
  toOutcomes,
  toProspectAnswer,
} from "./prospect-answer.ts";

const tags = ["Profiles"];
const id = idParameter("id", "The destination's id");
const security = [
  { ingestToken: [] },
  { accessToken: [] },
  { adminToken: [] },
  { consoleSession: [] },
];

const backlog = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/backlog",
  operationId: "readBacklog",
  tags,
  summary: "How much waits",
  description:
    "The backlog of the destination's Outreach user, which it may share with other destinations: how many prospects wait, when they are expected to be done, and why nothing is sent if nothing is.",
  security,
  request: { params: z.object({ id }) },
  responses: {
    200: json(
      "The backlog",
      z.object({ backlog: backlogAnswer, paused: pausedAnswer.nullable() }).openapi("Backlog"),
    ),
    ...problems(401, 404, 429, 503),
  },
});

const ofProspect = z.object({
  id,
  outreachId: idParameter("outreachId", "The prospect's id in Outreach"),
});

const prospect = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/prospects/{outreachId}",
  operationId: "readProspect",
  tags,
  summary: "Look a prospect up",
  description:
    "What is known of one prospect: values that wait, the last delivery, the last error, and its history. Answers why a prospect is not up to date.",
  security,
  request: { params: ofProspect },
  responses: {
    200: json("What is known", prospectAnswer),
    ...problems(401, 404, 429, 503),
  },
});

const send = byHand("send", {
  operationId: "sendProspect",
  summary: "Try a prospect again",
  description:
    "Ends the prospect's own pause after failed attempts: it is tried again within 20 seconds, because a call before may run for so long at Outreach. Its turn and the rate limit are kept. Changes nothing where no attempt failed.",
});
const forget = byHand("forget", {
  operationId: "forgetProspect",
  summary: "Have a prospect sent again",
  description:
    "Forgets what Outreach was told of the prospect, so that the next update of each attribute is sent even if it changes nothing. Sends nothing itself: delivered values are not kept.",
});

function byHand<Name extends "send" | "forget">(
  name: Name,
  words: { readonly operationId: string; readonly summary: string; readonly description: string },
) {
  return createRoute({
    method: "post",
    path: `/v1/destinations/{id}/prospects/{outreachId}/${name}`,
    tags,
    ...words,
    ...permitted("resendProspect"),
    request: { params: ofProspect },
    responses: {
      200: json("The prospect as it is now", prospectAnswer),
      ...problems(401, 403, 404, 413, 429, 503),
    },
  });
}

const lookup = createRoute({
  method: "post",
  path: "/v1/destinations/{id}/prospects/lookup",
  operationId: "lookUpProspects",
  tags,
  summary: "Look prospects up",
  description: `What became of the updates of up to ${LOOKUP_MAX} prospects.`,
  security,
  request: {
    params: z.object({ id }),
    body: jsonBody(
      z
        .strictObject({ prospectIds: z.array(z.int().min(1)).min(1).max(LOOKUP_MAX) })
        .openapi("ProspectLookup"),
    ),
  },
  responses: {
    200: json("Each prospect's outcome, in the order asked", prospectOutcomes),
    ...problems(400, 401, 404, 413, 415, 422, 429, 503),
  },
});

export function statusRoutes(dependencies: Dependencies) {
  const { outreachUser } = dependencies;
  return newRouter()
    .openapi(backlog, async (c) => {
      const { destination, refusal } = await authenticateViewerToo(
        c,
        dependencies,
        c.req.valid("param").id,
      );
      if (refusal) return refusal;
      const status = await outreachUser(c.env, destination.outreachUserId).status();
      const answer = { backlog: toBacklog(status), paused: toPaused(status) };
      return c.json(answer, 200);
    })
    .openapi(lookup, async (c) => {
      const { destination, refusal } = await authenticateViewerToo(
        c,
        dependencies,
        c.req.valid("param").id,
      );
      if (refusal) return refusal;
      const { prospectIds } = c.req.valid("json");
      const object = outreachUser(c.env, destination.outreachUserId);
      return c.json(toOutcomes(prospectIds, await object.prospects(prospectIds)), 200);
    })
    .openapi(prospect, async (c) => {
      const { id: destinationId, outreachId } = c.req.valid("param");
      const { destination, refusal } = await authenticateViewerToo(c, dependencies, destinationId);
      if (refusal) return refusal;
      const prospectId = readProspectId(outreachId);
      const object = outreachUser(c.env, destination.outreachUserId);
      const known = prospectId === null ? null : await object.prospect(prospectId);
      return known ? c.json(toProspectAnswer(known), 200) : problem(c, "prospect_not_found");
    })
    .openapi(send, async (c) => {
      const { id: destinationId, outreachId } = c.req.valid("param");
      const destination = await findDestination(c.env.SETTINGS, destinationId);
      if (!destination) return problem(c, "destination_not_found");
      const prospectId = readProspectId(outreachId);
      const object = outreachUser(c.env, destination.outreachUserId);
      const known = prospectId === null ? null : await object.hurry(prospectId);
      if (!known) return problem(c, "prospect_not_found");
      logEvent("prospect_hurried", { destinationId });
      return c.json(toProspectAnswer(known), 200);
    })
    .openapi(forget, async (c) => {
      const { id: destinationId, outreachId } = c.req.valid("param");
      const destination = await findDestination(c.env.SETTINGS, destinationId);
      if (!destination) return problem(c, "destination_not_found");
      const prospectId = readProspectId(outreachId);
      const object = outreachUser(c.env, destination.outreachUserId);
      const known = prospectId === null ? null : await object.forgetTold(prospectId);
      if (!known) return problem(c, "prospect_not_found");
      logEvent("prospect_forgotten", { destinationId });
      return c.json(toProspectAnswer(known), 200);
    });
}

/** Outreach numbers prospects from 1. */
export function readProspectId(text: string): number | null {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}
