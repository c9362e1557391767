/**
 * Destinations: making, reading, changing and deleting them.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findOutreachUser } from "../connections/store.ts";
import { publicBaseUrl } from "../http/base-url.ts";
import { newRouter, type AppEnv, type Dependencies } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { problem, type FieldError } from "../http/problem.ts";
import { adminOnly, json, jsonBody, pageQuery, problems } from "../http/routing.ts";
import { invalidRequest } from "../http/validation.ts";
import { logEvent } from "../log.ts";
import { checkMappingSettings } from "../mapping/check-settings.ts";
import type { MappingSettings } from "../mapping/settings.ts";
import { newId } from "../security/secrets.ts";
import { newCredentials } from "./credentials.ts";
import {
  createdDestination,
  destinationChanges,
  destinationList,
  destinationWithWarnings,
  newDestination,
  toAnswer,
} from "./schemas.ts";
import {
  deleteDestination,
  destinationsOf,
  findDestination,
  insertDestination,
  listDestinations,
  updateDestination,
  type Destination,
} from "./store.ts";
import { destinationWarnings } from "./warnings.ts";

const tags = ["Destinations"];
const params = z.object({ id: idParameter("id", "The destination's id") });
/** Settings of more destinations are not looked through for warnings. */
const SIBLINGS_MAX = 100;

const create = createRoute({
  method: "post",
  path: "/v1/destinations",
  operationId: "addDestination",
  tags,
  summary: "Add a destination",
  description:
    "Adds an address that Adobe Experience Platform streams profiles to, and says how they become prospect updates: which profile attribute goes into which prospect attribute (`mappings`), and which audience's status into which custom field (`audiences`, with Adobe's Mapping ID). The answer shows `ingestToken` and `clientSecret` this once.",
  ...adminOnly,
  request: { body: jsonBody(newDestination) },
  responses: {
    201: json("The destination, with its secrets", createdDestination),
    ...problems(400, 401, 413, 415, 422, 503),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/destinations",
  operationId: "listDestinations",
  tags,
  summary: "List destinations",
  ...adminOnly,
  request: { query: pageQuery(100, 500) },
  responses: {
    200: json("Destinations in the order in which they were added", destinationList),
    ...problems(401, 422, 503),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/destinations/{id}",
  operationId: "readDestination",
  tags,
  summary: "Read a destination",
  description: "Its settings, and warnings about them as of now. Secrets are never shown again.",
  ...adminOnly,
  request: { params },
  responses: {
    200: json("The destination", destinationWithWarnings),
    ...problems(401, 404, 503),
  },
});

const change = createRoute({
  method: "patch",
  path: "/v1/destinations/{id}",
  operationId: "changeDestination",
  tags,
  summary: "Change a destination",
  description:
    "Replaces the fields that are present, each as a whole; the others stay as they are. The result is checked like a new destination. What was accepted before is delivered as it was mapped then.",
  ...adminOnly,
  request: { params, body: jsonBody(destinationChanges) },
  responses: {
    200: json("The destination as it is now", destinationWithWarnings),
    ...problems(400, 401, 404, 409, 413, 415, 422, 503),
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
  ...adminOnly,
  request: { params },
  responses: { 204: { description: "Deleted" }, ...problems(401, 404, 503) },
});

export function destinationRoutes({ outreachUser, destinations, now }: Dependencies) {
  return newRouter()
    .openapi(create, async (c) => {
      const {
        name,
        description = null,
        outreachUserId,
        enabled,
        ...settings
      } = c.req.valid("json");
      const errors: FieldError[] = [...checkMappingSettings(settings)];
      if (!(await findOutreachUser(c.env.SETTINGS, outreachUserId))) errors.push(NO_OUTREACH_USER);
      if (errors.length > 0) return invalidRequest(c, errors);
      const { credentials, secrets } = newCredentials();
      const at = now();
      const destination: Destination = {
        id: newId("destination"),
        name,
        description,
        outreachUserId,
        settings,
        enabled,
        credentials,
        createdAt: at,
        updatedAt: at,
        revision: 1,
      };
      const inserted = await insertDestination(c.env.SETTINGS, destination);
      if (!inserted) return invalidRequest(c, [NO_OUTREACH_USER]);
      logEvent("destination_added", { destinationId: destination.id });
      return c.json({ ...(await withWarnings(c, destination)), ...secrets }, 201);
    })
    .openapi(list, async (c) => {
      const { limit, after = null } = c.req.valid("query");
      const { entries, next } = await listDestinations(c.env.SETTINGS, { limit, after });
      const answers = entries.map((destination) => toAnswer(destination, publicBaseUrl(c)));
      return c.json({ destinations: answers, next }, 200);
    })
    .openapi(read, async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.valid("param").id);
      if (!destination) return problem(c, "destination_not_found");
      return c.json(await withWarnings(c, destination), 200);
    })
    .openapi(change, async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.valid("param").id);
      if (!before) return problem(c, "destination_not_found");
      const { outreachUserId, ...changes } = c.req.valid("json");
      const settings = mergeSettings(before.settings, changes);
      const errors: FieldError[] = [...checkMappingSettings(settings)];
      if (outreachUserId !== undefined && outreachUserId !== before.outreachUserId) {
        errors.push(OUTREACH_USER_FIXED);
      }
      if (errors.length > 0) return invalidRequest(c, errors);
      const { name = before.name, description = before.description } = changes;
      const { enabled = before.enabled } = changes;
      const after = await updateDestination(
        c.env.SETTINGS,
        before,
        { name, description, enabled, settings },
        now(),
      );
      destinations.forget(before.id);
      if (!after) return problem(c, "destination_changed");
      logEvent("destination_changed", { destinationId: before.id });
      return c.json(await withWarnings(c, after), 200);
    })
    .openapi(remove, async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.valid("param").id);
      if (!destination) return problem(c, "destination_not_found");
      // The object goes first: should the row's deletion fail, the request can be repeated.
      await outreachUser(c.env, destination.outreachUserId).forgetDestination(destination.id);
      await deleteDestination(c.env.SETTINGS, destination.id);
      destinations.forget(destination.id);
      logEvent("destination_deleted", { destinationId: destination.id });
      return c.body(null, 204);
    });

  /** Warnings are not worth failing for: a destination that was saved is saved. */
  async function withWarnings(c: Context<AppEnv>, destination: Destination) {
    const { id, outreachUserId } = destination;
    const [senders, status] = await Promise.all([
      destinationsOf(c.env.SETTINGS, outreachUserId, SIBLINGS_MAX),
      outreachUser(c.env, outreachUserId).status().catch(nullWhenUnavailable),
    ]);
    const siblings = senders.filter((sender) => sender.id !== id);
    const warnings = destinationWarnings(destination, siblings, status?.connection ?? null);
    return { ...toAnswer(destination, publicBaseUrl(c)), warnings };
  }
}

const NO_OUTREACH_USER: FieldError = {
  pointer: "/outreachUserId",
  code: "outreach_user_not_found",
  detail: "There is no Outreach user of this id. `GET /v1/outreach-users` lists them.",
};

const OUTREACH_USER_FIXED: FieldError = {
  pointer: "/outreachUserId",
  code: "outreach_user_fixed",
  detail:
    "A destination stays with its Outreach user: its runs and failures are kept there. To send as somebody else, connect the Outreach user anew, or add another destination.",
};

/** Top-level keys that are present replace those before. */
function mergeSettings(
  before: MappingSettings,
  changes: { readonly [Key in keyof MappingSettings]?: MappingSettings[Key] | undefined },
): MappingSettings {
  return {
    identity: changes.identity ?? before.identity,
    mappings: changes.mappings ?? before.mappings,
    audiences: changes.audiences ?? before.audiences,
    statusValues: changes.statusValues ?? before.statusValues,
  };
}
