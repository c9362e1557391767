/**
 * How a destination turns profiles into prospect updates: the part of its settings that mapping reads.
 * @module
 */
import { z } from "zod";

/** Custom fields of a prospect, and so AEP's Mapping IDs, run from 1 to this number. */
export const MAPPING_ID_MAX = 150;

/** Adobe's soft limit is 50 mapped attributes; Outreach has 213 writable ones. */
const MAPPINGS_MAX = 250;

const sourcePath = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .describe(
    "A dotted XDM path (`person.name.firstName`, `purchases[0].sku`) or `identityMap.<Namespace>`",
  );

export const identitySettings = z.object({
  source: sourcePath
    .optional()
    .describe(
      "Where the prospect's Outreach id is. Left out: `identityMap.OutreachId`, then `identityMap.Oid`",
    ),
});

export const attributeMapping = z.object({
  source: sourcePath,
  target: z.string().trim().min(1).max(100).describe("A writable attribute of Outreach's prospect"),
  whenRemoved: z
    .enum(["clear", "ignore"])
    .default("clear")
    .describe(
      "What an empty source (`null` or `{}`) does: clear the attribute, or leave it as it is",
    ),
});

export const audienceMapping = z.object({
  namespace: z.string().trim().min(1).max(100).default("ups"),
  id: z.string().trim().min(1).max(200),
  mappingId: z
    .int()
    .min(1)
    .max(MAPPING_ID_MAX)
    .describe("The number of the custom field that holds the audience's status"),
  name: z.string().trim().max(300).optional(),
});

export const statusValues = z.object({
  realized: z.string().min(1).max(255).default("realized"),
  exited: z.string().min(1).max(255).default("exited"),
});

export const mappingSettings = z.object({
  identity: identitySettings.default({}),
  mappings: z.array(attributeMapping).max(MAPPINGS_MAX).default([]),
  audiences: z.array(audienceMapping).max(MAPPING_ID_MAX).default([]),
  statusValues: statusValues
    .prefault({})
    .describe("The words written into a custom field for a membership's status"),
});

export type AttributeMapping = z.infer<typeof attributeMapping>;
export type AudienceMapping = z.infer<typeof audienceMapping>;
export type MappingSettings = z.infer<typeof mappingSettings>;
