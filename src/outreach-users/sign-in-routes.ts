/**
 * The sign-in at Outreach: the link that begins it and the address that Outreach comes back to. Both are opened by
 * browsers without a token: the link is signed, and the way back carries the `state` that the object made.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf } from "../registry/destinations.ts";
import { fieldsWithoutLabel } from "../destinations/warnings.ts";
import { ADDRESS_MISSING, knownBaseUrl, redirectUri } from "../http/base-url.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { OPEN } from "../http/gate.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { page, problemPage, wantsJson } from "../http/page.ts";
import type { ProblemCode } from "../http/problem-types.ts";
import { problems } from "../http/routing.ts";
import { logEvent } from "../log.ts";
import type { ConnectionStatus, ConnectResult } from "../engine/api.ts";
import { checkConnectLink } from "../security/connect-link.ts";
import { connectedAnswer, toConnection } from "./schemas.ts";
import { signedInPage } from "./sign-in-page.ts";
import { findOutreachUser, type OutreachUserRecord } from "../registry/outreach-users.ts";

const tags = ["Outreach users"];
/** Outreach's codes and states are short; anything longer is not Outreach's. */
const QUERY_MAX = 4_000;

const connect = createRoute({
  method: "get",
  path: "/v1/outreach-users/{id}/connect",
  operationId: "connectOutreachUser",
  tags,
  summary: "Connect an Outreach user",
  description:
    "The `connectUrl` of an Outreach user: leads to Outreach's sign-in page. Needs no token; the link is signed and good for a week.",
  ...OPEN,
  request: {
    params: z.object({ id: idParameter("id", "The Outreach user's id") }),
    query: z.object({
      expires: z.string().max(20).default("").openapi({ description: "Epoch seconds" }),
      signature: z.string().max(100).default(""),
    }),
  },
  responses: {
    302: { description: "To Outreach's sign-in page" },
    ...problems(403, 404, 410, 422, 503),
  },
});

const callback = createRoute({
  method: "get",
  path: "/v1/outreach/callback",
  operationId: "completeSignIn",
  tags,
  summary: "Come back from Outreach's sign-in page",
  description:
    "The redirect URI to register with the Outreach application. Answers with a page, or with JSON where `Accept: application/json` asks for it.",
  ...OPEN,
  request: {
    query: z.object({
      state: z
        .string()
        .max(500)
        .default("")
        .openapi({ description: "What the sign-in began with" }),
      code: z.string().max(2_000).optional(),
      error: z.string().max(200).optional(),
      error_description: z.string().max(1_000).optional(),
    }),
  },
  responses: {
    303: { description: "Back to the console, for whoever is signed in there" },
    200: {
      description: "Connected",
      content: {
        "text/html": { schema: z.string() },
        "application/json": { schema: connectedAnswer },
      },
    },
    ...problems(400, 409, 422, 502, 503),
  },
});

const RESULT_PROBLEMS = {
  unknown_state: "sign_in_unknown",
  denied: "sign_in_denied",
  busy: "sign_in_busy",
  exchange_failed: "sign_in_failed",
} as const satisfies Record<Extract<ConnectResult, { ok: false }>["reason"], ProblemCode>;

export function signInRoutes({ outreachUser, now }: Dependencies) {
  return newRouter()
    .openapi(connect, async (c) => {
      const { id } = c.req.valid("param");
      const { encryptionKey } = c.get("settings");
      const verdict = checkConnectLink(encryptionKey, id, c.req.valid("query"), now());
      if (verdict === "forged") return problemPage(c, "connect_link_invalid");
      if (verdict === "expired") return problemPage(c, "connect_link_expired");
      const user = await findOutreachUser(c.env.SETTINGS, id);
      if (!user) return problemPage(c, "outreach_user_not_found");
      if (knownBaseUrl(c) === null) {
        return problemPage(c, "settings_invalid", { detail: ADDRESS_MISSING.detail });
      }
      const begun = await outreachUser(c.env, id).beginConnection(redirectUri(c));
      return c.redirect(begun.authorizeUrl, 302);
    })
    .openapi(callback, async (c) => {
      const { state } = c.req.valid("query");
      // The object made the state and put its id before the dot, so that nothing has to be remembered here.
      const [id = ""] = state.split(".", 1);
      // An object comes into being by being called; only those of known users are.
      const user = await findOutreachUser(c.env.SETTINGS, id);
      const query = new URL(c.req.url).search.slice(1);
      if (!user || query.length > QUERY_MAX) return problemPage(c, "sign_in_unknown");
      const object = outreachUser(c.env, id);
      const result = await object.completeConnection(query, redirectUri(c));
      if (!result.ok) {
        logEvent("sign_in_failed", { outreachUserId: id, reason: result.reason });
        if (isInConsole(c)) return backToConsole(c, id, RESULT_PROBLEMS[result.reason]);
        return problemPage(c, RESULT_PROBLEMS[result.reason], { detail: result.detail });
      }
      logEvent("outreach_user_connected", { outreachUserId: id });
      if (isInConsole(c)) return backToConsole(c, id, "connected");
      const status = await object.status().catch(nullWhenUnavailable);
      return answerConnected(c, user, status?.connection ?? justConnected(result.identity));
    });
}

function isInConsole(c: Context<AppEnv>): boolean {
  return c.get("viewer") !== null && !wantsJson(c);
}

function backToConsole(c: Context<AppEnv>, id: string, how: ProblemCode | "connected") {
  return redirectWithFlash(c, `/console/outreach-users/${id}`, how);
}

async function answerConnected(
  c: Context<AppEnv>,
  user: OutreachUserRecord,
  connection: ConnectionStatus,
) {
  if (wantsJson(c)) {
    return c.json({ id: user.id, name: user.name, connection: toConnection(connection) }, 200);
  }
  const destinations = await destinationsOf(c.env.SETTINGS, user.id);
  const fields = fieldsWithoutLabel(destinations, connection);
  const body = signedInPage({ userName: user.name, connection, fieldsWithoutLabel: fields });
  return page("Connected to Outreach", body);
}

/** What is known where the object does not answer once more after the sign-in: it worked. */
function justConnected(identity: ConnectionStatus["identity"]): ConnectionStatus {
  return {
    status: "connected",
    detail: null,
    connectedAt: null,
    accessTokenExpiresAt: null,
    identity,
    missingScopes: [],
  };
}
