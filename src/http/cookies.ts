/**
 * The Worker's own cookies.
 *
 * Promises: scripts cannot read them. Over https their names begin with `__Host-`, so that browsers take them from this
 * very host alone, never in the open and for all of its paths (RFC 6265bis, section 4.1.3.2); over http, which is
 * local development, they go by their plain names.
 * @module
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "./context.ts";

type Name = "outreach_edge_console" | "outreach_edge_flash";

/** The name of a cookie over https. */
export function hostCookie(name: Name): string {
  return `__Host-${name}`;
}

export function readCookie(c: Context<AppEnv>, name: Name): string | undefined {
  return isHttps(c) ? getCookie(c, name, "host") : getCookie(c, name);
}

export function writeCookie(
  c: Context<AppEnv>,
  name: Name,
  value: string,
  maxAgeSeconds: number,
): void {
  setCookie(c, name, value, { ...attributes(c), maxAge: maxAgeSeconds });
}

export function removeCookie(c: Context<AppEnv>, name: Name): void {
  deleteCookie(c, name, attributes(c));
}

/** Lax: who comes back from Outreach's sign-in page is still signed in. */
function attributes(c: Context<AppEnv>) {
  const common = { path: "/", httpOnly: true, sameSite: "Lax" } as const;
  return isHttps(c) ? ({ ...common, secure: true, prefix: "host" } as const) : common;
}

function isHttps(c: Context<AppEnv>): boolean {
  return (c.get("settings").publicBaseUrl ?? c.req.url).startsWith("https:");
}
