/**
 * Checks the attributes and relationships that a caller wants to write. Knows nothing of HTTP, so that everything that
 * writes records can ask it.
 * @module
 */
import { isObject } from "../http/json.ts";
import type { ResourceKind } from "../model/kinds/kind.ts";
import type { AttributeValue, ResourceWrite } from "../model/records.ts";
import type { MockSettings } from "../settings.ts";
import type { World } from "../world.ts";
import { type ApiError, validationError } from "./errors.ts";
import * as errors from "./errors.ts";
import { readValue } from "./values.ts";

export type CheckedWrite =
  | { readonly ok: true; readonly write: ResourceWrite }
  | { readonly ok: false; readonly errors: readonly [ApiError, ...ApiError[]] };

/** A resource object's part that is written. */
export interface WriteData {
  readonly attributes?: unknown;
  readonly relationships?: unknown;
}

/** @param unknown what becomes of attributes that are unknown or read-only */
export function checkWrite(
  world: World,
  kind: ResourceKind,
  data: WriteData,
  unknown = world.settings.unknownAttributes,
): CheckedWrite {
  const attributes = checkAttributes(kind, data.attributes ?? {}, unknown);
  const references = checkRelationships(world, kind, data.relationships ?? {});
  const [first, ...others] = [...attributes.errors, ...references.errors];
  if (first) return { ok: false, errors: [first, ...others] };
  return { ok: true, write: { attributes: attributes.values, references: references.values } };
}

interface Checked<T> {
  readonly values: Readonly<Record<string, T>>;
  readonly errors: readonly ApiError[];
}

function checkAttributes(
  kind: ResourceKind,
  given: unknown,
  unknown: MockSettings["unknownAttributes"],
): Checked<AttributeValue> {
  if (!isObject(given)) return refused("/data/attributes", "'attributes' must be an object.");
  const values: Record<string, AttributeValue> = {};
  const problems: ApiError[] = [];
  let tooLong = false;
  for (const [name, raw] of Object.entries(given)) {
    const pointer = `/data/attributes/${pointerToken(name)}`;
    const attribute = kind.attributes.get(name);
    if (!attribute || attribute.readOnly) {
      if (unknown === "ignore") continue;
      const what = attribute ? "is read-only" : `is not an attribute of ${kind.type}`;
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

function checkRelationships(
  world: World,
  kind: ResourceKind,
  given: unknown,
): Checked<number | null> {
  if (!isObject(given)) return refused("/data/relationships", "'relationships' must be an object.");
  const values: Record<string, number | null> = {};
  const problems: ApiError[] = [];
  for (const [name, raw] of Object.entries(given)) {
    const read = readReference(world, kind, name, raw);
    if (typeof read !== "string") values[name] = read;
    else {
      const pointer = `/data/relationships/${pointerToken(name)}`;
      problems.push(validationError(pointer, `'${name.slice(0, 100)}' ${read}.`));
    }
  }
  return { values, errors: problems };
}

/** The id that a relationship is set to, or what is wrong with it. Relationships to many are not writable. */
function readReference(
  world: World,
  kind: ResourceKind,
  name: string,
  raw: unknown,
): number | null | string {
  const relationship = kind.relationships.find((known) => known.name === name);
  if (!relationship) return `is not a relationship of ${kind.type}`;
  if (relationship.many || relationship.readOnly) return "cannot be written";
  const data = isObject(raw) ? raw["data"] : undefined;
  if (data === null) return null;
  const { type } = relationship;
  if (!isObject(data) || data["type"] !== type)
    return `must be {"data": {"type": "${type}", "id": …}}`;
  const id = idOf(data["id"]);
  return id !== null && world.organisation.has(type, id) ? id : `refers to no ${type} that exists`;
}

/** Outreach's ids are integers from 1 on, JSON:API's are strings: both are understood. */
export function idOf(raw: unknown): number | null {
  const id = typeof raw === "string" && /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
  return typeof id === "number" && Number.isSafeInteger(id) && id >= 1 ? id : null;
}

function refused<T>(pointer: string, detail: string): Checked<T> {
  return { values: {}, errors: [validationError(pointer, detail)] };
}

/** RFC 6901; a name of any length and content comes from outside. */
export function pointerToken(name: string): string {
  return name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1");
}
