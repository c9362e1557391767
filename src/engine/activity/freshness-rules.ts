/**
 * How fresh Outreach is: the time from an update's acceptance until Outreach holds it, of many updates, in buckets that
 * can be added up. A bucket's end is a fifth later than its beginning, so a percentile is right to within a tenth.
 * @module
 */

/** How many deliveries fell into each bucket, by the bucket's number; empty buckets are left out. */
export type Histogram = ReadonlyMap<number, number>;

export const NO_DELIVERIES: Histogram = new Map();

/** What took no longer is all the same: a new update waits for a second before it leaves. */
const FIRST_MS = 100;
const GROWTH = 1.2;
/** Two months; nothing is tried for so long, but an outage or a pause may last. */
const LAST_BUCKET = 97;

/** The histogram with `count` more deliveries that took `ms` each. */
export function withDelivery(histogram: Histogram, ms: number, count = 1): Histogram {
  const bucket = bucketOf(ms);
  return new Map(histogram).set(bucket, (histogram.get(bucket) ?? 0) + count);
}

function bucketOf(ms: number): number {
  if (!(ms > FIRST_MS)) return 0;
  return Math.min(LAST_BUCKET, Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH)));
}

export function addedUp(histograms: Iterable<Histogram>): Histogram {
  const sum = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [bucket, count] of histogram) sum.set(bucket, (sum.get(bucket) ?? 0) + count);
  }
  return sum;
}

/** Percentiles in milliseconds; null where nothing was delivered. */
export interface Freshness {
  readonly delivered: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export function freshnessOf(histogram: Histogram): Freshness {
  const buckets = [...histogram].toSorted(([a], [b]) => a - b);
  const delivered = buckets.reduce((sum, [, count]) => sum + count, 0);
  const percentile = (share: number): number | null => {
    let left = Math.ceil(delivered * share);
    for (const [bucket, count] of buckets) {
      left -= count;
      if (left <= 0) return middleOf(bucket);
    }
    return null;
  };
  return {
    delivered,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
  };
}

function middleOf(bucket: number): number {
  return Math.round(FIRST_MS * GROWTH ** Math.max(0, bucket - 0.5));
}
