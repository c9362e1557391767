/**
 * The table of failed tries.
 *
 * It is in D1: a count has to outlive isolates, hold in all of Cloudflare's locations and last for longer than the
 * minute that a rate limiting binding counts at most, and D1 is there already, in local development and on the free plan.
 *
 * Promises: tries at the same moment count one by one; a try that is refused writes nothing, so that a stranger cannot
 * use up the day's writes; nobody learns from it whether an e-mail is known.
 * @module
 */
import { z } from "zod";
import { nextTryAt, type Limit } from "./throttle.ts";

export type Turn =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Epoch ms. */
      readonly retryAt: number;
    };

/** Where several come at once, some of them wait. */
const ONE_AT_A_TIME_MS = 1_000;

const OPEN: Turn = { ok: true };

/** What each limit has stored; a limit without a row has all its tries. */
const rows = z.array(z.object({ key: z.string(), free_at: z.number() }));

/** Whether something may be tried, without counting it. */
export async function mayTry(db: D1Database, limits: readonly Limit[], now: number): Promise<Turn> {
  const { results } = await db
    .prepare("SELECT key, free_at FROM failed_tries WHERE key IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(limits.map(({ key }) => key)))
    .all();
  const freeAt = new Map(rows.parse(results).map(({ key, free_at }) => [key, free_at]));
  const retryAt = Math.max(...limits.map((limit) => nextTryAt(limit, freeAt.get(limit.key) ?? 0)));
  return retryAt <= now ? OPEN : { ok: false, retryAt };
}

/** Counts a try as failed before it is made, in every limit or in none; `giveBack` takes that back where it was right. */
export async function claimTry(
  db: D1Database,
  limits: readonly Limit[],
  now: number,
): Promise<Turn> {
  const turn = await mayTry(db, limits, now);
  if (!turn.ok) return turn;
  // Whoever claimed the last try meanwhile was first.
  const { meta } = await db
    .prepare(
      `WITH limits AS (
         SELECT value ->> 'key' AS key, value ->> 'burst' AS burst, value ->> 'everyMs' AS every,
           max(?2, coalesce(free_at, 0)) AS free_at
         FROM json_each(?1) LEFT JOIN failed_tries ON failed_tries.key = value ->> 'key'
       )
       INSERT INTO failed_tries (key, free_at) SELECT key, free_at + every FROM limits
       WHERE NOT EXISTS (SELECT 1 FROM limits WHERE free_at - (burst - 1) * every > ?2)
       ON CONFLICT (key) DO UPDATE SET free_at = excluded.free_at`,
    )
    .bind(JSON.stringify(limits), now)
    .run();
  if (meta.changes === 0) {
    const late = await mayTry(db, limits, now);
    return late.ok ? { ok: false, retryAt: now + ONE_AT_A_TIME_MS } : late;
  }
  await db.prepare("DELETE FROM failed_tries WHERE free_at <= ?").bind(now).run();
  return OPEN;
}

/** Takes one try back, which was none of a stranger. */
export async function requeue(db: D1Database, limits: readonly Limit[]): Promise<void> {
  await db
    .prepare(
      `UPDATE failed_tries SET free_at = free_at - (
         SELECT value ->> 'everyMs' FROM json_each(?1) WHERE value ->> 'key' = failed_tries.key
       ) WHERE key IN (SELECT value ->> 'key' FROM json_each(?1))`,
    )
    .bind(JSON.stringify(limits))
    .run();
}

/** Takes all tries back. */
export async function clearTries(db: D1Database, limits: readonly Limit[]): Promise<void> {
  await db
    .prepare("DELETE FROM failed_tries WHERE key IN (SELECT value ->> 'key' FROM json_each(?))")
    .bind(JSON.stringify(limits))
    .run();
}
