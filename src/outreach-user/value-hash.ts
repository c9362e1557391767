/**
 * How an Outreach user's object hashes the values that Outreach is known to hold (docs/decisions/05-keyed-hashes.md).
 * @module
 */
import { createHmac } from "node:crypto";
import type { HashValue } from "../engine/model/prospect.ts";
import { SIP_KEY_BYTES, sipHash, sipKey } from "../security/sip-hash.ts";

/** Stands before each hash, and never stood before one of the first kind. */
const SIP = "~";
/** The first kind, which 0.1.0 stored: half of HMAC-SHA-256. */
const HMAC_CHARS = 22;

/**
 * @param key derived for this purpose
 * @param userId the Outreach user, whose hashes are of a key of their own
 */
export function valueHash(key: Uint8Array, userId: string): HashValue {
  const own = createHmac("sha256", key)
    .update(JSON.stringify(["sip", userId]))
    .digest();
  const sip = sipKey(own.subarray(0, SIP_KEY_BYTES));
  return (prospectId, field, value, like) =>
    like === undefined || like.startsWith(SIP)
      ? // The length of the field's name says where the value begins.
        SIP + sipHash(sip, `${prospectId} ${field.length} ${field}${textOf(value)}`)
      : createHmac("sha256", key)
          .update(JSON.stringify([userId, prospectId, field, value]))
          .digest("base64url")
          .slice(0, HMAC_CHARS);
}

/** A text by itself, and anything else as JSON: told apart by its first character. */
function textOf(value: Parameters<HashValue>[2]): string {
  return typeof value === "string" ? `"${value}` : JSON.stringify(value);
}
