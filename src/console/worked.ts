/**
 * What work on failures came to, told once on the page that follows. It travels in a cookie of the Worker's own: in the
 * page's address, anybody's link could say what never happened.
 * @module
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { publicBaseUrl } from "../http/base-url.ts";
import type { AppEnv } from "../http/context.ts";
import { inCounted } from "./wording.ts";

const COOKIE = "outreach_edge_worked";
const KEPT_SECONDS = 60;

export function tellWorked(
  c: Context<AppEnv>,
  destinationId: string,
  kind: "replay" | "discard",
  count: number,
): void {
  setCookie(c, COOKIE, `${kind}.${count}`, {
    ...attributes(c, destinationId),
    maxAge: KEPT_SECONDS,
  });
}

/** What to say, if something was done just now; it is said once. */
export function takeWorked(c: Context<AppEnv>, destinationId: string): string | null {
  const [, kind, count] = /^(replay|discard)\.(\d{1,15})$/.exec(getCookie(c, COOKIE) ?? "") ?? [];
  if (count === undefined) return null;
  deleteCookie(c, COOKIE, attributes(c, destinationId));
  const failures = inCounted(Number(count), "failure");
  return kind === "replay"
    ? `${failures} put back among the updates that wait.`
    : `${failures} discarded.`;
}

function attributes(c: Context<AppEnv>, destinationId: string) {
  const path = `/console/destinations/${destinationId}/failures`;
  const secure = publicBaseUrl(c).startsWith("https:");
  return { path, httpOnly: true, sameSite: "Lax", secure } as const;
}
