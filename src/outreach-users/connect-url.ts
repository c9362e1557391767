/**
 * The link that begins a sign-in at Outreach.
 * @module
 */
import type { Context } from "hono";
import { knownBaseUrl, publicBaseUrl } from "../http/base-url.ts";
import type { AppEnv } from "../http/context.ts";
import { signConnectLink } from "../security/connect-link.ts";

/** A fresh link, good for a week; null where the Worker's address is not known. */
export function connectUrlOrNull(
  c: Context<AppEnv>,
  outreachUserId: string,
  now: number,
): string | null {
  return knownBaseUrl(c) === null ? null : connectUrl(c, outreachUserId, now);
}

/**
 * The same where there has to be one.
 * @throws AddressMissing
 */
export function connectUrl(c: Context<AppEnv>, outreachUserId: string, now: number): string {
  const link = signConnectLink(c.get("settings").encryptionKey, outreachUserId, now);
  const query = new URLSearchParams({ ...link });
  return `${publicBaseUrl(c)}/v1/outreach-users/${outreachUserId}/connect?${query.toString()}`;
}
