/**
 * The attributes of Outreach's prospect: their types, lengths, and which of them the API lets nobody write. Facts from
 * the OpenAPI document that Outreach publishes (mid-2026).
 * @module
 */
import { distance } from "fastest-levenshtein";

export type AttributeType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "date"
  | "date-time"
  | "string array"
  | "email array";

export interface ProspectAttribute {
  readonly name: string;
  readonly type: AttributeType;
  /** In characters, of a string; null where Outreach states none. */
  readonly maxLength: number | null;
  readonly readOnly: boolean;
}

/** Custom fields are numbered 1 to this. */
const CUSTOM_FIELDS = 150;
const CUSTOM_FIELD_LENGTH = 32_000;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Strings by their greatest length. */
const STRINGS: readonly (readonly [maxLength: number | null, names: string])[] = [
  [
    255,
    `addressCity addressCountry addressState addressStreet addressStreet2 addressZip angelListUrl
     callsOptStatus campaignName degree emailsOptStatus eventName externalId externalOwner
     externalSource facebookUrl firstName gender githubUsername googlePlusUrl lastName linkedInId
     linkedInSlug middleName nickname occupation preferredContact quoraUrl region school
     sharingTeamId source stackOverflowId timeZone timeZoneInferred title twitterUsername`,
  ],
  [1_000, `githubUrl linkedInUrl stackOverflowUrl twitterUrl`],
  [65_535, `personalNote1 personalNote2 specialties websiteUrl1 websiteUrl2 websiteUrl3`],
  [null, `company name timeZoneIana`],
];

const OTHERS: readonly (readonly [type: Exclude<AttributeType, "string">, names: string])[] = [
  ["boolean", `callOptedOut emailOptedOut optedOut`],
  ["integer", `clickCount linkedInConnections openCount replyCount`],
  ["number", `engagedScore score`],
  ["date", `dateOfBirth graduationDate jobStartDate`],
  [
    "date-time",
    `addedAt availableAt callsOptedAt createdAt emailsOptedAt engagedAt optedOutAt touchedAt
     trashedAt updatedAt`,
  ],
  [
    "string array",
    `contactHistogram homePhones mobilePhones otherPhones tags voipPhones workPhones`,
  ],
  ["email array", `emails`],
];

const READ_ONLY = new Set(
  words(
    `callsOptedAt clickCount contactHistogram createdAt emailsOptedAt engagedAt engagedScore
     linkedInSlug name openCount optedOutAt replyCount timeZoneIana timeZoneInferred touchedAt
     updatedAt`,
  ),
);

const ATTRIBUTES: ReadonlyMap<string, ProspectAttribute> = new Map(
  [
    ...STRINGS.flatMap(([maxLength, names]) =>
      words(names).map((name) => ({ name, type: "string" as const, maxLength })),
    ),
    ...OTHERS.flatMap(([type, names]) =>
      words(names).map((name) => ({ name, type, maxLength: null })),
    ),
    ...Array.from({ length: CUSTOM_FIELDS }, (_, i) => ({
      name: `custom${i + 1}`,
      type: "string" as const,
      maxLength: CUSTOM_FIELD_LENGTH,
    })),
  ].map((attribute) => [attribute.name, { ...attribute, readOnly: READ_ONLY.has(attribute.name) }]),
);

/** All attributes, in no particular order. */
export function prospectAttributes(): readonly ProspectAttribute[] {
  return [...ATTRIBUTES.values()];
}

/** An attribute by its exact name. */
export function prospectAttribute(name: string): ProspectAttribute | undefined {
  return ATTRIBUTES.get(name);
}

const BY_WORDS = new Map([...ATTRIBUTES.keys()].map((name) => [wordsOf(name), name]));

/** The attribute that a name means in whatever way of writing: `first_name`, `First Name`; null where it means none. */
export function attributeNamed(name: string): string | null {
  return BY_WORDS.get(wordsOf(name)) ?? null;
}

function wordsOf(name: string): string {
  return name.replaceAll(/[^a-z0-9]/gi, "").toLowerCase();
}

/** The name of a custom field, by its number. */
export function customField(mappingId: number): string {
  return `custom${mappingId}`;
}

/** A longer name is no slip of the pen, and comparing it would cost time. */
const COMPARED_CHARS_MAX = 100;

/** The writable attributes whose names come closest to a mistaken one, nearest first. */
export function nearestWritable(name: string, count: number): readonly string[] {
  const wanted = name.slice(0, COMPARED_CHARS_MAX).toLowerCase();
  return prospectAttributes()
    .filter(({ readOnly }) => !readOnly)
    .map((attribute) => ({
      name: attribute.name,
      far: distance(wanted, attribute.name.toLowerCase()),
    }))
    .toSorted((a, b) => a.far - b.far)
    .slice(0, count)
    .map((near) => near.name);
}
