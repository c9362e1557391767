/**
 * Repeatable chance: every random choice of the mock comes from a text, so that the same text gives the same run.
 * @module
 */

/** Gives numbers from 0 up to, but not including, 1. */
export type Random = () => number;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Where a stream is: the generator's four words. Another stream that is put there goes on with the same numbers. */
export type RandomState = readonly [number, number, number, number];

/** A stream that can be written down and gone on with. */
export interface RandomStream {
  readonly next: Random;
  save(): RandomState;
  load(state: RandomState): void;
}

/**
 * A stream of its own for each text. The text is hashed (FNV-1a) into the state of sfc32, Chris Doty-Humphrey's small
 * fast generator, which passes the usual batteries of tests and is much more than a mock needs.
 */
export function streamFrom(text: string): RandomStream {
  let a = fnv1a(text, FNV_OFFSET);
  let b = fnv1a(text, a);
  let c = fnv1a(text, b);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  // The first numbers still look like the seed.
  for (let i = 0; i < 12; i += 1) next();
  return {
    next,
    save: () => [a, b, c, counter],
    load: (state) => {
      [a, b, c, counter] = state;
    },
  };
}

/** The numbers of a stream that nobody has to go on with later. */
export function randomFrom(text: string): Random {
  return streamFrom(text).next;
}

function fnv1a(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  }
  return hash | 0;
}

/** One of `choices`, which is not empty. */
export function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

const TOKEN_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A text of `length` characters that may stand in a URL. Repeatable, so no secret outside of a test. */
export function randomText(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += TOKEN_ALPHABET[Math.floor(random() * 64)] ?? "";
  return text;
}
