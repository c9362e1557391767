/**
 * The account: a company that prospects work for.
 * @module
 */
import { attributeTable, CUSTOM_FIELDS, customFields } from "../attributes.ts";
import { toMany, toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    {
      kind: "string",
      maxLength: 255,
      names: `
        annualRevenueRange companyType customId domain externalSource industry locality name naturalName sharingTeamId
        tickerSymbol websiteUrl`,
    },
    { kind: "string", maxLength: 1_000, names: "linkedInUrl" },
    { kind: "string", maxLength: 65_535, names: "description" },
    { kind: "string", maxLength: 32_000, names: customFields(CUSTOM_FIELDS) },
    { kind: "boolean", names: "named" },
    { kind: "integer", names: "followers linkedInEmployees numberOfEmployees" },
    { kind: "number", names: "buyerIntentScore" },
    { kind: "dateTime", names: "createdAt foundedAt touchedAt updatedAt" },
    { kind: "strings", names: "naicsCodes sicCodes tags" },
  ],
  {
    readOnly: "createdAt touchedAt updatedAt",
    sortable: "buyerIntentScore createdAt customId domain name named touchedAt updatedAt",
    onlyFilterable: "sharingTeamId",
  },
);

export const ACCOUNT = defineKind({
  type: "account",
  plural: "accounts",
  attributes,
  relationships: [
    toMany("assignedTeams", { plural: "teams" }),
    toMany("assignedUsers", { plural: "users" }),
    toMany("batches"),
    toOne("creator", "user", "read_only"),
    toOne("defaultPluginMapping", "pluginMapping", "read_only"),
    toMany("favorites"),
    toOne("owner", "user", "writable", ["id"]),
    toOne("primaryRecordTeam", "team", "writable"),
    toMany("prospects", { inverse: { type: "prospect", name: "account" } }),
    toMany("purchases"),
    toMany("recordTeamMembers", { plural: "users" }),
    toMany("recordTeams", { plural: "teams" }),
    toMany("tasks"),
    toOne("updater", "user", "read_only"),
  ],
  searched: ["name", "domain"],
});
