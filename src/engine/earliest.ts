/**
 * The earlier of two times, either of which may be none.
 * @module
 */
export function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
