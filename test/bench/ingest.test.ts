import { describe, it } from "vitest";
import { costOf } from "../../bench/ingest/cost.ts";
import { DESTINATION, Profiles, share } from "../../bench/ingest/profiles.ts";
import { compileMapping, mapProfile } from "../../src/mapping/map-profile.ts";
import { mappingSettings } from "../../src/mapping/settings.ts";

describe("what a month costs", () => {
  it("is what is used above what the plan includes", ({ expect }) => {
    const use = { workerRequests: 30e6, objectRequests: 3e6, rowsWritten: 60e6, rowsRead: 26e9 };
    expect(costOf(use)).toEqual({
      workerRequests: 6,
      objectRequests: expect.closeTo(0.3),
      rowsWritten: 10,
      rowsRead: 1,
      total: expect.closeTo(17.3),
    });
    expect(costOf({ ...use, rowsWritten: 1, rowsRead: 1 })).toMatchObject({
      rowsWritten: 0,
      rowsRead: 0,
    });
  });
});

describe("profiles that are sent", () => {
  const mapping = compileMapping(mappingSettings.parse(DESTINATION));
  const mapped = (text: string) => mapProfile(JSON.parse(text), mapping);

  it("have five attributes and two audiences", ({ expect }) => {
    const [first = ""] = new Profiles().first(7, 1);
    expect(mapped(first)).toMatchObject({ ok: true, updates: [{ prospectId: 7 }] });
    const fields = Object.keys(mapped(first).updates[0]?.fields ?? {});
    expect(fields.toSorted()).toEqual(
      ["company", "custom1", "custom10", "custom2", "firstName", "lastName", "title"].toSorted(),
    );
  });

  it("are the mix in every ten", ({ expect }) => {
    expect([share("mix", "repeat"), share("mix", "merged"), share("mix", "new")]).toEqual([
      0.7, 0.2, 0.1,
    ]);
    const profiles = new Profiles();
    const known = new Set(profiles.first(1, 1_000));
    const sent = profiles.request("mix", 1_000);
    expect(sent.filter((text) => known.has(text))).toHaveLength(700);
  });

  it("say something else of a prospect each time that they are to merge", ({ expect }) => {
    const profiles = new Profiles();
    const sent = profiles.request("merged", 2_000);
    expect(new Set(sent)).toHaveLength(2_000);
  });
});
