/**
 * Keys for each purpose, from the one secret `ENCRYPTION_KEY`.
 *
 * Promises: a key made for one purpose tells nothing about the secret or about the key of another purpose.
 * @module
 */
import { hkdfSync } from "node:crypto";

/** AES-256 and HMAC-SHA-256 both take 32 bytes. */
export const KEY_BYTES = 32;

/** What keys are used for. A purpose's text is part of its key: changing it makes what it sealed unreadable. */
export type KeyPurpose =
  /** Seals Outreach's tokens, and where alerts go, in the object's storage. */
  | "outreach-tokens"
  /** Seals webhooks' addresses and signing secrets in the settings. */
  | "alert-webhooks"
  /** Hashes the values that Outreach is known to hold. */
  | "delivered-values"
  /** Signs the access tokens that the data plane hands out. */
  | "access-tokens"
  /** Signs the links that people connect Outreach users with. */
  | "connect-links"
  /** Signs the cookies of people who are signed in to the console. */
  | "console-sessions"
  /** Goes into the hashes of people's passwords. */
  | "passwords"
  /** Names the e-mails that wrong passwords were tried for. */
  | "sign-in-tries";

/**
 * Derives the key for one purpose with HKDF-SHA-256 (RFC 5869). The secret is uniformly random, so no salt is needed.
 * @param encryptionKey the 32 bytes of `ENCRYPTION_KEY`
 */
export function deriveKey(encryptionKey: Uint8Array, purpose: KeyPurpose): Uint8Array {
  const info = `outreach-edge/v1/${purpose}`;
  return new Uint8Array(hkdfSync("sha256", encryptionKey, new Uint8Array(0), info, KEY_BYTES));
}
