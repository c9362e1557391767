/**
 * The whole HTTP side: what every request passes through, then the routes.
 * @module
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { z } from "zod";
import { peopleRoutes } from "./access/people-routes.ts";
import { withSession } from "./access/session.ts";
import { callsRoutes } from "./outreach-users/calls-routes.ts";
import { forecastRoutes } from "./outreach-users/forecast-routes.ts";
import { outreachUserRoutes } from "./outreach-users/routes.ts";
import { signInRoutes } from "./outreach-users/sign-in-routes.ts";
import { activityRoutes } from "./destinations/activity-routes.ts";
import { alertRoutes } from "./destinations/alert-routes.ts";
import { DestinationCache } from "./registry/cache.ts";
import { credentialRoutes } from "./destinations/credential-routes.ts";
import type { Dependencies } from "./destinations/dependencies.ts";
import { failureRoutes } from "./destinations/failure-routes.ts";
import { destinationRoutes } from "./destinations/routes.ts";
import { newRouter, type AppEnv } from "./http/context.ts";
import { serviceRoutes } from "./http/docs.ts";
import { answerError, answerMethodNotAllowed, answerNotFound } from "./http/failures.ts";
import { outreachUserClient, overflowClient } from "./http/object-clients.ts";
import { describeApi, registerSecuritySchemes } from "./http/openapi.ts";
import { problemPage } from "./http/page.ts";
import { problem, retryAfter } from "./http/problem.ts";
import { plainWords } from "./http/validation.ts";
import { ingestRoutes } from "./ingest/routes.ts";
import { statusRoutes } from "./prospects/routes.ts";
import { tokenRoutes } from "./ingest/token-routes.ts";
import { logEvent } from "./log.ts";
import type { OutreachUserApi } from "./engine/api.ts";
import { overflowName, type OverflowApi } from "./overflow/api.ts";
import { withOverflow } from "./overflow/client.ts";
import { Spillway } from "./overflow/spillway.ts";
import { readyRoutes } from "./ready.ts";
import { readSettings } from "./settings.ts";

export interface AppOptions {
  /** A new stub for the object of one Outreach user. */
  readonly outreachUser: (env: Env, id: string) => OutreachUserApi;
  /** A new stub for one of a user's overflow objects. */
  readonly overflow: (env: Env, name: string) => OverflowApi;
  /** Epoch ms. */
  readonly now: () => number;
  /** Pages for people. Programs that Node runs without a compiler do without: pages are JSX. */
  readonly consoleRoutes?: (dependencies: Dependencies) => OpenAPIHono<AppEnv>;
}

/** Builds the app; everything that it does not decide itself is handed in. */
export function createApp(options: AppOptions): OpenAPIHono<AppEnv> {
  const { outreachUser, overflow, now, consoleRoutes } = options;
  z.config({ customError: plainWords });
  const spillway = new Spillway({
    now,
    pause,
    random: Math.random,
    log: (outreachUserId) => logEvent("outreach_user_bypassed", { outreachUserId }),
  });
  const dependencies: Dependencies = {
    outreachUser: (env, id) =>
      withOverflow(
        id,
        outreachUserClient(() => outreachUser(env, id)),
        (shard) => overflowClient(() => overflow(env, overflowName(id, shard))),
        spillway,
      ),
    now,
    destinations: new DestinationCache(now),
  };
  const app = newRouter();
  app.use(requestId(), safeHeaders);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: answerMethodNotAllowed }));
  app.use(withSettings);
  app.use("/v1/*", withSession(now));
  app.onError(answerError);
  app.notFound(answerNotFound);

  app.route(
    "/",
    serviceRoutes(() => describeApi(app)),
  );
  app.route("/", readyRoutes(dependencies));
  app.route("/", ingestRoutes(dependencies));
  app.route("/", statusRoutes(dependencies));
  app.route("/", tokenRoutes(dependencies));
  app.route("/", outreachUserRoutes(dependencies));
  app.route("/", callsRoutes(dependencies));
  app.route("/", forecastRoutes(dependencies));
  app.route("/", signInRoutes(dependencies));
  app.route("/", destinationRoutes(dependencies));
  app.route("/", credentialRoutes(dependencies));
  app.route("/", activityRoutes(dependencies));
  app.route("/", failureRoutes(dependencies));
  app.route("/", alertRoutes(dependencies));
  app.route("/", peopleRoutes(dependencies));
  if (consoleRoutes) app.route("/", consoleRoutes(dependencies));
  registerSecuritySchemes(app);
  return app;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Answers are for their caller alone; pages set a policy of their own. */
const safeHeaders = createMiddleware<AppEnv>(async function safeHeaders(c, next) {
  await secure(c, next);
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});

const secure = secureHeaders({
  overwrite: false,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
  // Whether other hosts of the domain have certificates is not the Worker's to say.
  strictTransportSecurity: "max-age=15552000",
});

/** Routes that tell something even where a setting is missing. */
const WITHOUT_SETTINGS: ReadonlySet<string> = new Set(["/ready", "/version"]);
const DATA_PLANE = /^\/v1\/(destinations\/[^/]+\/profiles|profiles|oauth\/token)$/;
/** Somebody has to set it and deploy. */
const SETTING_RETRY_MS = 60_000;

/**
 * Without a required setting the Worker can say which one is missing, and that it runs. Whoever sends profiles is asked
 * to send them again.
 */
const withSettings = createMiddleware<AppEnv>(async function withSettings(c, next) {
  if (c.req.path === "/health") return next();
  const result = readSettings(c.env);
  if (result.ok) c.set("settings", result.settings);
  if (result.ok || WITHOUT_SETTINGS.has(c.req.path)) return next();
  const detail = result.faults.map((fault) => fault.detail).join(" ");
  if (DATA_PLANE.test(c.req.path)) {
    return problem(c, "unavailable", { detail, headers: retryAfter(SETTING_RETRY_MS) });
  }
  const isPage = /^\/console(\/|$)/.test(c.req.path);
  return (isPage ? problemPage : problem)(c, "settings_invalid", { detail });
});
