/**
 * What the query code has to know of a collection of records. Each collection of the API is one of these.
 * @module
 */
import type { ResourceKind } from "../../model/kinds/kind.ts";
import type { ResourceRecord } from "../../model/records.ts";

export interface Collection {
  readonly kind: ResourceKind;
  /** Every id between the two, lowest first. */
  ids(from?: number, to?: number): Iterable<number>;
  get(id: number): ResourceRecord | undefined;
  /** The ids of the records with this value, from an index; null where there is none for the attribute. */
  lookUp(name: string, value: string): readonly number[] | null;
  /** The ids of the records that the record of this type and id links to; see `linkedFrom` of their kind. */
  linkedTo(type: string, id: number): readonly number[];
}

/** The collection of the records of a type; undefined for types that the mock has no records of. */
export type Directory = (type: string) => Collection | undefined;
