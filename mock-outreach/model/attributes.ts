/**
 * The attributes of a prospect: type, length, and whether they can be written, filtered and sorted by. From the
 * OpenAPI document that Outreach publishes (mid-2026); a test compares the two where that document is at hand.
 * @module
 */
import type { AttributeValue } from "./records.ts";

export type AttributeKind =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "date"
  | "dateTime"
  | "strings"
  | "emails"
  | "histogram";

export interface Attribute {
  readonly name: string;
  readonly kind: AttributeKind;
  /** In characters; null where none is published. */
  readonly maxLength: number | null;
  readonly readOnly: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  /** What a record answers that was never given a value. */
  readonly initial: AttributeValue;
}

export type AttributeTable = ReadonlyMap<string, Attribute>;

/** Custom fields of a prospect run from `custom1` to this number. */
export const CUSTOM_FIELDS = 150;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const KINDS: readonly {
  readonly kind: AttributeKind;
  readonly maxLength?: number;
  readonly names: readonly string[];
}[] = [
  {
    kind: "string",
    maxLength: 255,
    names: words(`
      addressCity addressCountry addressState addressStreet addressStreet2 addressZip angelListUrl callsOptStatus
      campaignName degree emailsOptStatus eventName externalId externalOwner externalSource facebookUrl firstName
      gender githubUsername googlePlusUrl lastName linkedInId linkedInSlug middleName nickname occupation
      preferredContact quoraUrl region school sharingTeamId source stackOverflowId timeZone timeZoneInferred title
      twitterUsername`),
  },
  {
    kind: "string",
    maxLength: 1_000,
    names: words("githubUrl linkedInUrl stackOverflowUrl twitterUrl"),
  },
  {
    kind: "string",
    maxLength: 65_535,
    names: words("personalNote1 personalNote2 specialties websiteUrl1 websiteUrl2 websiteUrl3"),
  },
  {
    kind: "string",
    maxLength: 32_000,
    names: Array.from({ length: CUSTOM_FIELDS }, (_, i) => `custom${i + 1}`),
  },
  { kind: "string", names: words("company name timeZoneIana") },
  { kind: "boolean", names: words("callOptedOut emailOptedOut optedOut") },
  { kind: "integer", names: words("clickCount linkedInConnections openCount replyCount") },
  { kind: "number", names: words("engagedScore score") },
  { kind: "date", names: words("dateOfBirth graduationDate jobStartDate") },
  {
    kind: "dateTime",
    names: words(`
      addedAt availableAt callsOptedAt createdAt emailsOptedAt engagedAt optedOutAt touchedAt trashedAt updatedAt`),
  },
  { kind: "emails", names: ["emails"] },
  {
    kind: "strings",
    names: words("homePhones mobilePhones otherPhones tags voipPhones workPhones"),
  },
  { kind: "histogram", names: ["contactHistogram"] },
];

const READ_ONLY = new Set(
  words(`
    callsOptedAt clickCount contactHistogram createdAt emailsOptedAt engagedAt engagedScore linkedInSlug name openCount
    optedOutAt replyCount timeZoneIana timeZoneInferred touchedAt updatedAt`),
);
const SORTABLE = new Set(
  words(`
    createdAt engagedAt engagedScore externalSource firstName githubUsername lastName linkedInId linkedInSlug
    stackOverflowId title touchedAt twitterUsername updatedAt`),
);
const FILTERABLE = new Set([...SORTABLE, ...words("emails sharingTeamId timeZone")]);

/** Counters start at zero and flags at false, as recorded answers show. */
const INITIAL: Readonly<Record<string, AttributeValue>> = {
  callOptedOut: false,
  emailOptedOut: false,
  optedOut: false,
  clickCount: 0,
  openCount: 0,
  replyCount: 0,
  engagedScore: 0,
  contactHistogram: Array.from({ length: 12 }, () => [0, 0] as const),
};

const NOTHING: readonly string[] = [];

function initialOf(name: string, kind: AttributeKind): AttributeValue {
  if (kind === "strings" || kind === "emails") return NOTHING;
  return INITIAL[name] ?? null;
}

export const PROSPECT_ATTRIBUTES: AttributeTable = new Map(
  KINDS.flatMap(({ kind, maxLength, names }) =>
    names.map((name): Attribute => ({
      name,
      kind,
      maxLength: maxLength ?? null,
      readOnly: READ_ONLY.has(name),
      filterable: FILTERABLE.has(name),
      sortable: SORTABLE.has(name),
      initial: initialOf(name, kind),
    })),
  )
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .map((attribute) => [attribute.name, attribute]),
);
