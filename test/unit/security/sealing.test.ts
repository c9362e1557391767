import fc from "fast-check";
import { describe, it } from "vitest";
import { deriveKey } from "../../../src/security/keys.ts";
import { open, seal } from "../../../src/security/sealing.ts";

const key = deriveKey(new Uint8Array(32).fill(1), "outreach-tokens");
const otherKey = deriveKey(new Uint8Array(32).fill(2), "outreach-tokens");

describe("a sealed text", () => {
  it("opens with its key and in its context", ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (text, context) => {
        expect(open(key, seal(key, text, context), context)).toBe(text);
      }),
    );
  });

  it("does not open with another key", ({ expect }) => {
    expect(open(otherKey, seal(key, "token", "refresh"), "refresh")).toBeNull();
  });

  it("does not open in another context", ({ expect }) => {
    expect(open(key, seal(key, "token", "refresh"), "access")).toBeNull();
  });

  it("is written differently each time", ({ expect }) => {
    expect(seal(key, "token", "refresh")).not.toBe(seal(key, "token", "refresh"));
  });

  it("is versioned text without the plain one", ({ expect }) => {
    const sealed = seal(key, "token", "refresh");
    expect(sealed).toMatch(/^v1\.[\w-]{16}\.[\w-]+$/);
    expect(Buffer.from(sealed.split(".")[2] ?? "", "base64url").toString("utf8")).not.toContain(
      "token",
    );
  });

  it("does not open once a single bit was changed", ({ expect }) => {
    const sealed = seal(key, "token", "refresh");
    const [version, iv = "", text = ""] = sealed.split(".");
    const flipped = (part: string, index: number) => {
      const bytes = Buffer.from(part, "base64url");
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      return bytes.toString("base64url");
    };
    for (let index = 0; index < 12; index++) {
      expect(open(key, `${version}.${flipped(iv, index)}.${text}`, "refresh")).toBeNull();
    }
    for (let index = 0; index < Buffer.from(text, "base64url").length; index++) {
      expect(open(key, `${version}.${iv}.${flipped(text, index)}`, "refresh")).toBeNull();
    }
  });

  it("is refused, not thrown at, where it is cut off or none at all", ({ expect }) => {
    const sealed = seal(key, "token", "refresh");
    for (let length = 0; length < sealed.length; length++) {
      expect(open(key, sealed.slice(0, length), "refresh")).toBeNull();
    }
    fc.assert(fc.property(fc.string(), (text) => open(key, text, "refresh") === null));
    expect(open(key, `v2${sealed.slice(2)}`, "refresh")).toBeNull();
    expect(open(key, `${sealed}.x`, "refresh")).toBeNull();
  });
});

describe("derived keys", () => {
  it("are the same for the same secret and purpose, and 32 bytes long", ({ expect }) => {
    expect(deriveKey(new Uint8Array(32).fill(1), "outreach-tokens")).toEqual(key);
    expect(key).toHaveLength(32);
  });

  it("differ with the purpose and with the secret", ({ expect }) => {
    expect(deriveKey(new Uint8Array(32).fill(1), "access-tokens")).not.toEqual(key);
    expect(otherKey).not.toEqual(key);
  });

  it("stay what they are: what was sealed with them has to open after an update", ({ expect }) => {
    expect(Buffer.from(key).toString("hex")).toMatchInlineSnapshot(
      `"e334814594f78d6e199146ac241a9dac053014ffa4d3c50fd23e02183afd07e3"`,
    );
  });
});
