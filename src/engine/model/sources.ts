/**
 * Which destination each value came from. One call carries what several destinations have for a prospect; what becomes of
 * it is counted and listed for each of them.
 *
 * A load names one destination, and a value that came from another one names that itself: a prospect of one destination
 * needs no room for it. Of each destination that has a value in it, a load stands for one accepted update.
 * @module
 */
import type { Fields, PendingField } from "./prospect.ts";

/** Values that travel together, and where they came from. */
export interface Sourced {
  readonly fields: Fields<PendingField>;
  /** Where those came from that do not say. */
  readonly destinationId: string;
}

/** The destinations that have a value in a load. */
export function sourcesOf({ fields, destinationId }: Sourced): ReadonlySet<string> {
  return new Set(Object.values(fields).map(({ from = destinationId }) => from));
}

/** A load's values, by the destination that they came from. */
export function bySource({
  fields,
  destinationId,
}: Sourced): ReadonlyMap<string, Fields<PendingField>> {
  const parts = new Map<string, Record<string, PendingField>>();
  for (const [name, { from = destinationId, ...field }] of Object.entries(fields)) {
    parts.set(from, { ...parts.get(from), [name]: field });
  }
  return parts;
}

/** Values over others, of which they take the place, as one load. It names the lower one's destination while that has a value in it. */
export function merged(lower: Sourced, upper: Sourced): Sourced {
  const all = { ...lower.fields, ...upper.fields };
  const fromOf = (name: string): string => {
    const field = upper.fields[name];
    return field
      ? (field.from ?? upper.destinationId)
      : (lower.fields[name]?.from ?? lower.destinationId);
  };
  const names = Object.keys(all);
  const sources = new Set(names.map(fromOf));
  const [first = lower.destinationId] = sources;
  const destinationId = sources.has(lower.destinationId) ? lower.destinationId : first;
  const fields: Record<string, PendingField> = {};
  for (const [name, { from: _from, ...field }] of Object.entries(all)) {
    const from = fromOf(name);
    fields[name] = from === destinationId ? field : { ...field, from };
  }
  return { fields, destinationId };
}

/** Some of a load's values as a load of their own. */
export function partOf({ destinationId }: Sourced, fields: Fields<PendingField>): Sourced {
  return merged({ fields: {}, destinationId }, { fields, destinationId });
}
