/**
 * What ingest hands to delivery: new values for one Outreach prospect.
 * @module
 */
import { z } from "zod";

/** A value as Outreach's API takes it. `null` clears the attribute. */
export const fieldValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string()).readonly(),
]);
export type FieldValue = z.infer<typeof fieldValue>;

/** Whether a profile is in an audience, in AEP's words. */
export type AudienceStatus = "realized" | "exited";

/** Which audience a custom field stands for, and what the value says of the membership. */
export interface AudienceMembership {
  /** AEP's namespace of the audience, `ups` for Adobe's own. */
  readonly namespace: string;
  readonly id: string;
  readonly status: AudienceStatus;
}

/** A new value for one attribute of a prospect. */
export interface FieldUpdate {
  readonly value: FieldValue;
  /**
   * When the value became true, in milliseconds since the epoch: an audience's `lastQualificationTime`.
   * Left out, the value became true when it arrived (attributes carry no time of their own).
   */
  readonly at?: number;
  /** Present on a custom field that carries an audience's status. */
  readonly audience?: AudienceMembership;
  /** Present where the mapping reads the value as a consent: an explicit yes or no. `at` is its own time. */
  readonly consent?: { readonly says: "in" | "out"; readonly sticky?: true };
}

/** More than any customer's prospect has; what one profile changes must fit beside what already waits. */
export const UPDATE_MAX_CHARS = 250_000;

/** How many characters values take as JSON. In storage a character takes three bytes at most. */
export function charsOf(fields: Readonly<Record<string, { readonly value: FieldValue }>>): number {
  let chars = 0;
  for (const { value } of Object.values(fields)) chars += JSON.stringify(value).length;
  return chars;
}

/** New values for one prospect, keyed by the name of Outreach's attribute. Never empty. */
export interface ProspectUpdate {
  readonly prospectId: number;
  readonly fields: Readonly<Record<string, FieldUpdate>>;
}
