/**
 * The prospect: 230 attributes, 21 relationships.
 * @module
 */
import { attributeTable, CUSTOM_FIELDS, customFields } from "../attributes.ts";
import type { Attributes } from "../records.ts";
import { toMany, toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    {
      kind: "string",
      maxLength: 255,
      names: `
        addressCity addressCountry addressState addressStreet addressStreet2 addressZip angelListUrl callsOptStatus
        campaignName degree emailsOptStatus eventName externalId externalOwner externalSource facebookUrl firstName
        gender githubUsername googlePlusUrl lastName linkedInId linkedInSlug middleName nickname occupation
        preferredContact quoraUrl region school sharingTeamId source stackOverflowId timeZone timeZoneInferred title
        twitterUsername`,
    },
    {
      kind: "string",
      maxLength: 1_000,
      names: "githubUrl linkedInUrl stackOverflowUrl twitterUrl",
    },
    {
      kind: "string",
      maxLength: 65_535,
      names: "personalNote1 personalNote2 specialties websiteUrl1 websiteUrl2 websiteUrl3",
    },
    { kind: "string", maxLength: 32_000, names: customFields(CUSTOM_FIELDS) },
    { kind: "string", names: "company name timeZoneIana" },
    { kind: "boolean", names: "callOptedOut emailOptedOut optedOut" },
    { kind: "integer", names: "clickCount linkedInConnections openCount replyCount" },
    { kind: "number", names: "engagedScore score" },
    { kind: "date", names: "dateOfBirth graduationDate jobStartDate" },
    {
      kind: "dateTime",
      names: `
        addedAt availableAt callsOptedAt createdAt emailsOptedAt engagedAt optedOutAt touchedAt trashedAt updatedAt`,
    },
    { kind: "emails", names: "emails" },
    { kind: "strings", names: "homePhones mobilePhones otherPhones tags voipPhones workPhones" },
    { kind: "histogram", names: "contactHistogram" },
  ],
  {
    readOnly: `
      callsOptedAt clickCount contactHistogram createdAt emailsOptedAt engagedAt engagedScore linkedInSlug name
      openCount optedOutAt replyCount timeZoneIana timeZoneInferred touchedAt updatedAt`,
    sortable: `
      createdAt engagedAt engagedScore externalSource firstName githubUsername lastName linkedInId linkedInSlug
      stackOverflowId title touchedAt twitterUsername updatedAt`,
    onlyFilterable: "emails sharingTeamId timeZone",
    // Counters start at zero, as recorded answers show.
    initial: {
      clickCount: 0,
      openCount: 0,
      replyCount: 0,
      engagedScore: 0,
      contactHistogram: Array.from({ length: 12 }, () => [0, 0] as const),
    },
  },
);

export const PROSPECT = defineKind({
  type: "prospect",
  plural: "prospects",
  attributes,
  relationships: [
    toOne("account", "account", "writable", ["id", "customId", "name", "named", "updatedAt"]),
    toMany("activeSequenceStates", { plural: "sequenceStates", filterableBy: ["id", "state"] }),
    toMany("assignedTeams", { plural: "teams" }),
    toMany("assignedUsers", { plural: "users" }),
    toMany("batches"),
    toMany("calls"),
    toOne("creator", "user", "read_only"),
    toOne("defaultPluginMapping", "pluginMapping", "read_only"),
    toMany("emailAddresses", { told: false }),
    toMany("favorites"),
    toMany("mailings"),
    toMany("opportunities", { filterableBy: ["id"] }),
    toMany("opportunityProspectRoles"),
    toOne("owner", "user", "writable", ["id"]),
    toOne("persona", "persona", "writable", ["id"]),
    toMany("phoneNumbers", { told: false }),
    toMany("sequenceStates", { filterableBy: ["id", "state"] }),
    toOne("stage", "stage", "writable", ["id", "name"]),
    toMany("tasks"),
    toOne("trashedByAccount", "account", "writable"),
    toOne("updater", "user", "read_only"),
  ],
  searched: ["firstName", "lastName", "name", "emails"],
  derived: { name: fullName },
  // Left out unless it is asked for by name: documented as of 1 October 2026, because it is slow.
  onRequest: ["contactHistogram"],
});

function fullName({ firstName, middleName, lastName }: Attributes): string | null {
  const names = [firstName, middleName, lastName].filter(Boolean);
  return names.length > 0 ? names.join(" ") : null;
}
