/**
 * What was done, told once on the page that follows. It travels in a cookie of the Worker's own: in the page's address,
 * anybody's link could say what never happened.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { readCookie, removeCookie, writeCookie } from "./cookies.ts";

const COOKIE = "outreach_edge_flash";
/** Long enough for a slow page to come. */
const KEPT_SECONDS = 60;

/**
 * Leads to a page that tells what was done.
 * @param place path and query of the page
 * @param flash what the page knows it by, without spaces
 */
export function redirectWithFlash(c: Context<AppEnv>, place: string, flash: string) {
  writeCookie(c, COOKIE, `${flash} ${place}`, KEPT_SECONDS);
  return c.redirect(place, 303);
}

/** Gives a page what it is to tell; another page, open beside it, does not take it away. */
export const withFlash = createMiddleware<AppEnv>(async function flash(c, next) {
  const [, told = null, place] = /^(\S+) (\S+)$/.exec(readCookie(c, COOKIE) ?? "") ?? [];
  const { pathname, search } = new URL(c.req.url);
  const isHere = c.req.method === "GET" && place === pathname + search;
  c.set("flash", isHere ? told : null);
  await next();
  if (isHere) removeCookie(c, COOKIE);
});
