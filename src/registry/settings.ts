/**
 * What a destination is set to: how profiles are mapped, and how their updates travel to Outreach.
 * @module
 */
import { z } from "zod";
import { mappingSettings } from "../mapping/settings.ts";

/** More than that is to pause the others, for which there are better ways. */
const WEIGHT_MAX = 100;

export const destinationSettings = mappingSettings.extend({
  delivery: z
    .enum(["auto", "patch"])
    .default("auto")
    .describe(
      "`auto`: as planned, large backlogs in bulk jobs where the scopes allow them. `patch`: each prospect in a call of its own, however long that takes",
    ),
  weight: z
    .int()
    .min(1)
    .max(WEIGHT_MAX)
    .default(1)
    .describe(
      "Where destinations share an Outreach user and calls are short, each has its part of them by weight: one of weight 3 has three times the calls of one of weight 1",
    ),
});
export type DestinationSettings = z.infer<typeof destinationSettings>;
