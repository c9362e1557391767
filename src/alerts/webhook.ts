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
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "Must begin with https://. Plain http:// is for a receiver on this machine.";
  }
  if (url.hash) return "Must not have a fragment: what follows # is never sent.";
  return null;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

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
 * @param chance a number from 0 to 1
 */
export function afterTry(
  status: number | null,
  tries: number,
  { since, now, chance }: { since: number; now: number; chance: number },
): DeliveryStep {
  if (status !== null && status >= 200 && status < 300) return { kind: "delivered" };
  if (status === GONE || now - since >= GIVE_UP_AFTER_MS) return { kind: "give_up" };
  const ceiling = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** (tries - 1));
  return { kind: "retry", at: now + Math.round(ceiling / 2 + (chance * ceiling) / 2) };
}
