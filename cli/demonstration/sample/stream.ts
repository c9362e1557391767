/**
 * A sample stream of profile updates, and what it implies Outreach must hold at its end. The implication is worked
 * out here, from what each update was made to say; it shares no code with the connector.
 * @module
 */
import { HTTP_API_DESTINATION, SDK_MAPPING_IDS } from "./destinations.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";

export type Value = string | number | boolean | null | readonly string[];

/** One POST to a destination's ingest URL. */
export interface SampleRequest {
  readonly route: "http_api" | "sdk";
  readonly contentType: "application/json" | "application/x-ndjson";
  readonly body: string;
  readonly profiles: number;
}

export interface Sample {
  /** Requests of one lane are to be sent one after the other; lanes share no prospect. */
  readonly lanes: readonly (readonly SampleRequest[])[];
  readonly updates: number;
  /** Rejections to be expected, by code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** What Outreach must hold of each prospect that the stream speaks of. */
  readonly implied: ReadonlyMap<number, Readonly<Record<string, Value>>>;
  /** Prospects that Outreach does not have: their updates are to be listed as failures. */
  readonly missing: ReadonlySet<number>;
}

export interface SampleOptions {
  readonly updates: number;
  /** Prospects that Outreach has: ids 1 to this number. */
  readonly prospects: number;
  readonly seed: number;
}

const LANES = 4;
const MISSING_PROSPECTS = 5;
/** Most updates say what was said before: AEP sends every mapped attribute on every change. */
const REPEATS = 0.6;
const INVALID = 0.02;
const PROFILES_MAX = 25;
const SAMPLE_START = Date.UTC(2026, 0, 5, 8);

/** An order that is total: the time a value became true, then the place in the stream. */
interface Said {
  readonly value: Value;
  readonly at: number;
  readonly order: number;
}

type Facts = Map<string, Said>;

export function makeSample({ updates, prospects, seed }: SampleOptions): Sample {
  const random = seededRandom(seed);
  const lanes: SampleRequest[][] = Array.from({ length: LANES }, () => []);
  const facts = new Map<number, Facts>();
  const people = new Map<number, Person>();
  const rejected: Record<string, number> = {};
  for (let made = 0; made < updates;) {
    const lane = random.below(LANES);
    const route = random.chance(0.7) ? "http_api" : "sdk";
    const size = Math.min(updates - made, random.chance(0.3) ? 1 : 1 + random.below(PROFILES_MAX));
    const bodies: string[] = [];
    for (let i = 0; i < size; i++, made++) {
      const id = laneMember(random, lane, prospects + MISSING_PROSPECTS);
      const person = people.get(id) ?? newPerson(id, random);
      people.set(id, random.chance(REPEATS) ? person : changed(person, random));
      const profile = makeProfile(route, people.get(id) ?? person, made, random);
      if (random.chance(INVALID)) {
        const spoilt = spoil(profile.body, random);
        rejected[spoilt.code] = (rejected[spoilt.code] ?? 0) + 1;
        bodies.push(spoilt.text);
      } else {
        remember(facts, id, profile.says, made);
        bodies.push(JSON.stringify(profile.body));
      }
    }
    lanes[lane]?.push(frame(route, bodies, random));
  }
  const missing = new Set([...facts.keys()].filter((id) => id > prospects));
  const implied = new Map(
    [...facts]
      .filter(([id]) => !missing.has(id))
      .map(([id, said]) => [id, valuesOf(said)] as const),
  );
  return { lanes, updates, rejected, implied, missing };
}

/** A person as AEP sees it. */
interface Person {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly jobTitle: string;
  readonly points: number;
  readonly phone: string;
  readonly lastVisit: string;
  readonly city: string;
  readonly company: string | null;
  /** Audience ids that the person is in. */
  readonly audiences: readonly string[];
}

const FIRST_NAMES = [
  "Ada",
  "Grace",
  "Édith",
  "Alan",
  "Barbara",
  "Ken",
  "Radia",
  "Niklaus",
] as const;
const LAST_NAMES = [
  "Lovelace",
  "Hopper",
  "O'Neil",
  "Turing",
  "Liskov",
  "Thompson",
  "Wirth",
] as const;
const TITLES = ["Buyer", 'Head of "Growth"', "CFO", "Engineer", "Purchasing Manager"] as const;
const CITIES = ["Seattle", "Zürich", "Lyon", "東京", "Austin"] as const;
const COMPANIES = ["Acme", "Globex", "Initech", "Umbrella & Sons"] as const;

function newPerson(id: number, random: Random): Person {
  return {
    id,
    firstName: random.pick(FIRST_NAMES),
    lastName: random.pick(LAST_NAMES),
    jobTitle: random.pick(TITLES),
    points: random.below(500),
    phone: phone(random),
    lastVisit: visit(random),
    city: random.pick(CITIES),
    company: random.pick(COMPANIES),
    audiences: [],
  };
}

function changed(person: Person, random: Random): Person {
  const changes: readonly [() => Partial<Person>, ...(() => Partial<Person>)[]] = [
    () => ({ points: person.points + 1 + random.below(50) }),
    () => ({ lastVisit: visit(random) }),
    () => ({ jobTitle: random.pick(TITLES) }),
    () => ({ phone: phone(random) }),
    () => ({ city: random.pick(CITIES) }),
    () => ({ company: random.chance(0.3) ? null : random.pick(COMPANIES) }),
    () => ({ audiences: toggled(person.audiences, random.pick(ALL_AUDIENCES)) }),
  ];
  return { ...person, ...random.pick(changes)() };
}

function phone(random: Random): string {
  return `+1 206 555 ${String(random.below(10_000)).padStart(4, "0")}`;
}

function visit(random: Random): string {
  return new Date(SAMPLE_START + random.below(300) * 86_400_000).toISOString().slice(0, 10);
}

/** Custom fields by audience, of both routes. */
const CUSTOM_FIELDS: ReadonlyMap<string, string> = new Map([
  ...HTTP_API_DESTINATION.audiences.map(({ id, mappingId }) => [id, `custom${mappingId}`] as const),
  ...Object.entries(SDK_MAPPING_IDS.ups).map(
    ([id, mappingId]) => [id, `custom${mappingId}`] as const,
  ),
]);
const HTTP_API_AUDIENCES = HTTP_API_DESTINATION.audiences.map(({ id }) => id);
const SDK_AUDIENCES = Object.keys(SDK_MAPPING_IDS.ups);
const ALL_AUDIENCES: readonly [string, ...string[]] = [
  HTTP_API_DESTINATION.audiences[0].id,
  ...HTTP_API_AUDIENCES.slice(1),
  ...SDK_AUDIENCES,
];
/** An audience that nobody mapped: AEP sends such ones too, and they are to be ignored. */
const UNMAPPED_AUDIENCE = "33333333-cccc-4000-8000-000000000001";

function toggled(audiences: readonly string[], audience: string): readonly string[] {
  return audiences.includes(audience)
    ? audiences.filter((other) => other !== audience)
    : [...audiences, audience];
}

interface Profile {
  readonly body: Record<string, unknown>;
  /** Attribute, value, and the time it became true; null for "when it arrived". */
  readonly says: readonly (readonly [name: string, value: Value, at: number | null])[];
}

function makeProfile(
  route: SampleRequest["route"],
  person: Person,
  order: number,
  random: Random,
): Profile {
  const ids = route === "http_api" ? HTTP_API_AUDIENCES : SDK_AUDIENCES;
  // A few memberships come late, with a time before that of what was sent already.
  const late = random.chance(0.05) ? random.below(5_000) : 0;
  const at = SAMPLE_START + Math.max(0, order - late) * 1_000;
  const memberships = ids.map((id) => ({ id, at, isMember: person.audiences.includes(id) }));
  const segmentMembership = {
    ups: Object.fromEntries(
      [...memberships, { id: UNMAPPED_AUDIENCE, at, isMember: true }].map((membership) => [
        membership.id,
        {
          lastQualificationTime: new Date(membership.at).toISOString(),
          status: membership.isMember ? random.pick(["realized", "existing"]) : "exited",
        },
      ]),
    ),
  };
  const says = memberships.map(
    (m) => [CUSTOM_FIELDS.get(m.id) ?? "", m.isMember ? "realized" : "exited", m.at] as const,
  );
  const shaped = route === "http_api" ? httpApiProfile(person) : sdkProfile(person);
  const identityMap = { OutreachId: [{ id: String(person.id) }], ecid: [{ id: `ecid-${order}` }] };
  const body = { ...shaped.body, identityMap, segmentMembership };
  return {
    body: route === "http_api" ? body : { profile: body, mappingIds: SDK_MAPPING_IDS },
    says: [...shaped.says, ...says],
  };
}

function httpApiProfile(person: Person): Profile {
  return {
    body: {
      person: { name: { firstName: person.firstName, lastName: person.lastName } },
      mobilePhone: { number: person.phone },
      _acme: {
        crm: { jobTitle: person.jobTitle },
        loyalty: { points: person.points },
        lastVisit: person.lastVisit,
      },
    },
    says: [
      ["firstName", person.firstName, null],
      ["lastName", person.lastName, null],
      ["title", person.jobTitle, null],
      ["score", person.points, null],
      ["mobilePhones", [person.phone], null],
      ["custom10", person.lastVisit, null],
    ],
  };
}

function sdkProfile(person: Person): Profile {
  return {
    body: {
      attributes: {
        addressCity: { value: person.city },
        company: person.company === null ? {} : { value: person.company },
      },
    },
    says: [
      ["addressCity", person.city, null],
      ["company", person.company, null],
    ],
  };
}

/** Makes a profile invalid in one of the ways that are seen in the wild. */
function spoil(body: Record<string, unknown>, random: Random): { text: string; code: string } {
  const { profile } = body;
  const within = (change: Record<string, unknown>): string =>
    JSON.stringify(
      typeof profile === "object"
        ? { ...body, profile: { ...profile, ...change } }
        : { ...body, ...change },
    );
  return random.pick([
    () => ({ code: "missing_identity", text: within({ identityMap: {} }) }),
    () => ({
      code: "invalid_identity",
      text: within({ identityMap: { OutreachId: [{ id: "00Q5e00001abcdE" }] } }),
    }),
    () => {
      const OutreachId = Array.from({ length: 11 }, (_, i) => ({ id: String(i + 1) }));
      return { code: "too_many_identities", text: within({ identityMap: { OutreachId } }) };
    },
  ])();
}

function remember(
  facts: Map<number, Facts>,
  id: number,
  says: Profile["says"],
  order: number,
): void {
  const known = facts.get(id) ?? new Map<string, Said>();
  for (const [name, value, at] of says) {
    const said: Said = { value, at: at ?? order, order };
    const before = known.get(name);
    if (!before || said.at > before.at || (said.at === before.at && order > before.order)) {
      known.set(name, said);
    }
  }
  facts.set(id, known);
}

function valuesOf(facts: Facts): Record<string, Value> {
  return Object.fromEntries([...facts].map(([name, { value }]) => [name, value]));
}

/** Prospects of a lane: those whose number leaves the lane's number when divided by the count of lanes. */
function laneMember(random: Random, lane: number, prospects: number): number {
  const members = Math.floor((prospects - 1 - lane) / LANES) + 1;
  return random.below(members) * LANES + lane + 1;
}

/** Puts profiles into one of the bodies that AEP's documentation shows or leaves open. */
function frame(
  route: SampleRequest["route"],
  bodies: readonly string[],
  random: Random,
): SampleRequest {
  const profiles = bodies.length;
  const json = (body: string) =>
    ({ route, contentType: "application/json", body, profiles }) as const;
  if (profiles === 1 && random.chance(0.5)) return json(bodies[0] ?? "");
  return random.pick([
    () => json(`[${bodies.join(",")}]`),
    () => json(`{"profiles":[${bodies.join(",")}]}`),
    () => json(bodies.join("\n")),
    () => ({ ...json(bodies.join("\n")), contentType: "application/x-ndjson" as const }),
  ])();
}
