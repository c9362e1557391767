/**
 * The custom fields that a list of prospects shows after an export: those that calls have written, audience statuses
 * before all others.
 * @module
 */
import type { ProspectRecord } from "../../model/prospects.ts";
import { customNumber } from "../fields.ts";

/** More columns are not read side by side. */
export const STATUS_COLUMNS_MAX = 4;

/** Adobe's words for being in an audience and having left it. `existing` is the older word for a member. */
const IN_AUDIENCE = new Set(["realized", "existing"]);
const LEFT_AUDIENCE = "exited";

export type AudienceStatus = "in" | "left";

/** What a value says of an audience; null where it is about something else. */
export function audienceStatus(value: unknown): AudienceStatus | null {
  if (typeof value !== "string") return null;
  const word = value.trim().toLowerCase();
  if (IN_AUDIENCE.has(word)) return "in";
  return word === LEFT_AUDIENCE ? "left" : null;
}

export interface StatusFields {
  /** Names such as `custom4`, in the order of their numbers. */
  readonly shown: readonly string[];
  /** How many there are besides. */
  readonly more: number;
}

/** What the latest export wrote is on these. */
const LOOKED_AT_MAX = 1_000;

/** @param written prospects that calls have written to, the latest one first */
export function statusFields(written: readonly ProspectRecord[]): StatusFields {
  const found = new Map<string, { statuses: number; changes: number }>();
  for (const { attributes, changes } of written.slice(0, LOOKED_AT_MAX)) {
    for (const name of Object.keys(changes)) {
      if (customNumber(name) === null) continue;
      const counts = found.get(name) ?? { statuses: 0, changes: 0 };
      counts.changes += 1;
      if (audienceStatus(attributes[name]) !== null) counts.statuses += 1;
      found.set(name, counts);
    }
  }
  const ranked = [...found].toSorted(
    ([, a], [, b]) => b.statuses - a.statuses || b.changes - a.changes,
  );
  const shown = ranked.slice(0, STATUS_COLUMNS_MAX).map(([name]) => name);
  return {
    shown: shown.toSorted((a, b) => (customNumber(a) ?? 0) - (customNumber(b) ?? 0)),
    more: ranked.length - shown.length,
  };
}
