/**
 * Attributes of Outreach's prospect that say that a person is not to be contacted.
 * @module
 */
import type { FieldValue } from "./prospect-update.ts";

/** Those that are true or false; true is the opt-out. */
const FLAGS: ReadonlySet<string> = new Set([
  "optedOut",
  "emailOptedOut",
  "callOptedOut",
  "smsOptedOut",
]);
/** Those that hold a word: `opted_in`, `opted_out`, or nothing. */
const WORDS: ReadonlySet<string> = new Set(["emailsOptStatus", "callsOptStatus", "smsOptStatus"]);
const OPTED_OUT = "opted_out";
const OPTED_IN = "opted_in";

export function isOptOutAttribute(name: string): boolean {
  return FLAGS.has(name) || WORDS.has(name);
}

/** Whether a value of an attribute says that a person is not to be contacted. */
export function isOptOut(name: string, value: FieldValue): boolean {
  return FLAGS.has(name) ? value === true : WORDS.has(name) && value === OPTED_OUT;
}

/** The value of an attribute that opts a person out. */
export function optOutOf(name: string): FieldValue {
  return FLAGS.has(name) ? true : OPTED_OUT;
}

/** The value of an attribute that says that a person is not opted out. */
export function optInOf(name: string): FieldValue {
  return FLAGS.has(name) ? false : OPTED_IN;
}
