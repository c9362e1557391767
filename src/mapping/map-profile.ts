/**
 * One profile → updates of the prospects that it names, and what of it is left out and why.
 *
 * Promises: never throws, whatever the profile is; a fault costs the field or audience that it is of, and the profile only
 * where it names no prospect, breaks a size limit or has nothing good left; no fault repeats a value of the profile; work is
 * bounded by the destination's settings, not by the profile.
 * @module
 */
import { charsOf, UPDATE_MAX_CHARS } from "../engine/model/prospect-update.ts";
import type { FieldUpdate, ProspectUpdate } from "../engine/model/prospect-update.ts";
import { isOptOut, isOptOutAttribute } from "../engine/model/opt-out-attributes.ts";
import { prospectAttribute } from "../outreach/prospect-attributes.ts";
import { ATTRIBUTES_MAX, readMappedSources, readTargetAttributes } from "./attributes.ts";
import type { CompiledRow, Said } from "./attributes.ts";
import { mappedAudiences, readAudiences, withBodyMappingIds } from "./audiences.ts";
import type { MappedAudience, NamedAudiences } from "./audiences.ts";
import { DEFAULT_IDENTITY, IDENTITIES_MAX, readIdentity } from "./identity.ts";
import { below, reject } from "./rejection.ts";
import type { FieldError, Rejection, Result } from "./rejection.ts";
import { mappedIds } from "./seen-audiences.ts";
import type { MappedIds, SeenAudiences } from "./seen-audiences.ts";
import type { MappingSettings } from "./settings.ts";
import { parseSourcePath } from "./source-path.ts";
import type { SourcePath } from "./source-path.ts";
import { isObject, member, spelled } from "./xdm.ts";
import type { Json } from "./xdm.ts";

interface Outcome {
  /** The first prospect that the profile names; null where it names none. */
  readonly prospectId: number | null;
  /**
   * One for each prospect that the profile is about, the primary one first; empty where it says nothing about a mapped
   * attribute or audience. Of a rejected profile its opt-outs, where it names prospects.
   */
  readonly updates: readonly ProspectUpdate[];
  /** What is left out. */
  readonly fieldErrors: readonly FieldError[];
  /** What is wrong with the destination's set-up and costs this profile nothing. */
  readonly warnings: readonly FieldError[];
}

export type Mapped =
  | (Outcome & { readonly ok: true })
  | (Outcome & { readonly ok: false; readonly rejection: Rejection });

/** A destination's settings, ready for use on many profiles. */
export interface Mapping {
  readonly identity: readonly SourcePath[];
  readonly several: MappingSettings["identity"]["several"];
  readonly rows: readonly CompiledRow[];
  readonly rowsByTarget: ReadonlyMap<string, CompiledRow>;
  /** Which attributes of a Destination SDK profile pass. */
  readonly passes: MappingSettings["attributes"];
  readonly audiences: readonly MappedAudience[];
  /** Of those audiences. */
  readonly mappedIds: MappedIds;
  readonly statusValues: MappingSettings["statusValues"];
}

/** Settings are checked when they are saved; a row that is no good all the same is left out here. */
export function compileMapping(settings: MappingSettings): Mapping {
  const { source, several } = settings.identity;
  const identity = source === undefined ? null : parseSourcePath(source);
  const audiences = mappedAudiences(settings.audiences);
  const rows = settings.mappings.flatMap(
    ({ source: from, target, whenRemoved, as, sticky, optIn, ...translation }): CompiledRow[] => {
      const path = parseSourcePath(from);
      const attribute = prospectAttribute(target);
      if (!path || !attribute) return [];
      const isConsent = as === "consent" && isOptOutAttribute(target);
      const row = { attribute, whenRemoved, translation, isConsent, consent: { sticky, optIn } };
      return [{ path: isConsent ? consentPath(path) : path, ...row }];
    },
  );
  return {
    identity: identity ? [identity] : DEFAULT_IDENTITY,
    several,
    rows,
    rowsByTarget: new Map(rows.map((row) => [row.attribute.name, row])),
    passes: settings.attributes,
    audiences,
    mappedIds: mappedIds(audiences),
    statusValues: settings.statusValues,
  };
}

/** Of `….email.val` the consent itself, whose time stands beside `val`. */
function consentPath(path: SourcePath): SourcePath {
  const isVal = path.kind === "path" && path.steps.length > 1 && path.steps.at(-1) === "val";
  return isVal ? { kind: "path", steps: path.steps.slice(0, -1) } : path;
}

/**
 * @param now epoch ms: memberships of the future are told from others by it; left out, none is
 * @param body any parsed JSON: source XDM, a Destination SDK profile, or one wrapped with its Mapping IDs
 * @param seen counts audiences of accepted profiles that are not mapped
 */
export function mapProfile(
  body: unknown,
  mapping: Mapping,
  seen?: SeenAudiences,
  now = Infinity,
): Mapped {
  const shape = shapeOf(body);
  if (!shape.ok) return rejected(shape.rejection);
  const { profile, mappingIds, base } = shape.value;
  const identity = readIdentity(profile, mapping.identity, base);
  if (!identity.ok) return rejected(identity.rejection);
  const audiences = withBodyMappingIds(mapping.audiences, mappingIds, "/mappingIds");
  if (!audiences.ok) return rejected(audiences.rejection);
  const said: Said = { fields: {}, faults: [] };
  readAttributes(shape.value, audiences.value, mapping, said);
  const { statusValues } = mapping;
  const warnings = readAudiences(profile, audiences.value, { statusValues, now }, base, said);
  const fieldErrors = [...identity.faults, ...said.faults];
  const { ids } = identity;
  const [prospectId = null] = ids;
  const about = { prospectId, fieldErrors, warnings };
  const refusal = tooMuch(ids, said.fields, mapping.several) ?? nothingGood(said);
  if (refusal) {
    const optOuts = updatesOf(ids.slice(0, IDENTITIES_MAX), optOutsOf(said.fields));
    return { ok: false, rejection: refusal, updates: optOuts, ...about };
  }
  seen?.add(member(profile, "segmentMembership"), mapping.mappedIds, mappingIds);
  const updates = updatesOf(mapping.several === "all" ? ids : ids.slice(0, 1), said.fields);
  return { ok: true, updates, ...about };
}

function rejected(rejection: Rejection): Mapped {
  return { ok: false, rejection, prospectId: null, updates: [], fieldErrors: [], warnings: [] };
}

function readAttributes(
  { profile, attributes, base }: Shape,
  { audiences }: NamedAudiences,
  { rows, rowsByTarget, passes }: Mapping,
  said: Said,
): void {
  if (attributes === null) return readMappedSources(profile, rows, base, said);
  const pointer = below(base, spelled(profile, "attributes"));
  const reserved = new Set(audiences.map(({ field }) => field));
  return readTargetAttributes(attributes, { reserved, rows: rowsByTarget, passes }, pointer, said);
}

type Fields = Readonly<Record<string, FieldUpdate>>;

/** Why a profile whose prospects are known is turned away all the same; null where it is not. */
function tooMuch(
  ids: readonly number[],
  fields: Fields,
  several: Mapping["several"],
): Rejection | null {
  if (ids.length > IDENTITIES_MAX) return TOO_MANY_IDENTITIES;
  if (ids.length > 1 && several === "reject") return SEVERAL_IDENTITIES;
  return charsOf(fields) > UPDATE_MAX_CHARS ? TOO_LARGE : null;
}

/** Something mapped was said, and none of it is any good. */
function nothingGood({ fields, faults: [first] }: Said): Rejection | null {
  if (first === undefined || Object.keys(fields).length > 0) return null;
  const { code, detail, pointer } = first;
  return { code, detail, pointer };
}

/** An address belongs to one prospect, so the first one has it alone. */
function updatesOf(ids: readonly number[], fields: Fields): readonly ProspectUpdate[] {
  const { emails, ...others } = fields;
  const forOthers = emails === undefined ? fields : others;
  return ids
    .map((prospectId, i) => ({ prospectId, fields: i === 0 ? fields : forOthers }))
    .filter((update) => Object.keys(update.fields).length > 0);
}

function optOutsOf(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, { value }]) => isOptOut(name, value)),
  );
}

const TOO_LARGE: Rejection = {
  code: "update_too_large",
  detail: `What a profile changes may have ${UPDATE_MAX_CHARS.toLocaleString("en-US")} characters at most.`,
  pointer: null,
};
const TOO_MANY_IDENTITIES: Rejection = {
  code: "too_many_identities",
  detail: `The profile names more than ${IDENTITIES_MAX} prospects: its identities have collapsed into one. Only its opt-outs are taken, for the first ${IDENTITIES_MAX}.`,
  pointer: null,
};
const SEVERAL_IDENTITIES: Rejection = {
  code: "several_identities",
  detail:
    "The profile names several prospects, and the destination's identity.several is reject. Only its opt-outs are taken.",
  pointer: null,
};

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
  const base = wrapped ? "/profile" : "";
  const held = member(profile, "attributes");
  const attributes = isObject(held) ? held : wrapped ? {} : null;
  if (attributes && Object.keys(attributes).length > ATTRIBUTES_MAX) {
    const pointer = below(base, spelled(profile, "attributes"));
    const detail = `A profile has at most ${ATTRIBUTES_MAX} attributes.`;
    return reject("too_many_attributes", pointer, detail);
  }
  const mappingIds = Object.hasOwn(body, "mappingIds") ? body["mappingIds"] : undefined;
  return { ok: true, value: { profile, attributes, mappingIds, base } };
}
