/**
 * Bearer tokens (RFC 6750): reading them, asking for them, and the administrator's.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
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

/** By the admin token, or where no token is sent, by the console's session. */
export function isAdmin(c: Context<AppEnv>): boolean {
  const token = bearerToken(c);
  if (token === null) return c.get("signedIn");
  return sameSecret(token, c.get("settings").adminToken);
}

/** Lets only the administrator through. */
export const requireAdmin = createMiddleware<AppEnv>(async function requireAdmin(c, next) {
  if (isAdmin(c)) return next();
  return unauthorized(
    c,
    "Send the admin token: `Authorization: Bearer <ADMIN_TOKEN>`. Or sign in at `/console`.",
  );
});
