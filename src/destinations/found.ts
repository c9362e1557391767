/**
 * What a path names, looked up before its route acts: the destination, or the 404.
 * @module
 */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../http/context.ts";
import { problem } from "../http/problem.ts";
import { findDestination, type Destination } from "../registry/destinations.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** Present where the route's gate or `theDestination` looked it up. */
    destination: Destination;
  }
}

/** For paths with a destination's `id`: the route finds it as `destination`. */
export const theDestination = createMiddleware<AppEnv>(async function found(c, next) {
  const destination = await findDestination(c.env.SETTINGS, c.req.param("id") ?? "");
  if (!destination) return problem(c, "destination_not_found");
  c.set("destination", destination);
  return next();
});
