/**
 * Signed links with which a person connects an Outreach user, without signing in to the connector.
 *
 * Promises: nobody can make or prolong one without `ENCRYPTION_KEY`; it is good for one Outreach user and a week.
 * @module
 */
import { createHmac } from "node:crypto";
import { deriveKey } from "./keys.ts";
import { sameSecret } from "./secrets.ts";

/** Long enough to be mailed to a colleague and opened after the weekend. */
export const CONNECT_LINK_MS = 7 * 24 * 3_600_000;

/** The query parameters of a link. */
export interface ConnectLink {
  /** Epoch seconds. */
  readonly expires: string;
  readonly signature: string;
}

export function signConnectLink(
  encryptionKey: Uint8Array,
  outreachUserId: string,
  now: number,
): ConnectLink {
  const expires = String(Math.floor((now + CONNECT_LINK_MS) / 1000));
  return { expires, signature: signatureOf(encryptionKey, outreachUserId, expires) };
}

/** Looks at the signature first: what was not signed here is never called expired. */
export function checkConnectLink(
  encryptionKey: Uint8Array,
  outreachUserId: string,
  link: ConnectLink,
  now: number,
): "good" | "forged" | "expired" {
  const signature = signatureOf(encryptionKey, outreachUserId, link.expires);
  if (!sameSecret(link.signature, signature)) return "forged";
  return now < Number(link.expires) * 1000 ? "good" : "expired";
}

function signatureOf(encryptionKey: Uint8Array, outreachUserId: string, expires: string): string {
  const key = deriveKey(encryptionKey, "connect-links");
  // Ids and numbers hold no line break, so no other link has this text.
  const text = `connect\n${outreachUserId}\n${expires}`;
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}
