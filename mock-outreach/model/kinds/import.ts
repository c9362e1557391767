/**
 * The import: records from outside, which Outreach works off after it has answered.
 * @module
 */
import { attributeTable } from "../attributes.ts";
import { toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    {
      kind: "string",
      maxLength: 255,
      names: `
        dupeMethod externalId externalName externalType fileName frequency importType reportInstanceId source state
        timeZone`,
    },
    { kind: "string", maxLength: 65_535, names: "errorReason" },
    { kind: "boolean", names: "loadFromPlugin recurring" },
    {
      kind: "integer",
      names: "dupes failures fileSize pluginId prospectOwnerId stageId total",
    },
    { kind: "dateTime", names: "createdAt scheduledAt stateChangedAt syncedUntil updatedAt" },
    { kind: "object", names: "mappings" },
  ],
  { readOnly: "createdAt recurring updatedAt", sortable: "frequency recurring state" },
);

export const IMPORT = defineKind({
  type: "import",
  plural: "imports",
  attributes,
  relationships: [toOne("creator", "user", "read_only")],
  searched: [],
});
