import fc from "fast-check";
import { describe, it } from "vitest";
import { mappingSettings } from "../../../src/mapping/settings.ts";
import {
  JSON_TYPE,
  NDJSON_TYPE,
  profile,
  receive,
  request,
  SETTINGS,
  streamed,
} from "./requests.ts";

const people = [profile(7, "Ada"), profile(8, "Grace"), profile(9, "Édith 東京 🙂")];
const ndjson = (profiles: readonly unknown[], lineBreak = "\n") =>
  profiles.map((one) => JSON.stringify(one)).join(lineBreak);
const bytes = (text: string) => new TextEncoder().encode(text);

describe("the form of a body", () => {
  const forms: readonly (readonly [form: string, body: string, type: string])[] = [
    ["an array", JSON.stringify(people), JSON_TYPE],
    ["an array, pretty-printed", JSON.stringify(people, null, 2), JSON_TYPE],
    ["an object with profiles", JSON.stringify({ profiles: people }), JSON_TYPE],
    [
      "an object with other members around profiles",
      JSON.stringify({ sandbox: { a: [1, "]}"] }, profiles: people, count: 3 }),
      JSON_TYPE,
    ],
    ["NDJSON", ndjson(people), NDJSON_TYPE],
    [
      "NDJSON with CRLF, empty lines and a last line break",
      `${ndjson(people, "\r\n\r\n")}\r\n`,
      NDJSON_TYPE,
    ],
    ["objects separated by newlines under application/json", ndjson(people), JSON_TYPE],
    ["objects with nothing between them", ndjson(people, ""), JSON_TYPE],
    [
      "pretty-printed objects one after the other",
      people.map((one) => JSON.stringify(one, null, 2)).join("\n"),
      JSON_TYPE,
    ],
    ["NDJSON under another of its names", ndjson(people), "application/jsonl; charset=utf-8"],
    ["a body with a byte order mark", `\uFEFF${JSON.stringify(people)}`, JSON_TYPE],
  ];

  for (const [form, body, type] of forms) {
    it(`may be ${form}`, async ({ expect }) => {
      const { result, updates } = await receive(request(body, type));
      expect(result).toEqual({
        ok: true,
        received: 3,
        accepted: 3,
        rejected: [],
        rejectedCount: 0,
        fieldErrors: [],
        fieldErrorCount: 0,
        prospectIds: [],
        expectedBy: 1_000,
      });
      expect(
        updates.map(({ prospectId, fields }) => [prospectId, fields["firstName"]?.value]),
      ).toEqual([
        [7, "Ada"],
        [8, "Grace"],
        [9, "Édith 東京 🙂"],
      ]);
    });
  }

  it("may be one profile, of either route", async ({ expect }) => {
    const bare = {
      identityMap: { OutreachId: [{ id: "7" }] },
      attributes: { firstName: { value: "Ada" } },
    };
    for (const body of [profile(7), bare, { profile: bare, mappingIds: { ups: { x: "4" } } }]) {
      expect((await receive(request(JSON.stringify(body)))).ids).toEqual([7]);
    }
  });

  it("makes no difference to what is read, however it is cut into pieces", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...forms),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
        async ([, body, type], declareLength, sizes) => {
          const whole = bytes(body);
          const pieces: Uint8Array[] = [];
          for (let from = 0, i = 0; from < whole.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            pieces.push(whole.slice(from, from + size));
            from += size;
          }
          const { updates } = await receive(streamed(pieces, type, declareLength));
          expect(updates).toEqual((await receive(request(body, type))).updates);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("may be empty of profiles: an empty list accepts none", async ({ expect }) => {
    for (const body of ["[]", '{"profiles": []}', " [ ] "]) {
      expect((await receive(request(body))).result).toMatchObject({
        ok: true,
        received: 0,
        accepted: 0,
      });
    }
  });
});

describe("a bad profile", () => {
  it("is rejected with its place and reason, and holds up no other", async ({ expect }) => {
    const body = ndjson([people[0], { person: {} }, people[1], profile("abc"), people[2]]);
    const { result, ids, batches } = await receive(request(body, NDJSON_TYPE));
    expect(result).toMatchObject({
      ok: true,
      received: 5,
      accepted: 3,
      rejectedCount: 2,
      rejected: [
        { index: 1, code: "missing_identity" },
        { index: 3, code: "invalid_identity", pointer: "/identityMap/OutreachId/0/id" },
      ],
    });
    expect(ids).toEqual([7, 8, 9]);
    expect(batches[0]?.rejected).toEqual({ missing_identity: 1, invalid_identity: 1 });
  });

  it("that is no JSON is rejected in NDJSON, wherever it stands", async ({ expect }) => {
    const body = ["{broken", JSON.stringify(people[0]), "nonsense", JSON.stringify(people[1])].join(
      "\n",
    );
    for (const type of [NDJSON_TYPE, JSON_TYPE]) {
      const { result, ids } = await receive(request(body, type));
      expect(result).toMatchObject({
        ok: true,
        received: 4,
        rejected: [
          { index: 0, code: "invalid_json" },
          { index: 2, code: "invalid_json" },
        ],
      });
      expect(ids).toEqual([7, 8]);
    }
  });

  it("that never ends costs no other line", async ({ expect }) => {
    const body = [
      JSON.stringify(people[0]),
      '{"person": {"name": "',
      JSON.stringify(people[1]),
    ].join("\n");
    const { result, ids } = await receive(request(body));
    expect(result).toMatchObject({ received: 3, accepted: 2, rejected: [{ index: 1 }] });
    expect(ids).toEqual([7, 8]);
  });

  it("that is something else than an object is rejected", async ({ expect }) => {
    const { result } = await receive(request('[1, "text", null, true, [], {}]'));
    expect(result).toMatchObject({ ok: true, received: 6, accepted: 0 });
  });

  it("is listed up to the hundredth and counted beyond", async ({ expect }) => {
    const { result } = await receive(
      request(JSON.stringify(Array.from({ length: 250 }, () => ({})))),
    );
    expect(result).toMatchObject({ received: 250, rejectedCount: 250 });
    expect(result.ok && result.rejected).toHaveLength(100);
  });

  it("that is too large or too deep is rejected, unparsed", async ({ expect }) => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const large = JSON.stringify(profile(8, "x".repeat(1_000_001)));
    const body = [deep, large, JSON.stringify(people[0])];
    for (const [text, type] of [
      [body.join("\n"), NDJSON_TYPE],
      [body.join("\n"), JSON_TYPE],
      [`[${body.join(",")}]`, JSON_TYPE],
    ] as const) {
      const { result, ids } = await receive(request(text, type));
      expect(result).toMatchObject({
        rejected: [
          { index: 0, code: "too_deep" },
          { index: 1, code: "profile_too_large" },
        ],
      });
      expect(ids).toEqual([7]);
    }
  });
});

describe("a list that is nearly JSON", () => {
  const [ada, grace] = people.map((one) => JSON.stringify(one));
  for (const [what, body, taken, bad] of [
    ["a comma at its end", `[${ada},${grace},]`, [7, 8], []],
    ["an element that is none", `[${ada},{"crm":NaN},${grace}]`, [7, 8], [1]],
    ["an element in another notation", `[${ada},{a: 1},${grace}]`, [7, 8], [1]],
    ["a comma too many within", `[${ada},,${grace}]`, [7, 8], [1]],
    ["a comma too few", `[${ada} ${grace},${ada}]`, [7], [0]],
    ["a string that never ends", `[${ada},{"a":"x},${grace}]`, [7], [1]],
    ["no end", `[${ada},`, [7], [1]],
    ["no end after an element", `[${ada},${grace}`, [7, 8], []],
    ["another bracket at its end", `[${ada}}`, [7], [1]],
    ["something behind it", `[${ada}] x`, [7], [1]],
    ["no JSON around it", `{"count":NaN,"profiles":[${ada},${grace}]}`, [7, 8], [2]],
    ["an element that is none, in an object", `{"profiles":[${ada},nope,${grace},]}`, [7, 8], [1]],
  ] as const) {
    it(`with ${what} costs what is wrong alone`, async ({ expect }) => {
      const { result, ids } = await receive(request(body));
      expect(ids).toEqual(taken);
      expect(result).toMatchObject({
        ok: true,
        accepted: taken.length,
        rejected: bad.map((index) => ({ index, code: "invalid_json" })),
        rejectedCount: bad.length,
      });
    });
  }
});

describe("a field that is no good", () => {
  const SCORED = mappingSettings.parse({
    mappings: [
      { source: "person.name.firstName", target: "firstName" },
      { source: "score", target: "score" },
    ],
  });
  const half = { ...profile(7, "Ada"), score: "much" };

  it("is listed with its place, and the rest is taken", async ({ expect }) => {
    const { result, updates } = await receive(request(JSON.stringify([profile(8), half])), SCORED);
    expect(result).toMatchObject({
      accepted: 2,
      rejectedCount: 0,
      fieldErrorCount: 1,
      fieldErrors: [
        { index: 1, outreachId: 7, field: "score", audience: null, code: "invalid_value" },
      ],
    });
    expect(updates[1]).toEqual({ prospectId: 7, fields: { firstName: { value: "Ada" } } });
  });

  it("is listed up to the hundredth and counted beyond", async ({ expect }) => {
    const many = Array.from({ length: 150 }, () => half);
    const { result } = await receive(request(ndjson(many), NDJSON_TYPE), SCORED);
    expect(result).toMatchObject({ accepted: 150, fieldErrorCount: 150 });
    expect(result.ok && result.fieldErrors).toHaveLength(100);
  });

  it("keeps everything out where the sender wants all or nothing, of JSON alone", async ({
    expect,
  }) => {
    const strict = { strict: true };
    for (const bad of [half, { person: {} }]) {
      const body = JSON.stringify([profile(8), bad]);
      const { result, batches } = await receive(request(body), SCORED, undefined, strict);
      expect(result).toMatchObject({ ok: false, status: 422, code: "profiles_faulty" });
      expect(batches).toEqual([]);
    }
    const lines = request(ndjson([profile(8), half]), NDJSON_TYPE);
    expect((await receive(lines, SCORED, undefined, strict)).ids).toEqual([8, 7]);
    const good = request(JSON.stringify([profile(8)]));
    expect((await receive(good, SCORED, undefined, strict)).ids).toEqual([8]);
  });

  it("is no long number: its digits are kept on their way from the body", async ({ expect }) => {
    const settings = mappingSettings.parse({ mappings: [{ source: "ext", target: "externalId" }] });
    const body = '[{"identityMap":{"OutreachId":[{"id":"7"}]},"ext":9007199254740993}]';
    const { updates } = await receive(request(body), settings);
    expect(updates[0]?.fields["externalId"]?.value).toBe("9007199254740993");
  });
});

describe("a profile of several prospects", () => {
  it("counts once, and updates each", async ({ expect }) => {
    const two = { ...profile(7), identityMap: { OutreachId: [{ id: "7" }, { id: "8" }] } };
    const { result, ids, batches } = await receive(request(JSON.stringify([two, profile(9)])));
    expect(result).toMatchObject({ received: 2, accepted: 2 });
    expect(ids).toEqual([7, 8, 9]);
    expect(batches[0]).toMatchObject({ profiles: 2 });
  });
});

describe("a bad body", () => {
  const refusedBodies: readonly (readonly [
    what: string,
    body: string | Uint8Array,
    type: string,
    status: number,
    code: string,
  ])[] = [
    ["nothing", "", JSON_TYPE, 400, "invalid_json"],
    ["white space", " \n ", NDJSON_TYPE, 400, "invalid_json"],
    ["text", "hello", JSON_TYPE, 400, "invalid_json"],
    ["lines of text", "hello\nworld", NDJSON_TYPE, 400, "invalid_json"],
    ["a number", "42", JSON_TYPE, 400, "invalid_json"],
    ["a list with something behind it", `[] x`, JSON_TYPE, 400, "invalid_json"],
    ["a list of what is no JSON", "[{a: 1}, x]", JSON_TYPE, 400, "invalid_json"],
    ["a list that breaks off at once", "[", JSON_TYPE, 400, "invalid_json"],
    ["a list of nothing but commas", "[,]", JSON_TYPE, 400, "invalid_json"],
    ["one broken object", '{"identityMap": ', JSON_TYPE, 400, "invalid_json"],
    [
      "bytes that are no UTF-8",
      new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
      JSON_TYPE,
      400,
      "invalid_utf8",
    ],
    [
      "bytes that are no UTF-8, as NDJSON",
      new Uint8Array([0x7b, 0xff, 0x7d, 0x0a]),
      NDJSON_TYPE,
      400,
      "invalid_utf8",
    ],
    ["a form", "a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"],
    ["plain text", ndjson(people), "text/plain", 415, "unsupported_media_type"],
    [
      "a list of more than 10,000 profiles",
      `[${"{},".repeat(10_000)}{}]`,
      JSON_TYPE,
      413,
      "too_many_profiles",
    ],
  ];

  for (const [what, body, type, status, code] of refusedBodies) {
    it(`such as ${what} is refused with ${status} and hands nothing on`, async ({ expect }) => {
      const { result, batches } = await receive(request(body, type));
      expect(result).toMatchObject({ ok: false, status, code });
      expect(batches).toEqual([]);
    });
  }

  it("without a type, or compressed, is refused with 415", async ({ expect }) => {
    const bare = new Request("https://edge.example/", { method: "POST", body: bytes("{}") });
    expect((await receive(bare)).result).toMatchObject({
      status: 415,
      code: "unsupported_media_type",
    });
    const zipped = request("{}", JSON_TYPE, { "content-encoding": "gzip" });
    expect((await receive(zipped)).result).toMatchObject({
      status: 415,
      code: "unsupported_encoding",
    });
  });

  it("over 25 MB is refused with 413, declared or not, and hands nothing on", async ({
    expect,
  }) => {
    const line = bytes(`${JSON.stringify(profile(7, "x".repeat(90_000)))}\n`);
    const pieces = Array.from({ length: 300 }, () => line);
    for (const declareLength of [true, false]) {
      const { result, batches } = await receive(streamed(pieces, NDJSON_TYPE, declareLength));
      expect(result).toMatchObject({ ok: false, status: 413, code: "body_too_large" });
      expect(batches).toEqual([]);
    }
  });

  it("takes more than 10,000 profiles as NDJSON, in batches and in order", async ({ expect }) => {
    const many = Array.from({ length: 12_345 }, (_, i) => profile(i + 1, "x"));
    const { result, ids, batches } = await receive(request(ndjson(many), NDJSON_TYPE));
    expect(result).toMatchObject({ ok: true, received: 12_345, accepted: 12_345 });
    expect(ids).toEqual(many.map((_, i) => i + 1));
    expect(batches.length).toBeGreaterThan(10);
  });

  it("hands on no more at once than a call to an object carries", async ({ expect }) => {
    const targets = Array.from({ length: 10 }, (_, i) => `custom${i + 1}`);
    const settings = mappingSettings.parse({
      mappings: targets.map((target) => ({ source: "note", target })),
    });
    const long = Array.from({ length: 200 }, (_, i) => ({
      identityMap: { OutreachId: [{ id: String(i + 1) }] },
      note: "x".repeat(24_000),
    }));
    const { result, batches } = await receive(request(ndjson(long), NDJSON_TYPE), settings);
    expect(result).toMatchObject({ ok: true, accepted: 200 });
    const sizes = batches.map(({ updates }) => JSON.stringify(updates).length);
    expect(Math.max(...sizes)).toBeLessThan(5_000_000);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(3_000_000);
  });
});

describe("a store that is full", () => {
  it("is a 503 that says when to come again", async ({ expect }) => {
    const { result } = await receive(request(ndjson(people), NDJSON_TYPE), SETTINGS, async () => ({
      ok: false,
      reason: "backlog_full",
      retryAfterMs: 60_000,
    }));
    expect(result).toMatchObject({
      ok: false,
      status: 503,
      code: "backlog_full",
      retryAfterMs: 60_000,
    });
  });

  it("says how much was accepted before it was full", async ({ expect }) => {
    const many = Array.from({ length: 2_500 }, (_, i) => profile(i + 1, "x"));
    let room = 2;
    const { result } = await receive(request(ndjson(many), NDJSON_TYPE), SETTINGS, async () =>
      room-- > 0
        ? { ok: true, expectedBy: null }
        : { ok: false, reason: "backlog_full", retryAfterMs: 60_000 },
    );
    expect(result).toMatchObject({ status: 503 });
    expect(!result.ok && result.detail).toContain("first 2000 profiles were accepted");
  });
});

describe("hostile bodies", () => {
  it("set no prototype, and a member named __proto__ is just a member", async ({ expect }) => {
    const body =
      '{"__proto__": {"polluted": 1}, "identityMap": {"__proto__": {"x": 1}, "OutreachId": [{"id": "7"}]}, "person": {"name": {"firstName": "Ada", "__proto__": {"firstName": "Eve"}}}}';
    const { updates } = await receive(request(body));
    expect(updates).toMatchObject([{ prospectId: 7, fields: { firstName: { value: "Ada" } } }]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("with duplicate keys take the last, as JSON parsers do", async ({ expect }) => {
    const body =
      '{"person":{"name":{"firstName":"First"}},"identityMap":{"OutreachId":[{"id":"7"}]},"person":{"name":{"firstName":"Last"}}}';
    expect((await receive(request(body))).updates).toMatchObject([
      { fields: { firstName: { value: "Last" } } },
    ]);
  });

  it("with lone surrogates or huge numbers are rejected, each by itself", async ({ expect }) => {
    const settings = mappingSettings.parse({
      mappings: [
        { source: "person.name.firstName", target: "firstName" },
        { source: "score", target: "score" },
      ],
    });
    const lines = [
      '{"identityMap":{"OutreachId":[{"id":"7"}]},"person":{"name":{"firstName":"\\ud800"}}}',
      '{"identityMap":{"OutreachId":[{"id":"7"}]},"score":1e999}',
      '{"identityMap":{"OutreachId":[{"id":1e400}]}}',
      '{"identityMap":{"OutreachId":[{"id":"99999999999999999999"}]}}',
      JSON.stringify(profile(7)),
    ];
    const { result, ids } = await receive(request(lines.join("\n"), NDJSON_TYPE), settings);
    expect(result).toMatchObject({ received: 5, accepted: 1, rejectedCount: 4 });
    expect(ids).toEqual([7]);
  });

  it("with a million audiences are answered, not choked on", async ({ expect }) => {
    const ups = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`a${i}`, { status: "realized" }]),
    );
    const one = { ...profile(7), segmentMembership: { ups } };
    const { result } = await receive(request(JSON.stringify([one, profile(8)])));
    expect(result).toMatchObject({ ok: true, received: 2 });
    const audiences = Array.from({ length: 1_000_000 }, (_, i) => `"a${i}":{"status":"realized"}`);
    const huge = `{"identityMap":{"OutreachId":[{"id":"7"}]},"segmentMembership":{"ups":{${audiences.join(",")}}}}`;
    expect((await receive(request(huge))).result).toMatchObject({ ok: false, status: 413 });
    const million = huge.replaceAll('{"status":"realized"}', "{}").slice(0, 20_000_000);
    expect(
      (await receive(request(`${million}\n${JSON.stringify(profile(8))}`, NDJSON_TYPE))).result,
    ).toMatchObject({
      rejected: [{ index: 0, code: "profile_too_large" }],
      accepted: 1,
    });
  });

  it("of any kind never throw and never lose count", async ({ expect }) => {
    const line = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constant(JSON.stringify(profile(7))),
      fc.string().map((text) => `{"a": "${text}`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom(JSON_TYPE, NDJSON_TYPE),
        async (lines, type) => {
          const { result, updates, batches } = await receive(request(lines.join("\n"), type));
          if (!result.ok) expect(batches).toEqual([]);
          else {
            expect(result.received).toBe(result.accepted + result.rejectedCount);
            expect(result.accepted).toBeGreaterThanOrEqual(updates.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
