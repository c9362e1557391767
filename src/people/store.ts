/**
 * The table of people.
 *
 * Promises: whatever takes something away from a person, or changes how they sign in, ends their sessions in the same
 * statement.
 * @module
 */
import { z } from "zod";
import { readCursor, toPage, type Page, type PageRequest } from "../paging.ts";
import { permission, type Permission } from "./permissions.ts";

export interface Person {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly permission: Permission;
  /** Null until an invitation was taken up. */
  readonly passwordHash: string | null;
  /** Sessions of an earlier one have ended. */
  readonly sessionVersion: number;
  /** Epoch ms; null where no invitation is open. */
  readonly invitedUntil: number | null;
  readonly createdAt: number;
  readonly signedInAt: number | null;
}

export interface Invitation {
  readonly hash: string;
  /** Epoch ms. */
  readonly until: number;
}

const row = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    permission,
    password_hash: z.string().nullable(),
    session_version: z.number(),
    invitation_until: z.number().nullable(),
    created_at: z.number(),
    signed_in_at: z.number().nullable(),
  })
  .transform((stored): Person => ({
    id: stored.id,
    email: stored.email,
    name: stored.name,
    permission: stored.permission,
    passwordHash: stored.password_hash,
    sessionVersion: stored.session_version,
    invitedUntil: stored.invitation_until,
    createdAt: stored.created_at,
    signedInAt: stored.signed_in_at,
  }));

function orNone(found: unknown): Person | null {
  return found === null ? null : row.parse(found);
}

/** Null where somebody has this e-mail already. */
export async function insertPerson(
  db: D1Database,
  person: Pick<Person, "id" | "email" | "name" | "permission" | "createdAt">,
  invitation: Invitation,
): Promise<Person | null> {
  const inserted = await db
    .prepare(
      `INSERT INTO people (id, email, name, permission, session_version,
         invitation_hash, invitation_until, created_at)
       VALUES (?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (email) DO NOTHING RETURNING *`,
    )
    .bind(
      person.id,
      person.email,
      person.name,
      person.permission,
      invitation.hash,
      invitation.until,
      person.createdAt,
    )
    .first();
  return orNone(inserted);
}

export async function findPerson(db: D1Database, id: string): Promise<Person | null> {
  return orNone(await db.prepare("SELECT * FROM people WHERE id = ?").bind(id).first());
}

/** @param email in lower case */
export async function findPersonByEmail(db: D1Database, email: string): Promise<Person | null> {
  return orNone(await db.prepare("SELECT * FROM people WHERE email = ?").bind(email).first());
}

export async function findInvited(db: D1Database, invitationHash: string): Promise<Person | null> {
  const found = await db
    .prepare("SELECT * FROM people WHERE invitation_hash = ?")
    .bind(invitationHash)
    .first();
  return orNone(found);
}

/** In the order in which they were invited. */
export async function listPeople(db: D1Database, page: PageRequest): Promise<Page<Person>> {
  const after = readCursor(page.after);
  const { results } = await db
    .prepare("SELECT * FROM people WHERE (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?")
    .bind(after.createdAt, after.id, page.limit + 1)
    .all();
  return toPage(z.array(row).parse(results), page.limit);
}

/** People who may manage people, by name. */
export async function listManagers(db: D1Database, limit: number): Promise<readonly Person[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM people WHERE permission = 'manage' AND password_hash IS NOT NULL
       ORDER BY name LIMIT ?`,
    )
    .bind(limit)
    .all();
  return z.array(row).parse(results);
}

/** Null where there is none of this id. Another permission ends sessions; another name does not. */
export async function updatePerson(
  db: D1Database,
  id: string,
  changes: { readonly name?: string | undefined; readonly permission?: Permission | undefined },
): Promise<Person | null> {
  const { name = null, permission: granted = null } = changes;
  const updated = await db
    .prepare(
      `UPDATE people SET name = coalesce(?1, name), permission = coalesce(?2, permission),
         session_version = session_version + (coalesce(?2, permission) <> permission)
       WHERE id = ?3 RETURNING *`,
    )
    .bind(name, granted, id)
    .first();
  return orNone(updated);
}

/** Opens an invitation in place of one that may be open. Null where there is no such person. */
export async function invite(
  db: D1Database,
  id: string,
  invitation: Invitation,
): Promise<Person | null> {
  const updated = await db
    .prepare("UPDATE people SET invitation_hash = ?, invitation_until = ? WHERE id = ? RETURNING *")
    .bind(invitation.hash, invitation.until, id)
    .first();
  return orNone(updated);
}

/** Takes an invitation up, once. Null where it is not open any more. */
export async function takeUpInvitation(
  db: D1Database,
  invitationHash: string,
  passwordHash: string,
  now: number,
): Promise<Person | null> {
  const updated = await db
    .prepare(
      `UPDATE people SET password_hash = ?, session_version = session_version + 1,
         invitation_hash = NULL, invitation_until = NULL, signed_in_at = ?
       WHERE invitation_hash = ? AND invitation_until > ? RETURNING *`,
    )
    .bind(passwordHash, now, invitationHash, now)
    .first();
  return orNone(updated);
}

/** Null where there is no such person any more. An open invitation ends too: it could set another password. */
export async function setPassword(
  db: D1Database,
  id: string,
  passwordHash: string,
): Promise<Person | null> {
  const updated = await db
    .prepare(
      `UPDATE people SET password_hash = ?, session_version = session_version + 1,
         invitation_hash = NULL, invitation_until = NULL WHERE id = ? RETURNING *`,
    )
    .bind(passwordHash, id)
    .first();
  return orNone(updated);
}

/** Null where there is no such person. */
export async function endSessions(db: D1Database, id: string): Promise<Person | null> {
  const updated = await db
    .prepare("UPDATE people SET session_version = session_version + 1 WHERE id = ? RETURNING *")
    .bind(id)
    .first();
  return orNone(updated);
}

export async function noteSignIn(db: D1Database, id: string, now: number): Promise<void> {
  await db.prepare("UPDATE people SET signed_in_at = ? WHERE id = ?").bind(now, id).run();
}

/** False where there is none of this id. */
export async function deletePerson(db: D1Database, id: string): Promise<boolean> {
  const { meta } = await db.prepare("DELETE FROM people WHERE id = ?").bind(id).run();
  return meta.changes > 0;
}
