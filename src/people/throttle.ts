/**
 * How often secrets may be tried at the doors of the console and the API: the decisions.
 *
 * Each limit has some tries that cost no pause, for people mistype; each comes back after a while. Tries are limited
 * for one e-mail from one network (guessing), for one network (spraying one password over many e-mails), and more
 * generously for one e-mail from everywhere (guessing from many networks). One network alone uses up its own tries for
 * an e-mail before it could use up everybody's, so it keeps nobody out who signs in from elsewhere.
 * @module
 */
import { createHmac } from "node:crypto";
import { deriveKey } from "../security/keys.ts";

const MINUTE_MS = 60_000;

/** How much may be tried of something. */
export interface Limit {
  /** What it counts, as a keyed hash: it tells nothing of an e-mail or an address without `ENCRYPTION_KEY`. */
  readonly key: string;
  /** Tries that cost no pause. */
  readonly burst: number;
  /** One more try each, ms. */
  readonly everyMs: number;
}

/** Whose tries they are. */
export interface Trier {
  readonly encryptionKey: Uint8Array;
  /** As `networkOf` tells it. */
  readonly network: string;
}

/**
 * What limits passwords.
 * @param email in lower case, whether somebody has it or not
 */
export function passwordLimits(trier: Trier, email: string): readonly Limit[] {
  const key = keyOf(trier.encryptionKey, "network", trier.network);
  return [{ key, burst: 30, everyMs: MINUTE_MS }, ...emailLimits(trier, email)];
}

/** Those of them that are about the e-mail. */
export function emailLimits({ encryptionKey, network }: Trier, email: string): readonly Limit[] {
  const own = keyOf(encryptionKey, "email from network", email, network);
  return [
    { key: own, burst: 5, everyMs: 3 * MINUTE_MS },
    { key: keyOf(encryptionKey, "email", email), burst: 50, everyMs: MINUTE_MS },
  ];
}

/**
 * What limits the admin token. Of 24 characters or more, it cannot be guessed from many networks either; a count of
 * all networks together would only let strangers close the last way in.
 */
export function adminTokenLimits({ encryptionKey, network }: Trier): readonly Limit[] {
  const key = keyOf(encryptionKey, "admin token from network", network);
  return [{ key, burst: 10, everyMs: MINUTE_MS }];
}

/**
 * The epoch ms from which one more try is allowed (the generic cell rate algorithm, ITU-T I.371).
 * @param freeAt when all tries are free again, as it is stored
 */
export function nextTryAt({ burst, everyMs }: Limit, freeAt: number): number {
  return freeAt - (burst - 1) * everyMs;
}

/**
 * Who counts as one: an IPv4 address, or the /64 of an IPv6 address, which is what a single household is given.
 * @param address as Cloudflare tells it in `CF-Connecting-IP`; whoever comes without one counts as one together
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return "unknown";
  if (!address.includes(":")) return address;
  const [before = "", after] = address.toLowerCase().split("::", 2);
  const left = before.split(":").filter((group) => group !== "");
  const right = after?.split(":").filter((group) => group !== "") ?? [];
  const zeros =
    after === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

function keyOf(encryptionKey: Uint8Array, ...parts: readonly string[]): string {
  return createHmac("sha256", deriveKey(encryptionKey, "sign-in-tries"))
    .update(parts.join("\n"), "utf8")
    .digest("base64url");
}
