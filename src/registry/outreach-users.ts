/**
 * The table of Outreach users: who there is. Their connection, budget and backlog are in their objects.
 * @module
 */
import { z } from "zod";
import { toPage, readCursor, type Page, type PageRequest } from "../paging.ts";

export interface OutreachUserRecord {
  readonly id: string;
  readonly name: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

const row = z
  .object({ id: z.string(), name: z.string(), created_at: z.number() })
  .transform(({ id, name, created_at }): OutreachUserRecord => ({
    id,
    name,
    createdAt: created_at,
  }));

export async function insertOutreachUser(db: D1Database, user: OutreachUserRecord): Promise<void> {
  await db
    .prepare("INSERT INTO outreach_users (id, name, created_at) VALUES (?, ?, ?)")
    .bind(user.id, user.name, user.createdAt)
    .run();
}

export async function findOutreachUser(
  db: D1Database,
  id: string,
): Promise<OutreachUserRecord | null> {
  const found = await db.prepare("SELECT * FROM outreach_users WHERE id = ?").bind(id).first();
  return found === null ? null : row.parse(found);
}

/** As many as a page for people lists or offers. */
export const FIRST_USERS: PageRequest = { limit: 100, after: null };

/** In the order in which they were made. */
export async function listOutreachUsers(
  db: D1Database,
  page: PageRequest,
): Promise<Page<OutreachUserRecord>> {
  const after = readCursor(page.after);
  const { results } = await db
    .prepare(
      `SELECT * FROM outreach_users WHERE (created_at, id) > (?, ?)
       ORDER BY created_at, id LIMIT ?`,
    )
    .bind(after.createdAt, after.id, page.limit + 1)
    .all();
  return toPage(z.array(row).parse(results), page.limit);
}

/** Ids of all, whatever their number. */
export async function allOutreachUserIds(db: D1Database): Promise<readonly string[]> {
  const { results } = await db.prepare("SELECT id FROM outreach_users ORDER BY id").all();
  return results.map((found) => z.object({ id: z.string() }).parse(found).id);
}

export async function countOutreachUsers(db: D1Database): Promise<number> {
  const counted = await db.prepare("SELECT COUNT(*) AS count FROM outreach_users").first();
  return z.object({ count: z.number() }).parse(counted).count;
}

/** False where there is none of this id. */
export async function renameOutreachUser(
  db: D1Database,
  id: string,
  name: string,
): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE outreach_users SET name = ? WHERE id = ?")
    .bind(name, id)
    .run();
  return meta.changes > 0;
}

/** False where there is none of this id, or where a destination uses it. */
export async function deleteOutreachUser(db: D1Database, id: string): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `DELETE FROM outreach_users WHERE id = ?1
       AND NOT EXISTS (SELECT 1 FROM destinations WHERE outreach_user_id = ?1)`,
    )
    .bind(id)
    .run();
  return meta.changes > 0;
}
