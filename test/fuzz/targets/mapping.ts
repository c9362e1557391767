/**
 * Fuzz target: any profile under any settings that may be saved.
 *
 * Rules: mapping never throws and never changes what it reads; an update names one prospect and holds values that the
 * attributes take; what is turned away is told why without its values.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import type { FieldUpdate } from "../../../src/engine/model/prospect-update.ts";
import { checkMappingSettings } from "../../../src/mapping/check-settings.ts";
import { compileMapping, mapProfile } from "../../../src/mapping/map-profile.ts";
import { shown } from "../../../src/mapping/rejection.ts";
import type { Rejection } from "../../../src/mapping/rejection.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";
import { MARKER, profile } from "../inputs/profiles.ts";
import { settings } from "../inputs/settings.ts";
import { holds } from "../target.ts";
import type { Target } from "../target.ts";
import { valueFault } from "./attribute-values.ts";

const schema = z.object({ settings: z.unknown(), profile: z.unknown() });

export const mapping: Target<z.infer<typeof schema>> = {
  name: "mapping",
  weight: 6,
  schema,
  inputs: fc.record({ settings, profile }),
  check: (input) => {
    const parsed = mappingSettings.safeParse(input.settings);
    if (!parsed.success) return "settings refused: shape";
    const [refused] = checkMappingSettings(parsed.data);
    if (refused) return `settings refused: ${refused.code}`;
    const compiled = compileMapping(parsed.data);
    const before = JSON.stringify(input.profile);
    const mapped = mapProfile(input.profile, compiled);
    holds(JSON.stringify(input.profile) === before, "mapping changes nothing", () => input.profile);
    holds(!("polluted" in {}) && !("value" in {}), "prototypes stay as they are", () => before);
    const again = mapProfile(JSON.parse(before), compileMapping(parsed.data));
    holds(JSON.stringify(again) === JSON.stringify(mapped), "mapping is a function", () => again);
    for (const fault of [...mapped.fieldErrors, ...mapped.warnings]) {
      checkFault(fault, input.profile);
    }
    const ids = mapped.updates.map(({ prospectId }) => prospectId);
    holds(new Set(ids).size === ids.length, "a prospect is updated once", () => ids);
    holds(
      ids.every((id) => Number.isSafeInteger(id) && id > 0),
      "ids are ids",
      () => ids,
    );
    holds(
      mapped.updates.every((update) => Object.keys(update.fields).length > 0),
      "an update is never empty",
      () => mapped.updates,
    );
    if (!mapped.ok) return checkFault(mapped.rejection, input.profile);
    const [update] = mapped.updates;
    if (!update) return "nothing to say";
    const { fields } = update;
    const entries = Object.entries(fields);
    for (const [name, field] of entries)
      checkField(name, field, Object.values(parsed.data.statusValues));
    const date = plainDate(input.profile);
    holds(
      date === null || !("dateOfBirth" in fields) || fields["dateOfBirth"]?.value === date,
      "a date stays that date",
      () => ({ date, sent: fields["dateOfBirth"]?.value }),
    );
    holds(
      JSON.stringify(JSON.parse(JSON.stringify(fields))) === JSON.stringify(fields),
      "an update survives its way as JSON",
      () => fields,
    );
    return `update: ${entries
      .map(([name, { value }]) => kindOf(name, value))
      .toSorted()
      .join(" ")}`;
  },
};

function checkFault({ code, detail, pointer }: Rejection, from: unknown): string {
  const text = `${detail} ${pointer ?? ""}`;
  holds(!text.includes(MARKER), "a rejection repeats no value", () => text);
  holds(
    text.isWellFormed() && !/[\p{Cc}]/u.test(text),
    "a rejection is one line of text",
    () => text,
  );
  holds(pointer === null || pointer.startsWith("/"), "a pointer is a JSON pointer", () => pointer);
  holds(
    leadsSomewhere(from, pointer, code === "invalid_status"),
    "a pointer leads into the profile",
    () => pointer,
  );
  holds(detail.length > 0 && text.length < 5_000, "a rejection is short", () => text);
  return `rejected: ${code} ${pointer === null ? "" : "at a place"}`;
}

/**
 * Names are told as `shown` shows them.
 * @param mayEndOutside whether its last step may name what is missing
 */
function leadsSomewhere(from: unknown, pointer: string | null, mayEndOutside: boolean): boolean {
  const steps = (pointer ?? "").split("/").slice(1, mayEndOutside ? -1 : undefined);
  const names = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  let at = [from];
  for (const name of names) {
    at = at.flatMap((value) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, below]) => (shown(key) === name ? [below] : []))
        : [],
    );
  }
  return at.length > 0;
}

function checkField(
  name: string,
  { value, at, audience }: FieldUpdate,
  words: readonly string[],
): void {
  const fault = valueFault(name, value);
  holds(fault === null, "a value fits its attribute", () => ({ name, value, fault }));
  holds(at === undefined || Number.isFinite(at), "a time is a time", () => ({ name, at }));
  if (!audience) return;
  holds(/^custom\d+$/.test(name), "an audience writes to a custom field", () => name);
  holds(
    typeof value === "string" && words.includes(value),
    "a status is one of two words",
    () => value,
  );
}

const dated = z.object({ attributes: z.object({ dateOfBirth: z.iso.date() }) });

/** A date that the profile brings as Outreach writes one; null where it brings none. */
function plainDate(from: unknown): string | null {
  return dated.safeParse(from).data?.attributes.dateOfBirth ?? null;
}

function kindOf(name: string, value: unknown): string {
  const kind = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  return `${name.replace(/\d+$/, "N")}=${kind}`;
}
