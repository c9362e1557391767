/**
 * What an Outreach user's calls were spent on.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { json, problems } from "../http/routing.ts";
import { callLedger, callsQuery, toLedger } from "./calls-schemas.ts";
import { theOutreachUser } from "./found.ts";

const calls = createRoute({
  method: "get",
  path: "/v1/outreach-users/{id}/calls",
  operationId: "listCalls",
  tags: ["Outreach users"],
  summary: "List calls",
  description:
    "The ledger of calls to Outreach: by the hour or by the day, by what they were for, by destination, and what others were seen to spend on the same Outreach user; and how long the year's allowance lasts.",
  ...permitted("read", theOutreachUser),
  request: {
    params: z.object({ id: idParameter("id", "The Outreach user's id") }),
    query: callsQuery,
  },
  responses: { 200: json("The ledger", callLedger), ...problems(401, 403, 404, 422, 429, 503) },
});

export function callsRoutes({ outreachUser, now }: Dependencies) {
  return newRouter().openapi(calls, async (c) => {
    const user = c.get("user");
    const { span, limit } = c.req.valid("query");
    const ledger = await outreachUser(c.env, user.id).calls(span, limit);
    return c.json(toLedger(span, ledger, now()), 200);
  });
}
