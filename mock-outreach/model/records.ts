/**
 * What a record of Outreach is made of, whatever its type.
 * @module
 */

/** A value as the API tells it. The list of pairs is `contactHistogram`. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly (readonly [number, number])[];

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
