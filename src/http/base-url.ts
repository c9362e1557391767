/**
 * The Worker's own address, as others reach it.
 * @module
 */
import type { Context } from "hono";
import type { SettingFault } from "../settings.ts";
import type { AppEnv } from "./context.ts";

/** What a request's own host may be: then nobody else can have written it. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** What is needed and not known: whoever sends a request chooses the host in it, so that its origin is no answer. */
export const ADDRESS_MISSING: SettingFault = {
  name: "PUBLIC_BASE_URL",
  detail:
    "PUBLIC_BASE_URL is not set. Set it to the address that others reach this Worker at, such as https://outreach-edge.example.workers.dev. Profiles are taken and delivered without it.",
};

/** Thrown where an answer needs the Worker's address. */
export class AddressMissing extends Error {
  override readonly name = "AddressMissing";
}

/** `PUBLIC_BASE_URL`, or the request's origin on loopback; without a slash at the end. Null where neither is known. */
export function knownBaseUrl(c: Context<AppEnv>): string | null {
  const configured = c.get("settings").publicBaseUrl;
  if (configured !== null) return configured;
  const { hostname, origin } = new URL(c.req.url);
  return LOOPBACK.test(hostname) ? origin : null;
}

/**
 * The same where there has to be one.
 * @throws AddressMissing, which is answered with a problem that names the setting: ask before anything is changed
 */
export function publicBaseUrl(c: Context<AppEnv>): string {
  const known = knownBaseUrl(c);
  if (known === null) throw new AddressMissing(ADDRESS_MISSING.detail);
  return known;
}

/** Settings that somebody should correct, though the Worker goes on. */
export function settingFaults(c: Context<AppEnv>): readonly SettingFault[] {
  const { faults } = c.get("settings");
  const names = new Set(faults.map(({ name }) => name));
  const isMissing = knownBaseUrl(c) === null && !names.has(ADDRESS_MISSING.name);
  return isMissing ? [...faults, ADDRESS_MISSING] : faults;
}

/** Whether a page of this Worker has an origin: that of the request, or that of `PUBLIC_BASE_URL`. */
export function isOwnOrigin(c: Context<AppEnv>, origin: string | undefined): boolean {
  const configured = c.get("settings").publicBaseUrl;
  const own = [c.req.url, ...(configured === null ? [] : [configured])];
  return own.some((address) => new URL(address).origin === origin);
}

/** Where Outreach sends people back to; the application registered with Outreach has to list it. */
export function redirectUri(c: Context<AppEnv>): string {
  return `${publicBaseUrl(c)}/v1/outreach/callback`;
}
