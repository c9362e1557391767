/**
 * Audience memberships of a profile → values of custom fields.
 * @module
 */
import type { AudienceStatus, FieldUpdate } from "../engine/model/prospect-update.ts";
import { customField } from "../outreach/prospect-attributes.ts";
import { below, accept, reject, shown } from "./rejection.ts";
import type { Result } from "./rejection.ts";
import { MAPPING_ID_MAX } from "./settings.ts";
import type { AudienceMapping, MappingSettings } from "./settings.ts";
import { readTime } from "./times.ts";
import { isObject, isRemoved, keyOf, member, namespaceKeyOf, spelled } from "./xdm.ts";
import type { Json } from "./xdm.ts";

/** An audience and the custom field that holds its status. */
export interface MappedAudience {
  readonly namespace: string;
  readonly id: string;
  readonly field: string;
}

/** AEP activates 250 audiences to a destination at most (a soft limit); four times as many are a mistake. */
const BODY_AUDIENCES_MAX = 1_000;

export function mappedAudiences(audiences: readonly AudienceMapping[]): readonly MappedAudience[] {
  return audiences.map(({ namespace, id, mappingId }) => ({
    namespace,
    id,
    field: customField(mappingId),
  }));
}

/**
 * The audiences that a body's `mappingIds` name, `{namespace: {audience id: Mapping ID}}`, joined with the
 * destination's own: for an audience that both name the body wins.
 * @param pointer where `mappingIds` is
 */
export function withBodyMappingIds(
  configured: readonly MappedAudience[],
  mappingIds: unknown,
  pointer: string,
): Result<readonly MappedAudience[]> {
  if (mappingIds === undefined || isRemoved(mappingIds)) return accept(configured);
  if (!isObject(mappingIds)) {
    return reject("invalid_mapping_id", pointer, MAPPING_IDS_SHAPE);
  }
  const audiences = new Map(configured.map((audience) => [keyFor(audience), audience]));
  let count = 0;
  for (const [namespace, ids] of Object.entries(mappingIds)) {
    const at = below(pointer, namespace);
    if (!isObject(ids)) return reject("invalid_mapping_id", at, MAPPING_IDS_SHAPE);
    for (const [id, text] of Object.entries(ids)) {
      if (++count > BODY_AUDIENCES_MAX) {
        return reject("too_many_audiences", pointer, TOO_MANY);
      }
      // What a template prints for an audience that has no Mapping ID.
      if (isBlank(text)) continue;
      const mappingId = mappingIdOf(text);
      if (mappingId === null) {
        return reject(
          "invalid_mapping_id",
          below(at, id),
          `The Mapping ID of audience ${shown(id)} must be a whole number from 1 to ${MAPPING_ID_MAX}: the number of the custom field.`,
        );
      }
      const audience = { namespace, id, field: customField(mappingId) };
      const before = audiences.get(keyFor(audience));
      // The configured spelling of the namespace stays, so that an audience is counted once.
      audiences.set(keyFor(audience), { ...audience, namespace: before?.namespace ?? namespace });
    }
  }
  return accept([...audiences.values()]);
}

const MAPPING_IDS_SHAPE =
  'mappingIds must be an object {namespace: {audience id: Mapping ID}}, such as {"ups": {"a1b2": "4"}}.';
const TOO_MANY = `mappingIds names more than ${BODY_AUDIENCES_MAX} audiences.`;

function keyFor(audience: { namespace: string; id: string }): string {
  return JSON.stringify([audience.namespace.toLowerCase(), audience.id]);
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === "string" && value.trim() === "");
}

function mappingIdOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*\d{1,3}\s*$/.test(value) ? Number(value) : value;
  const fits =
    typeof number === "number" &&
    Number.isInteger(number) &&
    number >= 1 &&
    number <= MAPPING_ID_MAX;
  return fits ? number : null;
}

/**
 * What a profile says of the mapped audiences; others are not even looked at.
 * @param base where the profile is, for pointers
 */
export function readAudiences(
  profile: Json,
  audiences: readonly MappedAudience[],
  words: MappingSettings["statusValues"],
  base: string,
): Result<Readonly<Record<string, FieldUpdate>>> {
  const fields: Record<string, FieldUpdate> = {};
  const rootKey = keyOf(profile, "segmentMembership");
  const root = rootKey === undefined ? undefined : profile[rootKey];
  if (rootKey === undefined || root === undefined || isRemoved(root)) return accept(fields);
  const rootPointer = below(base, rootKey);
  if (!isObject(root)) {
    return reject("invalid_profile", rootPointer, "segmentMembership must be an object.");
  }
  const namespaceKeys = new Map<string, string | undefined>();
  for (const audience of audiences) {
    const { namespace, id, field } = audience;
    if (!namespaceKeys.has(namespace))
      namespaceKeys.set(namespace, namespaceKeyOf(root, namespace));
    const key = namespaceKeys.get(namespace);
    const memberships = key === undefined ? undefined : root[key];
    if (key === undefined || !isObject(memberships) || !Object.hasOwn(memberships, id)) continue;
    const pointer = below(rootPointer, key, id);
    if (Object.hasOwn(fields, field)) {
      return reject(
        "duplicate_mapping_id",
        pointer,
        `Two audiences of this profile write to ${field}. Give each audience a Mapping ID of its own.`,
      );
    }
    const update = readMembership(memberships[id], audience, words, pointer);
    if (!update.ok) return update;
    fields[field] = update.value;
  }
  return accept(fields);
}

function readMembership(
  membership: unknown,
  { namespace, id }: MappedAudience,
  words: MappingSettings["statusValues"],
  pointer: string,
): Result<FieldUpdate> {
  const status = isObject(membership) ? statusOf(member(membership, "status")) : null;
  if (!isObject(membership) || status === null) {
    return reject(
      "invalid_status",
      below(pointer, spelled(membership, "status")),
      "The status of a membership must be realized, existing or exited.",
    );
  }
  const audience = { namespace, id, status };
  const time = member(membership, "lastQualificationTime");
  if (time === undefined || time === null || time === "") {
    return accept({ value: words[status], audience });
  }
  const at = readTime(time);
  if (at === null) {
    return reject(
      "invalid_time",
      below(pointer, spelled(membership, "lastQualificationTime")),
      "lastQualificationTime must be an ISO 8601 time, such as 2026-11-02T09:00:00Z.",
    );
  }
  return accept({ value: words[status], at, audience });
}

/** `existing` is the older word for a member. */
function statusOf(value: unknown): AudienceStatus | null {
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (word === "realized" || word === "existing") return "realized";
  return word === "exited" ? "exited" : null;
}
