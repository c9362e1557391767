/**
 * What a month costs on Cloudflare's Workers Paid plan, above what the plan includes.
 *
 * Prices in US dollars, from developers.cloudflare.com/durable-objects/platform/pricing and …/workers/platform/pricing
 * as of 2026. Duration is left out: it depends on how the platform packs requests, which cannot be seen here.
 * @module
 */

/** Per million above what is included, and how many millions are included. */
const PRICES = {
  workerRequests: { dollars: 0.3, included: 10 },
  objectRequests: { dollars: 0.15, included: 1 },
  rowsWritten: { dollars: 1, included: 50 },
  rowsRead: { dollars: 0.001, included: 25_000 },
} as const;

const MILLION = 1_000_000;

export type Use = Readonly<Record<keyof typeof PRICES, number>>;
export type Cost = Use & { readonly total: number };

/** Dollars for what is used in a month. */
export function costOf(use: Use): Cost {
  const dollars = (what: keyof typeof PRICES): number =>
    Math.max(0, use[what] / MILLION - PRICES[what].included) * PRICES[what].dollars;
  const cost = {
    workerRequests: dollars("workerRequests"),
    objectRequests: dollars("objectRequests"),
    rowsWritten: dollars("rowsWritten"),
    rowsRead: dollars("rowsRead"),
  };
  return { ...cost, total: Object.values(cost).reduce((sum, part) => sum + part, 0) };
}
