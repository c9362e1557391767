/**
 * The table of wrong passwords.
 *
 * Promises: tries at the same moment count one by one; a pause survives restarts; nobody learns from it whether an
 * e-mail is known.
 * @module
 */
import { z } from "zod";
import { afterTry, FORGOTTEN_MS } from "./throttle.ts";

/** Where two come at once, one of them waits. */
const ONE_AT_A_TIME_MS = 1_000;

const row = z
  .object({ failures: z.number(), next_at: z.number(), last_at: z.number() })
  .transform((stored) => ({
    failures: stored.failures,
    nextAt: stored.next_at,
    lastAt: stored.last_at,
  }));

export type Turn =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Epoch ms. */
      readonly retryAt: number;
    };

/** Counts a try as failed before it is made; `clearTries` takes that back where it was right. */
export async function claimTry(db: D1Database, key: string, now: number): Promise<Turn> {
  const found = await db
    .prepare("SELECT failures, next_at, last_at FROM sign_in_tries WHERE email_key = ?")
    .bind(key)
    .first();
  const before = found === null ? null : row.parse(found);
  const after = afterTry(before, now);
  if (after === null) return { ok: false, retryAt: before?.nextAt ?? now };
  // Whoever read the same count meanwhile comes too late.
  const { meta } = await db
    .prepare(
      `INSERT INTO sign_in_tries (email_key, failures, next_at, last_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (email_key) DO UPDATE SET failures = ?2, next_at = ?3, last_at = ?4
       WHERE failures = ?5 AND last_at = ?6`,
    )
    .bind(key, after.failures, after.nextAt, now, before?.failures ?? 0, before?.lastAt ?? 0)
    .run();
  if (meta.changes === 0) return { ok: false, retryAt: now + ONE_AT_A_TIME_MS };
  if (after.failures === 1) await forgetOld(db, now);
  return { ok: true };
}

export async function clearTries(db: D1Database, key: string): Promise<void> {
  await db.prepare("DELETE FROM sign_in_tries WHERE email_key = ?").bind(key).run();
}

async function forgetOld(db: D1Database, now: number): Promise<void> {
  await db
    .prepare("DELETE FROM sign_in_tries WHERE last_at < ?")
    .bind(now - FORGOTTEN_MS)
    .run();
}
