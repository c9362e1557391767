/**
 * Attributes of Outreach's records: type, length, and whether they can be written, filtered and sorted by. The tables in
 * `kinds/` are written down from the OpenAPI document that Outreach publishes (mid-2026); a test compares the two where
 * that document is at hand.
 * @module
 */
import type { AttributeValue } from "./records.ts";

export type AttributeKind =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "date"
  | "dateTime"
  | "strings"
  | "email"
  | "emails"
  | "histogram"
  | "object";

export interface Attribute {
  readonly name: string;
  readonly kind: AttributeKind;
  /** In characters; null where none is published. */
  readonly maxLength: number | null;
  readonly readOnly: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  /** What a record answers that was never given a value. */
  readonly initial: AttributeValue;
}

export type AttributeTable = ReadonlyMap<string, Attribute>;

/** Custom fields of a prospect and of an account run from `custom1` to this number. */
export const CUSTOM_FIELDS = 150;

/** `custom1` to `custom<count>`. */
export function customFields(count: number): string {
  return Array.from({ length: count }, (_, i) => `custom${i + 1}`).join(" ");
}

/** Attributes of one type and length. */
interface Group {
  readonly kind: AttributeKind;
  readonly maxLength?: number;
  /** With spaces between them, here and below. */
  readonly names: string;
}

interface Marks {
  readonly readOnly: string;
  /** Those that can be sorted by and filtered by. */
  readonly sortable: string;
  /** Those that can be sorted by and not filtered by. */
  readonly onlySortable?: string;
  /** Those that can be filtered by and not sorted by. */
  readonly onlyFilterable?: string;
  /** Of those that do not start as their type usually does. */
  readonly initial?: Readonly<Record<string, AttributeValue>>;
}

/** The table of a kind of record, by name. */
export function attributeTable(groups: readonly Group[], marks: Marks): AttributeTable {
  const readOnly = new Set(words(marks.readOnly));
  const both = words(marks.sortable);
  const sortable = new Set([...both, ...words(marks.onlySortable ?? "")]);
  const filterable = new Set([...both, ...words(marks.onlyFilterable ?? "")]);
  const attributes = groups.flatMap(({ kind, maxLength, names }) =>
    words(names).map((name): Attribute => ({
      name,
      kind,
      maxLength: maxLength ?? null,
      readOnly: readOnly.has(name),
      filterable: filterable.has(name),
      sortable: sortable.has(name),
      initial: marks.initial?.[name] ?? usualStart(kind),
    })),
  );
  return new Map(
    attributes
      .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
      .map((attribute) => [attribute.name, attribute]),
  );
}

const NOTHING: readonly string[] = [];

/** Flags start as false and lists empty, as recorded answers show. */
function usualStart(kind: AttributeKind): AttributeValue {
  if (kind === "strings" || kind === "emails") return NOTHING;
  return kind === "boolean" ? false : null;
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter(Boolean);
}
