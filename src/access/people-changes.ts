/**
 * Inviting, changing and removing people, whoever asks for it: the API or the console.
 *
 * Promises: nobody removes themselves or changes their own permission; an invitation's link is handed out once, and
 * only its hash is kept.
 * @module
 */
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { publicBaseUrl } from "../http/base-url.ts";
import type { AppEnv } from "../http/context.ts";
import { logEvent } from "../log.ts";
import {
  deletePerson,
  endSessions,
  insertPerson,
  invite,
  updatePerson,
  type Invitation,
  type Person,
} from "../people/store.ts";
import { hashSecret, newId, newSecret } from "../security/secrets.ts";
import type { newPerson, personChanges } from "./people-schemas.ts";

/** Long enough to be handed over, and opened after the weekend. */
export const INVITATION_MS = 7 * 24 * 3_600_000;

export interface Invited {
  readonly person: Person;
  /** Where the person sets a password; shown this once. */
  readonly invitationUrl: string;
}

/** Null where somebody has this e-mail already. */
export async function addPerson(
  c: Context<AppEnv>,
  input: z.infer<typeof newPerson>,
  now: number,
): Promise<Invited | null> {
  const { invitation, invitationUrl } = newInvitation(c, now);
  const stored = { id: newId("person"), ...input, createdAt: now };
  const person = await insertPerson(c.env.SETTINGS, stored, invitation);
  if (person) logEvent("person_invited", { personId: person.id, permission: person.permission });
  return person && { person, invitationUrl };
}

/** Another link, in place of one that may be open. The password that there is stays until the link is used. */
export async function inviteAgain(
  c: Context<AppEnv>,
  id: string,
  now: number,
): Promise<Invited | null> {
  const { invitation, invitationUrl } = newInvitation(c, now);
  const person = await invite(c.env.SETTINGS, id, invitation);
  if (person) logEvent("person_invited_again", { personId: id });
  return person && { person, invitationUrl };
}

/** Null where there is no such person; `own_account` where it is the one who asks. */
export async function changePerson(
  c: Context<AppEnv>,
  id: string,
  changes: z.infer<typeof personChanges>,
): Promise<Person | "own_account" | null> {
  if (changes.permission !== undefined && isViewer(c, id)) return "own_account";
  const person = await updatePerson(c.env.SETTINGS, id, changes);
  if (person) logEvent("person_changed", { personId: id, permission: person.permission });
  return person;
}

export async function removePerson(
  c: Context<AppEnv>,
  id: string,
): Promise<"removed" | "own_account" | "not_found"> {
  if (isViewer(c, id)) return "own_account";
  if (!(await deletePerson(c.env.SETTINGS, id))) return "not_found";
  logEvent("person_removed", { personId: id });
  return "removed";
}

/** Ends all of a person's sessions. Null where there is no such person. */
export async function signOutEverywhere(c: Context<AppEnv>, id: string): Promise<Person | null> {
  const person = await endSessions(c.env.SETTINGS, id);
  if (person) logEvent("person_signed_out", { personId: id });
  return person;
}

export function isViewer(c: Context<AppEnv>, id: string): boolean {
  const viewer = c.get("viewer");
  return viewer?.kind === "person" && viewer.person.id === id;
}

function newInvitation(c: Context<AppEnv>, now: number) {
  const token = newSecret("invitation");
  const invitation: Invitation = { hash: hashSecret(token), until: now + INVITATION_MS };
  const query = new URLSearchParams({ token }).toString();
  return { invitation, invitationUrl: `${publicBaseUrl(c)}/console/invitation?${query}` };
}
