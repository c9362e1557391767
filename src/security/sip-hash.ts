/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash that is fast for short texts. Without its key of 128 bits
 * nobody can tell a text from its hash, or try texts out.
 * @module
 */

export const SIP_KEY_BYTES = 16;

/** A key as four words of 32 bits, the lowest first. */
export type SipKey = readonly [number, number, number, number];

/** @param bytes `SIP_KEY_BYTES` of them, uniformly random */
export function sipKey(bytes: Uint8Array): SipKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIP_KEY_BYTES);
  const word = (i: number): number => view.getInt32(4 * i, true);
  return [word(0), word(1), word(2), word(3)];
}

const CARRY = 0x1_0000_0000;
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The hash of a text's UTF-16 code units, each two bytes with the low one first: 64 bits in 11 characters.
 * JavaScript has no fast integers of 64 bits, so each word is kept in two halves.
 */
export function sipHash([k0l, k0h, k1l, k1h]: SipKey, text: string): string {
  let [v0l, v0h] = [k0l ^ 0x70736575, k0h ^ 0x736f6d65];
  let [v1l, v1h] = [k1l ^ 0x6e646f6d, k1h ^ 0x646f7261];
  let [v2l, v2h] = [k0l ^ 0x6e657261, k0h ^ 0x6c796765];
  let [v3l, v3h] = [k1l ^ 0x79746573, k1h ^ 0x74656462];
  const { length } = text;
  const last = length >> 2;
  // One block more than there are: the last one is the end, with twice the rounds.
  for (let block = 0, at = 0; block <= last + 1; block++, at += 4) {
    let [low, high] = [0, 0];
    if (block <= last) {
      // Behind the text there is no code, which counts as 0 here.
      low = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
      high = text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16);
      if (block === last) high = (high & 0xffff) | (length << 25);
    } else v2l ^= 0xff;
    v3l ^= low;
    v3h ^= high;
    for (let round = block <= last ? 2 : 4; round > 0; round--) {
      let sum = (v0l >>> 0) + (v1l >>> 0);
      v0h = (v0h + v1h + (sum >= CARRY ? 1 : 0)) | 0;
      v0l = sum | 0;
      let high1 = (v1h << 13) | (v1l >>> 19);
      v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l;
      v1h = high1 ^ v0h;
      [v0l, v0h] = [v0h, v0l];
      sum = (v2l >>> 0) + (v3l >>> 0);
      v2h = (v2h + v3h + (sum >= CARRY ? 1 : 0)) | 0;
      v2l = sum | 0;
      let high3 = (v3h << 16) | (v3l >>> 16);
      v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l;
      v3h = high3 ^ v2h;
      sum = (v0l >>> 0) + (v3l >>> 0);
      v0h = (v0h + v3h + (sum >= CARRY ? 1 : 0)) | 0;
      v0l = sum | 0;
      high3 = (v3h << 21) | (v3l >>> 11);
      v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l;
      v3h = high3 ^ v0h;
      sum = (v2l >>> 0) + (v1l >>> 0);
      v2h = (v2h + v1h + (sum >= CARRY ? 1 : 0)) | 0;
      v2l = sum | 0;
      high1 = (v1h << 17) | (v1l >>> 15);
      v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l;
      v1h = high1 ^ v2h;
      [v2l, v2h] = [v2h, v2l];
    }
    v0l ^= low;
    v0h ^= high;
  }
  return base64url(v0l ^ v1l ^ v2l ^ v3l, v0h ^ v1h ^ v2h ^ v3h);
}

/** Six bits a character, the lowest first. */
function base64url(low: number, high: number): string {
  let text = "";
  for (let bit = 0; bit < 30; bit += 6) text += BASE64URL[(low >>> bit) & 63];
  text += BASE64URL[(low >>> 30) | ((high & 15) << 2)];
  for (let bit = 4; bit < 32; bit += 6) text += BASE64URL[(high >>> bit) & 63];
  return text;
}
