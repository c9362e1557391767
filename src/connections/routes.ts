/**
 * Outreach users: making, reading, changing and deleting them.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { destinationsOf } from "../destinations/store.ts";
import { publicBaseUrl } from "../http/base-url.ts";
import { newRouter, type AppEnv, type Dependencies } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { adminOnly, json, jsonBody, pageQuery, problems } from "../http/routing.ts";
import { logEvent } from "../log.ts";
import { signConnectLink } from "../security/connect-link.ts";
import { newId } from "../security/secrets.ts";
import {
  newOutreachUser,
  outreachUserChanges,
  outreachUserDetail,
  outreachUserList,
  outreachUserSummary,
  toDetail,
  toSummary,
} from "./schemas.ts";
import {
  deleteOutreachUser,
  findOutreachUser,
  insertOutreachUser,
  listOutreachUsers,
  renameOutreachUser,
} from "./store.ts";

const tags = ["Outreach users"];
const params = z.object({ id: idParameter("id", "The Outreach user's id") });
/** More names in an error help nobody. */
const NAMES_MAX = 10;

const create = createRoute({
  method: "post",
  path: "/v1/outreach-users",
  operationId: "addOutreachUser",
  tags,
  summary: "Add an Outreach user",
  description:
    "Adds the Outreach user that prospects are updated as. Updates need a connection: open `connectUrl` in a browser and sign in to Outreach. The rate limit, 10,000 calls an hour, is this user's.",
  ...adminOnly,
  request: { body: jsonBody(newOutreachUser) },
  responses: {
    201: json("The Outreach user, not connected yet", outreachUserSummary),
    ...problems(400, 401, 413, 415, 422, 503),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/outreach-users",
  operationId: "listOutreachUsers",
  tags,
  summary: "List Outreach users",
  ...adminOnly,
  request: { query: pageQuery(100, 1000) },
  responses: {
    200: json("Outreach users in the order in which they were added", outreachUserList),
    ...problems(401, 422, 503),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/outreach-users/{id}",
  operationId: "readOutreachUser",
  tags,
  summary: "Read an Outreach user",
  description:
    "Tells whether it is connected and as whom, what is left of its rate limit, how much waits, and when that will be at Outreach. When `backlog.pending` and `backlog.inFlight` are both 0, all that was accepted has been delivered or set aside as a failure.",
  ...adminOnly,
  request: { params },
  responses: {
    200: json("The Outreach user", outreachUserDetail),
    ...problems(401, 404, 503),
  },
});

const change = createRoute({
  method: "patch",
  path: "/v1/outreach-users/{id}",
  operationId: "changeOutreachUser",
  tags,
  summary: "Change an Outreach user",
  description: "Changes the fields that are present; the others stay as they are.",
  ...adminOnly,
  request: { params, body: jsonBody(outreachUserChanges) },
  responses: {
    200: json("The Outreach user as it is now", outreachUserDetail),
    ...problems(400, 401, 404, 413, 415, 422, 503),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/outreach-users/{id}",
  operationId: "deleteOutreachUser",
  tags,
  summary: "Delete an Outreach user",
  description:
    "Deletes it with its tokens, its counts and all updates that still wait. Refused while a destination sends to it.",
  ...adminOnly,
  request: { params },
  responses: { 204: { description: "Deleted" }, ...problems(401, 404, 409, 503) },
});

export function outreachUserRoutes({ outreachUser, now }: Dependencies) {
  return newRouter()
    .openapi(create, async (c) => {
      const { name, yearlyAllowance } = c.req.valid("json");
      const user = { id: newId("outreachUser"), name, createdAt: now() };
      await insertOutreachUser(c.env.SETTINGS, user);
      if (yearlyAllowance !== undefined) {
        await outreachUser(c.env, user.id).setYearlyAllowance(yearlyAllowance);
      }
      logEvent("outreach_user_added", { outreachUserId: user.id });
      return c.json(toSummary(user, connectUrl(c, user.id, now())), 201);
    })
    .openapi(list, async (c) => {
      const { limit, after = null } = c.req.valid("query");
      const { entries, next } = await listOutreachUsers(c.env.SETTINGS, { limit, after });
      const summaries = entries.map((user) => toSummary(user, connectUrl(c, user.id, now())));
      return c.json({ outreachUsers: summaries, next }, 200);
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid("param");
      const user = await findOutreachUser(c.env.SETTINGS, id);
      if (!user) return problem(c, "outreach_user_not_found");
      const status = await outreachUser(c.env, id).status();
      return c.json(toDetail(user, connectUrl(c, id, now()), status), 200);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid("param");
      const changes = c.req.valid("json");
      const user = await findOutreachUser(c.env.SETTINGS, id);
      if (!user) return problem(c, "outreach_user_not_found");
      const name = changes.name ?? user.name;
      if (changes.name !== undefined) await renameOutreachUser(c.env.SETTINGS, id, name);
      const object = outreachUser(c.env, id);
      if (changes.yearlyAllowance !== undefined) {
        await object.setYearlyAllowance(changes.yearlyAllowance);
      }
      const url = connectUrl(c, id, now());
      return c.json(toDetail({ ...user, name }, url, await object.status()), 200);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid("param");
      if (!(await findOutreachUser(c.env.SETTINGS, id))) {
        return problem(c, "outreach_user_not_found");
      }
      const senders = await destinationsOf(c.env.SETTINGS, id, NAMES_MAX);
      if (senders.length > 0) return inUse(c, senders);
      // The object goes first: should the row's deletion fail, the request can be repeated.
      await outreachUser(c.env, id).destroy();
      if (!(await deleteOutreachUser(c.env.SETTINGS, id))) {
        const newSenders = await destinationsOf(c.env.SETTINGS, id, NAMES_MAX);
        if (newSenders.length > 0) return inUse(c, newSenders);
      }
      logEvent("outreach_user_deleted", { outreachUserId: id });
      return c.body(null, 204);
    });
}

function connectUrl(c: Context<AppEnv>, id: string, now: number): string {
  const link = signConnectLink(c.get("settings").encryptionKey, id, now);
  const query = new URLSearchParams({ ...link });
  return `${publicBaseUrl(c)}/v1/outreach-users/${id}/connect?${query.toString()}`;
}

function inUse(c: Context<AppEnv>, senders: readonly { id: string; name: string }[]) {
  const names = senders.map(({ id, name }) => `${name} (${id})`).join(", ");
  return problem(c, "outreach_user_in_use", {
    detail: `These destinations send to this Outreach user: ${names}. Delete them first.`,
  });
}
