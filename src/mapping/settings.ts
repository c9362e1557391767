/**
 * How a destination turns profiles into prospect updates: the part of its settings that mapping reads.
 * @module
 */
import { z } from "zod";
import { timeFormat } from "./times.ts";

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
  several: z
    .enum(["all", "first", "reject"])
    .default("all")
    .describe(
      "Where a profile names several prospects: `all` updates each of them; `first` the primary one, else the first; `reject` turns the profile away. E-mail addresses go to the first alone",
    ),
});

/** More translations than that are a job for the source. */
const TRANSLATIONS_MAX = 500;
const translated = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);

/** A change of them: what is left out stays as it is, and a source of null is the usual ones again. */
export const identityChanges = z.object({
  source: sourcePath.nullable().optional(),
  several: identitySettings.shape.several.unwrap().optional(),
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
  as: z
    .enum(["value", "consent"])
    .optional()
    .describe(
      "`consent`: the source is an XDM consent (`y`, `n`, `in`, `out`, true for opted out, or an object with `val` and `time`), the target an opt-out. What is pending or unknown says nothing",
    ),
  sticky: z.boolean().optional().describe("Whether an opt-out of this source is lifted by nothing"),
  optIn: z
    .boolean()
    .optional()
    .describe(
      "Whether a plain false is an explicit opt-in, which lifts opt-outs that others set. Without it, it lifts only those of this destination",
    ),
  values: z
    .record(z.string().max(1_000), translated)
    .refine((table) => Object.keys(table).length <= TRANSLATIONS_MAX, {
      error: `A table may have ${TRANSLATIONS_MAX} translations at most.`,
    })
    .optional()
    .describe(
      'A table of translations: what is written for a value, by the value as text (`{"y": true, "n": false}`). A value that it does not have is left out and reported, unless there is a `default`',
    ),
  default: translated
    .optional()
    .describe("What is written for a value that the table of translations does not have"),
  format: timeFormat
    .optional()
    .describe(
      "How the source writes dates, where that is not ISO 8601. Numbers without it are milliseconds since 1970, and refused where they may be seconds",
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
  identity: identitySettings.prefault({}),
  mappings: z.array(attributeMapping).max(MAPPINGS_MAX).default([]),
  audiences: z.array(audienceMapping).max(MAPPING_ID_MAX).default([]),
  statusValues: statusValues
    .prefault({})
    .describe("The words written into a custom field for a membership's status"),
  attributes: z
    .enum(["all", "mapped"])
    .default("all")
    .describe(
      "Which attributes of a Destination SDK profile pass: `all` that can be written, or those that are the target of one of `mappings`",
    ),
});

export type AttributeMapping = z.infer<typeof attributeMapping>;
export type AudienceMapping = z.infer<typeof audienceMapping>;
export type MappingSettings = z.infer<typeof mappingSettings>;
