/**
 * The table of sessions that somebody signed out of, for as long as their cookies would be good.
 * @module
 */
import type { Session } from "../security/console-session.ts";

type Ending = Pick<Session, "sessionId" | "expiresAt">;

/** From now on its cookie opens nothing, wherever it was copied to. */
export async function endSession(
  db: D1Database,
  { sessionId, expiresAt }: Ending,
  now: number,
): Promise<void> {
  await db
    .prepare(
      "INSERT INTO ended_sessions (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
    )
    .bind(sessionId, expiresAt)
    .run();
  await db.prepare("DELETE FROM ended_sessions WHERE expires_at <= ?").bind(now).run();
}

export async function hasEnded(db: D1Database, { sessionId }: Ending): Promise<boolean> {
  const found = await db
    .prepare("SELECT 1 FROM ended_sessions WHERE id = ?")
    .bind(sessionId)
    .first();
  return found !== null;
}
