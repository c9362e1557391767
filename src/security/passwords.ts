/**
 * Passwords that people choose: hashing and checking them.
 *
 * Promises: a stored hash alone cannot be guessed at, since a key derived from `ENCRYPTION_KEY` goes in as well; a
 * password that does not exist takes as long to check as one that does.
 * @module
 */
import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import { deriveKey } from "./keys.ts";
import { sameSecret } from "./secrets.ts";

/**
 * The most that the Workers runtime allows in production, though not in local development
 * (https://github.com/cloudflare/workerd/issues/1346). Each hash says how many it was made with.
 */
export const ITERATIONS = 100_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;

/** What a hash looks like: `pbkdf2-sha256$<iterations>$<salt>$<hash>`, both in base64url. */
const STORED = /^pbkdf2-sha256\$(\d{1,6})\$([\w-]{22})\$([\w-]{43})$/;

const LENGTH_MIN = 12;
const LENGTH_MAX = 200;
const DIFFERENT_MIN = 5;

/** A password that somebody sets. Length is what counts; no kinds of characters are asked for (NIST SP 800-63B). */
export const newPassword = z
  .string()
  .min(LENGTH_MIN)
  .max(LENGTH_MAX)
  .refine((text) => text.isWellFormed() && new Set(text).size >= DIFFERENT_MIN, {
    error: `Must have at least ${DIFFERENT_MIN} different characters.`,
  });

export const PASSWORD_HINT = `At least ${LENGTH_MIN} characters. A few words in a row are good.`;

export async function hashPassword(encryptionKey: Uint8Array, password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(encryptionKey, password, salt, ITERATIONS);
  return ["pbkdf2-sha256", ITERATIONS, salt.toString("base64url"), hash].join("$");
}

/** @param stored null where there is no password: that takes the same work, and is never right */
export async function isPassword(
  encryptionKey: Uint8Array,
  presented: string,
  stored: string | null,
): Promise<boolean> {
  const [, iterations = ITERATIONS, salt = "", expected] = STORED.exec(stored ?? "") ?? [];
  const saltBytes = Buffer.from(salt.padEnd(22, "A"), "base64url");
  const hash = await derive(encryptionKey, presented, saltBytes, Number(iterations));
  return expected !== undefined && sameSecret(hash, expected);
}

/** The same password may reach us in several forms of Unicode (RFC 8265). What is too long to be one is cut. */
async function derive(
  encryptionKey: Uint8Array,
  password: string,
  salt: Uint8Array,
  iterations: number,
): Promise<string> {
  const text = password.slice(0, LENGTH_MAX + 1).normalize("NFKC");
  const peppered = createHmac("sha256", deriveKey(encryptionKey, "passwords")).update(text, "utf8");
  const key = await crypto.subtle.importKey("raw", peppered.digest(), "PBKDF2", false, [
    "deriveBits",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return Buffer.from(await crypto.subtle.deriveBits(how, key, HASH_BITS)).toString("base64url");
}
