/**
 * Sessions of the console: what a browser keeps instead of the admin token.
 *
 * Promises: nobody can make or prolong one without `ENCRYPTION_KEY`; it ends at its expiry, and with the admin token
 * that it was begun with.
 * @module
 */
import { createHmac } from "node:crypto";
import { deriveKey } from "./keys.ts";
import { hashSecret, sameSecret } from "./secrets.ts";

/** A working day. */
export const SESSION_MS = 10 * 3_600_000;

/** What signs a session. */
export interface SessionKeys {
  readonly encryptionKey: Uint8Array;
  readonly adminToken: string;
}

/** A new session, good for `SESSION_MS`: `<epoch seconds of its end>.<signature>`. */
export function signSession(keys: SessionKeys, now: number): string {
  const expires = String(Math.floor((now + SESSION_MS) / 1000));
  return `${expires}.${signatureOf(keys, expires)}`;
}

/** Whether a session was begun here and has not ended. */
export function isLiveSession(keys: SessionKeys, session: string, now: number): boolean {
  const [expires = "", signature = ""] = session.split(".", 2);
  return sameSecret(signature, signatureOf(keys, expires)) && now < Number(expires) * 1000;
}

function signatureOf({ encryptionKey, adminToken }: SessionKeys, expires: string): string {
  const key = deriveKey(encryptionKey, "console-sessions");
  const text = `session\n${hashSecret(adminToken)}\n${expires}`;
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}
