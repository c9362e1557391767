/**
 * How many prospects wait in each queue. Counted once and kept beside the table from then on, because counting a million
 * rows for every estimate would be slow.
 * @module
 */
import { z } from "zod";
import type { Prospect } from "../model/prospect.ts";
import type { Database } from "../../durable/database.ts";
import { WHICH } from "./due.ts";
import type { Company, DueStore, StoredQueue } from "./due.ts";

/** By `keyOf`. Those that are too large to travel with others are counted among those that do. */
export type QueueSizes = ReadonlyMap<string, number>;

/** A queue, and how many wait in it. */
export interface FilledQueue extends StoredQueue {
  readonly prospects: number;
}

const sizeRow = z.object({ queue: z.number(), prospects: z.number() });

/** Goes through the indexes of the whole backlog. */
export function countQueues(db: Database): QueueSizes {
  const sizes = new Map<string, number>();
  for (const company of ["together", "alone"] as const) {
    const rows = db.all(
      `SELECT queue, count(*) AS prospects FROM prospects WHERE ${WHICH[company]} GROUP BY queue`,
    );
    for (const row of rows) {
      const { queue, prospects } = sizeRow.parse(row);
      sizes.set(keyOf(queue, company), prospects);
    }
  }
  return sizes;
}

/** The sizes after prospects changed. */
export function withChanges(
  sizes: QueueSizes,
  changes: readonly { readonly before: Prospect; readonly after: Prospect }[],
  due: DueStore,
): QueueSizes {
  const after = new Map(sizes);
  for (const change of changes) {
    const [from, to] = [placeOf(change.before, due), placeOf(change.after, due)];
    if (from === to) continue;
    if (from !== null) after.set(from, (after.get(from) ?? 0) - 1);
    if (to !== null) after.set(to, (after.get(to) ?? 0) + 1);
  }
  return after;
}

/** How many wait in a queue. */
export function sizeOf(sizes: QueueSizes, { queue, company }: StoredQueue): number {
  return Math.max(0, sizes.get(keyOf(queue, company)) ?? 0);
}

function placeOf({ pending, inFlight }: Prospect, due: DueStore): string | null {
  if (!pending || inFlight) return null;
  return keyOf(due.queueOf(pending), due.companyOf(pending));
}

function keyOf(queue: number, company: Company): string {
  return `${queue} ${company}`;
}
