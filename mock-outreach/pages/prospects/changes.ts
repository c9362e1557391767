/**
 * What calls have changed of a prospect, as the pages tell it.
 * @module
 */
import type { Change, ProspectRecord } from "../../model/prospects.ts";

export interface LastChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly callId: number;
  /** How many fields that call changed that no later one has changed again. */
  readonly fields: number;
}

/** The change that is the latest; null where no field's value has become another one. */
export function lastChange({ changes }: ProspectRecord): LastChange | null {
  const all = Object.values(changes);
  const last = all.reduce<Change | null>(
    (latest, change) => (latest === null || change.callId > latest.callId ? change : latest),
    null,
  );
  if (last === null) return null;
  const fields = all.filter(({ callId }) => callId === last.callId).length;
  return { at: last.at, callId: last.callId, fields };
}
