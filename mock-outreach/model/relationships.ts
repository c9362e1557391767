/**
 * Relationships between Outreach's records, written down in `kinds/` from the OpenAPI document that Outreach publishes
 * (mid-2026).
 * @module
 */

/** A relationship to one record is told as `data`, one to many as a link to a filtered collection (documented). */
export type Relationship = ToOne | ToMany;

export interface ToOne {
  readonly name: string;
  readonly many: false;
  readonly type: string;
  readonly readOnly: boolean;
  /** Attributes of the other record, `id` among them, by which this one can be filtered. */
  readonly filterableBy: readonly string[];
}

export interface ToMany {
  readonly name: string;
  /** Whether it is told: not where its link would say that there are none, and Outreach would have some. */
  readonly told: boolean;
  /** The filter of its link, where that is an attribute's; null for one by this record. */
  readonly linkedBy: string | null;
  readonly many: true;
  /** The path of the other records' collection. */
  readonly plural: string;
  readonly filterableBy: readonly string[];
  /** The type of the other records, and their relationship to this one, where the mock has such records. */
  readonly inverse: {
    readonly type: string;
    readonly name: string;
  } | null;
}

export function toOne(
  name: string,
  type: string,
  access: "writable" | "read_only",
  filterableBy: readonly string[] = [],
): ToOne {
  return { name, many: false, type, readOnly: access === "read_only", filterableBy };
}

export function toMany(
  name: string,
  details: Partial<Pick<ToMany, "told" | "plural" | "filterableBy" | "inverse" | "linkedBy">> = {},
): ToMany {
  const {
    told = true,
    plural = name,
    filterableBy = [],
    inverse = null,
    linkedBy = null,
  } = details;
  return { name, many: true, told, plural, filterableBy, inverse, linkedBy };
}
