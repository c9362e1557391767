/**
 * The one Hono app behind every way to run the mock: the command line, in-process tests and Worker tests.
 * @module
 */
import { type Context, Hono, type Next } from "hono";
import { bulk } from "./api/bulk/routes.ts";
import { answerErrors } from "./api/checks.ts";
import { routeNotFound } from "./api/errors.ts";
import { resources } from "./api/resources.ts";
import { root } from "./api/root.ts";
import { requireToken } from "./api/token-check.ts";
import { ConnectionLost } from "./connection-lost.ts";
import type { MockEnv } from "./context.ts";
import { problem } from "./control/problem.ts";
import { controlRoutes } from "./control/routes.ts";
import { injectFaults, injectHeaders } from "./faults/inject.ts";
import { enforceLimit } from "./limits/enforce.ts";
import type { MockHolder } from "./mock.ts";
import { authorize } from "./oauth/authorize.ts";
import { token } from "./oauth/token.ts";
import { pages } from "./pages/index.ts";
import { observe } from "./traffic/observe.ts";

export function createApp(holder: MockHolder): Hono<MockEnv> {
  const app = new Hono<MockEnv>({ strict: false });

  app.use("*", async (c, next) => {
    c.set("world", holder.world);
    return catchUp(c, next);
  });

  // The order of the checks is Outreach's: token, limit, route, scope, content type, then the rest.
  app.use("/api/*", observe, injectHeaders, requireToken, enforceLimit, injectFaults, catchUp);
  app.route("/api/v2", root);
  app.route("/api/v2", resources);
  app.route("/api/v2", bulk);

  app.use("/oauth/*", observe, injectHeaders, injectFaults);
  app.route("/oauth/authorize", authorize);
  app.route("/oauth/token", token);

  app.route("/__mock", controlRoutes(holder));
  app.route("/", pages);

  app.notFound((c) => {
    if (c.req.path.startsWith("/api")) {
      return answerErrors(c, [routeNotFound(c.req.method, c.req.path)]);
    }
    if (c.req.path.startsWith("/__mock")) {
      return problem(c, 404, "No such route", "GET /__mock lists what there is.");
    }
    return c.text("Not found. Outreach's API is under /api/v2.", 404);
  });

  app.onError((error, c) => {
    if (error instanceof ConnectionLost) throw error;
    return problem(c, 500, "mock-outreach failed", "This is a mistake in mock-outreach itself.");
  });

  return app;
}

/** Carries out what bulk jobs had to do by now: when a call comes, and again once it has waited. */
function catchUp(c: Context<MockEnv>, next: Next): Promise<void> {
  c.var.world.jobs.catchUp();
  return next();
}
