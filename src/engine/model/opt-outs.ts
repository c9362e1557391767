/**
 * Attributes of Outreach's prospect that say that a person is not to be contacted.
 * @module
 */
import type { FieldValue } from "./prospect-update.ts";

/** Those that are true or false; true is the opt-out. */
const FLAGS: ReadonlySet<string> = new Set(["optedOut", "emailOptedOut", "callOptedOut"]);
/** Those that hold a word: `opted_in`, `opted_out`, or nothing. */
const WORDS: ReadonlySet<string> = new Set(["emailsOptStatus", "callsOptStatus"]);
const OPTED_OUT = "opted_out";

/** Whether a value of an attribute says that a person is not to be contacted. */
export function isOptOut(name: string, value: FieldValue): boolean {
  return FLAGS.has(name) ? value === true : WORDS.has(name) && value === OPTED_OUT;
}
