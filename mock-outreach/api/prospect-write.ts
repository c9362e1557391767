/**
 * Checks what a caller wants to write to a prospect: what everybody's writes are checked for, and then the e-mail
 * addresses, which belong to one prospect each.
 * @module
 */
import { PROSPECT } from "../model/kinds/prospect.ts";
import { isSame, valueOf } from "../model/prospects.ts";
import type { ResourceRecord, ResourceWrite } from "../model/records.ts";
import type { World } from "../world.ts";
import type { ApiError } from "./errors.ts";
import * as errors from "./errors.ts";
import { type CheckedWrite, checkWrite, type WriteData } from "./write-checks.ts";

/** How a write is checked that is not an API's caller's. */
export interface CheckOptions {
  /** What becomes of attributes that are unknown or read-only; left out, as the settings say. */
  readonly unknown?: "reject" | "ignore";
  /** Whose an address is; left out, as the world has it. */
  readonly ownerOf?: (email: string) => number | undefined;
}

/**
 * @param data a resource object's `attributes` and `relationships`
 * @param target the prospect that is written to; null for a new one
 */
export function checkProspectWrite(
  world: World,
  data: WriteData,
  target: ResourceRecord | null,
  { unknown, ownerOf = (email) => world.prospects.ownerOf(email) }: CheckOptions = {},
): CheckedWrite {
  const checked = checkWrite(world, PROSPECT, data, unknown);
  if (!checked.ok) return checked;
  const refusal = checkEmails(world, checked.write, target, ownerOf);
  return refusal ? { ok: false, errors: [refusal] } : checked;
}

/** What was seen of e-mail addresses: taken by another prospect, excluded, or sent without any change. */
function checkEmails(
  world: World,
  { attributes, references }: ResourceWrite,
  target: ResourceRecord | null,
  ownerOf: (email: string) => number | undefined,
): ApiError | null {
  const given = attributes["emails"];
  if (!Array.isArray(given)) return null;
  const emails = given.map((email) => String(email).toLowerCase());
  const excluded = new Set(world.settings.excludedEmailDomains);
  if (emails.some((email) => excluded.has(email.split("@").at(-1) ?? "")))
    return errors.emailExcluded;
  const taken = emails.some((email) => {
    const owner = ownerOf(email);
    return owner !== undefined && owner !== target?.id;
  });
  if (taken || new Set(emails).size < emails.length) return errors.emailTaken;
  if (target === null || !world.settings.duplicateValueErrors) return null;
  const changes =
    Object.entries(attributes).some(([name, value]) => !isSame(valueOf(target, name), value)) ||
    Object.entries(references).some(([name, id]) => (target.references[name] ?? null) !== id);
  return changes ? null : errors.duplicateValue;
}
