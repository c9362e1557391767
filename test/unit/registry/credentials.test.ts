import { describe, it } from "vitest";
import {
  grantFor,
  isIngestToken,
  isLiveVersion,
  newCredentials,
  rotate,
} from "../../../src/registry/credentials.ts";
import { ACCESS_TOKEN_MS } from "../../../src/security/access-token.ts";

const NOW = Date.UTC(2026, 10, 23, 14);
const HOUR_MS = 3_600_000;
const BOTH = { ingestToken: true, clientSecret: true, keepPreviousMs: 24 * HOUR_MS };

describe("new credentials", () => {
  it("hold hashes, never the secrets", ({ expect }) => {
    const { credentials, secrets } = newCredentials();
    const stored = JSON.stringify(credentials);
    expect(stored).not.toContain(secrets.ingestToken);
    expect(stored).not.toContain(secrets.clientSecret);
    expect(isIngestToken(credentials, secrets.ingestToken, NOW)).toBe(true);
    expect(isIngestToken(credentials, secrets.clientSecret, NOW)).toBe(false);
    expect(grantFor(credentials, secrets.clientSecret, NOW)).toEqual({
      version: 1,
      lifetimeMs: ACCESS_TOKEN_MS,
    });
    expect(grantFor(credentials, secrets.ingestToken, NOW)).toBeNull();
  });
});

describe("rotated credentials", () => {
  const first = newCredentials();
  const second = rotate(first.credentials, BOTH, NOW);
  const end = NOW + BOTH.keepPreviousMs;

  it("take the old secrets until the end of their time", ({ expect }) => {
    const { ingestToken, clientSecret } = first.secrets;
    expect(isIngestToken(second.credentials, ingestToken, end - 1)).toBe(true);
    expect(isIngestToken(second.credentials, ingestToken, end)).toBe(false);
    expect(grantFor(second.credentials, clientSecret, end - HOUR_MS)).toEqual({
      version: 1,
      lifetimeMs: HOUR_MS,
    });
    expect(grantFor(second.credentials, clientSecret, end)).toBeNull();
  });

  it("end access tokens with the secret that they were handed out for", ({ expect }) => {
    expect(isLiveVersion(second.credentials, 2, end + HOUR_MS)).toBe(true);
    expect(isLiveVersion(second.credentials, 1, end - 1)).toBe(true);
    expect(isLiveVersion(second.credentials, 1, end)).toBe(false);
    expect(isLiveVersion(second.credentials, 3, NOW)).toBe(false);
    expect(isLiveVersion(first.credentials, 0, NOW)).toBe(false);
  });

  it("know two generations, not three", ({ expect }) => {
    const third = rotate(second.credentials, BOTH, NOW + HOUR_MS);
    expect(isIngestToken(third.credentials, first.secrets.ingestToken, NOW + HOUR_MS)).toBe(false);
    expect(isIngestToken(third.credentials, second.secrets.ingestToken ?? "", NOW + HOUR_MS)).toBe(
      true,
    );
    expect(isLiveVersion(third.credentials, 1, NOW + HOUR_MS)).toBe(false);
  });

  it("leave alone what was not asked for", ({ expect }) => {
    const token = rotate(first.credentials, { ...BOTH, clientSecret: false }, NOW);
    expect(token.secrets.clientSecret).toBeUndefined();
    expect(token.credentials.clientSecretVersion).toBe(1);
    expect(token.credentials.previousClientSecret).toBeNull();
    const secret = rotate(first.credentials, { ...BOTH, ingestToken: false }, NOW);
    expect(secret.secrets.ingestToken).toBeUndefined();
    expect(secret.credentials.ingestTokenHash).toBe(first.credentials.ingestTokenHash);
  });

  it("keep the client id", ({ expect }) => {
    expect(second.credentials.clientId).toBe(first.credentials.clientId);
  });
});
