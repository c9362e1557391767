/**
 * Who a page speaks of: users by their names, prospects by a name or what stands for it.
 * @module
 */
import type { User } from "../model/organisation.ts";
import { type ProspectRecord, valueOf } from "../model/prospects.ts";
import type { World } from "../world.ts";

/** A user's whole name; null for nobody, as before a call's token is known. */
export function userName({ organisation }: World, id: number | null | undefined): string | null {
  const user = typeof id === "number" ? organisation.users.get(id) : undefined;
  return user ? wholeName(user) : null;
}

export function wholeName({ firstName, lastName, email }: User): string {
  return `${firstName} ${lastName}`.trim() || email;
}

/** The name that Outreach makes of a prospect's names; where there is none, the first address or the id. */
export function prospectName(record: ProspectRecord): string {
  const name = valueOf(record, "name");
  const isTold = typeof name === "string" && name.trim() !== "";
  return isTold ? name : (emailsOf(record)[0] ?? `Prospect ${record.id}`);
}

export function emailsOf(record: ProspectRecord): readonly string[] {
  const emails = valueOf(record, "emails");
  return Array.isArray(emails) ? emails.map(String) : [];
}
