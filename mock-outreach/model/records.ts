/**
 * What a record of Outreach is made of, whatever its kind, and how a write changes it.
 * @module
 */
import { z } from "zod";

/** A value as the API tells it. The list of pairs is `contactHistogram`. */
export const attributeValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string()).readonly(),
  z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
]);

export type AttributeValue = z.infer<typeof attributeValue>;

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Ids of the records that a record refers to, by the name of the relationship; a missing one is null. */
export type References = Readonly<Record<string, number>>;

/** Never changed, only replaced: whoever holds one holds a snapshot. */
export interface ResourceRecord {
  readonly id: number;
  /** Only those that hold something: no null, no empty list. */
  readonly attributes: Attributes;
  readonly references: References;
}

/** New values, already checked. `null` and an empty list clear. */
export interface ResourceWrite {
  readonly attributes: Attributes;
  readonly references: Readonly<Record<string, number | null>>;
}

/** Whose doing a write is. */
export interface WrittenBy {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The journal's number of the call that did it. */
  readonly callId: number;
  readonly userId: number;
}

/** The attributes with new values. */
export function withValues(before: Attributes, values: Attributes): Attributes {
  const after: Record<string, AttributeValue> = { ...before };
  for (const [name, value] of Object.entries(values)) {
    if (isEmpty(value)) delete after[name];
    else after[name] = value;
  }
  return after;
}

/** The references with new ones. */
export function withReferences(
  before: References,
  write: Readonly<Record<string, number | null>>,
): References {
  const after = { ...before };
  for (const [name, id] of Object.entries(write)) {
    if (id === null) delete after[name];
    else after[name] = id;
  }
  return after;
}

function isEmpty(value: AttributeValue): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
