/**
 * The cookie that keeps a person signed in to the console.
 *
 * Promises: a request that changes something counts only where the console's own page sent it; signing out ends the
 * session at the server, so that a copy of its cookie opens nothing any more.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { isOwnOrigin } from "../http/base-url.ts";
import type { AppEnv } from "../http/context.ts";
import { readCookie, removeCookie, writeCookie } from "../http/cookies.ts";
import { endSession, hasEnded } from "../people/ended-sessions.ts";
import { findPerson } from "../people/store.ts";
import type { Viewer } from "../people/viewer.ts";
import {
  ADMINISTRATOR,
  readSession,
  SESSION_MS,
  type Session,
  type SessionOwner,
  signSession,
} from "../security/console-session.ts";

const SESSION_COOKIE = "outreach_edge_console";
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Tells every route who is signed in to the console, where the console's session came with the request. */
export const withSession = (now: () => number) =>
  createMiddleware<AppEnv>(async function session(c, next) {
    c.set("receivedAt", now());
    c.set("viewer", null);
    c.set("viewer", isFromHere(c) ? await viewerOf(c, now()) : null);
    return next();
  });

/** A person is looked up each time: who is removed, or given another permission, is out with the next request. */
async function viewerOf(c: Context<AppEnv>, now: number): Promise<Viewer | null> {
  const session = sessionOf(c, now);
  if (session === null) return null;
  const isAdmin = session.id === ADMINISTRATOR.id;
  const [isOver, person] = await Promise.all([
    hasEnded(c.env.SETTINGS, session),
    isAdmin ? null : findPerson(c.env.SETTINGS, session.id),
  ]);
  if (isOver) return null;
  if (isAdmin) return { kind: "admin" };
  return person?.sessionVersion === session.version ? { kind: "person", person } : null;
}

function sessionOf(c: Context<AppEnv>, now: number): Session | null {
  const cookie = readCookie(c, SESSION_COOKIE);
  return cookie === undefined ? null : readSession(c.get("settings"), cookie, now);
}

/**
 * Whether no page of another site sent the request: browsers name the page's origin with everything but GET and HEAD
 * (https://fetch.spec.whatwg.org/#origin-header).
 */
export function isFromHere(c: Context<AppEnv>): boolean {
  if (SAFE_METHODS.has(c.req.method)) return true;
  return isOwnOrigin(c, c.req.header("Origin"));
}

export function beginSession(c: Context<AppEnv>, viewer: Viewer, now: number): void {
  const session = signSession(c.get("settings"), ownerOf(viewer), now);
  writeCookie(c, SESSION_COOKIE, session, SESSION_MS / 1000);
}

function ownerOf(viewer: Viewer): SessionOwner {
  if (viewer.kind === "admin") return ADMINISTRATOR;
  return { id: viewer.person.id, version: viewer.person.sessionVersion };
}

/** Ends the session at the server, and takes its cookie away. */
export async function signOut(c: Context<AppEnv>, now: number): Promise<void> {
  const session = sessionOf(c, now);
  if (session !== null) await endSession(c.env.SETTINGS, session, now);
  removeCookie(c, SESSION_COOKIE);
}
