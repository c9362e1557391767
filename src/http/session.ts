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
import { findPerson } from "../people/store.ts";
import type { Viewer } from "../people/viewer.ts";
import {
  ADMINISTRATOR,
  readSession,
  SESSION_MS,
  type SessionOwner,
  signSession,
} from "../security/console-session.ts";
import { publicBaseUrl } from "./base-url.ts";
import type { AppEnv } from "./context.ts";

const COOKIE = "outreach_edge_console";
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Tells every route who is signed in to the console, where the console's session came with the request. */
export const withSession = (now: () => number) =>
  createMiddleware<AppEnv>(async function session(c, next) {
    c.set("viewer", isFromHere(c) ? await viewerOf(c, now()) : null);
    return next();
  });

/** A person is looked up each time: who is removed, or given another permission, is out with the next request. */
async function viewerOf(c: Context<AppEnv>, now: number): Promise<Viewer | null> {
  const cookie = getCookie(c, COOKIE);
  const owner = cookie === undefined ? null : readSession(c.get("settings"), cookie, now);
  if (owner === null) return null;
  if (owner.id === ADMINISTRATOR.id) return { kind: "admin" };
  const person = await findPerson(c.env.SETTINGS, owner.id);
  return person?.sessionVersion === owner.version ? { kind: "person", person } : null;
}

/**
 * Whether no page of another site sent the request: browsers name the page's origin with everything but GET and HEAD
 * (https://fetch.spec.whatwg.org/#origin-header).
 */
export function isFromHere(c: Context<AppEnv>): boolean {
  if (SAFE_METHODS.has(c.req.method)) return true;
  const origin = c.req.header("Origin");
  return origin === new URL(c.req.url).origin || origin === new URL(publicBaseUrl(c)).origin;
}

export function beginSession(c: Context<AppEnv>, viewer: Viewer, now: number): void {
  const session = signSession(c.get("settings"), ownerOf(viewer), now);
  setCookie(c, COOKIE, session, { ...attributes(c), maxAge: SESSION_MS / 1000 });
}

function ownerOf(viewer: Viewer): SessionOwner {
  if (viewer.kind === "admin") return ADMINISTRATOR;
  return { id: viewer.person.id, version: viewer.person.sessionVersion };
}

export function endSession(c: Context<AppEnv>): void {
  deleteCookie(c, COOKIE, attributes(c));
}

/** Lax: who comes back from Outreach's sign-in page is still signed in. */
function attributes(c: Context<AppEnv>) {
  const secure = publicBaseUrl(c).startsWith("https:");
  return { path: "/", httpOnly: true, sameSite: "Lax", secure } as const;
}
