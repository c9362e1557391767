/**
 * Attributes of a profile → attributes of a prospect, for each of AEP's two routes.
 * @module
 */
import type { FieldUpdate } from "../engine/model/prospect-update.ts";
import { nearestWritable, prospectAttribute } from "../outreach/prospect-attributes.ts";
import type { ProspectAttribute } from "../outreach/prospect-attributes.ts";
import { convert } from "./convert.ts";
import { accept, below, reject, shown } from "./rejection.ts";
import type { Rejection, Result } from "./rejection.ts";
import { follow } from "./source-path.ts";
import type { SourcePath } from "./source-path.ts";
import { isObject, isRemoved, member, withoutPrefix } from "./xdm.ts";
import type { Json } from "./xdm.ts";

/** A row of the mapping, ready to use. */
export interface CompiledRow {
  readonly path: SourcePath;
  readonly attribute: ProspectAttribute;
  readonly whenRemoved: "clear" | "ignore";
}

type Fields = Readonly<Record<string, FieldUpdate>>;

/** More than Outreach has attributes. */
const ATTRIBUTES_MAX = 250;

/** Route 1, source XDM: each row's source; an absent source says nothing. */
export function readMappedSources(profile: Json, rows: readonly CompiledRow[]): Result<Fields> {
  const fields: Record<string, FieldUpdate> = {};
  for (const { path, attribute, whenRemoved } of rows) {
    const found = follow(profile, path);
    if (found === undefined) continue;
    const converted = convert(found.value, attribute, found.pointer);
    if (!converted.ok) return converted;
    if (converted.value === null && whenRemoved === "ignore") continue;
    fields[attribute.name] = { value: converted.value };
  }
  return accept(fields);
}

export interface TargetRules {
  /** Custom fields that audiences write to. */
  readonly reserved: ReadonlySet<string>;
  /** Attributes whose removal at the source is to be ignored. */
  readonly ignoredWhenRemoved: ReadonlySet<string>;
}

/**
 * Route 2, a Destination SDK profile: attributes already named after Outreach's, `{"value": …}` or plain.
 * @param pointer where the attributes are
 */
export function readTargetAttributes(
  attributes: Json,
  rules: TargetRules,
  pointer: string,
): Result<Fields> {
  const fields: Record<string, FieldUpdate> = {};
  const entries = Object.entries(attributes);
  if (entries.length > ATTRIBUTES_MAX) {
    return reject(
      "invalid_profile",
      pointer,
      `A profile has at most ${ATTRIBUTES_MAX} attributes.`,
    );
  }
  for (const [key, raw] of entries) {
    const at = below(pointer, key);
    const name = withoutPrefix(key);
    const attribute = prospectAttribute(name);
    if (!attribute || attribute.readOnly || rules.reserved.has(name)) {
      return { ok: false, rejection: whyNot(name, attribute, at) };
    }
    const converted = convert(unwrapped(raw), attribute, at);
    if (!converted.ok) return converted;
    if (converted.value === null && rules.ignoredWhenRemoved.has(name)) continue;
    fields[name] = { value: converted.value };
  }
  return accept(fields);
}

/** Freeform attributes wrap their value; a mapped but missing one is `{}`. */
function unwrapped(raw: unknown): unknown {
  if (!isObject(raw) || isRemoved(raw)) return raw;
  const value = member(raw, "value");
  return value === undefined ? raw : value;
}

function whyNot(
  name: string,
  attribute: ProspectAttribute | undefined,
  pointer: string,
): Rejection {
  if (!attribute) {
    const nearest = nearestWritable(name, 3).join(", ");
    const detail = `Outreach's prospect has no attribute ${shown(name)}. Nearest: ${nearest}.`;
    return { code: "unknown_attribute", detail, pointer };
  }
  if (attribute.readOnly) {
    const detail = `Outreach lets nobody write ${name}. Remove it from the mapping in AEP.`;
    return { code: "read_only_attribute", detail, pointer };
  }
  const detail = `${name} holds the status of an audience. Map the attribute to another custom field, or give the audience another Mapping ID.`;
  return { code: "reserved_attribute", detail, pointer };
}
