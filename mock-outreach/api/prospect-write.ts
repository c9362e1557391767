/**
 * Checks what a caller wants to write to a prospect. Knows nothing of HTTP, so that everything that writes prospects
 * can ask it.
 * @module
 */
import { isObject } from "../http/json.ts";
import { PROSPECT_ATTRIBUTES } from "../model/attributes.ts";
import { isSame, type ProspectRecord, type ProspectWrite, valueOf } from "../model/prospects.ts";
import type { AttributeValue } from "../model/records.ts";
import { PROSPECT_RELATIONSHIPS } from "../model/relationships.ts";
import type { World } from "../world.ts";
import { type ApiError, validationError } from "./errors.ts";
import * as errors from "./errors.ts";
import { readValue } from "./values.ts";

export type CheckedWrite =
  | { readonly ok: true; readonly write: ProspectWrite }
  | { readonly ok: false; readonly errors: readonly [ApiError, ...ApiError[]] };

/**
 * @param data a resource object's `attributes` and `relationships`
 * @param target the prospect that is written to; null for a new one
 */
export function checkProspectWrite(
  world: World,
  data: { readonly attributes?: unknown; readonly relationships?: unknown },
  target: ProspectRecord | null,
): CheckedWrite {
  const attributes = checkAttributes(world, data.attributes ?? {});
  const references = checkRelationships(world, data.relationships ?? {});
  const [first, ...others] = [...attributes.errors, ...references.errors];
  if (first) return { ok: false, errors: [first, ...others] };
  const write = { attributes: attributes.values, references: references.values };
  const refusal = checkEmails(world, write, target);
  return refusal ? { ok: false, errors: [refusal] } : { ok: true, write };
}

interface Checked<T> {
  readonly values: Readonly<Record<string, T>>;
  readonly errors: readonly ApiError[];
}

function checkAttributes(world: World, given: unknown): Checked<AttributeValue> {
  if (!isObject(given)) return refused("/data/attributes", "'attributes' must be an object.");
  const values: Record<string, AttributeValue> = {};
  const problems: ApiError[] = [];
  let tooLong = false;
  for (const [name, raw] of Object.entries(given)) {
    const pointer = `/data/attributes/${pointerToken(name)}`;
    const attribute = PROSPECT_ATTRIBUTES.get(name);
    if (!attribute || attribute.readOnly) {
      if (world.settings.unknownAttributes === "ignore") continue;
      const what = attribute ? "is read-only" : "is not an attribute of prospect";
      problems.push(validationError(pointer, `'${name.slice(0, 100)}' ${what}.`));
      continue;
    }
    const read = readValue(attribute, raw);
    if (read.ok) values[name] = read.value;
    else if (read.reason === "too_long") tooLong = true;
    else problems.push(validationError(pointer, `'${name}' must be ${read.mustBe}.`));
  }
  // It comes from the database, which is not asked about what fails validation.
  return { values, errors: tooLong && problems.length === 0 ? [errors.dataTooLong] : problems };
}

function checkRelationships(world: World, given: unknown): Checked<number | null> {
  if (!isObject(given)) return refused("/data/relationships", "'relationships' must be an object.");
  const values: Record<string, number | null> = {};
  const problems: ApiError[] = [];
  for (const [name, raw] of Object.entries(given)) {
    const read = readReference(world, name, raw);
    if (typeof read !== "string") values[name] = read;
    else {
      const pointer = `/data/relationships/${pointerToken(name)}`;
      problems.push(validationError(pointer, `'${name.slice(0, 100)}' ${read}.`));
    }
  }
  return { values, errors: problems };
}

/** The id that a relationship is set to, or what is wrong with it. Relationships to many are not writable. */
function readReference(world: World, name: string, raw: unknown): number | null | string {
  const relationship = PROSPECT_RELATIONSHIPS.find((known) => known.name === name);
  if (!relationship) return "is not a relationship of prospect";
  if (relationship.many || relationship.readOnly) return "cannot be written";
  const data = isObject(raw) ? raw["data"] : undefined;
  if (data === null) return null;
  const { type } = relationship;
  if (!isObject(data) || data["type"] !== type)
    return `must be {"data": {"type": "${type}", "id": …}}`;
  const id = idOf(data["id"]);
  return id !== null && world.organisation.has(type, id) ? id : `refers to no ${type} that exists`;
}

/** Outreach's ids are integers, JSON:API's are strings: both are understood. */
export function idOf(raw: unknown): number | null {
  if (typeof raw === "string" && /^\d{1,15}$/.test(raw)) return Number(raw);
  return typeof raw === "number" && Number.isSafeInteger(raw) ? raw : null;
}

function refused<T>(pointer: string, detail: string): Checked<T> {
  return { values: {}, errors: [validationError(pointer, detail)] };
}

/** What was seen of e-mail addresses: taken by another prospect, excluded, or sent without any change. */
function checkEmails(
  world: World,
  { attributes, references }: ProspectWrite,
  target: ProspectRecord | null,
): ApiError | null {
  const given = attributes["emails"];
  if (!Array.isArray(given)) return null;
  const emails = given.map((email) => String(email).toLowerCase());
  const excluded = new Set(world.settings.excludedEmailDomains);
  if (emails.some((email) => excluded.has(email.split("@").at(-1) ?? "")))
    return errors.emailExcluded;
  const taken = emails.some((email) => {
    const owner = world.prospects.ownerOf(email);
    return owner !== undefined && owner !== target?.id;
  });
  if (taken || new Set(emails).size < emails.length) return errors.emailTaken;
  if (target === null || !world.settings.duplicateValueErrors) return null;
  const changes =
    Object.entries(attributes).some(([name, value]) => !isSame(valueOf(target, name), value)) ||
    Object.entries(references).some(([name, id]) => (target.references[name] ?? null) !== id);
  return changes ? null : errors.duplicateValue;
}

/** RFC 6901; a name of any length and content comes from outside. */
function pointerToken(name: string): string {
  return name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1");
}
