/**
 * What the query code has to know of a kind of record. Each collection of the API is one of these.
 * @module
 */
import type { AttributeTable } from "../../model/attributes.ts";
import type { AttributeValue, ResourceRecord } from "../../model/records.ts";

export interface Collection {
  /** Singular, as in `type`. */
  readonly type: string;
  readonly attributes: AttributeTable;
  /** Names that a sparse fieldset may hold. */
  readonly fields: ReadonlySet<string>;
  /** Relationships that can be filtered by the id of what they refer to. */
  readonly filterableReferences: ReadonlySet<string>;
  /** Attributes that `filter[q]` looks at. */
  readonly searched: readonly string[];
  /** Every id between the two, lowest first. */
  ids(from?: number, to?: number): Iterable<number>;
  get(id: number): ResourceRecord | undefined;
  value(record: ResourceRecord, name: string): AttributeValue;
  /** The ids of the records with this value, from an index; null where there is none for the attribute. */
  lookUp(name: string, value: string): readonly number[] | null;
  resource(record: ResourceRecord, base: string, fields: ReadonlySet<string> | null): object;
}
