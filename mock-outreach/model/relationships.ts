/**
 * The relationships of a prospect, from the OpenAPI document that Outreach publishes (mid-2026).
 * @module
 */

/** A relationship to one record is told as `data`, one to many as a link to a filtered collection (documented). */
export type Relationship =
  | {
      readonly name: string;
      readonly many: false;
      readonly type: string;
      readonly readOnly: boolean;
    }
  | { readonly name: string; readonly many: true; readonly plural: string };

const one = (name: string, type: string, access: "writable" | "read_only"): Relationship => ({
  name,
  many: false,
  type,
  readOnly: access === "read_only",
});
/** @param plural the collection's path, where it is not the relationship's name */
const many = (name: string, plural = name): Relationship => ({ name, many: true, plural });

export const PROSPECT_RELATIONSHIPS: readonly Relationship[] = [
  one("account", "account", "writable"),
  many("activeSequenceStates", "sequenceStates"),
  many("assignedTeams", "teams"),
  many("assignedUsers", "users"),
  many("batches"),
  many("calls"),
  one("creator", "user", "read_only"),
  one("defaultPluginMapping", "pluginMapping", "read_only"),
  many("emailAddresses"),
  many("favorites"),
  many("mailings"),
  many("opportunities"),
  many("opportunityProspectRoles"),
  one("owner", "user", "writable"),
  one("persona", "persona", "writable"),
  many("phoneNumbers"),
  many("sequenceStates"),
  one("stage", "stage", "writable"),
  many("tasks"),
  one("trashedByAccount", "account", "read_only"),
  one("updater", "user", "read_only"),
];
