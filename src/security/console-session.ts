/**
 * Sessions of the console: what a browser keeps instead of the admin token or a password.
 *
 * Promises: nobody can make or prolong one without `ENCRYPTION_KEY`, or make it somebody else's; it ends at its expiry,
 * and with the admin token that was valid when it was begun. Ending it before is up to `people/ended-sessions.ts`.
 * @module
 */
import { createHmac, randomBytes } from "node:crypto";
import { deriveKey } from "./keys.ts";
import { hashSecret, sameSecret } from "./secrets.ts";

/** A working day. */
export const SESSION_MS = 10 * 3_600_000;

/** What signs a session. */
export interface SessionKeys {
  readonly encryptionKey: Uint8Array;
  readonly adminToken: string;
}

/** Whose session it is. */
export interface SessionOwner {
  /** A person's id, or `ADMINISTRATOR`. */
  readonly id: string;
  /** The person's session version when it was begun. */
  readonly version: number;
}

/** Whoever has the admin token. Ids of people begin otherwise. */
export const ADMINISTRATOR: SessionOwner = { id: "admin", version: 0 };

export interface Session extends SessionOwner {
  /** Tells it from all others. */
  readonly sessionId: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** 128 bits: no two are the same. */
const ID_BYTES = 16;

/** A new session, good for `SESSION_MS`: `<epoch seconds of its end>.<owner>.<version>.<its id>.<signature>`. */
export function signSession(keys: SessionKeys, owner: SessionOwner, now: number): string {
  const expires = Math.floor((now + SESSION_MS) / 1000);
  const sessionId = randomBytes(ID_BYTES).toString("base64url");
  const text = [expires, owner.id, owner.version, sessionId].join(".");
  return `${text}.${signatureOf(keys, text)}`;
}

/** The session; null where it was not begun here or has expired. */
export function readSession(keys: SessionKeys, session: string, now: number): Session | null {
  const [, text = "", expires, id = "", version, sessionId = "", signature = ""] =
    SESSION.exec(session) ?? [];
  const expiresAt = Number(expires) * 1000;
  if (!sameSecret(signature, signatureOf(keys, text)) || now >= expiresAt) return null;
  return { id, version: Number(version), sessionId, expiresAt };
}

const SESSION = /^((\d{1,12})\.([\w-]{1,40})\.(\d{1,10})\.([\w-]{22}))\.([\w-]{43})$/;

function signatureOf({ encryptionKey, adminToken }: SessionKeys, text: string): string {
  const key = deriveKey(encryptionKey, "console-sessions");
  return createHmac("sha256", key)
    .update(`session\n${hashSecret(adminToken)}\n${text}`, "utf8")
    .digest("base64url");
}
