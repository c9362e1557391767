/**
 * Why a profile, or a field of it, is turned away.
 *
 * Promises: a rejection names the attribute and the rule; it never repeats a value, which may be personal.
 * @module
 */

/** Codes are part of the API: programs count by them, so they do not change. */
export type RejectionCode =
  | "invalid_profile"
  | "too_many_attributes"
  | "missing_identity"
  | "invalid_identity"
  | "several_identities"
  | "too_many_identities"
  | "unknown_attribute"
  | "read_only_attribute"
  | "reserved_attribute"
  | "invalid_value"
  | "digits_lost"
  | "ambiguous_time"
  | "unknown_value"
  | "invalid_text"
  | "value_too_long"
  | "update_too_large"
  | "invalid_mapping_id"
  | "duplicate_mapping_id"
  | "too_many_audiences"
  | "invalid_membership"
  | "invalid_status"
  | "invalid_time"
  | "future_time";

export interface Rejection {
  readonly code: RejectionCode;
  /** What is wrong and what to do. */
  readonly detail: string;
  /** JSON pointer into the profile. */
  readonly pointer: string | null;
}

/** What is left out of a profile whose rest is taken. */
export interface FieldError extends Rejection {
  /** Outreach's attribute; null where the fault is of none, such as an identity's. */
  readonly field: string | null;
  /** The audience's id; null where the fault is of none. */
  readonly audience: string | null;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };

export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function reject(
  code: RejectionCode,
  pointer: string | null,
  detail: string,
): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection: { code, detail, pointer } };
}

/** A name from outside, short and on one line, for a text that a person reads. */
export function shown(name: string): string {
  const printable = name.toWellFormed().replaceAll(/[\p{C}\p{Z}]+/gu, " ");
  return printable.length > NAME_SHOWN_MAX ? `${printable.slice(0, NAME_SHOWN_MAX)}…` : printable;
}

const NAME_SHOWN_MAX = 100;

/** JSON pointer of a member (RFC 6901). */
export function below(pointer: string, ...names: readonly (string | number)[]): string {
  const steps = names.map(
    (name) => `/${shown(String(name)).replaceAll("~", "~0").replaceAll("/", "~1")}`,
  );
  return pointer + steps.join("");
}
