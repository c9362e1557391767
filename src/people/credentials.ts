/**
 * Signing in with e-mail and password or with the admin token, and setting a password.
 *
 * Promises: whether an e-mail is known shows neither in the answer nor in the work that it takes.
 * @module
 */
import type { Settings } from "../settings.ts";
import { hashPassword, isPassword } from "../security/passwords.ts";
import { hashSecret, sameSecret } from "../security/secrets.ts";
import {
  findInvited,
  findPersonByEmail,
  noteSignIn,
  setPassword,
  takeUpInvitation,
  type Person,
} from "./store.ts";
import { adminTokenLimits, emailLimits, passwordLimits, type Trier } from "./throttle.ts";
import { claimTry, clearTries, requeue, mayTry } from "./tries-store.ts";

export type Refused =
  | { readonly ok: false; readonly reason: "wrong" }
  | {
      readonly ok: false;
      readonly reason: "too_many";
      /** Epoch ms. */
      readonly retryAt: number;
    };

export type Checked = { readonly ok: true; readonly person: Person } | Refused;

/**
 * Whether it is the admin token. Programs send the right one with every request, so that only wrong ones are counted.
 */
export async function checkAdminToken(
  db: D1Database,
  { encryptionKey, adminToken }: Pick<Settings, "encryptionKey" | "adminToken">,
  { token, network }: { readonly token: string; readonly network: string },
  now: number,
): Promise<{ readonly ok: true } | Refused> {
  const limits = adminTokenLimits({ encryptionKey, network });
  const isRight = sameSecret(token, adminToken);
  const turn = await (isRight ? mayTry : claimTry)(db, limits, now);
  if (!turn.ok) return { ok: false, reason: "too_many", retryAt: turn.retryAt };
  return isRight ? { ok: true } : { ok: false, reason: "wrong" };
}

/** Whether it is the password of the person with this e-mail. */
export async function checkCredentials(
  db: D1Database,
  trier: Trier,
  { email, password }: { readonly email: string; readonly password: string },
  now: number,
): Promise<Checked> {
  const mailbox = normalizeEmail(email);
  const limits = passwordLimits(trier, mailbox);
  const turn = await claimTry(db, limits, now);
  if (!turn.ok) return { ok: false, reason: "too_many", retryAt: turn.retryAt };
  const person = await findPersonByEmail(db, mailbox);
  const isRight = await isPassword(trier.encryptionKey, password, person?.passwordHash ?? null);
  if (!person || !isRight) return { ok: false, reason: "wrong" };
  await requeue(db, limits);
  return { ok: true, person };
}

/** The same, and remembers when. */
export async function signInPerson(
  ...[db, trier, credentials, now]: Parameters<typeof checkCredentials>
): Promise<Checked> {
  const checked = await checkCredentials(db, trier, credentials, now);
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
  trier: Trier,
  { token, password }: { readonly token: string; readonly password: string },
  now: number,
): Promise<Person | null> {
  const hash = await hashPassword(trier.encryptionKey, password);
  const person = await takeUpInvitation(db, hashSecret(token), hash, now);
  // Whoever forgot the password has tried some.
  if (person) await clearTries(db, emailLimits(trier, person.email));
  return person;
}

/** Replaces a person's password where the present one is right; ends all sessions. */
export async function changePassword(
  db: D1Database,
  trier: Trier,
  {
    email,
    present,
    next,
  }: { readonly email: string; readonly present: string; readonly next: string },
  now: number,
): Promise<Checked> {
  const checked = await checkCredentials(db, trier, { email, password: present }, now);
  if (!checked.ok) return checked;
  const hash = await hashPassword(trier.encryptionKey, next);
  const person = await setPassword(db, checked.person.id, hash);
  return person ? { ok: true, person } : { ok: false, reason: "wrong" };
}

/** Domains are the same in either case, and nobody means two mailboxes by two cases. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
