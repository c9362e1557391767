/**
 * What is known of the values that Outreach holds for one prospect, and what changes that.
 * @module
 */
import type { Fields, HashValue, KnownField, PendingField } from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";

/** Whether Outreach is known to hold a value, as it was told or in words of its own. */
export function isHeld(
  prospectId: number,
  name: string,
  value: FieldValue,
  known: KnownField,
  hash: HashValue,
): boolean {
  if (known.told === null) return false;
  const isLike = (stored: string): boolean => hash(prospectId, name, value, stored) === stored;
  return isLike(known.told) || (known.held !== undefined && isLike(known.held));
}

/** What Outreach holds, at the time, for the audience and from the destination of the value that says so again. */
export function atTimeOf(
  { value: _value, from, ...field }: PendingField,
  { told, held }: KnownField,
  destinationId: string,
): KnownField {
  return { ...field, from: from ?? destinationId, told, ...(held !== undefined && { held }) };
}

/** What is known, as late as values that Outreach was not told. */
export function withOrders(
  known: Fields<KnownField>,
  fields: Fields<PendingField>,
): Fields<KnownField> {
  const next: Record<string, KnownField> = { ...known };
  for (const [name, { at, arrival, audience, byArrival, consent }] of Object.entries(fields)) {
    const {
      audience: _former,
      byArrival: _flag,
      consent: _said,
      ...rest
    } = next[name] ?? {
      told: null,
    };
    next[name] = {
      ...rest,
      at,
      arrival,
      ...(audience !== undefined && { audience }),
      ...(byArrival && { byArrival }),
      ...(consent && { consent }),
    };
  }
  return next;
}

/** What is known, and which values Outreach refused: they are not sent again beside others. */
export function withRefused(
  prospectId: number,
  known: Fields<KnownField>,
  fields: Fields<PendingField>,
  hash: HashValue,
): Fields<KnownField> {
  const next: Record<string, KnownField> = { ...known };
  for (const [name, { value, at, arrival }] of Object.entries(fields)) {
    const before = next[name] ?? { told: null, at, arrival };
    next[name] = { ...before, refused: hash(prospectId, name, value) };
  }
  return next;
}

/**
 * An answer says what Outreach holds. Where that differs from what it was told just now, they are its own words for that.
 * Where it differs from what it was told before, somebody else changed it.
 * @param known changed in place
 * @param justTold names of the fields that the answered call told
 */
export function learn(
  prospectId: number,
  known: Record<string, KnownField>,
  answer: Fields<FieldValue>,
  justTold: ReadonlySet<string>,
  hash: HashValue,
): void {
  for (const [name, field] of Object.entries(known)) {
    if (!Object.hasOwn(answer, name)) continue;
    const value = answer[name] ?? null;
    if (isHeld(prospectId, name, value, field, hash)) continue;
    const held = hash(prospectId, name, value);
    const { held: _old, ...rest } = field;
    known[name] = justTold.has(name) ? { ...rest, held } : { ...rest, told: held };
  }
}

/** It is not known any more which of these values Outreach holds. */
export function forget(
  known: Fields<KnownField>,
  fields: Fields<PendingField>,
): Fields<KnownField> {
  const next: Record<string, KnownField> = { ...known };
  for (const name of Object.keys(fields)) {
    const field = next[name];
    if (!field) continue;
    const { held: _held, ...rest } = field;
    next[name] = { ...rest, told: null };
  }
  return next;
}
