/**
 * What every route may count on: the type of its context.
 * @module
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { RequestIdVariables } from "hono/request-id";
import type { Permission } from "../people/permissions.ts";
import type { Viewer } from "../people/viewer.ts";
import type { Settings } from "../settings.ts";
import { requireGate, type GatedRoute } from "./gate.ts";
import { refuseInvalid } from "./validation.ts";

export interface AppEnv {
  Bindings: Env;
  Variables: RequestIdVariables & {
    /** Present on every request but `/health`, which needs none. */
    settings: Settings;
    /** Who is signed in to the console, where the request came from there; null for others. Present below `/v1` and `/console`. */
    viewer: Viewer | null;
    /** Epoch ms. Present below `/v1` and `/console`. */
    receivedAt: number;
    /** What the caller of the API may do; present where a route asked `requirePermission`. */
    held: Permission | null;
    /** What the page before did and this one tells, once; null: nothing. Present below `/console`. */
    flash: string | null;
  };
}

/** An app whose invalid requests are answered with 422 and the fields to blame. Each of its routes has a gate. */
export function newRouter(): OpenAPIHono<AppEnv> {
  const router = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  router.openapi = new Proxy(router.openapi, {
    apply(mount, self, args: [GatedRoute, ...unknown[]]) {
      requireGate(args[0]);
      return Reflect.apply(mount, self, args);
    },
  });
  return router;
}
