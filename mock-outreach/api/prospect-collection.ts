/**
 * The prospects as a collection that can be queried.
 * @module
 */
import { PROSPECT_ATTRIBUTES } from "../model/attributes.ts";
import { type Prospects, valueOf } from "../model/prospects.ts";
import type { Collection } from "./query/collection.ts";
import { PROSPECT_FIELDS, prospectResource } from "./resource.ts";

/** Documented at each relationship: these can be filtered by the id of what they refer to. */
const FILTERABLE_REFERENCES = new Set(["account", "owner", "persona", "stage"]);

export function prospectCollection(prospects: Prospects): Collection {
  return {
    type: "prospect",
    attributes: PROSPECT_ATTRIBUTES,
    fields: PROSPECT_FIELDS,
    filterableReferences: FILTERABLE_REFERENCES,
    searched: ["firstName", "lastName", "name", "emails"],
    ids: (from, to) => prospects.ids(from, to),
    get: (id) => prospects.get(id),
    value: valueOf,
    lookUp(name, value) {
      if (name !== "emails") return null;
      const owner = prospects.ownerOf(value);
      return owner === undefined ? [] : [owner];
    },
    resource: prospectResource,
  };
}
