/**
 * Destinations: making, reading, changing and deleting them.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { permitted } from "../access/bearer.ts";
import { isPermitted, notPermitted } from "../access/bearer.ts";
import { publicBaseUrl } from "../http/base-url.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody, pageQuery, problems } from "../http/routing.ts";
import { invalidRequest } from "../http/validation.ts";
import { alertContext } from "./alert-settings.ts";
import { addDestination, changeDestination, removeDestination, warningsOf } from "./changes.ts";
import type { Dependencies } from "./dependencies.ts";
import {
  changedDestination,
  createdDestination,
  destinationChanges,
  destinationList,
  destinationWithWarnings,
  newDestination,
  toAnswer,
} from "./schemas.ts";
import { listDestinations, type Destination } from "../registry/destinations.ts";
import { theDestination } from "./found.ts";

const tags = ["Destinations"];
const params = z.object({ id: idParameter("id", "The destination's id") });

const create = createRoute({
  method: "post",
  path: "/v1/destinations",
  operationId: "addDestination",
  tags,
  summary: "Add a destination",
  description:
    "Adds an address that Adobe Experience Platform streams profiles to, and says how they become prospect updates: which profile attribute goes into which prospect attribute (`mappings`), and which audience's status into which custom field (`audiences`, with Adobe's Mapping ID). The answer shows `ingestToken` and `clientSecret` this once.",
  ...permitted("manageDestinations"),
  request: { body: jsonBody(newDestination) },
  responses: {
    201: json("The destination, with its secrets", createdDestination),
    ...problems(400, 401, 403, 413, 415, 422, 429, 503),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/destinations",
  operationId: "listDestinations",
  tags,
  summary: "List destinations",
  ...permitted("read"),
  request: { query: pageQuery(100, 500) },
  responses: {
    200: json("Destinations in the order in which they were added", destinationList),
    ...problems(401, 403, 422, 429, 503),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/destinations/{id}",
  operationId: "readDestination",
  tags,
  summary: "Read a destination",
  description: "Its settings, and warnings about them as of now. Secrets are never shown again.",
  ...permitted("read", theDestination),
  request: { params },
  responses: {
    200: json("The destination", destinationWithWarnings),
    ...problems(401, 403, 404, 429, 503),
  },
});

const change = createRoute({
  method: "patch",
  path: "/v1/destinations/{id}",
  operationId: "changeDestination",
  tags,
  summary: "Change a destination",
  description:
    "Replaces the fields that are present, each as a whole; the others stay as they are. Of `statusValues` and `alerts`, each part counts by itself. The result is checked like a new destination. What was accepted before is delivered as it was mapped then. People need the permission `manage` for all but `identity`, `mappings`, `audiences` and `statusValues`.",
  ...permitted("activateAudiences", theDestination),
  request: { params, body: jsonBody(destinationChanges) },
  responses: {
    200: json("The destination as it is now", changedDestination),
    ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/destinations/{id}",
  operationId: "deleteDestination",
  tags,
  summary: "Delete a destination",
  description:
    "Deletes it with its credentials, counts and failures. Updates that were accepted are still delivered.",
  ...permitted("manageDestinations", theDestination),
  request: { params },
  responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 429, 503) },
});

/** What marketers set up; all else of a destination is managed. */
const ACTIVATION: ReadonlySet<string> = new Set([
  "identity",
  "mappings",
  "audiences",
  "statusValues",
]);

function isActivation(changes: object): boolean {
  return Object.keys(changes).every((name) => ACTIVATION.has(name));
}

export function destinationRoutes(dependencies: Dependencies) {
  return newRouter()
    .openapi(create, async (c) => {
      const input = c.req.valid("json");
      const added = await addDestination(c.env, dependencies, input, alertContext(c));
      if (!added.ok) return invalidRequest(c, added.errors);
      return c.json({ ...(await withWarnings(c, added.destination)), ...added.secrets }, 201);
    })
    .openapi(list, async (c) => {
      const { limit, after = null } = c.req.valid("query");
      const { entries, next } = await listDestinations(c.env.SETTINGS, { limit, after });
      const answers = entries.map((destination) => toAnswer(destination, publicBaseUrl(c)));
      return c.json({ destinations: answers, next }, 200);
    })
    .openapi(read, async (c) => {
      const destination = c.get("destination");
      return c.json(await withWarnings(c, destination), 200);
    })
    .openapi(change, async (c) => {
      const before = c.get("destination");
      const changes = c.req.valid("json");
      if (!isActivation(changes) && !isPermitted(c, "manageDestinations"))
        return notPermitted(c, "manageDestinations");
      const saved = await changeDestination(c.env, dependencies, before, changes, alertContext(c));
      if (saved.ok) {
        const answer = await withWarnings(c, saved.destination);
        const warnings = [...saved.warnings, ...answer.warnings];
        return c.json({ ...answer, warnings, ...saved.secrets }, 200);
      }
      if (saved.reason === "changed") return problem(c, "destination_changed");
      return invalidRequest(c, saved.errors);
    })
    .openapi(remove, async (c) => {
      const destination = c.get("destination");
      await removeDestination(c.env, dependencies, destination);
      return c.body(null, 204);
    });

  async function withWarnings(c: Context<AppEnv>, destination: Destination) {
    const warnings = await warningsOf(c.env, dependencies, destination);
    return { ...toAnswer(destination, publicBaseUrl(c)), warnings };
  }
}
