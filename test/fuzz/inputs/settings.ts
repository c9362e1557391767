/**
 * Settings of a destination that a person may save.
 * @module
 */
import * as fc from "fast-check";
import { prospectAttributes } from "../../../src/outreach/prospect-attributes.ts";
import { AUDIENCES, key, SOURCES } from "./profiles.ts";

const WRITABLE = prospectAttributes()
  .filter(({ readOnly }) => !readOnly)
  .map(({ name }) => name);

/** One attribute of each type often, any other now and then. */
const target = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "firstName",
      "emails",
      "homePhones",
      "score",
      "linkedInConnections",
      "optedOut",
      "dateOfBirth",
      "availableAt",
      "company",
      "custom9",
    ),
  },
  fc.constantFrom(...WRITABLE),
);

const source = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...SOURCES) },
  fc.constantFrom(
    "identityMap.ECID",
    "identityMap",
    "segmentMembership.ups",
    "xdm:tags",
    "__proto__.x",
    "a..b",
    "tags[1]",
    "purchases[0][0]",
  ),
  key,
);

const mapping = fc.record({
  source,
  target,
  whenRemoved: fc.constantFrom("clear" as const, "ignore" as const),
});

const audience = fc.record({
  namespace: fc.constantFrom("ups", "UPS", "aam"),
  id: fc.constantFrom(...AUDIENCES),
  mappingId: fc.integer({ min: 1, max: 150 }),
});

/** As a request brings them, before they are parsed. */
export const settings = fc.record({
  identity: fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    source.map((path) => ({ source: path })),
  ),
  mappings: fc.uniqueArray(mapping, { maxLength: 6, selector: ({ target: name }) => name }),
  audiences: fc.uniqueArray(audience, {
    maxLength: 3,
    selector: ({ namespace, id }) => `${namespace.toLowerCase()} ${id}`,
  }),
  statusValues: fc.record({
    realized: fc.constantFrom("realized", "in", "🙂"),
    exited: fc.constantFrom("exited", "out"),
  }),
});
