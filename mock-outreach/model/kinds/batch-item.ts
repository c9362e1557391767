/**
 * The batch item: what becomes of one record of a batch.
 * @module
 */
import { attributeTable } from "../attributes.ts";
import { toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

/** Published of `info`: a longer reason has to be cut. */
export const INFO_LENGTH_MAX = 767;

const attributes = attributeTable(
  [
    { kind: "string", maxLength: 255, names: "state" },
    { kind: "string", maxLength: INFO_LENGTH_MAX, names: "info" },
    { kind: "string", maxLength: 16_777_215, names: "data" },
    { kind: "boolean", names: "failed" },
    { kind: "integer", names: "batchId" },
    { kind: "dateTime", names: "createdAt" },
  ],
  { readOnly: "batchId createdAt failed state", sortable: "batchId failed state" },
);

export const BATCH_ITEM = defineKind({
  type: "batchItem",
  plural: "batchItems",
  // Assumed: no scope of their own is documented.
  scopes: "batches",
  attributes,
  relationships: [toOne("batch", "batch", "read_only")],
  searched: [],
});
