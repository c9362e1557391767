/**
 * Which prospect a profile is about.
 * @module
 */
import { accept, reject, shown } from "./rejection.ts";
import type { Result } from "./rejection.ts";
import { follow } from "./source-path.ts";
import type { SourcePath } from "./source-path.ts";
import { isRemoved } from "./xdm.ts";
import type { Json } from "./xdm.ts";

/** Where the id is looked for unless a destination says otherwise, in this order. */
export const DEFAULT_IDENTITY: readonly SourcePath[] = [
  { kind: "identity", namespace: "OutreachId" },
  { kind: "identity", namespace: "Oid" },
];

/** The prospect's id at Outreach, from the first of the paths that leads somewhere. */
export function readIdentity(profile: Json, paths: readonly SourcePath[]): Result<number> {
  for (const path of paths) {
    const found = follow(profile, path);
    if (found === undefined || isRemoved(found.value) || found.value === "") continue;
    const id = prospectIdOf(found.value);
    if (id !== null) return accept(id);
    return reject(
      "invalid_identity",
      found.pointer,
      "The Outreach id must be a positive whole number: the id of a prospect at Outreach.",
    );
  }
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

function describe(path: SourcePath): string {
  return path.kind === "identity" ? `identityMap.${path.namespace}` : path.steps.join(".");
}
