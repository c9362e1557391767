/**
 * What is kept of bulk jobs in general: which kinds may be used and how large they may be, records sent today, and what
 * checks of upserts showed.
 * @module
 */
import { z } from "zod";
import type { BulkKind } from "../../outreach/bulk.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";
import { NEW_BULK, NEW_LOOKS, withItems } from "./limits-rules.ts";

const bulkMeans = z.object({
  /** Records in one job. */
  max: z.number(),
  refusedUntil: z.number(),
  /** For people. */
  lastRefused: z
    .object({ at: z.number(), status: z.number().nullable(), detail: z.string() })
    .nullable()
    .default(null),
  last: z.object({ size: z.number(), ranMs: z.number().default(0), tookMs: z.number() }).nullable(),
  /** From a job's start until its prospects are settled; null before the first. */
  cycle: z
    .object({
      size: z.number(),
      ms: z.number(),
      sizeVariance: z.number(),
      covariance: z.number(),
    })
    .nullable()
    .default(null),
  /** How many looks find a job's end. */
  looks: z.number().default(NEW_LOOKS),
  goodSamples: z.number(),
  astray: z.number().default(0),
});
export type BulkMeans = z.infer<typeof bulkMeans>;

const upsertCheck = z.object({
  destinationId: z.string(),
  /** Whose records they were, as `Connection.account` says. */
  account: z.string(),
  passed: z.boolean(),
  at: z.number(),
  /** Why it failed, for people. */
  detail: z.string().nullable(),
  /** Samples in a row, of jobs after it, that were not as they should be. */
  badSamples: z.number().default(0),
});
export type StoredCheck = z.infer<typeof upsertCheck>;

const bothMeans = z.object({ modify: bulkMeans, upsert: bulkMeans });
const items = z.object({ day: z.number(), items: z.number() });

/** The limits of bulk jobs. */
export class BulkLimits {
  readonly #means;
  readonly #items;

  constructor(db: ObservedDatabase) {
    this.#means = piece(db, "bulk", bothMeans, NEW_BULK);
    this.#items = piece(db, "bulkItems", items, { day: 0, items: 0 });
  }

  of(kind: BulkKind): BulkMeans {
    return this.#means.read()[kind];
  }

  set(kind: BulkKind, means: BulkMeans): void {
    this.#means.write({ ...this.#means.read(), [kind]: means });
  }

  /** Records sent in bulk on a day (UTC), of which an organisation has so many. */
  get items() {
    return this.#items.read();
  }

  /** Records leave, or, where negative, turn out not to have been taken. */
  sent(count: number, now: number): void {
    this.#items.write(withItems(this.items, count, now));
  }
}

/** The last check of each destination. */
export function upsertChecksPiece(db: ObservedDatabase) {
  return piece(db, "upsertChecks", z.array(upsertCheck), []);
}
