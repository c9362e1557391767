/**
 * The cookie that keeps a person signed in to the console.
 *
 * Promises: scripts cannot read it; over https it never travels in the open; a request that changes something counts
 * only where the console's own page sent it.
 * @module
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { isLiveSession, SESSION_MS, signSession } from "../security/console-session.ts";
import { publicBaseUrl } from "./base-url.ts";
import type { AppEnv } from "./context.ts";

const COOKIE = "outreach_edge_console";
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Tells every route whether the console's session came with the request. */
export const withSession = (now: () => number) =>
  createMiddleware<AppEnv>(async function session(c, next) {
    const cookie = getCookie(c, COOKIE);
    const live = cookie !== undefined && isLiveSession(c.get("settings"), cookie, now());
    c.set("signedIn", live && isFromHere(c));
    return next();
  });

/**
 * Whether no page of another site sent the request: browsers name the page's origin with everything but GET and HEAD
 * (https://fetch.spec.whatwg.org/#origin-header).
 */
export function isFromHere(c: Context<AppEnv>): boolean {
  if (SAFE_METHODS.has(c.req.method)) return true;
  const origin = c.req.header("Origin");
  return origin === new URL(c.req.url).origin || origin === new URL(publicBaseUrl(c)).origin;
}

export function beginSession(c: Context<AppEnv>, now: number): void {
  const session = signSession(c.get("settings"), now);
  setCookie(c, COOKIE, session, { ...attributes(c), maxAge: SESSION_MS / 1000 });
}

export function endSession(c: Context<AppEnv>): void {
  deleteCookie(c, COOKIE, attributes(c));
}

/** Lax: who comes back from Outreach's sign-in page is still signed in. */
function attributes(c: Context<AppEnv>) {
  const secure = publicBaseUrl(c).startsWith("https:");
  return { path: "/", httpOnly: true, sameSite: "Lax", secure } as const;
}
