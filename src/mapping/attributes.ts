/**
 * Attributes of a profile → attributes of a prospect, for each of AEP's two routes. A value that is no good costs its own
 * attribute alone.
 * @module
 */
import type { FieldUpdate } from "../engine/model/prospect-update.ts";
import { nearestWritable, prospectAttribute } from "../outreach/prospect-attributes.ts";
import type { ProspectAttribute } from "../outreach/prospect-attributes.ts";
import { readConsent, withConsent } from "./consent.ts";
import type { ConsentRules } from "./consent.ts";
import { convert } from "./convert.ts";
import type { Translation } from "./convert.ts";
import { accept, below, shown } from "./rejection.ts";
import type { FieldError, Rejection, Result } from "./rejection.ts";
import { follow } from "./source-path.ts";
import type { SourcePath } from "./source-path.ts";
import { isObject, isRemoved, member, withoutPrefix } from "./xdm.ts";
import type { Json } from "./xdm.ts";

/** A row of the mapping, ready to use. */
export interface CompiledRow {
  readonly path: SourcePath;
  readonly attribute: ProspectAttribute;
  readonly whenRemoved: "clear" | "ignore";
  readonly translation: Translation;
  /** Whether the source is a consent. */
  readonly isConsent: boolean;
  readonly consent: ConsentRules;
}

/** What a profile says, gathered: the good fields, and what is left out. */
export interface Said {
  readonly fields: Record<string, FieldUpdate>;
  readonly faults: FieldError[];
}

/** More than Outreach has attributes. */
export const ATTRIBUTES_MAX = 250;

/** Faults of a profile for which the nearest names are looked up: that compares a name with all there are. */
const SUGGESTED_MAX = 5;

/** Route 1, source XDM: each row's source; an absent source says nothing. */
export function readMappedSources(
  profile: Json,
  rows: readonly CompiledRow[],
  base: string,
  said: Said,
): void {
  for (const row of rows) {
    const found = follow(profile, row.path, base);
    if (found !== undefined) readValue(found.value, row, found.pointer, said);
  }
}

export interface TargetRules {
  /** Custom fields that audiences write to. */
  readonly reserved: ReadonlySet<string>;
  /** Rows of the mapping by their targets: how they read values holds here, too. */
  readonly rows: ReadonlyMap<string, CompiledRow>;
  /** Whether attributes that are no row's target pass. */
  readonly passes: "all" | "mapped";
}

/**
 * Route 2, a Destination SDK profile: attributes already named after Outreach's, `{"value": …}` or plain.
 * @param pointer where the attributes are
 */
export function readTargetAttributes(
  attributes: Json,
  { reserved, rows, passes }: TargetRules,
  pointer: string,
  said: Said,
): void {
  for (const [key, raw] of Object.entries(attributes)) {
    const at = below(pointer, key);
    const name = withoutPrefix(key);
    const row = rows.get(name);
    if (passes === "mapped" && !row) continue;
    const attribute = prospectAttribute(name);
    if (!attribute || attribute.readOnly || reserved.has(name)) {
      const fault = whyNot(name, attribute, at, said.faults.length < SUGGESTED_MAX);
      said.faults.push({ ...fault, field: attribute ? name : shown(name), audience: null });
      continue;
    }
    readValue(unwrapped(raw), row ?? { ...PLAIN, attribute }, at, said);
  }
}

/** How an attribute is read that is no row's target. */
const PLAIN = { whenRemoved: "clear", translation: {}, isConsent: false, consent: {} } as const;

function readValue(
  value: unknown,
  row: Omit<CompiledRow, "path">,
  pointer: string,
  { fields, faults }: Said,
): void {
  const { name } = row.attribute;
  const read = row.isConsent
    ? readConsent(value, name, row.consent, pointer)
    : plain(value, row, pointer);
  if (!read.ok) faults.push({ ...read.rejection, field: name, audience: null });
  else if (read.value) fields[name] = read.value;
}

/** A value as it is; null where it says nothing. */
function plain(
  value: unknown,
  { attribute, whenRemoved, translation, consent }: Omit<CompiledRow, "path">,
  pointer: string,
): Result<FieldUpdate | null> {
  const converted = convert(value, attribute, pointer, translation);
  if (!converted.ok) return converted;
  if (converted.value === null && whenRemoved === "ignore") return accept(null);
  return accept(withConsent(attribute.name, converted.value, consent));
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
  suggest: boolean,
): Rejection {
  if (!attribute) {
    const nearest = suggest ? ` Nearest: ${nearestWritable(name, 3).join(", ")}.` : "";
    const detail = `Outreach's prospect has no attribute ${shown(name)}.${nearest}`;
    return { code: "unknown_attribute", detail, pointer };
  }
  if (attribute.readOnly) {
    const detail = `Outreach lets nobody write ${name}. Remove it from the mapping in AEP.`;
    return { code: "read_only_attribute", detail, pointer };
  }
  const detail = `${name} holds the status of an audience. Map the attribute to another custom field, or give the audience another Mapping ID.`;
  return { code: "reserved_attribute", detail, pointer };
}
