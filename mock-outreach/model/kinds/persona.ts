/**
 * The persona: what part a prospect has in a sale.
 * @module
 */
import { attributeTable } from "../attributes.ts";
import { toMany } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    { kind: "string", maxLength: 255, names: "description name" },
    { kind: "dateTime", names: "createdAt updatedAt" },
  ],
  { readOnly: "createdAt updatedAt", sortable: "createdAt name updatedAt" },
);

export const PERSONA = defineKind({
  type: "persona",
  plural: "personas",
  attributes,
  relationships: [toMany("prospects", { inverse: { type: "prospect", name: "persona" } })],
  searched: ["name"],
});
