/**
 * Who may use the control plane: bearer tokens (RFC 6750), the administrator's among them, and people's permissions.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../http/context.ts";
import { gate, limitBody } from "../http/gate.ts";
import { problem, retryAfter } from "../http/problem.ts";

import { checkAdminToken } from "../people/credentials.ts";
import { covers, lackWords, permissionFor, type Task } from "../people/permissions.ts";
import { permissionOf } from "../people/viewer.ts";
import { trierOf } from "./client-network.ts";

/** RFC 6750 writes the scheme with a capital; RFC 9110 says that case does not matter. */
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** The request's token; null where there is none. */
export function bearerToken(c: Context): string | null {
  return BEARER.exec(c.req.header("Authorization") ?? "")?.[1] ?? null;
}

/** The 401, with the challenge that RFC 6750, section 3, asks for. */
export function unauthorized(c: Context, detail: string) {
  const error = bearerToken(c) === null ? "" : ', error="invalid_token"';
  return problem(c, "unauthorized", {
    detail,
    headers: { "WWW-Authenticate": `Bearer realm="outreach-edge"${error}` },
  });
}

/**
 * Finds out what the caller may do, by the admin token or, where no token is sent, by the console's session. Routes ask
 * with `isPermitted` afterwards.
 * @returns the 429 where too many wrong tokens came from the caller's network; null otherwise
 */
export async function identifyCaller(c: Context<AppEnv>) {
  const token = bearerToken(c);
  if (token === null) {
    const viewer = c.get("viewer");
    c.set("held", viewer && permissionOf(viewer));
    return null;
  }
  const now = c.get("receivedAt");
  const presented = { token, network: trierOf(c).network };
  const checked = await checkAdminToken(c.env.SETTINGS, c.get("settings"), presented, now);
  c.set("held", checked.ok ? "manage" : null);
  if (checked.ok || checked.reason === "wrong") return null;
  return problem(c, "too_many_tries", { headers: retryAfter(checked.retryAt - now) });
}

export function isPermitted(c: Context<AppEnv>, task: Task): boolean {
  const held = c.get("held");
  return held !== null && covers(held, permissionFor(task));
}

/** The 403 for somebody who is known and may not do this. */
export function notPermitted(c: Context, task: Task) {
  return problem(c, "permission_missing", { detail: lackWords(permissionFor(task)) });
}

/** Lets only those through who hold the permission for a task. */
function requirePermission(task: Task) {
  return gate(
    createMiddleware<AppEnv>(async function hasPermission(c, next) {
      const refusal = await identifyCaller(c);
      if (refusal) return refusal;
      if (isPermitted(c, task)) return next();
      if (c.get("held") !== null) return notPermitted(c, task);
      return unauthorized(
        c,
        "Send the admin token: `Authorization: Bearer <ADMIN_TOKEN>`. Or sign in at `/console`.",
      );
    }),
  );
}

const limitSettings = limitBody("control");

/**
 * The gate of the control plane: the administrator, or a person who holds the task's permission, and a small body. In
 * the API's description the permission is named as `x-permission`.
 * @param found looks up what the path names, or answers that there is no such thing
 */
export function permitted<Found extends MiddlewareHandler[]>(task: Task, ...found: Found) {
  const middleware: [MiddlewareHandler<AppEnv>, MiddlewareHandler<AppEnv>, ...Found] = [
    requirePermission(task),
    limitSettings,
    ...found,
  ];
  return {
    security: [{ adminToken: [] }, { consoleSession: [] }],
    middleware,
    "x-permission": permissionFor(task),
  };
}
