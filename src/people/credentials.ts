/**
 * Signing in with e-mail and password, and setting a password.
 *
 * Promises: whether an e-mail is known shows neither in the answer nor in the work that it takes.
 * @module
 */
import type { Settings } from "../settings.ts";
import { hashPassword, isPassword } from "../security/passwords.ts";
import { hashSecret } from "../security/secrets.ts";
import {
  findInvited,
  findPersonByEmail,
  noteSignIn,
  setPassword,
  takeUpInvitation,
  type Person,
} from "./store.ts";
import { emailKey } from "./throttle.ts";
import { claimTry, clearTries } from "./tries-store.ts";

type Keys = Pick<Settings, "encryptionKey">;

export type Checked =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly reason: "wrong" }
  | { readonly ok: false; readonly reason: "too_many"; readonly retryAt: number };

/** Whether it is the password of the person with this e-mail. */
export async function checkCredentials(
  db: D1Database,
  { encryptionKey }: Keys,
  { email, password }: { readonly email: string; readonly password: string },
  now: number,
): Promise<Checked> {
  const address = normalizeEmail(email);
  const key = emailKey(encryptionKey, address);
  const turn = await claimTry(db, key, now);
  if (!turn.ok) return { ok: false, reason: "too_many", retryAt: turn.retryAt };
  const person = await findPersonByEmail(db, address);
  const isRight = await isPassword(encryptionKey, password, person?.passwordHash ?? null);
  if (!person || !isRight) return { ok: false, reason: "wrong" };
  await clearTries(db, key);
  return { ok: true, person };
}

/** The same, and remembers when. */
export async function signInPerson(
  ...[db, keys, credentials, now]: Parameters<typeof checkCredentials>
): Promise<Checked> {
  const checked = await checkCredentials(db, keys, credentials, now);
  if (checked.ok) await noteSignIn(db, checked.person.id, now);
  return checked;
}

/** The person whom an open invitation is for; null where it is not open any more, or never was. */
export async function readInvitation(
  db: D1Database,
  token: string,
  now: number,
): Promise<Person | null> {
  const person = await findInvited(db, hashSecret(token));
  return person !== null && person.invitedUntil !== null && now < person.invitedUntil
    ? person
    : null;
}

/** Sets the password that an invitation asks for. Null where it is not open any more. */
export async function acceptInvitation(
  db: D1Database,
  { encryptionKey }: Keys,
  { token, password }: { readonly token: string; readonly password: string },
  now: number,
): Promise<Person | null> {
  const hash = await hashPassword(encryptionKey, password);
  const person = await takeUpInvitation(db, hashSecret(token), hash, now);
  // Whoever forgot the password has tried some.
  if (person) await clearTries(db, emailKey(encryptionKey, person.email));
  return person;
}

/** Replaces a person's password where the present one is right; ends all sessions. */
export async function changePassword(
  db: D1Database,
  keys: Keys,
  {
    email,
    present,
    next,
  }: { readonly email: string; readonly present: string; readonly next: string },
  now: number,
): Promise<Checked> {
  const checked = await checkCredentials(db, keys, { email, password: present }, now);
  if (!checked.ok) return checked;
  const hash = await hashPassword(keys.encryptionKey, next);
  const person = await setPassword(db, checked.person.id, hash);
  return person ? { ok: true, person } : { ok: false, reason: "wrong" };
}

/** Domains are the same in either case, and nobody means two mailboxes by two cases. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
