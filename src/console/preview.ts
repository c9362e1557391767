/**
 * What a sample profile would become, and which row of the mapping each problem is about.
 * @module
 */
import type { FieldError } from "../http/problem.ts";
import { previewProfiles, type PreviewedCall } from "../ingest/preview.ts";
import type { ListedRejection } from "../ingest/receive.ts";
import { checkMappingSettings } from "../mapping/check-settings.ts";
import type { MappingSettings } from "../mapping/settings.ts";
import { follow, parseSourcePath } from "../mapping/source-path.ts";
import { isObject } from "../mapping/xdm.ts";
import type { FieldValue } from "../engine/model/prospect-update.ts";
import { prospectAttribute } from "../outreach/prospect-attributes.ts";

/** Something to be shown at a row of the form. */
export interface RowRemark {
  /** The name of the field; null where it is about none. */
  readonly field: string | null;
  readonly detail: string;
}

export type Preview =
  | { readonly kind: "no_sample" }
  /** The settings themselves are wrong; nothing was tried. */
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "refused"; readonly detail: string }
  | {
      readonly kind: "calls";
      readonly calls: readonly PreviewedCall[];
      readonly callsCount: number;
      readonly rejected: readonly RowRemark[];
      /** Fields and audiences that would be left out. */
      readonly leftOut: readonly RowRemark[];
      /** Rows whose source the sample does not have. */
      readonly missing: readonly RowRemark[];
    };

export async function previewSample(
  sample: string,
  settings: MappingSettings,
  now: () => number,
): Promise<Preview> {
  const errors = checkMappingSettings(settings);
  if (errors.length > 0) return { kind: "invalid", errors };
  if (sample.trim() === "") return { kind: "no_sample" };
  const headers = { "Content-Type": "application/json" };
  const request = new Request("https://preview.invalid", { method: "POST", headers, body: sample });
  const previewed = await previewProfiles(request, settings, now);
  if (!previewed.ok) return { kind: "refused", detail: previewed.detail };
  const profiles = profilesIn(sample);
  const { calls, callsCount, rejected, fieldErrors } = previewed;
  const remark = (fault: ListedRejection): RowRemark => ({
    field: fieldOf(fault, profiles[fault.index], settings),
    detail: fault.detail,
  });
  return {
    kind: "calls",
    calls,
    callsCount,
    rejected: rejected.map(remark),
    leftOut: fieldErrors.map(remark),
    missing: missingSources(profiles, settings),
  };
}

/** The profiles of a body as far as rows can be found for them; other bodies are previewed without. */
function profilesIn(sample: string): readonly unknown[] {
  let body: unknown;
  try {
    body = JSON.parse(sample);
  } catch {
    return [];
  }
  if (Array.isArray(body)) return body;
  if (isObject(body) && Array.isArray(body["profiles"])) return body["profiles"];
  return [body];
}

/** The row whose source is what a rejection points at. */
function fieldOf(
  { code, pointer }: ListedRejection,
  profile: unknown,
  { mappings }: MappingSettings,
): string | null {
  if (code === "missing_identity" || code === "invalid_identity") return "/identity/source";
  const index = mappings.findIndex(({ source }) => {
    const at = sourceOf(profile, source)?.pointer;
    return at !== undefined && pointer !== null && `${pointer}/`.startsWith(`${at}/`);
  });
  return index < 0 ? null : `/mappings/${index}/source`;
}

function missingSources(
  profiles: readonly unknown[],
  { mappings }: MappingSettings,
): readonly RowRemark[] {
  // Route 2's profiles are named after Outreach's attributes already, and have no sources.
  if (profiles.some((profile) => isObject(profile) && Object.hasOwn(profile, "profile"))) return [];
  return mappings.flatMap(({ source }, index) =>
    profiles.some((profile) => sourceOf(profile, source) !== undefined)
      ? []
      : [{ field: `/mappings/${index}/source`, detail: "The sample has no value here." }],
  );
}

function sourceOf(profile: unknown, source: string) {
  const path = parseSourcePath(source);
  return path && isObject(profile) ? follow(profile, path) : undefined;
}

/** A profile that says something about every row, to begin with. */
export function exampleProfile({ identity, mappings, audiences }: MappingSettings): string {
  const profile: Record<string, unknown> = {};
  put(profile, identity.source ?? "identityMap.OutreachId", "1");
  for (const { source, target } of mappings) put(profile, source, exampleValue(target));
  for (const { namespace, id } of audiences.slice(0, 3)) {
    const membership = { status: "realized", lastQualificationTime: "2026-11-23T14:00:00Z" };
    putAt(profile, ["segmentMembership", namespace, id], membership);
  }
  return JSON.stringify(profile, null, 2);
}

function put(profile: Record<string, unknown>, source: string, value: FieldValue): void {
  const path = parseSourcePath(source);
  if (!path) return;
  if (path.kind === "identity") putAt(profile, ["identityMap", path.namespace], [{ id: value }]);
  else putAt(profile, path.steps, value);
}

/** Only names that JSON may hold as plain members; lists are filled from their beginning. */
function putAt(
  root: Record<string, unknown>,
  steps: readonly (string | number)[],
  value: unknown,
): void {
  const [first, next, ...rest] = steps;
  if (typeof first !== "string" || first === "__proto__") return;
  if (next === undefined) {
    root[first] = value;
  } else if (typeof next === "number") {
    const item: Record<string, unknown> = {};
    if (rest.length > 0) putAt(item, rest, value);
    root[first] = [rest.length > 0 ? item : value];
  } else {
    const before = root[first];
    const below: Record<string, unknown> = isObject(before) ? { ...before } : {};
    putAt(below, [next, ...rest], value);
    root[first] = below;
  }
}

function exampleValue(target: string): FieldValue {
  const attribute = prospectAttribute(target);
  switch (attribute?.type) {
    case "integer":
    case "number":
      return 42;
    case "boolean":
      return true;
    case "date":
      return "2026-11-23";
    case "date-time":
      return "2026-11-23T14:00:00Z";
    case "email array":
      return "ada@example.com";
    case "string array":
      return "+1 555 0100";
    case "string":
    case undefined:
      return target === "firstName" ? "Ada" : "Example";
  }
}
