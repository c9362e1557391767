import { createHmac, pbkdf2Sync } from "node:crypto";
import { describe, it } from "vitest";
import { deriveKey } from "../../../src/security/keys.ts";
import { hashPassword, isPassword, ITERATIONS } from "../../../src/security/passwords.ts";

const KEY = new Uint8Array(32).fill(1);
const OTHER_KEY = new Uint8Array(32).fill(2);

describe("a password's hash", () => {
  it("fits that password alone, and says how it was made", async ({ expect }) => {
    const hash = await hashPassword(KEY, "correct horse battery");
    expect(hash).toMatch(/^pbkdf2-sha256\$100000\$[\w-]{22}\$[\w-]{43}$/);
    expect(await isPassword(KEY, "correct horse battery", hash)).toBe(true);
    expect(await isPassword(KEY, "correct horse batterz", hash)).toBe(false);
  });

  it("is another one each time", async ({ expect }) => {
    expect(await hashPassword(KEY, "same")).not.toBe(await hashPassword(KEY, "same"));
  });

  it("cannot be guessed at without the encryption key", async ({ expect }) => {
    const hash = await hashPassword(KEY, "correct horse battery");
    expect(await isPassword(OTHER_KEY, "correct horse battery", hash)).toBe(false);
  });

  it("is checked with as many iterations as it says", async ({ expect }) => {
    const salt = Buffer.alloc(16, 3);
    const pepper = deriveKey(KEY, "passwords");
    const peppered = createHmac("sha256", pepper).update("correct horse battery").digest();
    const hash = pbkdf2Sync(peppered, salt, 1_000, 32, "sha256").toString("base64url");
    const stored = `pbkdf2-sha256$1000$${salt.toString("base64url")}$${hash}`;
    expect(await isPassword(KEY, "correct horse battery", stored)).toBe(true);
    const other = stored.replace("$1000$", "$1001$");
    expect(await isPassword(KEY, "correct horse battery", other)).toBe(false);
    // The runtime refuses more in production, and does not in local development.
    expect(ITERATIONS).toBeLessThanOrEqual(100_000);
  });

  it("takes one password for the same however it is encoded", async ({ expect }) => {
    const hash = await hashPassword(KEY, "Zo\u00eb likes horses");
    expect(await isPassword(KEY, "Zoe\u0308 likes horses", hash)).toBe(true);
  });

  it("is never fitted where there is none, or none that can be read", async ({ expect }) => {
    for (const stored of [null, "", "plain", "pbkdf2-sha256$100000$$"]) {
      expect(await isPassword(KEY, "", stored)).toBe(false);
    }
  });
});
