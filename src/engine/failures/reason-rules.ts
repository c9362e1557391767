/**
 * What failures have in common: the attribute that is to blame, and Outreach's words without the values in them.
 * @module
 */
import { hash53 } from "../model/change-set.ts";
import { withoutValues } from "../model/outreach-words.ts";
import type { CallError, Fields, PendingField } from "../model/prospect.ts";

/** The names and values that were not delivered, and why. */
interface Failed {
  readonly fields: Fields<Pick<PendingField, "value">>;
  readonly error: Pick<CallError, "status" | "code" | "detail" | "pointer">;
}

/**
 * The attribute to blame: the one that Outreach points at, or else the only one. Null where it may be any of several, and
 * where it is one that another destination had in the same call.
 */
export function blamedField(names: readonly string[], pointer: string | null): string | null {
  const pointed = /^\/data\/attributes\/([^/]+)/.exec(pointer ?? "")?.[1];
  if (pointed !== undefined) return names.includes(pointed) ? pointed : null;
  return names.length === 1 ? (names[0] ?? null) : null;
}

/** A number that failures of one kind share. */
export function groupKeyOf({ fields, error }: Failed): number {
  const { status, code, detail, pointer } = error;
  const field = blamedField(Object.keys(fields), pointer);
  return hash53(JSON.stringify([status, code, field, withoutValues(detail, fields)]));
}
