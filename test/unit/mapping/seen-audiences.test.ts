import { describe, it } from "vitest";
import { compileMapping, mapProfile } from "../../../src/mapping/map-profile.ts";
import { SEEN_MAX, SeenAudiences } from "../../../src/mapping/seen-audiences.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";

const mapping = compileMapping(
  mappingSettings.parse({ audiences: [{ namespace: "ups", id: "mapped", mappingId: 4 }] }),
);
const REALIZED = { status: "realized", lastQualificationTime: "2026-11-02T09:00:00Z" };

function profile(segmentMembership: unknown, outreachId = "7") {
  return { identityMap: { OutreachId: [{ id: outreachId }] }, segmentMembership };
}

/** What is counted of profiles. */
function seenIn(...bodies: readonly unknown[]) {
  const seen = new SeenAudiences();
  for (const body of bodies) mapProfile(body, mapping, seen);
  return seen.take();
}

describe("audiences that nobody has mapped", () => {
  it("are counted by profile, with namespace and the name where it comes", ({ expect }) => {
    const named = { ...REALIZED, name: " Trial\nstarted " };
    const seen = seenIn(
      profile({ ups: { mapped: REALIZED, other: named }, AAM: { "77": REALIZED } }),
      profile({ "xdm:UPS": { Mapped: REALIZED }, ups: { other: REALIZED } }),
    );
    expect(seen).toEqual([
      { namespace: "ups", id: "other", name: "Trial started", profiles: 2 },
      { namespace: "aam", id: "77", profiles: 1 },
      { namespace: "ups", id: "Mapped", profiles: 1 },
    ]);
  });

  it("are not those that are mapped, whatever the case of the namespace", ({ expect }) => {
    expect(seenIn(profile({ UPS: { mapped: REALIZED }, "xdm:ups": { mapped: REALIZED } }))).toEqual(
      [],
    );
  });

  it("are those of route 2 that come without a Mapping ID", ({ expect }) => {
    const segmentMembership = { ups: { a: REALIZED, b: REALIZED, c: REALIZED, mapped: REALIZED } };
    const body = {
      profile: { ...profile(segmentMembership), attributes: {} },
      mappingIds: { UPS: { a: "5", b: " ", mapped: null } },
    };
    expect(seenIn(body).map(({ id }) => id)).toEqual(["b", "c"]);
    const { profile: unwrapped } = body;
    expect(seenIn(unwrapped).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("are not counted for a profile that is rejected", ({ expect }) => {
    expect(seenIn(profile({ ups: { a: REALIZED } }, "none"))).toEqual([]);
  });

  it("are as many as a destination may have, with ids and names that settings take", ({
    expect,
  }) => {
    const many = Array.from({ length: 900 }, (_, i) => [`audience-${i}`, REALIZED]);
    expect(seenIn(profile({ ups: Object.fromEntries(many) }))).toHaveLength(SEEN_MAX);
    const odd = {
      ["x".repeat(201)]: REALIZED,
      " padded": REALIZED,
      "": REALIZED,
      "\ud800": REALIZED,
      ["y".repeat(200)]: { ...REALIZED, name: "n".repeat(301) },
    };
    expect(seenIn(profile({ ups: odd, ["z".repeat(101)]: { a: REALIZED } }))).toEqual([
      { namespace: "ups", id: "y".repeat(200), profiles: 1 },
    ]);
  });

  it("are nothing where memberships are no object, or hold none", ({ expect }) => {
    for (const memberships of [null, {}, { ups: null, aam: "x", more: [REALIZED] }]) {
      expect(seenIn(profile(memberships))).toEqual([]);
    }
    expect(seenIn(profile(JSON.parse('{"__proto__": {"a": {"status": "realized"}}}')))).toEqual([
      { namespace: "__proto__", id: "a", profiles: 1 },
    ]);
  });

  it("are given away once", ({ expect }) => {
    const seen = new SeenAudiences();
    mapProfile(profile({ ups: { a: REALIZED } }), mapping, seen);
    expect(seen.take()).toHaveLength(1);
    expect(seen.take()).toEqual([]);
  });
});
