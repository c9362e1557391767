/**
 * Adding, changing and deleting Outreach users, whoever asks for it: the API or the console.
 * @module
 */
import type { z } from "@hono/zod-openapi";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf, type Destination } from "../registry/destinations.ts";
import { logEvent } from "../log.ts";
import { newId } from "../security/secrets.ts";
import type { newOutreachUser, outreachUserChanges } from "./schemas.ts";
import {
  deleteOutreachUser,
  insertOutreachUser,
  renameOutreachUser,
  type OutreachUserRecord,
} from "../registry/outreach-users.ts";

/** More names in an error help nobody. */
const NAMES_MAX = 10;

export async function addOutreachUser(
  env: Env,
  { outreachUser, now }: Dependencies,
  { name, yearlyAllowance }: z.infer<typeof newOutreachUser>,
): Promise<OutreachUserRecord> {
  const user = { id: newId("outreachUser"), name, createdAt: now() };
  await insertOutreachUser(env.SETTINGS, user);
  if (yearlyAllowance !== undefined) {
    await outreachUser(env, user.id).setYearlyAllowance(yearlyAllowance);
  }
  logEvent("outreach_user_added", { outreachUserId: user.id });
  return user;
}

/** Changes what is present, and answers what is stored now. */
export async function changeOutreachUser(
  env: Env,
  { outreachUser }: Dependencies,
  before: OutreachUserRecord,
  changes: z.infer<typeof outreachUserChanges>,
): Promise<OutreachUserRecord> {
  const { name = before.name, yearlyAllowance } = changes;
  if (changes.name !== undefined) {
    await renameOutreachUser(env.SETTINGS, before.id, name);
    await outreachUser(env, before.id).rename(name);
  }
  if (yearlyAllowance !== undefined) {
    await outreachUser(env, before.id).setYearlyAllowance(yearlyAllowance);
  }
  return { ...before, name };
}

export type Removal = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** Refused, with the reason, while destinations send to it. */
export async function removeOutreachUser(
  env: Env,
  { outreachUser }: Dependencies,
  { id }: OutreachUserRecord,
): Promise<Removal> {
  const senders = await destinationsOf(env.SETTINGS, id, NAMES_MAX);
  if (senders.length > 0) return inUse(senders);
  // The object goes first: should the row's deletion fail, the request can be repeated.
  await outreachUser(env, id).destroy();
  if (!(await deleteOutreachUser(env.SETTINGS, id))) {
    const newSenders = await destinationsOf(env.SETTINGS, id, NAMES_MAX);
    if (newSenders.length > 0) return inUse(newSenders);
  }
  logEvent("outreach_user_deleted", { outreachUserId: id });
  return { ok: true };
}

function inUse(senders: readonly Pick<Destination, "id" | "name">[]): Removal {
  const names = senders.map(({ id, name }) => `${name} (${id})`).join(", ");
  const detail = `These destinations send to this Outreach user: ${names}. Delete them first.`;
  return { ok: false, detail };
}
