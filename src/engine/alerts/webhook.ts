/**
 * Webhooks: which addresses are taken, what may be shown of them, how messages are signed, and when they are tried
 * again. Signatures follow Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 * @module
 */
import { createHmac, randomBytes } from "node:crypto";
import type { AlertMessage } from "./message.ts";

/** Stands for what is not shown. */
const HIDDEN = "…";
/** The end of an address tells two of them apart; of a short one it would tell too much. */
const SHOWN_CHARS = 4;
const SHORT_CHARS = 24;
const SECRET_PREFIX = "whsec_";
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** Whether it may be an address as `shownUrl` gives it. */
export function isShortened(text: string): boolean {
  return text.includes(HIDDEN);
}

/** What is wrong with an address, in words that do not repeat it; null where it can be used. */
export function webhookUrlFault(text: string): string | null {
  if (isShortened(text)) {
    return `Enter the whole address: ${HIDDEN} stands for the part that is not shown.`;
  }
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return "Must be an address that begins with https://.";
  }
  if (url.username || url.password) {
    return "Must not hold a user name or a password: they would be sent as part of the address. Sign the alerts instead.";
  }
  const host = hostOf(url);
  if (url.protocol === "http:" && !isLoopback(host)) {
    return "Must begin with https://. Plain http:// is for a receiver on this machine.";
  }
  if (isPrivate(host) && !isLoopback(host)) {
    return "Must be a public address: private networks and the services of a machine's own network take no alerts.";
  }
  if (url.hash) return "Must not have a fragment: what follows # is never sent.";
  return null;
}

/**
 * What is wrong with an address for a Worker at these places; null where it can be used.
 * @param own the Worker's own origins: it posts nothing to itself, and to its machine only where it runs on one
 */
export function webhookPlaceFault(text: string, own: readonly string[]): string | null {
  const url = new URL(text);
  const places = own.map((origin) => new URL(origin));
  if (places.some(({ host }) => host === url.host)) {
    return "Must not be the address of Outreach Edge itself: it takes no alerts.";
  }
  const isAtHome = places.every((place) => isLoopback(hostOf(place)));
  if (isLoopback(hostOf(url)) && !isAtHome) {
    return "Must be a public https:// address: a receiver on the same machine is for local development.";
  }
  return null;
}

/** Without the dot that may end a name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, "");
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

/**
 * Whether an address is no public one by what it says: reserved (https://www.iana.org/assignments/iana-ipv4-special-registry,
 * iana-ipv6-special-registry), or a name of private networks, such as those of clouds' metadata. Parsed addresses have
 * one form, so that 0x7f.1 is 127.0.0.1 here.
 */
function isPrivate(host: string): boolean {
  if (host.startsWith("[")) {
    // Global unicast alone is public, without what carries an address of the older kind.
    return !/^\[[23]/.test(host) || host.startsWith("[2002:");
  }
  if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.test(host);
  return !host.includes(".") || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}

const PRIVATE_IPV4 =
  /^(0|10|127|22[4-9]|2[34]\d|25[0-5]|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|192\.0\.0|198\.1[89]|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** An address without its path and query, which may be all that keeps others from posting to it. */
export function shownUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  const rest = pathname + search;
  if (rest === "/") return origin;
  const end = rest.length < SHORT_CHARS ? "" : rest.slice(-SHOWN_CHARS);
  return `${origin}/${HIDDEN}${end}`;
}

/** A new signing secret: `whsec_` and base64, as the libraries of Standard Webhooks take it. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

/**
 * The headers of a delivery.
 * @param secret null where the receiver wants no signature
 */
export function webhookHeaders(
  { id, body }: AlertMessage,
  secret: string | null,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const headers = {
    "content-type": "application/json",
    "user-agent": "Outreach-Edge",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
  };
  if (secret === null) return headers;
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { ...headers, "webhook-signature": `v1,${signature}` };
}

const FIRST_PAUSE_MS = 10_000;
const LAST_PAUSE_MS = 4 * 3_600_000;
/** Whoever has not heard of it after a day looks at the console. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** The receiver says that it is gone for good. */
const GONE = 410;

export type DeliveryStep =
  | { readonly kind: "delivered" }
  | { readonly kind: "give_up" }
  | { readonly kind: "retry"; readonly at: number };

/**
 * What the end of a try means. Whatever is no success is tried again with growing pauses, since a person may mend the
 * receiver or the address meanwhile.
 * @param status HTTP status; null where there was no answer
 * @param tries this one included
 * @param since when the message was made
 * @param random a number from 0 to 1
 */
export function afterTry(
  status: number | null,
  tries: number,
  { since, now, random }: { since: number; now: number; random: number },
): DeliveryStep {
  if (status !== null && status >= 200 && status < 300) return { kind: "delivered" };
  if (status === GONE || now - since >= GIVE_UP_AFTER_MS) return { kind: "give_up" };
  const ceiling = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** (tries - 1));
  return { kind: "retry", at: now + Math.round(ceiling / 2 + (random * ceiling) / 2) };
}
