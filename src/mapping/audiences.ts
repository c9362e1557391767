/**
 * Audience memberships of a profile → values of custom fields. What is wrong with one audience costs that audience alone.
 * @module
 */
import type { AudienceStatus, FieldUpdate } from "../engine/model/prospect-update.ts";
import { customField } from "../outreach/prospect-attributes.ts";
import { FUTURE_MS } from "../engine/model/prospect.ts";
import type { Said } from "./attributes.ts";
import { below, accept, reject, shown } from "./rejection.ts";
import type { FieldError, Result } from "./rejection.ts";
import { MAPPING_ID_MAX } from "./settings.ts";
import type { AudienceMapping, MappingSettings } from "./settings.ts";
import { readTime } from "./times.ts";
import { isObject, isRemoved, member, namespaceKeyOf, spelled } from "./xdm.ts";
import type { Found, Json } from "./xdm.ts";

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

/** A Mapping ID that is no good, and the audience that it is of. */
interface MappingIdFault extends FieldError {
  /** Null where the fault is not of one audience. */
  readonly of: Pick<MappedAudience, "namespace" | "id"> | null;
  /** Whether settings and not the body name the audience. */
  readonly isConfigured?: true;
}

export interface NamedAudiences {
  readonly audiences: readonly MappedAudience[];
  readonly faults: readonly MappingIdFault[];
}

/**
 * The audiences that a body's `mappingIds` name, `{namespace: {audience id: Mapping ID}}`, joined with the
 * destination's own: for an audience that both name, and for a custom field that both give away, the body wins.
 * @param pointer where `mappingIds` is
 */
export function withBodyMappingIds(
  configured: readonly MappedAudience[],
  mappingIds: unknown,
  pointer: string,
): Result<NamedAudiences> {
  if (mappingIds === undefined || isRemoved(mappingIds)) {
    return accept({ audiences: configured, faults: [] });
  }
  if (!isObject(mappingIds)) {
    return accept({ audiences: configured, faults: [misshapen(pointer)] });
  }
  const given = new GivenFields(configured);
  let count = 0;
  for (const [namespace, ids] of Object.entries(mappingIds)) {
    const at = below(pointer, namespace);
    if (!isObject(ids)) {
      if (!isRemoved(ids)) given.faults.push(misshapen(at));
      continue;
    }
    for (const [id, text] of Object.entries(ids)) {
      if (++count > BODY_AUDIENCES_MAX) return reject("too_many_audiences", pointer, TOO_MANY);
      if (!isUnmapped(text)) given.give(namespace, id, mappingIdOf(text), below(at, id));
    }
  }
  given.addConfigured(configured, pointer);
  return accept(given);
}

/** Gives custom fields to audiences: each to the first that asks for it. */
class GivenFields implements NamedAudiences {
  readonly audiences: MappedAudience[] = [];
  readonly faults: MappingIdFault[] = [];
  readonly #named = new Set<string>();
  readonly #holders = new Map<string, string>();
  /** As settings spell an audience's namespace, so that it is counted once. */
  readonly #spellings: ReadonlyMap<string, string>;

  constructor(configured: readonly MappedAudience[]) {
    this.#spellings = new Map(configured.map((one) => [keyFor(one), one.namespace]));
  }

  give(namespace: string, id: string, mappingId: number | null, pointer: string): void {
    const key = keyFor({ namespace, id });
    const audience = { namespace: this.#spellings.get(key) ?? namespace, id };
    this.#named.add(key);
    if (mappingId === null) {
      const detail = `The Mapping ID of audience ${shown(id)} must be a whole number from 1 to ${MAPPING_ID_MAX}: the number of the custom field.`;
      this.faults.push(mappingIdFault("invalid_mapping_id", audience, pointer, detail));
    } else this.#hold({ ...audience, field: customField(mappingId) }, pointer);
  }

  /** Those that the body does not name. */
  addConfigured(configured: readonly MappedAudience[], pointer: string): void {
    for (const audience of configured) {
      if (!this.#named.has(keyFor(audience))) this.#hold(audience, pointer, { isConfigured: true });
    }
  }

  #hold(audience: MappedAudience, pointer: string, more: { isConfigured?: true } = {}): void {
    const { field, id } = audience;
    const holder = this.#holders.get(field);
    if (holder === undefined) {
      this.#holders.set(field, id);
      this.audiences.push(audience);
      return;
    }
    const detail = `Audiences ${shown(holder)} and ${shown(id)} both want ${field}; the first has it. Give each audience a Mapping ID of its own.`;
    const fault = mappingIdFault("duplicate_mapping_id", audience, pointer, detail);
    this.faults.push({ ...fault, ...more });
  }
}

function mappingIdFault(
  code: FieldError["code"],
  of: MappingIdFault["of"],
  pointer: string,
  detail: string,
): MappingIdFault {
  return { code, detail, pointer, field: null, audience: of && shown(of.id), of };
}

function misshapen(pointer: string): MappingIdFault {
  return mappingIdFault("invalid_mapping_id", null, pointer, MAPPING_IDS_SHAPE);
}

const MAPPING_IDS_SHAPE =
  'mappingIds must be an object {namespace: {audience id: Mapping ID}}, such as {"ups": {"a1b2": "4"}}.';
const TOO_MANY = `mappingIds names more than ${BODY_AUDIENCES_MAX} audiences.`;

function keyFor(audience: { namespace: string; id: string }): string {
  return JSON.stringify([audience.namespace.toLowerCase(), audience.id]);
}

/** What a template prints, or a person types, for an audience that has no Mapping ID. */
export function isUnmapped(value: unknown): boolean {
  return value === null || (typeof value === "string" && UNMAPPED.has(value.trim().toLowerCase()));
}

const UNMAPPED: ReadonlySet<string> = new Set(["", "none", "n/a", "-"]);

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
 * @returns faulty Mapping IDs of audiences that the profile does not hold: nothing of it is lost
 */
export function readAudiences(
  profile: Json,
  { audiences, faults }: NamedAudiences,
  {
    statusValues,
    now,
  }: { readonly statusValues: MappingSettings["statusValues"]; readonly now: number },
  base: string,
  said: Said,
): readonly FieldError[] {
  const memberships = new Memberships(profile, base, said.faults);
  const warnings: FieldError[] = [];
  for (const { of, isConfigured, ...fault } of faults) {
    if (of === null || memberships.find(of)) said.faults.push(fault);
    else if (!isConfigured) warnings.push(fault);
  }
  for (const audience of audiences) {
    const found = memberships.find(audience);
    if (!found) continue;
    const update = readMembership(found.value, audience, statusValues, found.pointer);
    const { field, id } = audience;
    if (update.ok) said.fields[field] = update.value;
    else said.faults.push({ ...update.rejection, field, audience: shown(id) });
    if (update.ok && (update.value.at ?? 0) > now + FUTURE_MS) {
      const pointer = below(found.pointer, spelled(found.value, "lastQualificationTime"));
      said.faults.push({ ...FUTURE, pointer, field, audience: shown(id) });
    }
  }
  return warnings;
}

const FUTURE = {
  code: "future_time",
  detail:
    "lastQualificationTime is more than an hour ahead of the clock. The status is taken; any status that arrives later takes its place.",
} as const;

/** A profile's `segmentMembership`. What in it is no object holds no membership, and is a fault once. */
class Memberships {
  readonly #root: Json;
  readonly #pointer: string;
  readonly #faults: FieldError[];
  readonly #namespaces = new Map<string, { readonly ids: Json; readonly pointer: string } | null>();

  constructor(profile: Json, base: string, faults: FieldError[]) {
    const key = spelled(profile, "segmentMembership");
    this.#pointer = below(base, key);
    this.#faults = faults;
    this.#root = this.#objectOf(profile, key, this.#pointer) ?? {};
  }

  find({ namespace, id }: Pick<MappedAudience, "namespace" | "id">): Found | null {
    const found = this.#namespaces.get(namespace) ?? this.#look(namespace);
    if (!found || !Object.hasOwn(found.ids, id)) return null;
    return { value: found.ids[id], pointer: below(found.pointer, id) };
  }

  #look(namespace: string) {
    if (this.#namespaces.has(namespace)) return null;
    const key = namespaceKeyOf(this.#root, namespace);
    const pointer = key === undefined ? "" : below(this.#pointer, key);
    const ids = key === undefined ? null : this.#objectOf(this.#root, key, pointer);
    const found = ids && { ids, pointer };
    this.#namespaces.set(namespace, found);
    return found;
  }

  #objectOf(parent: Json, key: string, pointer: string): Json | null {
    const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (isObject(value)) return value;
    if (value !== undefined && !isRemoved(value)) {
      const detail = "segmentMembership must be an object {namespace: {audience id: membership}}.";
      this.#faults.push({
        code: "invalid_membership",
        detail,
        pointer,
        field: null,
        audience: null,
      });
    }
    return null;
  }
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
