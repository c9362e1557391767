/**
 * What every route may count on: the type of its context, and what is handed in from outside.
 * @module
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { RequestIdVariables } from "hono/request-id";
import type { DestinationCache } from "../destinations/cache.ts";
import type { OutreachUserClient } from "../overflow/client.ts";
import type { Permission } from "../people/permissions.ts";
import type { Viewer } from "../people/viewer.ts";
import type { Settings } from "../settings.ts";
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

/** The world outside, as far as routes touch it. */
export interface Dependencies {
  /** The objects of one Outreach user; creating the reference calls nothing. */
  readonly outreachUser: (env: Env, id: string) => OutreachUserClient;
  /** Epoch ms. */
  readonly now: () => number;
  /** Destinations as the data plane sees them. */
  readonly destinations: DestinationCache;
}

/** An app whose invalid requests are answered with 422 and the fields to blame. */
export function newRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
}
