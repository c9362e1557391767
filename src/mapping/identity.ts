/**
 * Which prospects a profile is about.
 * @module
 */
import { reject, shown } from "./rejection.ts";
import type { FieldError, Rejection } from "./rejection.ts";
import { followAll } from "./source-path.ts";
import type { SourcePath } from "./source-path.ts";
import { isRemoved } from "./xdm.ts";
import type { Json } from "./xdm.ts";

/** Where the id is looked for unless a destination says otherwise, in this order. */
export const DEFAULT_IDENTITY: readonly SourcePath[] = [
  { kind: "identity", namespace: "OutreachId" },
  { kind: "identity", namespace: "Oid" },
];

/** More prospects are no person: AEP's identity graph has collapsed. */
export const IDENTITIES_MAX = 10;

export type Identity =
  | {
      readonly ok: true;
      /** Ids of prospects, the primary one first; at least one, none twice. */
      readonly ids: readonly number[];
      /** Ids beside them that are none. */
      readonly faults: readonly FieldError[];
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** The prospects' ids at Outreach, from the first of the paths that leads to a usable one. */
export function readIdentity(profile: Json, paths: readonly SourcePath[], base: string): Identity {
  const faults: FieldError[] = [];
  let blank = true;
  for (const path of paths) {
    const ids = new Set<number>();
    for (const { value, pointer } of followAll(profile, path, base)) {
      const id = prospectIdOf(value);
      if (id !== null) ids.add(id);
      else {
        blank &&= isBlank(value);
        faults.push({
          code: "invalid_identity",
          detail: NO_ID,
          pointer,
          field: null,
          audience: null,
        });
      }
    }
    if (ids.size > 0) return { ok: true, ids: [...ids], faults };
  }
  const [first] = blank ? [] : faults;
  return first ? reject(first.code, first.pointer, first.detail) : missing(paths);
}

const NO_ID = "The Outreach id must be a positive whole number: the id of a prospect at Outreach.";

function missing(paths: readonly SourcePath[]) {
  return reject(
    "missing_identity",
    null,
    `The profile carries no Outreach id. Looked at: ${paths.map((path) => shown(describe(path))).join(", ")}. Map the identity in AEP, or set the destination's identity.source.`,
  );
}

function prospectIdOf(value: unknown): number | null {
  const number =
    typeof value === "string" && /^\s*\d{1,16}\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : null;
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined || isRemoved(value) || (typeof value === "string" && value.trim() === "")
  );
}

function describe(path: SourcePath): string {
  return path.kind === "identity" ? `identityMap.${path.namespace}` : path.steps.join(".");
}
