/**
 * Outreach users: making, reading, changing and deleting them.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { permitted } from "../access/bearer.ts";
import { isPermitted } from "../access/bearer.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf } from "../registry/destinations.ts";
import { publicBaseUrl } from "../http/base-url.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody, pageQuery, problems } from "../http/routing.ts";
import type { Task } from "../people/permissions.ts";
import { activityAnswer, toActivity } from "./activity-schemas.ts";
import { addOutreachUser, changeOutreachUser, removeOutreachUser } from "./changes.ts";
import { connectUrl, connectUrlOrNull } from "./connect-url.ts";
import {
  newOutreachUser,
  outreachUserChanges,
  outreachUserDetail,
  outreachUserList,
  quarantineAnswer,
  addedOutreachUser,
  toAdded,
  toDetail,
  toQuarantine,
  toSummary,
} from "./schemas.ts";
import { theOutreachUser } from "./found.ts";
import { listOutreachUsers, type OutreachUserRecord } from "../registry/outreach-users.ts";

const tags = ["Outreach users"];
const params = z.object({ id: idParameter("id", "The Outreach user's id") });

const create = createRoute({
  method: "post",
  path: "/v1/outreach-users",
  operationId: "addOutreachUser",
  tags,
  summary: "Add an Outreach user",
  description:
    "Adds the Outreach user that prospects are updated as. Updates need a connection: open `connectUrl` in a browser and sign in to Outreach. The rate limit, 10,000 calls an hour, is this user's.",
  ...permitted("manageOutreachUsers"),
  request: { body: jsonBody(newOutreachUser) },
  responses: {
    201: json("The Outreach user, not connected yet", addedOutreachUser),
    ...problems(400, 401, 403, 413, 415, 422, 429, 503),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/outreach-users",
  operationId: "listOutreachUsers",
  tags,
  summary: "List Outreach users",
  ...permitted("read"),
  request: { query: pageQuery(100, 1000) },
  responses: {
    200: json("Outreach users in the order in which they were added", outreachUserList),
    ...problems(401, 403, 422, 429, 503),
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
  ...permitted("read", theOutreachUser),
  request: { params },
  responses: {
    200: json("The Outreach user", outreachUserDetail),
    ...problems(401, 403, 404, 429, 503),
  },
});

const activity = createRoute({
  method: "get",
  path: "/v1/outreach-users/{id}/activity",
  operationId: "readActivity",
  tags,
  summary: "Read what its delivery did lately",
  description:
    "Minute by minute what was accepted, delivered and refused and how much waited, for two days at most; how fresh Outreach is; and the newest events. No values.",
  ...permitted("read", theOutreachUser),
  request: { params, query: pageQuery(60, 2_880).omit({ after: true }) },
  responses: {
    200: json("The last minutes", activityAnswer),
    ...problems(401, 403, 404, 422, 429, 503),
  },
});

const quarantine = createRoute({
  method: "get",
  path: "/v1/outreach-users/{id}/quarantine",
  operationId: "listQuarantine",
  tags,
  summary: "List rows that could not be read",
  description:
    "A row of its storage that this version cannot read is set aside, so that everything else goes on. It is kept as it was, and comes back by itself when a version starts that can read it. The newest first, without values.",
  ...permitted("read", theOutreachUser),
  request: { params, query: pageQuery(100, 1_000).omit({ after: true }) },
  responses: {
    200: json("The rows", quarantineAnswer),
    ...problems(401, 403, 404, 422, 429, 503),
  },
});

const change = createRoute({
  method: "patch",
  path: "/v1/outreach-users/{id}",
  operationId: "changeOutreachUser",
  tags,
  summary: "Change an Outreach user",
  description: "Changes the fields that are present; the others stay as they are.",
  ...permitted("manageOutreachUsers", theOutreachUser),
  request: { params, body: jsonBody(outreachUserChanges) },
  responses: {
    200: json("The Outreach user as it is now", outreachUserDetail),
    ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
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
  ...permitted("manageOutreachUsers", theOutreachUser),
  request: { params },
  responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 409, 429, 503) },
});

const disconnect = action("disconnect", "manageOutreachUsers", {
  operationId: "disconnectOutreachUser",
  summary: "Disconnect an Outreach user",
  description:
    "Forgets its tokens. Updates are still accepted and are kept until somebody connects it again. To take the access back at Outreach too, remove the application there.",
});
const pause = action("pause", "pauseDelivery", {
  operationId: "pauseDelivery",
  summary: "Pause delivery",
  description: "Sends nothing more until delivery is resumed. Updates are accepted and kept.",
});
const resume = action("resume", "pauseDelivery", {
  operationId: "resumeDelivery",
  summary: "Resume delivery",
  description:
    "Ends a pause. Where a maintenance or a failing Outreach is waited for, it is tried again at once.",
});

function action<Name extends "disconnect" | "pause" | "resume">(
  name: Name,
  task: Task,
  words: { readonly operationId: string; readonly summary: string; readonly description: string },
) {
  return createRoute({
    method: "post",
    path: `/v1/outreach-users/{id}/${name}`,
    tags,
    ...words,
    ...permitted(task, theOutreachUser),
    request: { params },
    responses: {
      200: json("The Outreach user as it is now", outreachUserDetail),
      ...problems(401, 403, 404, 413, 429, 503),
    },
  });
}

export function outreachUserRoutes(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  const detailOf = async (c: Context<AppEnv>, user: OutreachUserRecord) => {
    const [status, destinations] = await Promise.all([
      outreachUser(c.env, user.id).status(),
      destinationsOf(c.env.SETTINGS, user.id),
    ]);
    const ids = destinations.map(({ id }) => id);
    return toDetail(user, connectUrlFor(c, user), status, ids);
  };

  /** Whoever has the link decides whom prospects are updated as. */
  const connectUrlFor = (c: Context<AppEnv>, user: OutreachUserRecord) =>
    isPermitted(c, "manageOutreachUsers") ? connectUrlOrNull(c, user.id, now()) : null;

  return newRouter()
    .openapi(create, async (c) => {
      // Nothing is added where its link could not be told.
      publicBaseUrl(c);
      const user = await addOutreachUser(c.env, dependencies, c.req.valid("json"));
      return c.json(toAdded(user, connectUrl(c, user.id, now())), 201);
    })
    .openapi(list, async (c) => {
      const { limit, after = null } = c.req.valid("query");
      const { entries, next } = await listOutreachUsers(c.env.SETTINGS, { limit, after });
      const summaries = entries.map((user) => toSummary(user, connectUrlFor(c, user)));
      return c.json({ outreachUsers: summaries, next }, 200);
    })
    .openapi(read, async (c) => {
      return c.json(await detailOf(c, c.get("user")), 200);
    })
    .openapi(activity, async (c) => {
      const user = c.get("user");
      const { limit } = c.req.valid("query");
      return c.json(toActivity(await outreachUser(c.env, user.id).activity(limit)), 200);
    })
    .openapi(quarantine, async (c) => {
      const user = c.get("user");
      const { limit } = c.req.valid("query");
      return c.json(toQuarantine(await outreachUser(c.env, user.id).quarantine(limit)), 200);
    })
    .openapi(change, async (c) => {
      const before = c.get("user");
      const after = await changeOutreachUser(c.env, dependencies, before, c.req.valid("json"));
      return c.json(await detailOf(c, after), 200);
    })
    .openapi(remove, async (c) => {
      const user = c.get("user");
      const removal = await removeOutreachUser(c.env, dependencies, user);
      if (removal.ok) return c.body(null, 204);
      return problem(c, "outreach_user_in_use", { detail: removal.detail });
    })
    .openapi(disconnect, async (c) => {
      const user = c.get("user");
      await outreachUser(c.env, user.id).disconnect();
      return c.json(await detailOf(c, user), 200);
    })
    .openapi(pause, async (c) => {
      const user = c.get("user");
      await outreachUser(c.env, user.id).pause();
      return c.json(await detailOf(c, user), 200);
    })
    .openapi(resume, async (c) => {
      const user = c.get("user");
      await outreachUser(c.env, user.id).resume();
      return c.json(await detailOf(c, user), 200);
    });
}
