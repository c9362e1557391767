import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { z } from "zod";
import {
  nearestWritable,
  prospectAttribute,
  prospectAttributes,
} from "../../../src/outreach/prospect-attributes.ts";

/** Outreach's published OpenAPI document, where it lies beside the checkout. */
const PUBLISHED = new URL("../../../../shared/outreach/openapi.json", import.meta.url);

const published = z.object({
  components: z.object({
    schemas: z.object({
      prospect: z.object({
        properties: z.record(
          z.string(),
          z.object({
            type: z.string(),
            format: z.string().optional(),
            maxLength: z.number().optional(),
            items: z.object({ format: z.string().optional() }).optional(),
            description: z.string(),
          }),
        ),
      }),
    }),
  }),
});

describe("the table of prospect attributes", () => {
  it.skipIf(!existsSync(PUBLISHED))("is what Outreach publishes", ({ expect }) => {
    const { properties } = published.parse(JSON.parse(readFileSync(PUBLISHED, "utf8"))).components
      .schemas.prospect;
    const theirs = Object.entries(properties).map(([name, property]) => ({
      name,
      type:
        property.type === "array"
          ? property.items?.format === "email"
            ? "email array"
            : "string array"
          : property.format?.startsWith("date")
            ? property.format
            : property.type,
      maxLength: property.maxLength ?? null,
      readOnly: property.description.includes("readonly.svg"),
    }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(prospectAttributes().toSorted(byName)).toEqual(theirs.toSorted(byName));
  });

  it("knows the custom fields 1 to 150 and no other", ({ expect }) => {
    expect(prospectAttribute("custom150")).toMatchObject({ type: "string", maxLength: 32_000 });
    expect(prospectAttribute("custom0")).toBeUndefined();
    expect(prospectAttribute("custom151")).toBeUndefined();
    expect(prospectAttribute("__proto__")).toBeUndefined();
  });

  it("proposes the nearest writable names, whatever the case", ({ expect }) => {
    expect(nearestWritable("FIRSTNAME", 1)).toEqual(["firstName"]);
    expect(nearestWritable("jobTitle", 5)).toContain("title");
    expect(nearestWritable("createdAt", 3)).not.toContain("createdAt");
    expect(nearestWritable("x".repeat(1_000_000), 3)).toHaveLength(3);
  });
});
