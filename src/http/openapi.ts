/**
 * The frame of the API's description: what it is about, its groups and its ways to authenticate. Everything else is
 * generated from the routes and their schemas.
 * @module
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./context.ts";
import { hostCookie } from "./cookies.ts";

export type ApiDescription = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;

const FRAME = {
  openapi: "3.1.0",
  info: {
    title: "Outreach Edge",
    version: "1",
    description:
      "Brings Outreach prospects up to date with the profiles that Adobe Experience Platform streams. Profiles are accepted at once and kept durably; what has to change at Outreach is worked out and sent within the Outreach user's rate limit.\n\nErrors are problem documents (RFC 9457, `application/problem+json`). Times are ISO 8601 in UTC.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  tags: [
    {
      name: "Profiles",
      description:
        "What Adobe Experience Platform calls, with a destination's ingest token or an access token",
    },
    {
      name: "Outreach users",
      description: "Whom prospects are updated as: connection, rate limit and backlog",
    },
    { name: "Destinations", description: "How profiles become prospect updates" },
    { name: "Activity", description: "What became of the profiles" },
    { name: "Failures", description: "What Outreach refused, and how to go on" },
    { name: "Alerts", description: "What a webhook is told when something needs a person" },
    { name: "People", description: "Who signs in to the console, and what they may do there" },
    { name: "Service", description: "The Worker about itself" },
  ],
};

/** Registers the ways to authenticate; operations refer to them by these names. */
export function registerSecuritySchemes(app: OpenAPIHono<AppEnv>): void {
  const register = app.openAPIRegistry.registerComponent.bind(app.openAPIRegistry);
  register("securitySchemes", "adminToken", {
    type: "http",
    scheme: "bearer",
    description:
      "The administrator's token, the secret `ADMIN_TOKEN` of the Worker. It may do everything",
  });
  register("securitySchemes", "consoleSession", {
    type: "apiKey",
    in: "cookie",
    name: hostCookie("outreach_edge_console"),
    description:
      "The session of whoever is signed in at `/console`, as far as their permission reaches: each operation names what it needs as `x-permission`. Counts where no token is sent and, for what changes something, where the request's `Origin` is the Worker itself. Over http, in local development, the name is without `__Host-`",
  });
  register("securitySchemes", "ingestToken", {
    type: "http",
    scheme: "bearer",
    description: "A destination's ingest token, shown when the destination was added",
  });
  register("securitySchemes", "accessToken", {
    type: "oauth2",
    description: "An access token for a destination's client id and client secret",
    flows: { clientCredentials: { tokenUrl: "/v1/oauth/token", scopes: {} } },
  });
  register("securitySchemes", "clientBasic", {
    type: "http",
    scheme: "basic",
    description: "A destination's client id and client secret",
  });
}

/** Describes every route of the app. */
export function describeApi(app: OpenAPIHono<AppEnv>): ApiDescription {
  return app.getOpenAPI31Document(FRAME);
}
