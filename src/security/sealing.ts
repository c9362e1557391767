/**
 * Encrypts short texts for storage: AES-256-GCM, written as `v1.<iv>.<ciphertext and tag>` in base64url.
 *
 * Promises: a sealed text opens with its key and in the context it was sealed in, or not at all.
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const VERSION = "v1";
const CIPHER = "aes-256-gcm";
/** GCM's own size. Random for each text: at 2^32 texts a key, two alike are still unlikely (NIST SP 800-38D, 8.3). */
const IV_BYTES = 12;
/** The full tag; shorter ones make forgery easier. */
const TAG_BYTES = 16;

/**
 * Encrypts a text.
 * @param key 32 bytes, made for this purpose by `deriveKey`
 * @param context what the text is and whose, `usr_1/refresh_token`: it is authenticated, not stored, so that a sealed
 * text moved to another place does not open there
 */
export function seal(key: Uint8Array, text: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(context));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${iv.toString("base64url")}.${sealed.toString("base64url")}`;
}

/** Decrypts what `seal` wrote. Null where key or context differ, or the text was tampered with. */
export function open(key: Uint8Array, sealed: string, context: string): string | null {
  const [version, ivText, sealedText, ...rest] = sealed.split(".");
  if (version !== VERSION || ivText === undefined || sealedText === undefined || rest.length > 0) {
    return null;
  }
  const iv = Buffer.from(ivText, "base64url");
  const bytes = Buffer.from(sealedText, "base64url");
  if (iv.length !== IV_BYTES || bytes.length < TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(context));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return text.toString("utf8");
  } catch {
    return null;
  }
}

/** The version is authenticated too, so that a later format cannot be passed off as this one. */
function associatedData(context: string): Buffer {
  return Buffer.from(`${VERSION}\n${context}`, "utf8");
}
