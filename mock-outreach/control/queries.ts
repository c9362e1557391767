/**
 * Numbers in the control API's query strings.
 * @module
 */
import { z } from "zod";

/** Pages of more would not be quick to read either. */
export const PAGE_MAX = 10_000;

export const count = (fallback: number, max: number) =>
  z.coerce.number<number>().int().min(0).max(max).default(fallback);

/** How many entries a page has at most. */
export const pageLimit = (fallback: number) =>
  z.coerce.number<number>().int().min(1).max(PAGE_MAX).default(fallback);

export const positive = z.coerce.number<number>().int().min(1).max(Number.MAX_SAFE_INTEGER);
