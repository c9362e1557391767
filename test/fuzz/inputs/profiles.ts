/**
 * Profiles as AEP sends them, and as nobody should: both routes, odd keys, odd values.
 *
 * Promises: every text that is a value holds `MARKER`; no key does. A text that shows the marker shows a value.
 * @module
 */
import * as fc from "fast-check";

/** Stands for personal data. */
export const MARKER = "Zz9";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Names that JavaScript and JSON treat in ways of their own. */
const ODD_KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  " ",
  "a/b~c",
  "\u0000",
  "\uD800",
  "\u202E",
  "xdm:",
  "xdm:xdm:id",
  "🙂",
  "0",
  "-1",
  "ＯｕｔｒｅａｃｈＩｄ",
];

export const key: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_KEYS),
  fc.stringMatching(/^[a-y]{1,8}$/),
);

const markedText = fc
  .oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom("\uD800", "\uDC00x", "\u0000", "a@b", "+1 555 0100", "😀", "\r\n", "\u2028"),
    fc
      .tuple(fc.constantFrom("x", "é", "😀"), fc.constantFrom(254, 255, 256, 1_000, 32_000, 65_535))
      .map(([unit, times]) => unit.repeat(times)),
  )
  .map((text) => MARKER + text);

/** Texts that a rule of the mapping reads; they stand for themselves. */
const meaningfulText = fc.oneof(
  fc.constantFrom("", " ", "true", "FALSE", "yes", "0", "1", "realized", "Existing", "exited "),
  fc.constantFrom("1e5", "1e999", "-0", "+7.", ".5", "0x10", "9007199254740993", "12", "٣"),
  fc.constantFrom(
    "2026-11-02T09:00:00Z",
    "2026-11-02T09:00:00.123456789+0000",
    "2026-02-30",
    "0050-06-01",
    "0000-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-02T24:00:00Z",
    "2026-11-02 09:00 +99:99",
    "1762074000",
    "1762074000000",
    "99999999999999",
  ),
  // Every day that a date can name, in the forms that come.
  fc
    .tuple(
      fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
      fc.constantFrom("", "Z", "+05:30", "-1100"),
    )
    .map(([at, zone]) =>
      zone === "" ? at.toISOString().slice(0, 10) : at.toISOString().slice(0, 19) + zone,
    ),
);

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1, 2 ** 53, -(2 ** 53), 1e21, 5e-324, 1.797e308, 1_762_074_000_000),
);

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: markedText },
  { weight: 3, arbitrary: meaningfulText },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** Any JSON. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalar,
    fc.array(tie("any"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("any")), { maxLength: 4 }).map(objectOf),
  ),
})).any;

/** Own members whatever their names are: an assignment to `__proto__` would be none. */
export function objectOf(entries: readonly (readonly [string, Json])[]): { [key: string]: Json } {
  return Object.fromEntries(entries);
}

/** Mostly what fits, now and then anything. */
const orAny = (fits: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 6, arbitrary: fits }, { weight: 1, arbitrary: json });

const prefixed = (name: string): fc.Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(name) }, fc.constant(`xdm:${name}`));

const member = (name: string, value: fc.Arbitrary<Json>) => fc.tuple(prefixed(name), orAny(value));

const prospectId: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }).map(String) },
  fc.integer({ min: 1, max: 20 }),
  fc.constantFrom<Json>("0", "-7", " 42 ", "9007199254740993", "1e3", "", 1.5, "007", null),
);

const NAMESPACES = ["OutreachId", "outreachid", "Oid", "ECID", "email"];
const identityMap = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...NAMESPACES), key),
      orAny(
        fc.array(
          orAny(
            fc
              .tuple(member("id", prospectId), member("primary", fc.boolean()))
              .map((entries) => objectOf(entries)),
          ),
          { maxLength: 3 },
        ),
      ),
    ),
    { maxLength: 3 },
  )
  .map(objectOf);

/** Nine of ten profiles name their prospect: what comes after the identity is to be reached. */
const identity: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 9,
    arbitrary: prospectId.map((id) => ({ OutreachId: [{ id, primary: true }] })),
  },
  { weight: 1, arbitrary: identityMap },
);

export const AUDIENCES = ["a1b2", "c3d4", "weird/~id", "__proto__"];
const segmentMembership = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom("ups", "UPS", "xdm:ups", "aam"), key),
      orAny(
        fc
          .array(
            fc.tuple(
              fc.oneof(fc.constantFrom(...AUDIENCES), key),
              orAny(
                fc
                  .tuple(
                    member("status", fc.constantFrom("realized", "existing", "exited", "Exited")),
                    member("lastQualificationTime", meaningfulText),
                  )
                  .map((entries) => objectOf(entries)),
              ),
            ),
            { maxLength: 4 },
          )
          .map(objectOf),
      ),
    ),
    { maxLength: 3 },
  )
  .map(objectOf);

/** Paths that `sourceProfile` fills; settings point there. */
export const SOURCES = [
  "person.name.firstName",
  "workEmail.address",
  "mobilePhone.number",
  "loyalty.points",
  "consents.optedOut",
  "person.birthDate",
  "purchases[0].sku",
  "tags",
];

/** Route 1: XDM with its identities. */
const sourceProfile = fc
  .tuple(
    member("identityMap", identity),
    member(
      "person",
      fc
        .tuple(
          member("name", fc.tuple(member("firstName", scalar)).map(objectOf)),
          member("birthDate", scalar),
        )
        .map((entries) => objectOf(entries)),
    ),
    member("workEmail", fc.tuple(member("address", scalar)).map(objectOf)),
    member("mobilePhone", fc.tuple(member("number", scalar)).map(objectOf)),
    member("loyalty", fc.tuple(member("points", scalar)).map(objectOf)),
    member("consents", fc.tuple(member("optedOut", scalar)).map(objectOf)),
    member("purchases", fc.array(fc.tuple(member("sku", scalar)).map(objectOf), { maxLength: 2 })),
    member("tags", fc.array(scalar, { maxLength: 3 })),
    member("segmentMembership", segmentMembership),
  )
  .chain(([id, ...members]) => fc.subarray(members).map((some) => [id, ...some]))
  .map(objectOf);

const TARGETS = ["firstName", "emails", "custom7", "dateOfBirth", "score", "tags", "optedOut"];
const attributeValue: fc.Arbitrary<Json> = orAny(
  fc.oneof(
    scalar,
    scalar.map((value) => ({ value })),
    fc.constant<Json>({}),
  ),
);

/** Route 2: attributes that are named after Outreach's. */
const targetProfile = fc
  .tuple(
    fc.tuple(fc.constant("identityMap"), identity),
    fc.tuple(
      fc.constant("attributes"),
      fc
        .array(
          fc.tuple(
            fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...TARGETS) }, key),
            attributeValue,
          ),
          {
            maxLength: 4,
          },
        )
        .map(objectOf),
    ),
    fc.tuple(fc.constant("segmentMembership"), segmentMembership),
  )
  .map((members) => objectOf(members));

const mappingIds = fc
  .array(
    fc.tuple(
      fc.constantFrom("ups", "UPS", "aam"),
      orAny(
        fc
          .array(
            fc.tuple(
              fc.constantFrom(...AUDIENCES),
              orAny(
                fc.oneof(
                  fc.integer({ min: 0, max: 151 }),
                  fc.constantFrom("4", " 7 ", "", "150", "4.0"),
                ),
              ),
            ),
            { maxLength: 3 },
          )
          .map(objectOf),
      ),
    ),
    { maxLength: 2 },
  )
  .map(objectOf);

const wrappedProfile = fc
  .tuple(fc.oneof(targetProfile, sourceProfile), orAny(mappingIds))
  .map(([profile, ids]) => ({ profile, mappingIds: ids }));

/** What one frame of a body may hold. */
export const profile: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: sourceProfile },
  { weight: 3, arbitrary: targetProfile },
  { weight: 2, arbitrary: wrappedProfile },
  { weight: 1, arbitrary: json },
);
