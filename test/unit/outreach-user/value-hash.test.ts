import { createHmac } from "node:crypto";
import { describe, it } from "vitest";
import { valueHash } from "../../../src/outreach-user/value-hash.ts";

const KEY = new Uint8Array(32).fill(7);
const hash = valueHash(KEY, "user-1");

describe("the hash of a value", () => {
  it("differs by key, user, prospect, field and value", ({ expect }) => {
    const hashes = [
      hash(1, "title", "CEO"),
      hash(2, "title", "CEO"),
      hash(1, "titles", "CEO"),
      hash(1, "title", "CEO "),
      hash(1, "title", null),
      hash(1, "title", "null"),
      hash(1, "title", true),
      hash(1, "title", ["CEO"]),
      hash(1, "title", '["CEO"]'),
      valueHash(KEY, "user-2")(1, "title", "CEO"),
      valueHash(new Uint8Array(32).fill(8), "user-1")(1, "title", "CEO"),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hash(1, "title", "CEO")).toBe(hashes[0]);
  });

  it("says nowhere what is hashed", ({ expect }) => {
    expect(hash(1, "emails", ["ada@example.com"])).toMatch(/^~[\w-]{11}$/);
  });

  it("is of the first kind where it is compared with one of that kind", ({ expect }) => {
    const stored = createHmac("sha256", KEY)
      .update(JSON.stringify(["user-1", 1, "title", "CEO"]))
      .digest("base64url")
      .slice(0, 22);
    expect(hash(1, "title", "CEO", stored)).toBe(stored);
    expect(hash(1, "title", "CFO", stored)).not.toBe(stored);
    expect(hash(1, "title", "CEO", hash(1, "title", "CFO"))).toBe(hash(1, "title", "CEO"));
  });
});
