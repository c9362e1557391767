/**
 * Whether the Worker has what it needs, and which version it is.
 *
 * Promises: what is wrong is named with its remedy, and no value is told; asked often, it looks seldom.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Dependencies } from "./destinations/dependencies.ts";
import { settingFaults } from "./http/base-url.ts";
import { newRouter } from "./http/context.ts";
import { databaseTrouble } from "./http/failures.ts";
import { OPEN } from "./http/gate.ts";
import { PROBLEM_TYPES } from "./http/problem-types.ts";
import { problem, retryAfter, type FieldError } from "./http/problem.ts";
import { json, problems } from "./http/routing.ts";
import { logError } from "./log.ts";
import { listOutreachUsers } from "./registry/outreach-users.ts";
import { readSettings, type SettingFault } from "./settings.ts";

/** The same as in package.json, which is not bundled. */
export const VERSION = "0.1.0";

const tags = ["Service"];
/** Anybody may ask, and D1 and an object are asked in turn. */
const LOOK_AGAIN_MS = 5_000;
/** What is wrong here is put right by a person, or by the platform within a minute. */
const RETRY_MS = 60_000;

const ready = createRoute({
  method: "get",
  path: "/ready",
  operationId: "ready",
  tags,
  summary: "Readiness",
  description:
    "Whether settings, database and objects are as they should be. A 503 lists in `errors` what is wrong: `setting_wrong`, `database`, `objects`. An optional setting that is wrong counts as left out, and is listed all the same. Database and objects are looked at once in five seconds.",
  ...OPEN,
  responses: {
    200: json("All is well", z.object({ status: z.literal("ready") }).openapi("Ready")),
    ...problems(503),
  },
});

const versionRoute = createRoute({
  method: "get",
  path: "/version",
  operationId: "version",
  tags,
  summary: "Version",
  ...OPEN,
  responses: {
    200: json(
      "The version",
      z
        .object({
          version: z.string().openapi({ example: "0.1.0" }),
          commit: z.string().nullable().openapi({
            description: "What `COMMIT` was at the deployment; null where it was not given",
          }),
        })
        .openapi("Version"),
    ),
    ...problems(),
  },
});

/** Given as a variable: `npm run deploy -- --var COMMIT:$(git rev-parse --short HEAD)`. */
const build = z.object({ COMMIT: z.string().max(100).min(1).nullable().catch(null) });

export function readyRoutes(dependencies: Dependencies) {
  let looked: { readonly at: number; readonly faults: readonly FieldError[] } | null = null;

  async function platformFaults(env: Env): Promise<readonly FieldError[]> {
    const at = dependencies.now();
    if (looked && at - looked.at < LOOK_AGAIN_MS) return looked.faults;
    const faults = await lookAtPlatform(env, dependencies);
    looked = { at, faults };
    return faults;
  }

  return newRouter()
    .openapi(ready, async (c) => {
      const settings = readSettings(c.env);
      const faults = (settings.ok ? settingFaults(c) : settings.faults).map(toFieldError);
      const errors = [...faults, ...(await platformFaults(c.env))];
      if (errors.length === 0) return c.json({ status: "ready" as const }, 200);
      const detail = errors.map((error) => error.detail).join(" ");
      return problem(c, "not_ready", { detail, errors, headers: retryAfter(RETRY_MS) });
    })
    .openapi(versionRoute, (c) => {
      const { COMMIT: commit } = build.parse(c.env);
      return c.json({ version: VERSION, commit }, 200);
    });
}

function toFieldError({ detail }: SettingFault): FieldError {
  return { pointer: null, code: "setting_wrong", detail };
}

async function lookAtPlatform(
  env: Env,
  { outreachUser }: Dependencies,
): Promise<readonly FieldError[]> {
  let users;
  try {
    users = await listOutreachUsers(env.SETTINGS, { limit: 1, after: null });
  } catch (error) {
    logError("database_not_ready", error);
    const isNotSetUp = error instanceof Error && databaseTrouble(error) === "not_ready";
    const { meaning } = PROBLEM_TYPES[isNotSetUp ? "database_not_ready" : "unavailable"];
    return [{ pointer: null, code: "database", detail: `The database: ${meaning}` }];
  }
  try {
    // Any one of them: they run the same code on the same platform.
    for (const { id } of users.entries) await outreachUser(env, id).prospects([]);
    return [];
  } catch {
    const detail = "An Outreach user's object does not answer. What it holds is kept.";
    return [{ pointer: null, code: "objects", detail }];
  }
}
