/**
 * The stage: where a prospect stands on the way to a sale.
 * @module
 */
import { attributeTable } from "../attributes.ts";
import { toMany, toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    { kind: "string", maxLength: 255, names: "color name" },
    { kind: "integer", names: "order" },
    { kind: "dateTime", names: "createdAt updatedAt" },
  ],
  { readOnly: "createdAt updatedAt", sortable: "createdAt name order updatedAt" },
);

export const STAGE = defineKind({
  type: "stage",
  plural: "stages",
  attributes,
  relationships: [
    toOne("creator", "user", "read_only"),
    toMany("prospects", {
      filterableBy: ["id"],
      inverse: { type: "prospect", name: "stage" },
    }),
    toOne("updater", "user", "read_only"),
  ],
  searched: ["name"],
});
