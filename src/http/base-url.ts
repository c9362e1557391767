/**
 * The Worker's own address, as others reach it.
 * @module
 */
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/** `PUBLIC_BASE_URL`, or else the request's origin; without a slash at the end. */
export function publicBaseUrl(c: Context<AppEnv>): string {
  return c.get("settings").publicBaseUrl ?? new URL(c.req.url).origin;
}

/** Where Outreach sends people back to; the application registered with Outreach has to list it. */
export function redirectUri(c: Context<AppEnv>): string {
  return `${publicBaseUrl(c)}/v1/outreach/callback`;
}
