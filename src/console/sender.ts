/**
 * The Outreach user that a destination sends as, as the destination's pages show it.
 * @module
 */
import { findOutreachUser } from "../registry/outreach-users.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import type { Destination } from "../registry/destinations.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import type { UserStatus } from "../engine/api.ts";

export interface Sender {
  readonly id: string;
  readonly name: string;
  /** Null where its object could not be asked. */
  readonly status: UserStatus | null;
}

/** Looks up a destination's Outreach user and how it is. */
export async function senderOf(
  env: Env,
  { outreachUser }: Pick<Dependencies, "outreachUser">,
  { outreachUserId: id }: Pick<Destination, "outreachUserId">,
): Promise<Sender> {
  const [user, glance] = await Promise.all([
    findOutreachUser(env.SETTINGS, id),
    outreachUser(env, id).glance().catch(nullWhenUnavailable),
  ]);
  return { id, name: user?.name ?? id, status: glance?.status ?? null };
}

/** Outreach's labels of custom fields, by number; none while they are not known. */
export function labelsOf({ status }: Pick<Sender, "status">): Readonly<Record<string, string>> {
  return status?.connection.identity?.customFieldLabels ?? {};
}
