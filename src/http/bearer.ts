/**
 * Who may use the control plane: bearer tokens (RFC 6750), the administrator's among them, and people's permissions.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { covers, lackWords, type Permission } from "../people/permissions.ts";
import { permissionOf } from "../people/viewer.ts";
import { sameSecret } from "../security/secrets.ts";
import type { AppEnv } from "./context.ts";
import { problem } from "./problem.ts";

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

/** What the caller may do, by the admin token or, where no token is sent, by the console's session; null: nothing. */
export function heldPermission(c: Context<AppEnv>): Permission | null {
  const token = bearerToken(c);
  if (token !== null) return sameSecret(token, c.get("settings").adminToken) ? "manage" : null;
  const viewer = c.get("viewer");
  return viewer && permissionOf(viewer);
}

export function isPermitted(c: Context<AppEnv>, needed: Permission): boolean {
  const held = heldPermission(c);
  return held !== null && covers(held, needed);
}

/** The 403 for somebody who is known and may not do this. */
export function notPermitted(c: Context, needed: Permission) {
  return problem(c, "permission_missing", { detail: lackWords(needed) });
}

/** Lets only those through who hold a permission. */
export function requirePermission(needed: Permission) {
  return createMiddleware<AppEnv>(async function hasPermission(c, next) {
    if (isPermitted(c, needed)) return next();
    if (heldPermission(c) !== null) return notPermitted(c, needed);
    return unauthorized(
      c,
      "Send the admin token: `Authorization: Bearer <ADMIN_TOKEN>`. Or sign in at `/console`.",
    );
  });
}
