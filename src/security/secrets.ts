/**
 * Ids, tokens and secrets: making them, and comparing them without telling how close a guess was.
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits: nobody finds a secret of this size by trying. */
const SECRET_BYTES = 32;
/** 120 bits: enough for ids never to collide, and for a link with an id in it not to be guessed. */
const ID_BYTES = 15;

/**
 * What a text is can be seen from its beginning, by people and by scanners that look for leaked secrets.
 * None holds a dot: the callback's `state` is `<Outreach user id>.<random>`.
 */
export const PREFIXES = {
  outreachUser: "ou_",
  destination: "dest_",
  client: "oe_client_",
  ingestToken: "oe_ingest_",
  clientSecret: "oe_secret_",
  person: "person_",
  invitation: "oe_invite_",
} as const;

/** A new id: its prefix and 20 characters of base64url. */
export function newId(kind: "outreachUser" | "destination" | "client" | "person"): string {
  return PREFIXES[kind] + randomBytes(ID_BYTES).toString("base64url");
}

/** A new secret: its prefix and 43 characters of base64url. */
export function newSecret(kind: "ingestToken" | "clientSecret" | "invitation"): string {
  return PREFIXES[kind] + randomBytes(SECRET_BYTES).toString("base64url");
}

/**
 * What is stored of a secret: its SHA-256 in base64url. Slow password hashing is for secrets that people choose;
 * these have 256 random bits.
 */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("base64url");
}

/** Whether a presented secret is the one whose hash is stored, in the same time whatever the answer. */
export function matchesHash(presented: string, hash: string): boolean {
  return equalInConstantTime(hashSecret(presented), hash);
}

/** Whether two secrets are the same. Only hashes are compared, so that not even the length can be learnt. */
export function sameSecret(presented: string, expected: string): boolean {
  return matchesHash(presented, hashSecret(expected));
}

function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a, "utf8");
  const right = Buffer.from(b, "utf8");
  return left.length === right.length && timingSafeEqual(left, right);
}
