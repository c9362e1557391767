/**
 * Conditions of a filter: exact values, lists, ranges, null (documented in "Making requests").
 * @module
 */
import type { AttributeKind } from "../../model/attributes.ts";
import type { AttributeValue } from "../../model/records.ts";

export type Condition =
  | { readonly kind: "in"; readonly values: readonly string[] }
  /** Both ends belong to it; null is an open end. */
  | { readonly kind: "between"; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "null" }
  | { readonly kind: "not_null" };

/** The text of a filter in the usual syntax: `a`, `1,2,3`, `5..10`, `neginf..2017-01-01`, `__null__`. */
export function parseCondition(text: string): Condition {
  if (text === "__null__") return { kind: "null" };
  if (text === "__notnull__") return { kind: "not_null" };
  const [from, to, ...rest] = text.split("..");
  if (from !== undefined && to !== undefined && rest.length === 0) {
    return {
      kind: "between",
      from: from === "neginf" ? null : from,
      to: to === "inf" ? null : to,
    };
  }
  return { kind: "in", values: text.split(",") };
}

/** The values by which a condition compares, to see whether they suit the attribute. */
export function operands(condition: Condition): readonly string[] {
  if (condition.kind === "in") return condition.values;
  if (condition.kind !== "between") return [];
  return [condition.from, condition.to].filter((end) => end !== null);
}

/** Whether a filter's text can be compared with values of this kind. */
export function suits(kind: AttributeKind, text: string): boolean {
  if (kind === "boolean") return text === "true" || text === "false";
  return comparable(kind, text) !== null;
}

/** Tells whether a value meets the condition; a list does where one of its items does. */
export function predicate(
  condition: Condition,
  kind: AttributeKind,
): (value: AttributeValue) => boolean {
  const read = (value: AttributeValue): readonly (number | string)[] =>
    [value].flat().flatMap((one) => comparable(kind, one) ?? []);
  switch (condition.kind) {
    case "null":
      return (value) => read(value).length === 0;
    case "not_null":
      return (value) => read(value).length > 0;
    case "in": {
      const wanted = new Set(condition.values.map((one) => comparable(kind, one)));
      return (value) => read(value).some((one) => wanted.has(one));
    }
    case "between": {
      const from = comparable(kind, condition.from);
      const to = comparable(kind, condition.to);
      return (value) =>
        read(value).some((one) => (from === null || one >= from) && (to === null || one <= to));
    }
    default:
      return condition satisfies never;
  }
}

/** Numbers and times compare as numbers, texts without regard to case (assumed, as MySQL does), false before true. */
export function comparable(kind: AttributeKind, value: unknown): number | string | null {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  if (kind === "dateTime" || kind === "date") return finite(Date.parse(value));
  if (kind === "integer" || kind === "number") {
    return value.trim() === "" ? null : finite(Number(value));
  }
  return value.toLowerCase();
}

function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
