import { describe, it } from "vitest";
import { checkMappingSettings } from "../../../src/mapping/check-settings.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";
import { parseSourcePath } from "../../../src/mapping/source-path.ts";

const faults = (settings: object) => checkMappingSettings(mappingSettings.parse(settings));
const row = (target: string, source = "person.name.firstName") => ({ source, target });

describe("checking a destination's mapping", () => {
  it("finds nothing wrong with a sound one", ({ expect }) => {
    expect(
      faults({
        identity: { source: "_acme.crm.outreachId" },
        mappings: [row("firstName"), row("custom10", "purchases[0].sku")],
        audiences: [
          { id: "a", mappingId: 4 },
          { id: "a", namespace: "other", mappingId: 5 },
        ],
      }),
    ).toEqual([]);
    expect(faults({})).toEqual([]);
  });

  for (const [what, settings, pointer, code, says] of [
    [
      "an unknown target",
      { mappings: [row("firstname")] },
      "/mappings/0/target",
      "unknown_target",
      "firstName",
    ],
    [
      "a read-only target",
      { mappings: [row("createdAt")] },
      "/mappings/0/target",
      "read_only_target",
      "createdAt",
    ],
    [
      "a target that an audience reserves",
      { mappings: [row("custom4")], audiences: [{ id: "a", name: "Trial", mappingId: 4 }] },
      "/mappings/0/target",
      "reserved_target",
      "Trial",
    ],
    [
      "a target used twice",
      { mappings: [row("title"), row("title")] },
      "/mappings/1/target",
      "duplicate_target",
      "row 1",
    ],
    [
      "two audiences on one custom field",
      {
        audiences: [
          { id: "a", mappingId: 4 },
          { id: "b", mappingId: 4 },
        ],
      },
      "/audiences/1/mappingId",
      "duplicate_mapping_id",
      "Mapping ID 4",
    ],
    [
      "an audience mapped twice, in another case",
      {
        audiences: [
          { id: "a", mappingId: 4 },
          { id: "a", namespace: "UPS", mappingId: 5 },
        ],
      },
      "/audiences/1/id",
      "duplicate_audience",
      "twice",
    ],
    [
      "a source that is no path",
      { mappings: [row("title", "a..b")] },
      "/mappings/0/source",
      "invalid_source",
      "dotted",
    ],
    [
      "an identity that is no path",
      { identity: { source: "identityMap" } },
      "/identity/source",
      "invalid_source",
      "dotted",
    ],
  ] as const) {
    it(`refuses ${what}`, ({ expect }) => {
      const found = faults(settings);
      expect(found).toMatchObject([{ pointer, code }]);
      expect(found[0]?.detail).toContain(says);
    });
  }
});

describe("source paths", () => {
  it("are dotted names with indexes", ({ expect }) => {
    expect(parseSourcePath("xdm:person.name.firstName")).toEqual({
      kind: "path",
      steps: ["person", "name", "firstName"],
    });
    expect(parseSourcePath("purchases[0][12].sku")).toEqual({
      kind: "path",
      steps: ["purchases", 0, 12, "sku"],
    });
    expect(parseSourcePath("identityMap.OutreachId")).toEqual({
      kind: "identity",
      namespace: "OutreachId",
    });
  });

  it("are nothing else", ({ expect }) => {
    for (const text of [
      "",
      ".",
      "a.",
      "a[",
      "a[x]",
      "[0]",
      "a[0]b",
      "identityMap",
      "identityMap.a.b",
      "identityMap.a[0]",
    ]) {
      expect(parseSourcePath(text)).toBeNull();
    }
  });
});
