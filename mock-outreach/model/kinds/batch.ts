/**
 * The batch: one action on many records, which Outreach carries out after it has answered.
 * @module
 */
import { attributeTable } from "../attributes.ts";
import { toMany, toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    { kind: "string", maxLength: 255, names: "action state" },
    { kind: "string", maxLength: 16_777_215, names: "externalStartPayload" },
    { kind: "boolean", names: "confirmedCountRequired" },
    { kind: "integer", names: "confirmCount failures pending total" },
    {
      kind: "dateTime",
      names: "canceledAt confirmedAt createdAt finishedAt startedAt updatedAt",
    },
    { kind: "object", names: "payload summary" },
  ],
  {
    readOnly: `
      confirmCount confirmedAt confirmedCountRequired createdAt failures pending total updatedAt`,
    sortable: "state total",
    onlySortable: "createdAt finishedAt",
    onlyFilterable: "action",
  },
);

export const BATCH = defineKind({
  type: "batch",
  plural: "batches",
  attributes,
  relationships: [
    toMany("batchItems", { linkedBy: "batchId" }),
    toOne("creator", "user", "read_only"),
  ],
  linkedFrom: ["prospect", "account", "user"],
  searched: [],
});
