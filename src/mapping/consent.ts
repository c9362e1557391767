/**
 * XDM's consents → Outreach's opt-outs. Only what a person said counts: yes and no. What is pending, unknown or somebody
 * else's ground (`p`, `u`, `vi`, `LI`, `CP`, …) says nothing, so it neither opts out nor lifts an opt-out.
 * @module
 */
import {
  isOptOut,
  isOptOutAttribute,
  optInOf,
  optOutOf,
} from "../engine/model/opt-out-attributes.ts";
import type { FieldUpdate, FieldValue } from "../engine/model/prospect-update.ts";
import { textOf } from "./convert.ts";
import { accept, below, reject } from "./rejection.ts";
import type { Result } from "./rejection.ts";
import { readTime } from "./times.ts";
import { isObject, isRemoved, member, spelled } from "./xdm.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** `dn` is the default where nobody was asked, and the law of the place says no. */
const OUT = words("n no out opted_out optout opt_out true 1 dn");
const IN = words("y yes in opted_in optin opt_in");
/** Not opted out, which nobody said in so many words. */
const NOT_OUT = words("false 0");
/** XDM's other values of a consent, and of its older `optInOut`. */
const SAYS_NOTHING = words("p u vi li cp ct pi dy pending unknown not_provided");

/** What a row of the mapping says of opt-outs. */
export interface ConsentRules {
  /** Whether an opt-out is lifted by nothing. */
  readonly sticky?: boolean | undefined;
  /** Whether a plain false is an explicit opt-in. */
  readonly optIn?: boolean | undefined;
}

/** A value that an ordinary row writes, with what its rules make of it. */
export function withConsent(
  name: string,
  value: FieldValue,
  { sticky, optIn }: ConsentRules,
): FieldUpdate {
  if (sticky === true && isOptOut(name, value)) return { value, consent: { says: "out", sticky } };
  const isOptIn = optIn === true && isOptOutAttribute(name) && value === optInOf(name);
  return isOptIn ? { value, consent: { says: "in" } } : { value };
}

/**
 * Reads one consent: a word, true or false, or an object with `val` and `time`. True is the opt-out, as Outreach has it.
 * @returns null where it says nothing
 */
export function readConsent(
  value: unknown,
  name: string,
  { sticky, optIn }: ConsentRules,
  pointer: string,
): Result<FieldUpdate | null> {
  const said = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (isRemoved(said) || said === undefined) return accept(null);
  const hasTime = isObject(said);
  const val = hasTime ? member(said, "val") : said;
  if (hasTime && isRemoved(val)) return accept(null);
  const word = textOf(val)?.trim().toLowerCase();
  if (word === undefined) return notOne(name, pointer);
  if (word === "" || SAYS_NOTHING.has(word)) return accept(null);
  const time = hasTime ? member(said, "time") : undefined;
  const isTimed = time !== undefined && !isRemoved(time) && time !== "";
  const at = isTimed ? readTime(time) : null;
  const order = at === null ? {} : { at };
  if (OUT.has(word)) {
    // An opt-out counts from its arrival where its time cannot be read: it is never lost.
    const consent = { says: "out" as const, ...(sticky === true && { sticky }) };
    return accept({ value: optOutOf(name), ...order, consent });
  }
  if (!IN.has(word) && !NOT_OUT.has(word)) return notOne(name, pointer);
  if (isTimed && at === null) {
    const detail = `The time of the consent for ${name} must be an ISO 8601 time.`;
    return reject("invalid_time", below(pointer, spelled(said, "time")), detail);
  }
  const isExplicit = IN.has(word) || optIn === true;
  return accept({
    value: optInOf(name),
    ...(isExplicit && { ...order, consent: { says: "in" as const } }),
  });
}

function notOne(name: string, pointer: string) {
  const detail = `${name} is mapped as a consent: it takes y, n, in, out and their like, true (opted out), false, or an object with val and time.`;
  return reject("invalid_value", pointer, detail);
}
