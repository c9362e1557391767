/**
 * One profile → one prospect update, or the reason why not.
 *
 * Promises: never throws, whatever the profile is; a rejected profile yields no update; a rejection repeats no value of
 * the profile; work is bounded by the destination's settings, not by the profile.
 * @module
 */
import { charsOf, UPDATE_MAX_CHARS } from "../engine/model/prospect-update.ts";
import type { FieldUpdate, ProspectUpdate } from "../engine/model/prospect-update.ts";
import { prospectAttribute } from "../outreach/prospect-attributes.ts";
import { readMappedSources, readTargetAttributes } from "./attributes.ts";
import type { CompiledRow } from "./attributes.ts";
import { mappedAudiences, readAudiences, withBodyMappingIds } from "./audiences.ts";
import type { MappedAudience } from "./audiences.ts";
import { DEFAULT_IDENTITY, readIdentity } from "./identity.ts";
import { reject } from "./rejection.ts";
import type { Rejection, Result } from "./rejection.ts";
import { mappedIds } from "./seen-audiences.ts";
import type { MappedIds, SeenAudiences } from "./seen-audiences.ts";
import type { MappingSettings } from "./settings.ts";
import { parseSourcePath } from "./source-path.ts";
import type { SourcePath } from "./source-path.ts";
import { isObject, member, spelled } from "./xdm.ts";
import type { Json } from "./xdm.ts";

export type Mapped =
  /** `update` is null where the profile says nothing about a mapped attribute or audience. */
  | { readonly ok: true; readonly update: ProspectUpdate | null }
  | { readonly ok: false; readonly rejection: Rejection };

/** A destination's settings, ready for use on many profiles. */
export interface Mapping {
  readonly identity: readonly SourcePath[];
  readonly rows: readonly CompiledRow[];
  readonly audiences: readonly MappedAudience[];
  /** Of those audiences. */
  readonly mappedIds: MappedIds;
  readonly ignoredWhenRemoved: ReadonlySet<string>;
  readonly statusValues: MappingSettings["statusValues"];
}

/** Settings are checked when they are saved; a row that is no good all the same is left out here. */
export function compileMapping(settings: MappingSettings): Mapping {
  const { source } = settings.identity;
  const identity = source === undefined ? null : parseSourcePath(source);
  const audiences = mappedAudiences(settings.audiences);
  return {
    identity: identity ? [identity] : DEFAULT_IDENTITY,
    rows: settings.mappings.flatMap((row) => {
      const path = parseSourcePath(row.source);
      const attribute = prospectAttribute(row.target);
      return path && attribute ? [{ path, attribute, whenRemoved: row.whenRemoved }] : [];
    }),
    audiences,
    mappedIds: mappedIds(audiences),
    ignoredWhenRemoved: new Set(
      settings.mappings.filter((row) => row.whenRemoved === "ignore").map((row) => row.target),
    ),
    statusValues: settings.statusValues,
  };
}

/**
 * @param body any parsed JSON: source XDM, a Destination SDK profile, or one wrapped with its Mapping IDs
 * @param seen counts audiences of accepted profiles that are not mapped
 */
export function mapProfile(body: unknown, mapping: Mapping, seen?: SeenAudiences): Mapped {
  const shape = shapeOf(body);
  if (!shape.ok) return shape;
  const { profile, attributes, mappingIds, base } = shape.value;
  const id = readIdentity(profile, mapping.identity);
  if (!id.ok) return withBase(id.rejection, base);
  const audiences = withBodyMappingIds(mapping.audiences, mappingIds, "/mappingIds");
  if (!audiences.ok) return audiences;
  const fromAttributes = attributes
    ? readTargetAttributes(
        attributes,
        {
          reserved: new Set(audiences.value.map(({ field }) => field)),
          ignoredWhenRemoved: mapping.ignoredWhenRemoved,
        },
        `${base}/${spelled(profile, "attributes")}`,
      )
    : readMappedSources(profile, mapping.rows);
  if (!fromAttributes.ok) return fromAttributes;
  const fromAudiences = readAudiences(profile, audiences.value, mapping.statusValues, base);
  if (!fromAudiences.ok) return fromAudiences;
  const fields: Record<string, FieldUpdate> = { ...fromAttributes.value, ...fromAudiences.value };
  const empty = Object.keys(fields).length === 0;
  if (charsOf(fields) > UPDATE_MAX_CHARS) return TOO_LARGE;
  seen?.add(member(profile, "segmentMembership"), mapping.mappedIds, mappingIds);
  return { ok: true, update: empty ? null : { prospectId: id.value, fields } };
}

const TOO_LARGE = reject(
  "update_too_large",
  null,
  `What a profile changes may have ${UPDATE_MAX_CHARS.toLocaleString("en-US")} characters at most.`,
);

interface Shape {
  readonly profile: Json;
  /** Route 2's attributes; null for source XDM. */
  readonly attributes: Json | null;
  readonly mappingIds: unknown;
  /** Where the profile is within the body. */
  readonly base: "" | "/profile";
}

function shapeOf(body: unknown): Result<Shape> {
  if (!isObject(body)) {
    return reject("invalid_profile", null, "A profile must be a JSON object.");
  }
  const inner = Object.hasOwn(body, "profile") ? body["profile"] : undefined;
  const wrapped = isObject(inner);
  const profile = wrapped ? inner : body;
  const attributes = member(profile, "attributes");
  return {
    ok: true,
    value: {
      profile,
      attributes: isObject(attributes) ? attributes : wrapped ? {} : null,
      mappingIds: Object.hasOwn(body, "mappingIds") ? body["mappingIds"] : undefined,
      base: wrapped ? "/profile" : "",
    },
  };
}

function withBase(rejection: Rejection, base: string): Mapped {
  const { pointer } = rejection;
  return { ok: false, rejection: { ...rejection, pointer: pointer && base + pointer } };
}
