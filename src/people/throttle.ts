/**
 * How often passwords may be tried for one e-mail, whether somebody has it or not: the decisions.
 * @module
 */
import { createHmac } from "node:crypto";
import { deriveKey } from "../security/keys.ts";

/** Tries that cost no pause: people mistype. */
const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 15_000;
/** Longer would let a stranger keep somebody out for longer. */
const PAUSE_MAX_MS = 15 * 60_000;
/** After so long without a try, it is begun anew. */
export const FORGOTTEN_MS = 24 * 3_600_000;

export interface Tries {
  readonly failures: number;
  /** Epoch ms before which nothing is tried. */
  readonly nextAt: number;
  readonly lastAt: number;
}

/** How long nothing is tried after so many failures, ms. */
export function pauseAfter(failures: number): number {
  if (failures < FREE_TRIES) return 0;
  return Math.min(PAUSE_MAX_MS, FIRST_PAUSE_MS * 2 ** (failures - FREE_TRIES));
}

/** A name for an e-mail that tells nothing of it without `ENCRYPTION_KEY`. */
export function emailKey(encryptionKey: Uint8Array, email: string): string {
  return createHmac("sha256", deriveKey(encryptionKey, "sign-in-tries"))
    .update(email, "utf8")
    .digest("base64url");
}

/** Counts one more try as failed; null where it comes too early. */
export function afterTry(before: Tries | null, now: number): Tries | null {
  const known = before && now - before.lastAt < FORGOTTEN_MS ? before : null;
  if (known && now < known.nextAt) return null;
  const failures = (known?.failures ?? 0) + 1;
  return { failures, nextAt: now + pauseAfter(failures), lastAt: now };
}
