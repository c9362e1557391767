import fc from "fast-check";
import { describe, it } from "vitest";
import { compileMapping, mapProfile } from "../../../src/mapping/map-profile.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";

const QUALIFIED = "2026-03-01T10:00:00Z";
const QUALIFIED_AT = Date.UTC(2026, 2, 1, 10);

const settings = {
  mappings: [
    { source: "person.name.firstName", target: "firstName" },
    { source: "person.name.lastName", target: "lastName", whenRemoved: "ignore" },
    { source: "purchases[0].sku", target: "custom10" },
    { source: "personalEmail.address", target: "emails" },
    { source: "_acme.score", target: "score" },
    { source: "_acme.connections", target: "linkedInConnections" },
    { source: "_acme.optedOut", target: "optedOut" },
    { source: "person.birthDate", target: "dateOfBirth" },
    { source: "_acme.availableAt", target: "availableAt" },
    { source: "identityMap.ECID", target: "externalId" },
  ],
  audiences: [
    { id: "aud-1", mappingId: 4 },
    { namespace: "AdobeCampaign", id: "aud-2", mappingId: 5 },
  ],
};

const map = (profile: unknown, of: object = settings) =>
  mapProfile(profile, compileMapping(mappingSettings.parse(of)));
const identified = (profile: object) => ({
  identityMap: { OutreachId: [{ id: "7" }] },
  ...profile,
});
/** The values that a profile's update carries; throws where it is rejected. */
const values = (profile: object, of?: object) => {
  const mapped = map(identified(profile), of);
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.rejection));
  if (mapped.fieldErrors.length > 0) throw new Error(JSON.stringify(mapped.fieldErrors));
  return Object.fromEntries(
    Object.entries(mapped.updates[0]?.fields ?? {}).map(([name, { value }]) => [name, value]),
  );
};
const rejection = (profile: unknown, of?: object) => {
  const mapped = map(profile, of);
  if (mapped.ok) throw new Error("the profile was accepted");
  return mapped.rejection;
};

describe("source XDM", () => {
  it("passes mapped paths and ignores the rest", ({ expect }) => {
    expect(
      values({
        person: { name: { firstName: "Grace", middleName: "B." }, gender: "female" },
        purchases: [{ sku: "A-1" }, { sku: "B-2" }],
        identityMap: { OutreachId: [{ id: "7" }], ecid: [{ id: "1" }, { id: "2", primary: true }] },
      }),
    ).toEqual({ firstName: "Grace", custom10: "A-1", externalId: "2" });
  });

  it("tolerates `xdm:` prefixes, in the profile and in the path", ({ expect }) => {
    const of = { mappings: [{ source: "xdm:person.xdm:name.firstName", target: "firstName" }] };
    expect(values({ "xdm:person": { name: { "xdm:firstName": "Grace" } } }, of)).toEqual({
      firstName: "Grace",
    });
  });

  it("clears or ignores what was removed, as its row says, and says nothing of what is absent", ({
    expect,
  }) => {
    expect(values({ person: { name: { firstName: null, lastName: null } } })).toEqual({
      firstName: null,
    });
    expect(values({ person: { name: { firstName: {}, lastName: {} } } })).toEqual({
      firstName: null,
    });
    expect(map(identified({ person: {} }))).toMatchObject({ ok: true, updates: [] });
  });

  it("reads own members only", ({ expect }) => {
    const hostile: unknown = JSON.parse(
      '{"identityMap":{"OutreachId":[{"id":"7"}]},"__proto__":{"person":{"name":{"firstName":"x"}}}}',
    );
    expect(map(hostile)).toMatchObject({ ok: true, updates: [] });
    const of = { mappings: [{ source: "constructor.name", target: "firstName" }] };
    expect(map(identified({}), of)).toMatchObject({ ok: true, updates: [] });
  });
});

describe("a value takes its attribute's type", () => {
  for (const [path, value, attribute, expected] of [
    ["person.name.firstName", 42, "firstName", "42"],
    ["person.name.firstName", true, "firstName", "true"],
    ["person.name.firstName", ["Grace"], "firstName", "Grace"],
    ["person.name.firstName", "", "firstName", ""],
    ["_acme.score", "3.5", "score", 3.5],
    ["_acme.score", " 1e3 ", "score", 1_000],
    ["_acme.score", "", "score", null],
    ["_acme.connections", "12", "linkedInConnections", 12],
    ["_acme.optedOut", "Yes", "optedOut", true],
    ["_acme.optedOut", 0, "optedOut", false],
    ["_acme.optedOut", "false", "optedOut", false],
    ["person.birthDate", "1906-12-09", "dateOfBirth", "1906-12-09"],
    ["person.birthDate", "1906-12-09T23:30:00-02:00", "dateOfBirth", "1906-12-09"],
    ["person.birthDate", "1990-05-07T00:00:00+09:00", "dateOfBirth", "1990-05-07"],
    ["person.birthDate", "63072000000", "dateOfBirth", "1972-01-01"],
    ["person.birthDate", -63_158_400_000, "dateOfBirth", "1968-01-01"],
    [
      "_acme.availableAt",
      "2026-01-02T03:04:05.678900+02:00",
      "availableAt",
      "2026-01-02T01:04:05.6789Z",
    ],
    [
      "_acme.availableAt",
      "2026-01-02T03:04:05.678+0000",
      "availableAt",
      "2026-01-02T03:04:05.678Z",
    ],
    ["_acme.availableAt", 1_767_322_800_000, "availableAt", "2026-01-02T03:00:00.000Z"],
    ["personalEmail.address", "grace@example.com", "emails", ["grace@example.com"]],
    ["personalEmail.address", ["a@b.c", "", " d@e.f "], "emails", ["a@b.c", "d@e.f"]],
  ] as const) {
    it(`${JSON.stringify(value)} for ${attribute} becomes ${JSON.stringify(expected)}`, ({
      expect,
    }) => {
      expect(values(nest(path, value))).toEqual({ [attribute]: expected });
    });
  }

  for (const [path, value, code] of [
    ["person.name.firstName", { a: 1 }, "invalid_value"],
    ["person.name.firstName", ["a", "b"], "invalid_value"],
    ["person.name.firstName", "x".repeat(256), "value_too_long"],
    ["person.name.firstName", "\ud83d", "invalid_text"],
    ["_acme.score", Infinity, "invalid_value"],
    ["_acme.score", "much", "invalid_value"],
    ["_acme.connections", 1.5, "invalid_value"],
    ["_acme.connections", 1e300, "digits_lost"],
    ["_acme.connections", "9007199254740993", "digits_lost"],
    ["_acme.score", "9007199254740993", "digits_lost"],
    ["_acme.score", "0.12345678901234567890", "digits_lost"],
    ["_acme.score", "0x10", "invalid_value"],
    ["person.name.firstName", 9_007_199_254_740_992, "digits_lost"],
    ["person.name.firstName", "a\0b", "invalid_text"],
    ["person.birthDate", "2678400000", "ambiguous_time"],
    ["person.birthDate", -86_400_000, "ambiguous_time"],
    ["_acme.availableAt", 1_767_322_800, "ambiguous_time"],
    ["_acme.availableAt", "2026-01-02T03:04:05+99:99", "invalid_value"],
    ["_acme.optedOut", "perhaps", "invalid_value"],
    ["person.birthDate", "YYYY-MM-DD", "invalid_value"],
    ["person.birthDate", "2026-02-30", "invalid_value"],
    ["_acme.availableAt", "tomorrow", "invalid_value"],
    ["personalEmail.address", "not an address", "invalid_value"],
    ["personalEmail.address", Array.from({ length: 101 }, (_, i) => `a${i}@b.c`), "invalid_value"],
  ] as const) {
    it(`${JSON.stringify(value).slice(0, 40)} at ${path} is rejected as ${code}`, ({ expect }) => {
      expect(rejection(identified(nest(path, value)))).toMatchObject({
        code,
        pointer: `/${path.replaceAll(".", "/")}`,
      });
    });
  }

  it("counts characters as Outreach does: one outside the BMP is one", ({ expect }) => {
    expect(values(nest("person.name.firstName", "😀".repeat(255)))).toEqual({
      firstName: "😀".repeat(255),
    });
  });
});

describe("identity", () => {
  const idOf = (identityMap: object, of?: object) => {
    const mapped = map({ identityMap, person: { name: { firstName: "G" } } }, of);
    return mapped.ok ? mapped.updates[0]?.prospectId : mapped.rejection.code;
  };

  it("is OutreachId, then Oid, in any case", ({ expect }) => {
    expect(idOf({ OutreachId: [{ id: "7" }], Oid: [{ id: "8" }] })).toBe(7);
    expect(idOf({ oid: [{ id: " 8 " }] })).toBe(8);
    expect(idOf({ OUTREACHID: [{ id: 9 }] })).toBe(9);
    expect(idOf({ outreachid: [{ id: "1" }, { id: "2", primary: true }] })).toBe(2);
  });

  it("can be any path or namespace", ({ expect }) => {
    const of = { ...settings, identity: { source: "_acme.crm.outreachId" } };
    const mapped = map(
      { _acme: { crm: { outreachId: 12 } }, person: { name: { firstName: "G" } } },
      of,
    );
    expect(mapped).toMatchObject({ ok: true, updates: [{ prospectId: 12 }] });
    expect(
      idOf({ CRM: [{ id: "5" }] }, { ...settings, identity: { source: "identityMap.crm" } }),
    ).toBe(5);
  });

  it("must be there and be the number of a prospect", ({ expect }) => {
    expect(idOf({})).toBe("missing_identity");
    expect(idOf({ OutreachId: [] })).toBe("missing_identity");
    expect(idOf({ OutreachId: [{ id: "" }] })).toBe("missing_identity");
    for (const id of [
      "abc",
      "-1",
      "0",
      "1.5",
      1.5,
      true,
      "12345678901234567890",
      1e300,
      ["7"],
      { a: 1 },
    ]) {
      expect(idOf({ OutreachId: [{ id }] })).toBe("invalid_identity");
    }
    expect(rejection({ identityMap: { OutreachId: [{ id: "x" }] } }).pointer).toBe(
      "/identityMap/OutreachId/0/id",
    );
  });
});

describe("audiences", () => {
  const member = (status: string, lastQualificationTime: unknown = QUALIFIED) => ({
    segmentMembership: { ups: { "aud-1": { status, lastQualificationTime } } },
  });

  it("write their status and its time into their custom field", ({ expect }) => {
    expect(map(identified(member("realized")))).toEqual({
      ok: true,
      prospectId: 7,
      updates: [
        {
          prospectId: 7,
          fields: {
            custom4: {
              value: "realized",
              at: QUALIFIED_AT,
              audience: { namespace: "ups", id: "aud-1", status: "realized" },
            },
          },
        },
      ],
      fieldErrors: [],
      warnings: [],
    });
    expect(values(member("existing"))).toEqual({ custom4: "realized" });
    expect(values(member("exited"))).toEqual({ custom4: "exited" });
  });

  it("write the destination's own words", ({ expect }) => {
    const of = { ...settings, statusValues: { realized: "In", exited: "Out" } };
    expect(values(member("existing"), of)).toEqual({ custom4: "In" });
    expect(values(member("exited"), of)).toEqual({ custom4: "Out" });
  });

  it("are found whatever the namespace's case and prefix; unmapped ones are ignored", ({
    expect,
  }) => {
    expect(
      values({
        "xdm:segmentMembership": {
          UPS: { "aud-1": { "xdm:status": "realized", "xdm:lastQualificationTime": QUALIFIED } },
          adobecampaign: { "aud-2": { status: "exited" }, "aud-9": { status: "strange" } },
        },
      }),
    ).toEqual({ custom4: "realized", custom5: "exited" });
  });

  for (const [time, at] of [
    ["2022-01-11T21:24:39Z", Date.UTC(2022, 0, 11, 21, 24, 39)],
    ["2019-04-15T02:41:50+0000", Date.UTC(2019, 3, 15, 2, 41, 50)],
    ["2019-04-15T02:41:50.000+0000", Date.UTC(2019, 3, 15, 2, 41, 50)],
    ["2019-04-15T02:41:50.123456+00:00", Date.UTC(2019, 3, 15, 2, 41, 50, 123) + 0.456],
    ["2019-04-15T04:41:50+02:00", Date.UTC(2019, 3, 15, 2, 41, 50)],
    ["2019-04-15T02:41:50", Date.UTC(2019, 3, 15, 2, 41, 50)],
    [1_648_553_325_000, 1_648_553_325_000],
    ["1648553325000", 1_648_553_325_000],
  ] as const) {
    it(`understand the time ${time}`, ({ expect }) => {
      const mapped = map(identified(member("realized", time)));
      expect(mapped.updates[0]?.fields["custom4"]?.at).toBeCloseTo(at, 2);
    });
  }

  it("count from their arrival where they carry no time", ({ expect }) => {
    const mapped = map(
      identified({ segmentMembership: { ups: { "aud-1": { status: "realized" } } } }),
    );
    expect(mapped.updates[0]?.fields["custom4"]).not.toHaveProperty("at");
  });

  it("with a status or time that means nothing are rejected", ({ expect }) => {
    expect(rejection(identified(member("perhaps")))).toMatchObject({
      code: "invalid_status",
      pointer: "/segmentMembership/ups/aud-1/status",
    });
    const prefixed = { "aud-1": { "xdm:status": "perhaps" } };
    expect(rejection(identified({ segmentMembership: { ups: prefixed } })).pointer).toBe(
      "/segmentMembership/ups/aud-1/xdm:status",
    );
    for (const time of ["soon", "2026-13-01T00:00:00Z", "2026-02-30", -5, {}, true]) {
      expect(rejection(identified(member("realized", time))).code).toBe("invalid_time");
    }
  });

  it("cost no more when a profile is in 200,000 of them", ({ expect }) => {
    const ups = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, i) => [`other-${i}`, { status: "realized" }]),
    );
    expect(
      values({ segmentMembership: { ups: { ...ups, ...member("exited").segmentMembership.ups } } }),
    ).toEqual({
      custom4: "exited",
    });
  });
});

describe("Destination SDK profiles", () => {
  it("pass attributes named after Outreach's, wrapped or plain, and clear what is empty", ({
    expect,
  }) => {
    expect(
      values(
        {
          attributes: {
            firstName: { value: "Grace" },
            lastName: "Hopper",
            title: {},
            company: null,
            occupation: { value: null },
            emails: { value: "g@example.com" },
            custom90: { value: 5 },
          },
        },
        { mappings: [], audiences: [] },
      ),
    ).toEqual({
      firstName: "Grace",
      lastName: "Hopper",
      title: null,
      company: null,
      occupation: null,
      emails: ["g@example.com"],
      custom90: "5",
    });
  });

  it("ignore an empty attribute where a row of that target says so", ({ expect }) => {
    expect(values({ attributes: { firstName: {}, lastName: {} } })).toEqual({ firstName: null });
  });

  it("take Mapping IDs from the body, which win over the destination's", ({ expect }) => {
    const mapped = map({
      profile: identified({
        segmentMembership: {
          ups: { "aud-1": { status: "realized" }, "aud-3": { status: "exited" } },
        },
      }),
      mappingIds: { UPS: { "aud-1": "40", "aud-3": 7 } },
    });
    expect(mapped).toMatchObject({
      ok: true,
      updates: [
        {
          prospectId: 7,
          fields: {
            custom40: { value: "realized", audience: { namespace: "ups", id: "aud-1" } },
            custom7: { value: "exited", audience: { namespace: "UPS", id: "aud-3" } },
          },
        },
      ],
    });
  });

  for (const [what, body, code, pointer] of [
    [
      "an unknown attribute",
      { attributes: { firstname: { value: "x" } } },
      "unknown_attribute",
      "/attributes/firstname",
    ],
    [
      "a read-only attribute",
      { attributes: { createdAt: { value: "x" } } },
      "read_only_attribute",
      "/attributes/createdAt",
    ],
    [
      "a custom field of an audience",
      { attributes: { custom4: { value: "x" } } },
      "reserved_attribute",
      "/attributes/custom4",
    ],
    [
      "a value too long",
      { attributes: { firstName: { value: "x".repeat(256) } } },
      "value_too_long",
      "/attributes/firstName",
    ],
  ] as const) {
    it(`with ${what} are rejected`, ({ expect }) => {
      expect(rejection(identified(body))).toMatchObject({ code, pointer });
      expect(rejection({ profile: identified(body) })).toMatchObject({
        code,
        pointer: `/profile${pointer}`,
      });
    });
  }

  it("name the nearest attributes for an unknown one", ({ expect }) => {
    expect(rejection(identified({ attributes: { firstname: "x" } })).detail).toContain("firstName");
  });

  it("with a date outside the calendar are rejected", ({ expect }) => {
    for (const dateOfBirth of [
      "9999-12-31T23:59:59-14:00",
      "0000-01-01T00:00:00+14:00",
      "0050-01-01",
    ]) {
      expect(rejection(identified({ attributes: { dateOfBirth } })).code).toBe("invalid_value");
    }
  });

  it("take an audience without a Mapping ID for one that nobody mapped", ({ expect }) => {
    const profile = identified({
      segmentMembership: {
        ups: { "aud-9": { status: "realized" }, "aud-8": { status: "exited" } },
      },
      attributes: {},
    });
    const mapped = map({
      profile,
      mappingIds: { ups: { "aud-9": "", "aud-8": "8", "aud-7": null } },
    });
    expect(mapped.updates[0]?.fields).toMatchObject({ custom8: { value: "exited" } });
    expect(Object.keys(mapped.updates[0]?.fields ?? {})).toEqual(["custom8"]);
  });

  it("with a Mapping ID outside 1 to 150, or no object of them, say so", ({ expect }) => {
    const segmentMembership = { ups: { a: { status: "realized" } } };
    for (const mappingId of ["0", "151", "4.5", "four", 4.5, -1, [4], {}]) {
      const profile = identified({ segmentMembership });
      expect(rejection({ profile, mappingIds: { ups: { a: mappingId } } })).toMatchObject({
        code: "invalid_mapping_id",
        pointer: "/mappingIds/ups/a",
      });
    }
    for (const mappingIds of ["4", [], 4, { ups: "4" }]) {
      expect(rejection({ profile: identified({}), mappingIds }).code).toBe("invalid_mapping_id");
    }
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`a${i}`, "4"]));
    expect(rejection({ profile: identified({}), mappingIds: { ups: many } }).code).toBe(
      "too_many_audiences",
    );
  });
});

describe("whatever a profile is", () => {
  it("is rejected where it is no object", ({ expect }) => {
    for (const body of [null, 1, "x", true, [], [{}]]) {
      expect(rejection(body)).toMatchObject({ code: "invalid_profile" });
    }
  });

  const anyProfile = fc.oneof(
    fc.jsonValue({ maxDepth: 6 }),
    fc.record(
      {
        identityMap: fc.oneof(fc.constant({ OutreachId: [{ id: "7" }] }), fc.jsonValue()),
        person: fc.jsonValue(),
        attributes: fc.jsonValue(),
        purchases: fc.jsonValue(),
        _acme: fc.jsonValue(),
        segmentMembership: fc.oneof(
          fc.record({ ups: fc.record({ "aud-1": fc.jsonValue() }) }),
          fc.jsonValue(),
        ),
        mappingIds: fc.jsonValue(),
        profile: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );

  it("never throws, and yields either an update or a rejection", ({ expect }) => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        const mapped = map(profile);
        expect(mapped.ok || mapped.rejection.code.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never repeats a value in a rejection", ({ expect }) => {
    const secret = "s3cr3t-v4lue";
    const at = fc.constantFrom(
      ["identityMap", "OutreachId", 0, "id"],
      ["person", "name", "firstName"],
      ["_acme", "score"],
      ["_acme", "optedOut"],
      ["person", "birthDate"],
      ["personalEmail", "address"],
      ["segmentMembership", "ups", "aud-1", "status"],
      ["segmentMembership", "ups", "aud-1", "lastQualificationTime"],
      ["attributes", "score", "value"],
      ["attributes", "emails"],
      ["mappingIds", "ups", "aud-1"],
    );
    fc.assert(
      fc.property(
        at,
        fc.constantFrom(secret, [secret, secret], { [secret]: 1 }, secret.repeat(300)),
        (path, value) => {
          const profile: Record<string, unknown> = {
            identityMap: { OutreachId: [{ id: "7" }] },
            segmentMembership: { ups: { "aud-1": { status: "realized" } } },
          };
          place(profile, path, value);
          const { updates: _, ...told } = map(profile);
          expect(JSON.stringify(told)).not.toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** `{a: {b: value}}` for "a.b". */
function nest(path: string, value: unknown): object {
  return path
    .split(".")
    .toReversed()
    .reduce<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

function place(
  into: Record<string, unknown>,
  path: readonly (string | number)[],
  value: unknown,
): void {
  let at: Record<string | number, unknown> = into;
  for (const step of path.slice(0, -1)) {
    const next = at[step] ?? {};
    at[step] = next;
    at = next as Record<string | number, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}
