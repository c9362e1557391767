/**
 * Outreach users and destinations as the overview lists them, by name.
 * @module
 */
import { z } from "zod";

export interface ListedUser {
  readonly id: string;
  readonly name: string;
}

export interface ListedDestination {
  readonly id: string;
  readonly name: string;
  readonly outreachUserId: string;
  readonly enabled: boolean;
  /** How many there are. */
  readonly mappings: number;
  readonly audiences: number;
}

const userRow = z.object({ id: z.string(), name: z.string() });
const destinationRow = z
  .object({
    id: z.string(),
    name: z.string(),
    outreach_user_id: z.string(),
    enabled: z.literal([0, 1]),
    mappings: z.number().nullable(),
    audiences: z.number().nullable(),
  })
  .transform((row): ListedDestination => ({
    id: row.id,
    name: row.name,
    outreachUserId: row.outreach_user_id,
    enabled: row.enabled === 1,
    mappings: row.mappings ?? 0,
    audiences: row.audiences ?? 0,
  }));

/**
 * The Outreach users whose own name, or the name of one of whose destinations, holds a text. One more than `limit` tells
 * that there are more.
 */
export async function findUsersByName(
  db: D1Database,
  text: string,
  limit: number,
): Promise<readonly ListedUser[]> {
  const { results } = await db
    .prepare(
      `SELECT id, name FROM outreach_users AS u
       WHERE instr(lower(name), lower(?1)) > 0 OR EXISTS (
         SELECT 1 FROM destinations
         WHERE outreach_user_id = u.id AND instr(lower(name), lower(?1)) > 0)
       ORDER BY created_at, id LIMIT ?2`,
    )
    .bind(text, limit)
    .all();
  return z.array(userRow).parse(results);
}

/** The destinations of Outreach users, in the order in which they were made. */
export async function destinationsOfUsers(
  db: D1Database,
  userIds: readonly string[],
  limit: number,
): Promise<readonly ListedDestination[]> {
  const { results } = await db
    .prepare(
      `SELECT id, name, outreach_user_id, enabled,
         json_array_length(settings, '$.mappings') AS mappings,
         json_array_length(settings, '$.audiences') AS audiences
       FROM destinations WHERE outreach_user_id IN (SELECT value FROM json_each(?))
       ORDER BY created_at, id LIMIT ?`,
    )
    .bind(JSON.stringify(userIds), limit)
    .all();
  return z.array(destinationRow).parse(results);
}
