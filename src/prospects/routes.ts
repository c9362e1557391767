/**
 * What a sender may ask about its updates: how much waits, and how far single prospects are.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { permitted } from "../access/bearer.ts";
import { backlogAnswer, pausedAnswer, toBacklog, toPaused } from "../outreach-users/schemas.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { theDestination } from "../destinations/found.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody, problems } from "../http/routing.ts";
import { logEvent } from "../log.ts";
import { sendersAndViewers } from "../ingest/authenticate.ts";
import {
  LOOKUP_MAX,
  prospectAnswer,
  prospectOutcomes,
  toOutcomes,
  toProspectAnswer,
} from "./prospect-answer.ts";

const tags = ["Profiles"];
const id = idParameter("id", "The destination's id");
type ViewersGate = ReturnType<typeof sendersAndViewers>;

const backlog = (gate: ViewersGate) =>
  createRoute({
    method: "get",
    path: "/v1/destinations/{id}/backlog",
    operationId: "readBacklog",
    tags,
    summary: "How much waits",
    description:
      "The backlog of the destination's Outreach user, which it may share with other destinations: how many prospects wait, when they are expected to be done, and why nothing is sent if nothing is.",
    ...gate,
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

const prospect = (gate: ViewersGate) =>
  createRoute({
    method: "get",
    path: "/v1/destinations/{id}/prospects/{outreachId}",
    operationId: "readProspect",
    tags,
    summary: "Look a prospect up",
    description:
      "What is known of one prospect: values that wait, the last delivery, the last error, and its history. Answers why a prospect is not up to date.",
    ...gate,
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
    ...permitted("resendProspect", theDestination),
    request: { params: ofProspect },
    responses: {
      200: json("The prospect as it is now", prospectAnswer),
      ...problems(401, 403, 404, 413, 429, 503),
    },
  });
}

const lookup = (gate: ViewersGate) =>
  createRoute({
    method: "post",
    path: "/v1/destinations/{id}/prospects/lookup",
    operationId: "lookUpProspects",
    tags,
    summary: "Look prospects up",
    description: `What became of the updates of up to ${LOOKUP_MAX} prospects.`,
    ...gate,
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
  const gate = sendersAndViewers(dependencies);
  const objectOf = (c: Context<AppEnv>) => outreachUser(c.env, c.get("destination").outreachUserId);

  return newRouter()
    .openapi(backlog(gate), async (c) => {
      const status = await objectOf(c).status();
      return c.json({ backlog: toBacklog(status), paused: toPaused(status) }, 200);
    })
    .openapi(lookup(gate), async (c) => {
      const { prospectIds } = c.req.valid("json");
      return c.json(toOutcomes(prospectIds, await objectOf(c).prospects(prospectIds)), 200);
    })
    .openapi(prospect(gate), async (c) => {
      const prospectId = readProspectId(c.req.valid("param").outreachId);
      const known = prospectId === null ? null : await objectOf(c).prospect(prospectId);
      return known ? c.json(toProspectAnswer(known), 200) : problem(c, "prospect_not_found");
    })
    .openapi(send, async (c) => {
      const prospectId = readProspectId(c.req.valid("param").outreachId);
      const known = prospectId === null ? null : await objectOf(c).hurry(prospectId);
      if (!known) return problem(c, "prospect_not_found");
      logEvent("prospect_hurried", { destinationId: c.get("destination").id });
      return c.json(toProspectAnswer(known), 200);
    })
    .openapi(forget, async (c) => {
      const prospectId = readProspectId(c.req.valid("param").outreachId);
      const known = prospectId === null ? null : await objectOf(c).forgetTold(prospectId);
      if (!known) return problem(c, "prospect_not_found");
      logEvent("prospect_forgotten", { destinationId: c.get("destination").id });
      return c.json(toProspectAnswer(known), 200);
    });
}

/** Outreach numbers prospects from 1. */
export function readProspectId(text: string): number | null {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}
