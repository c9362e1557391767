import { describe, it } from "vitest";
import { compileMapping, mapProfile } from "../../../src/mapping/map-profile.ts";
import { parseExactly } from "../../../src/mapping/numbers.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";

const SETTINGS = {
  mappings: [
    { source: "person.birthDate", target: "dateOfBirth" },
    { source: "crm.ext", target: "externalId" },
    { source: "crm.title", target: "title" },
    { source: "crm.opt", target: "optedOut" },
    { source: "personalEmail.address", target: "emails" },
    { source: "crm.avail", target: "availableAt" },
  ],
  audiences: [{ id: "a-1", mappingId: 4 }],
};
const ID = { identityMap: { OutreachId: [{ id: "7" }] } };

const map = (profile: unknown, settings: object = {}) =>
  mapProfile(profile, compileMapping(mappingSettings.parse({ ...SETTINGS, ...settings })));
/** What is taken for each prospect, what is left out, and why the profile is rejected, in short. */
const outcome = (profile: unknown, settings?: object) => {
  const mapped = map(profile, settings);
  return {
    taken: Object.fromEntries(
      mapped.updates.map(({ prospectId, fields }) => [
        prospectId,
        Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value])),
      ]),
    ),
    left: mapped.fieldErrors.map(({ field, audience, code }) => [field ?? audience, code]),
    rejected: mapped.ok ? null : mapped.rejection.code,
  };
};
const member = (status: string) => ({ status, lastQualificationTime: "2026-11-29T09:00:00Z" });

describe("a fault costs what it is a fault of", () => {
  it("an unreadable date leaves opt-out and exit beside it", ({ expect }) => {
    const profile = {
      ...ID,
      person: { birthDate: "05/07/1990" },
      crm: { opt: true },
      segmentMembership: { ups: { "a-1": member("exited") } },
    };
    expect(outcome(profile)).toEqual({
      taken: { 7: { optedOut: true, custom4: "exited" } },
      left: [["dateOfBirth", "invalid_value"]],
      rejected: null,
    });
    expect(map(profile).fieldErrors[0]).toMatchObject({
      field: "dateOfBirth",
      audience: null,
      pointer: "/person/birthDate",
    });
  });

  for (const [what, bad, left] of [
    ["a map for a text", { crm: { title: "x", ext: { a: 1 } } }, ["externalId", "invalid_value"]],
    [
      "a long text",
      { crm: { title: "x", ext: "x".repeat(256) } },
      ["externalId", "value_too_long"],
    ],
    ["half a character", { crm: { title: "x", ext: "\ud800" } }, ["externalId", "invalid_text"]],
    ["a NUL", { crm: { title: "x", ext: "a\0" } }, ["externalId", "invalid_text"]],
    ["no time", { crm: { title: "x", avail: "soon" } }, ["availableAt", "invalid_value"]],
    [
      "no status",
      { crm: { title: "x" }, segmentMembership: { ups: { "a-1": member("perhaps") } } },
      ["custom4", "invalid_status"],
    ],
    [
      "memberships that are none",
      { crm: { title: "x" }, segmentMembership: [] },
      [null, "invalid_membership"],
    ],
    [
      "memberships of a namespace that are none",
      { crm: { title: "x" }, segmentMembership: { ups: "a-1" } },
      [null, "invalid_membership"],
    ],
  ] as const) {
    it(`${what} costs its field alone`, ({ expect }) => {
      expect(outcome({ ...ID, ...bad })).toEqual({
        taken: { 7: { title: "x" } },
        left: [left],
        rejected: null,
      });
    });
  }

  it("an unknown and a read-only attribute of a Destination SDK profile cost themselves", ({
    expect,
  }) => {
    const attributes = { firstname: "x", createdAt: "x", custom4: "x", title: { value: "t" } };
    expect(outcome({ ...ID, attributes })).toEqual({
      taken: { 7: { title: "t" } },
      left: [
        ["firstname", "unknown_attribute"],
        ["createdAt", "read_only_attribute"],
        ["custom4", "reserved_attribute"],
      ],
      rejected: null,
    });
    expect(outcome({ ...ID, attributes }, { attributes: "mapped" })).toEqual({
      taken: { 7: { title: "t" } },
      left: [],
      rejected: null,
    });
  });

  it("a profile of which nothing good is left is rejected with its first fault", ({ expect }) => {
    expect(outcome({ ...ID, person: { birthDate: "x" }, crm: { avail: "y" } })).toEqual({
      taken: {},
      left: [
        ["dateOfBirth", "invalid_value"],
        ["availableAt", "invalid_value"],
      ],
      rejected: "invalid_value",
    });
    expect(outcome({ ...ID, crm: {} })).toEqual({ taken: {}, left: [], rejected: null });
  });
});

describe("Mapping IDs of the body", () => {
  const held = { ...ID, segmentMembership: { ups: { "a-1": { status: "exited" } } } };

  it("that are mistyped for an audience that the profile does not hold are a warning", ({
    expect,
  }) => {
    const body = { profile: held, mappingIds: { ups: { "a-1": "4", zzz: "custom7" } } };
    expect(outcome(body)).toEqual({
      taken: { 7: { custom4: "exited" } },
      left: [],
      rejected: null,
    });
    expect(map(body).warnings).toMatchObject([
      { code: "invalid_mapping_id", audience: "zzz", pointer: "/mappingIds/ups/zzz" },
    ]);
  });

  it("that are mistyped for one that it holds cost that audience", ({ expect }) => {
    const ups = { "a-1": { status: "exited" }, "b-2": { status: "realized" } };
    const profile = { ...ID, segmentMembership: { ups } };
    expect(outcome({ profile, mappingIds: { ups: { "a-1": "4", "b-2": "Label" } } })).toEqual({
      taken: { 7: { custom4: "exited" } },
      left: [["b-2", "invalid_mapping_id"]],
      rejected: null,
    });
  });

  it("such as NONE mean that the audience is not mapped", ({ expect }) => {
    for (const none of ["NONE", "none", "N/A", " n/a ", "-", "", " ", null]) {
      const body = { profile: held, mappingIds: { ups: { "a-1": "4", "b-2": none, zzz: none } } };
      expect(outcome(body)).toEqual({
        taken: { 7: { custom4: "exited" } },
        left: [],
        rejected: null,
      });
      expect(map(body).warnings).toEqual([]);
    }
  });

  it("that are one number for two audiences are a fault of the second", ({ expect }) => {
    const ups = { "a-1": { status: "exited" }, "b-2": { status: "realized" } };
    const mappingIds = { ups: { "a-1": "4", "b-2": 4 } };
    expect(outcome({ profile: { ...ID, segmentMembership: { ups } }, mappingIds })).toEqual({
      taken: { 7: { custom4: "exited" } },
      left: [["b-2", "duplicate_mapping_id"]],
      rejected: null,
    });
    // Who is in the second alone does not write into the first's field.
    const second = { ...ID, segmentMembership: { ups: { "b-2": { status: "realized" } } } };
    expect(outcome({ profile: second, mappingIds })).toMatchObject({
      taken: {},
      rejected: "duplicate_mapping_id",
    });
    expect(outcome({ profile: held, mappingIds }).left).toEqual([]);
  });

  it("win over the destination's for a custom field, too", ({ expect }) => {
    const ups = { "a-1": { status: "exited" }, "b-2": { status: "realized" } };
    const profile = { ...ID, segmentMembership: { ups } };
    expect(outcome({ profile, mappingIds: { ups: { "b-2": "4" } } })).toEqual({
      taken: { 7: { custom4: "realized" } },
      left: [["a-1", "duplicate_mapping_id"]],
      rejected: null,
    });
  });

  it("that are no object at all cost none of the destination's audiences", ({ expect }) => {
    for (const mappingIds of ["4", [], 4, { ups: "4" }]) {
      expect(outcome({ profile: held, mappingIds })).toEqual({
        taken: { 7: { custom4: "exited" } },
        left: [[null, "invalid_mapping_id"]],
        rejected: null,
      });
    }
  });
});

describe("several prospects", () => {
  const of = (ids: readonly unknown[], more: object = {}) => ({
    identityMap: { OutreachId: ids.map((id) => (typeof id === "object" ? id : { id })) },
    crm: { title: "x" },
    ...more,
  });

  it("are all updated, the primary one first; e-mail addresses go to it alone", ({ expect }) => {
    const profile = of(["1", { id: "2", primary: true }, "3", "01"], {
      personalEmail: { address: "a@b.c" },
    });
    expect(map(profile).updates.map(({ prospectId }) => prospectId)).toEqual([2, 1, 3]);
    expect(outcome(profile).taken).toEqual({
      1: { title: "x" },
      2: { title: "x", emails: ["a@b.c"] },
      3: { title: "x" },
    });
    expect(outcome(of(["1", "2"], { crm: {}, personalEmail: { address: "a@b.c" } })).taken).toEqual(
      { 1: { emails: ["a@b.c"] } },
    );
  });

  it("are one where the destination wants the first, and none where it wants to reject", ({
    expect,
  }) => {
    const profile = of(["1", "2"], { crm: { title: "x", opt: true } });
    expect(outcome(profile, { identity: { several: "first" } })).toEqual({
      taken: { 1: { title: "x", optedOut: true } },
      left: [],
      rejected: null,
    });
    expect(outcome(profile, { identity: { several: "reject" } })).toEqual({
      taken: { 1: { optedOut: true }, 2: { optedOut: true } },
      left: [],
      rejected: "several_identities",
    });
  });

  it("are told from ids that are none, which cost themselves", ({ expect }) => {
    expect(outcome(of(["", "8"]))).toEqual({
      taken: { 8: { title: "x" } },
      left: [[null, "invalid_identity"]],
      rejected: null,
    });
    expect(outcome(of([{ id: "x", primary: true }, "8", null, "9"]))).toMatchObject({
      taken: { 8: { title: "x" }, 9: { title: "x" } },
    });
    const identityMap = { OutreachId: [{ id: "abc" }], Oid: [{ id: "8" }] };
    expect(outcome({ identityMap, crm: { title: "x" } }).taken).toEqual({ 8: { title: "x" } });
    expect(outcome(of(["x", "y"])).rejected).toBe("invalid_identity");
  });

  it("are never more than ten: then only opt-outs are taken, for the first ten", ({ expect }) => {
    const ids = Array.from({ length: 11 }, (_, i) => String(i + 1));
    expect(Object.keys(outcome(of(ids.slice(1))).taken)).toHaveLength(10);
    expect(outcome(of(ids))).toEqual({ taken: {}, left: [], rejected: "too_many_identities" });
    const optedOut = outcome(of(ids, { crm: { opt: true, title: "x" } }));
    expect(optedOut.rejected).toBe("too_many_identities");
    expect(optedOut.taken).toEqual(
      Object.fromEntries(ids.slice(0, 10).map((id) => [id, { optedOut: true }])),
    );
  });

  it("may be listed at a path", ({ expect }) => {
    const identity = { source: "crm.ids" };
    const ids = (listed: unknown) =>
      Object.keys(outcome({ crm: { ids: listed, title: "x" } }, { identity }).taken);
    expect(ids([7, "8"])).toEqual(["7", "8"]);
    expect(ids("7")).toEqual(["7"]);
  });
});

describe("numbers keep their digits", () => {
  it("or are left out by name where they are lost already", ({ expect }) => {
    const text = JSON.stringify({ ...ID, crm: { title: "x" } }).replace('"x"', "9007199254740993");
    expect(outcome(JSON.parse(text))).toMatchObject({ left: [["title", "digits_lost"]] });
    expect(outcome(parseExactly(text)).taken).toEqual({ 7: { title: "9007199254740993" } });
  });

  for (const [written, taken] of [
    ["12345678901234567890", "12345678901234567890"],
    ["0.12345678901234567890", "0.12345678901234567890"],
    ["-9007199254740993", "-9007199254740993"],
    ["1e400", "1e400"],
    ["1e-400", "1e-400"],
    ["1.10", "1.1"],
    ["1e3", "1000"],
    ["0.1", "0.1"],
    ["-0.0", "0"],
    ["9007199254740991", "9007199254740991"],
  ] as const) {
    it(`as they are written: ${written}`, ({ expect }) => {
      const text = `{"identityMap":{"OutreachId":[{"id":7}]},"crm":{"title":${written}}}`;
      expect(outcome(parseExactly(text)).taken).toEqual({ 7: { title: taken } });
    });
  }
});

describe("a mapping's translations", () => {
  const of = (row: object) => ({ mappings: [{ source: "crm.v", ...row }] });
  const take = (v: unknown, row: object) => {
    const { taken, left } = outcome({ ...ID, crm: { v } }, of(row));
    return taken[7] ?? left[0]?.[1];
  };

  it("write what the table says, or the default, and leave the rest out", ({ expect }) => {
    const table = { target: "optedOut", values: { y: true, n: false, "1": true } };
    expect(take("y", table)).toEqual({ optedOut: true });
    expect(take("n", table)).toEqual({ optedOut: false });
    expect(take(1, table)).toEqual({ optedOut: true });
    expect(take("x", table)).toBe("unknown_value");
    expect(take("constructor", table)).toBe("unknown_value");
    expect(take("x", { ...table, default: false })).toEqual({ optedOut: false });
    expect(take(null, { ...table, default: false })).toEqual({ optedOut: null });
  });

  it("read dates as the source writes them", ({ expect }) => {
    const date = (v: unknown, format: string) => take(v, { target: "dateOfBirth", format });
    expect(date("05/07/1990", "DD/MM/YYYY")).toEqual({ dateOfBirth: "1990-07-05" });
    expect(date("5/7/1990", "MM/DD/YYYY")).toEqual({ dateOfBirth: "1990-05-07" });
    expect(date("07.05.1990", "DD.MM.YYYY")).toEqual({ dateOfBirth: "1990-05-07" });
    expect(date(19_900_507, "YYYYMMDD")).toEqual({ dateOfBirth: "1990-05-07" });
    expect(date(-86_400, "epoch-seconds")).toEqual({ dateOfBirth: "1969-12-31" });
    expect(date("2678400000", "epoch-milliseconds")).toEqual({ dateOfBirth: "1970-02-01" });
    expect(date("31/02/1990", "DD/MM/YYYY")).toBe("invalid_value");
  });
});
