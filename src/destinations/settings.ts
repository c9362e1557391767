/**
 * What a destination is set to: how profiles are mapped, and how their updates travel to Outreach.
 * @module
 */
import { z } from "zod";
import { mappingSettings } from "../mapping/settings.ts";

export const destinationSettings = mappingSettings.extend({
  delivery: z
    .enum(["auto", "patch"])
    .default("auto")
    .describe(
      "`auto`: as planned, large backlogs in bulk jobs where the scopes allow them. `patch`: each prospect in a call of its own, however long that takes",
    ),
});
export type DestinationSettings = z.infer<typeof destinationSettings>;
