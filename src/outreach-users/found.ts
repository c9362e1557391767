/**
 * What a path names, looked up before its route acts: the Outreach user, or the 404.
 * @module
 */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../http/context.ts";
import { problem } from "../http/problem.ts";
import { findOutreachUser, type OutreachUserRecord } from "../registry/outreach-users.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** Present where `theOutreachUser` looked it up. */
    user: OutreachUserRecord;
  }
}

/** For paths with an Outreach user's `id`: the route finds it as `user`. */
export const theOutreachUser = createMiddleware<AppEnv>(async function found(c, next) {
  const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id") ?? "");
  if (!user) return problem(c, "outreach_user_not_found");
  c.set("user", user);
  return next();
});
