import { describe, it } from "vitest";
import { sipHash, sipKey } from "../../../src/security/sip-hash.ts";

/** The key of the reference vectors: bytes 0 to 15. */
const KEY = sipKey(Uint8Array.from({ length: 16 }, (_, i) => i));

/** Vectors of the reference implementation (`vectors_sip64`), by the number of bytes 0, 1, 2, … that are hashed. */
const VECTORS = [
  [0, "310e0edd47db6f72"],
  [2, "5a4fa9d909806c0d"],
  [4, "b7877127e09427cf"],
  [6, "cee3fe586e46c9cb"],
  [8, "6224939a79f5f593"],
] as const;

function textOf(bytes: number): string {
  const units = Array.from({ length: bytes / 2 }, (_, i) => 2 * i + ((2 * i + 1) << 8));
  return String.fromCharCode(...units);
}

/** The hash's bytes, of its characters of six bits. */
function hexOf(hash: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const bits = hash
    .split("")
    .reduceRight((sum, c) => (sum << 6n) | BigInt(alphabet.indexOf(c)), 0n);
  const bytes = bits.toString(16).padStart(16, "0").match(/../g) ?? [];
  return bytes.toReversed().join("");
}

describe("SipHash-2-4", () => {
  it.for(VECTORS)("hashes %i bytes as the reference does", ([bytes, hash], { expect }) => {
    expect(hexOf(sipHash(KEY, textOf(bytes)))).toBe(hash);
  });

  it("depends on every character and on the key", ({ expect }) => {
    const text = "a text of some length, in UTF-16: ü€😀";
    const variants = Array.from({ length: text.length }, (_, i) =>
      sipHash(KEY, `${text.slice(0, i)}#${text.slice(i + 1)}`),
    );
    const other = sipHash([KEY[0], KEY[1], KEY[2], KEY[3] ^ 1], text);
    const all = new Set([sipHash(KEY, text), other, sipHash(KEY, `${text}\0`), ...variants]);
    expect(all.size).toBe(text.length + 3);
  });
});
