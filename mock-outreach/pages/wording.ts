/**
 * Numbers with their nouns.
 * @module
 */

/** `12,345`. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 call`, `2 calls`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}
