/**
 * The token endpoint of the data plane: a destination's client id and secret for an access token.
 *
 * Promises: errors are problem documents that also carry what RFC 6749, section 5.2, asks for; a wrong secret and an
 * unknown client get the same answer; none is cached.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { grantFor } from "../registry/credentials.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { findDestinationByClientId } from "../registry/destinations.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { databaseUnavailable } from "../http/failures.ts";
import { limitBody, OPEN } from "../http/gate.ts";
import { PROBLEM_TYPES, type ProblemCode } from "../http/problem-types.ts";
import {
  PROBLEM_JSON,
  problemDocument,
  toDocument,
  type ProblemParts,
  type StatusOf,
} from "../http/problem.ts";
import { json, problems } from "../http/routing.ts";
import { logEvent } from "../log.ts";
import { signAccessToken } from "../security/access-token.ts";
import { readTokenRequest, type TokenError } from "./token-request.ts";

const FORM = "application/x-www-form-urlencoded";

const tokenForm = z
  .object({
    grant_type: z.literal("client_credentials"),
    client_id: z.string().optional().openapi({ description: "Unless sent with HTTP Basic" }),
    client_secret: z.string().optional().openapi({ description: "Unless sent with HTTP Basic" }),
  })
  .openapi("TokenRequest");

const tokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().openapi({ description: "Seconds", example: 86_400 }),
  })
  .openapi("AccessToken");

const tokenProblem = problemDocument
  .extend({
    error: z.enum(["invalid_request", "unsupported_grant_type", "invalid_client"]),
    error_description: z.string(),
  })
  .openapi("TokenProblem", { description: "A problem document with OAuth's own error fields" });

const tokenProblems = (description: string) =>
  ({ description, content: { [PROBLEM_JSON]: { schema: tokenProblem } } }) as const;

const token = createRoute({
  method: "post",
  path: "/v1/oauth/token",
  operationId: "getAccessToken",
  tags: ["Profiles"],
  summary: "Get an access token",
  description:
    "OAuth 2 client credentials, as Adobe's HTTP API destination offers them: a destination's client id and client secret, in the form or with HTTP Basic. The token is good for 24 hours.",
  security: [{ clientBasic: [] }, {}],
  // The credential may be in the body, so that much of it is read of anybody.
  middleware: [...OPEN.middleware, limitBody("credential")],
  request: {
    // By reference: the body is read below, because its errors are OAuth's.
    body: {
      required: true,
      content: { [FORM]: { schema: { $ref: "#/components/schemas/TokenRequest" } } },
    },
  },
  responses: {
    ...problems(413, 503),
    200: json("The access token", tokenAnswer),
    400: tokenProblems("A parameter is missing, repeated, or asks for another grant."),
    401: tokenProblems("Client id or client secret is wrong."),
    415: tokenProblems("The body is not a form."),
  },
});

export function tokenRoutes({ now }: Dependencies) {
  const router = newRouter();
  router.openAPIRegistry.register("TokenRequest", tokenForm);
  return router.openapi(token, async (c) => {
    // With `Cache-Control: no-store`, which every answer has, what RFC 6749, 5.1, asks for.
    c.header("Pragma", "no-cache");
    const [contentType = ""] = (c.req.header("Content-Type") ?? "").split(";");
    if (contentType.trim().toLowerCase() !== FORM) {
      const detail = `Send a form: \`Content-Type: ${FORM}\`.`;
      return refuse(c, "unsupported_media_type", "invalid_request", { detail });
    }
    const form = new TextDecoder().decode(await c.req.arrayBuffer());
    const request = readTokenRequest(form, c.req.header("Authorization") ?? null);
    if (!request.ok) {
      const { error, detail } = request;
      if (error === "invalid_client") return refuseClient(c, { detail });
      if (error === "invalid_request") return refuse(c, "token_request_invalid", error, { detail });
      return refuse(c, "grant_type_unsupported", error, { detail });
    }
    const { clientId, clientSecret } = request.client;
    const destination = await findDestinationByClientId(c.env.SETTINGS, clientId).catch(
      databaseUnavailable,
    );
    const grant = destination && grantFor(destination.credentials, clientSecret, now());
    if (!destination || !grant) {
      logEvent("token_refused", { destinationId: destination?.id ?? null });
      return refuseClient(c);
    }
    const { encryptionKey } = c.get("settings");
    const claims = { destinationId: destination.id, clientSecretVersion: grant.version };
    const accessToken = await signAccessToken(encryptionKey, claims, now(), grant.lifetimeMs);
    const answer: z.infer<typeof tokenAnswer> = {
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: Math.floor(grant.lifetimeMs / 1000),
    };
    return c.json(answer, 200);
  });
}

/** RFC 6749 asks for a challenge in the scheme that the client used; Basic serves both. */
function refuseClient(c: Context<AppEnv>, parts: ProblemParts = {}) {
  const headers = { "WWW-Authenticate": 'Basic realm="outreach-edge"' };
  return refuse(c, "client_unknown", "invalid_client", { ...parts, headers });
}

function refuse<Code extends ProblemCode>(
  c: Context<AppEnv>,
  code: Code,
  error: TokenError,
  parts: ProblemParts,
) {
  const status: StatusOf<Code> = PROBLEM_TYPES[code].status;
  const document = toDocument(code, parts);
  const body: z.infer<typeof tokenProblem> = {
    ...document,
    error,
    error_description: document.detail,
  };
  return c.json(body, status, { ...parts.headers, "Content-Type": PROBLEM_JSON });
}
