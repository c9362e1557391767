import { sign } from "hono/jwt";
import { describe, it } from "vitest";
import {
  ACCESS_TOKEN_MS,
  readAccessToken,
  signAccessToken,
} from "../../../src/security/access-token.ts";
import { deriveKey } from "../../../src/security/keys.ts";

const KEY = new Uint8Array(32).fill(1);
const NOW = Date.UTC(2026, 10, 23, 14);
const TOKEN = { destinationId: "dest_1", clientSecretVersion: 2 };
const SIGNING_KEY = Buffer.from(deriveKey(KEY, "access-tokens")).toString("base64url");
const CLAIMS = {
  aud: "outreach-edge/profiles",
  sub: "dest_1",
  ver: 2,
  iat: NOW / 1000,
  exp: NOW / 1000 + 60,
};

describe("an access token", () => {
  it("tells its destination and the version of the secret until it expires", async ({ expect }) => {
    const token = await signAccessToken(KEY, TOKEN, NOW, ACCESS_TOKEN_MS);
    expect(await readAccessToken(KEY, token, NOW)).toEqual(TOKEN);
    expect(await readAccessToken(KEY, token, NOW + ACCESS_TOKEN_MS - 1)).toEqual(TOKEN);
    expect(await readAccessToken(KEY, token, NOW + ACCESS_TOKEN_MS)).toBeNull();
  });

  it("lives for a day or more, as Adobe advises", ({ expect }) => {
    expect(ACCESS_TOKEN_MS).toBeGreaterThanOrEqual(24 * 3_600_000);
  });

  it("is not read with another key", async ({ expect }) => {
    const token = await signAccessToken(KEY, TOKEN, NOW, ACCESS_TOKEN_MS);
    expect(await readAccessToken(new Uint8Array(32).fill(2), token, NOW)).toBeNull();
  });

  it("is not read after any part of it was changed", async ({ expect }) => {
    const [header = "", payload = "", signature = ""] = (
      await signAccessToken(KEY, TOKEN, NOW, ACCESS_TOKEN_MS)
    ).split(".");
    const forged = Buffer.from(JSON.stringify({ ...CLAIMS, sub: "dest_2" })).toString("base64url");
    const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    for (const token of [
      `${header}.${forged}.${signature}`,
      `${unsigned}.${payload}.`,
      `${unsigned}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      "",
      "a.b.c",
    ]) {
      expect(await readAccessToken(KEY, token, NOW), token).toBeNull();
    }
  });

  it("needs each of its claims", async ({ expect }) => {
    expect(await readAccessToken(KEY, await sign(CLAIMS, SIGNING_KEY), NOW)).toEqual(TOKEN);
    for (const name of ["aud", "sub", "ver", "iat", "exp"]) {
      const token = await sign({ ...CLAIMS, [name]: undefined }, SIGNING_KEY);
      expect(await readAccessToken(KEY, token, NOW), name).toBeNull();
    }
    const otherAudience = await sign({ ...CLAIMS, aud: "console" }, SIGNING_KEY);
    expect(await readAccessToken(KEY, otherAudience, NOW)).toBeNull();
  });

  it("is not read under another algorithm than the one that is used here", async ({ expect }) => {
    const token = await sign(CLAIMS, SIGNING_KEY, "HS512");
    expect(await readAccessToken(KEY, token, NOW)).toBeNull();
  });
});
