import { describe, it } from "vitest";
import {
  hashSecret,
  matchesHash,
  newId,
  newSecret,
  sameSecret,
} from "../../../src/security/secrets.ts";

describe("ids and secrets", () => {
  it("say by their beginning what they are, and hold no dot", ({ expect }) => {
    expect(newId("outreachUser")).toMatch(/^ou_[\w-]{20}$/);
    expect(newId("destination")).toMatch(/^dest_[\w-]{20}$/);
    expect(newId("client")).toMatch(/^oe_client_[\w-]{20}$/);
    expect(newSecret("ingestToken")).toMatch(/^oe_ingest_[\w-]{43}$/);
    expect(newSecret("clientSecret")).toMatch(/^oe_secret_[\w-]{43}$/);
  });

  it("are never the same twice", ({ expect }) => {
    const made = Array.from({ length: 1000 }, () => newSecret("ingestToken"));
    expect(new Set(made).size).toBe(1000);
  });
});

describe("comparing secrets", () => {
  it("finds the same ones equal and others not, whatever their length", ({ expect }) => {
    const secret = newSecret("clientSecret");
    expect(sameSecret(secret, secret)).toBe(true);
    for (const other of ["", secret.slice(0, -1), `${secret}x`, newSecret("clientSecret")]) {
      expect(sameSecret(other, secret)).toBe(false);
    }
  });

  it("works on hashes that do not hold the secret", ({ expect }) => {
    const secret = newSecret("ingestToken");
    const hash = hashSecret(secret);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(secret).not.toContain(hash);
    expect(matchesHash(secret, hash)).toBe(true);
    expect(matchesHash(hash, hash)).toBe(false);
    expect(matchesHash(secret, "")).toBe(false);
  });
});
