/**
 * Profile updates with the times at which they are accepted; the same for the same seed.
 * @module
 */
import {
  SDK_DESTINATION,
  HTTP_API_DESTINATION,
} from "../../cli/demonstration/sample/destinations.ts";
import { seededRandom } from "../../cli/demonstration/sample/random.ts";
import { makeSample } from "../../cli/demonstration/sample/stream.ts";
import type {
  FieldUpdate,
  FieldValue,
  ProspectUpdate,
} from "../../src/engine/model/prospect-update.ts";
import { readProfiles } from "../../src/ingest/profiles.ts";
import { compileMapping } from "../../src/mapping/map-profile.ts";
import { mappingSettings } from "../../src/mapping/settings.ts";

export type Values = Readonly<Record<string, FieldValue>>;

export interface Item {
  /** Milliseconds after the trace's beginning. */
  readonly at: number;
  readonly update: ProspectUpdate;
  /** Whose it is, where there are several. */
  readonly destination?: string;
  /** The update's values without those that a later truth, accepted before, overrules. */
  readonly says: Values;
}

export interface Trace {
  readonly title: string;
  /** By time. */
  readonly items: readonly Item[];
  /** Prospects that Outreach does not have. */
  readonly missing: ReadonlySet<number>;
}

const AUDIENCES = 3;
const ATTRIBUTES = 5;
const PROFILES_PER_SECOND = 1_000;
const SECOND_MS = 1_000;
const DAY_S = 86_400;
const shown = (n: number): string => n.toLocaleString("en-US");

/** The first activation: everybody at once, in every combination of the audiences but none. */
export function activation(profiles: number, hasAttributes: boolean): Trace {
  const updates = Array.from({ length: profiles }, (_, i) => {
    const fields: Record<string, FieldUpdate> = hasAttributes ? attributes(i, 0) : {};
    const combination = 1 + (i % (2 ** AUDIENCES - 1));
    for (let a = 0; a < AUDIENCES; a++) {
      if ((combination >> a) % 2 === 1) fields[`custom${a + 1}`] = status(a, true, 1);
    }
    const at = Math.floor(i / PROFILES_PER_SECOND) * SECOND_MS;
    return { at, update: { prospectId: i + 1, fields } };
  });
  const what = hasAttributes ? `with ${ATTRIBUTES} attributes each` : "statuses only";
  return traceOf(`First activation, ${shown(profiles)} profiles, ${what}`, updates);
}

/** Every update carries all that is mapped, as AEP's do; 70 % of them say nothing new. */
export function dayOfChanges(count: number, prospects: number, seed: number): Trace {
  const random = seededRandom(seed);
  // What is said of a prospect for the first time is a change too.
  const changes = (0.3 - prospects / count) / (1 - prospects / count);
  const versions = new Map<number, number>();
  const updates = Array.from({ length: count }, (_, i) => {
    const prospectId = 1 + random.below(prospects);
    const before = versions.get(prospectId) ?? 0;
    const version = before === 0 || random.chance(changes) ? before + 1 : before;
    versions.set(prospectId, version);
    const at = Math.floor((i / count) * DAY_S) * SECOND_MS;
    return { at, update: { prospectId, fields: attributes(prospectId, version) } };
  });
  const title = `A day, ${shown(count)} updates about ${shown(prospects)} prospects, 70 % repeats`;
  return traceOf(title, updates);
}

const HOUR_S = 3_600;

/** Changes of people who have nothing to do with each other, each with a value of its own, evenly. */
export function trickle(perSecond: number, hours: number): Trace {
  const updates = Array.from({ length: perSecond * hours * HOUR_S }, (_, i) =>
    ownValue(i + 1, Math.floor(i / perSecond) * SECOND_MS),
  );
  return traceOf(`Trickle: ${perSecond} changes a second for ${hours} h`, updates);
}

/** So many people at once, every five minutes, each with a value of its own. */
export function groups(people: number, hours: number): Trace {
  const everyS = 300;
  const updates = Array.from({ length: (hours * HOUR_S) / everyS }, (_, group) =>
    Array.from({ length: people }, (__, i) =>
      ownValue(group * people + i + 1, group * everyS * SECOND_MS),
    ),
  ).flat();
  return traceOf(`Groups: ${people} own values at once every 5 min, ${hours} h`, updates);
}

/** One prospect that changes every second. */
export function hot(hours: number): Trace {
  const updates = Array.from({ length: hours * HOUR_S }, (_, i) => ({
    at: i * SECOND_MS,
    update: { prospectId: 1, fields: { title: { value: `title ${i}` } } },
  }));
  return traceOf(`Hot: one prospect, a change a second for ${hours} h`, updates);
}

/** Two destinations of one Outreach user: statuses of many at once, and meanwhile another's values, each its own. */
export function twoDestinations(): Trace {
  const statuses = Array.from({ length: 5_000 }, (_, i) => ({
    at: Math.floor(i / PROFILES_PER_SECOND) * SECOND_MS,
    update: { prospectId: i + 1, fields: { custom1: status(0, true, 1) } },
    destination: "statuses",
  }));
  const values = Array.from({ length: HOUR_S }, (_, i) => ({
    ...ownValue(i + 1, i * SECOND_MS),
    destination: "values",
  }));
  const title = "Two destinations: 5,000 statuses at once, own values at 1/s for 1 h";
  return traceOf(title, [...statuses, ...values]);
}

function ownValue(prospectId: number, at: number) {
  return { at, update: { prospectId, fields: { title: { value: `title of ${prospectId}` } } } };
}

const FLAPS = 10;
const FLAPPING_S = 1_800;
const FLAP_GAP_S = 20;

/** Prospects that enter and leave an audience again and again, seconds apart, and end where they began: outside. */
export function flapping(prospects: number, seed: number): Trace {
  const random = seededRandom(seed);
  const updates = Array.from({ length: prospects }, (_, i) => {
    let at = random.below(FLAPPING_S) * SECOND_MS;
    return Array.from({ length: FLAPS }, (__, flap) => {
      at += (1 + random.below(FLAP_GAP_S)) * SECOND_MS;
      const fields = { custom1: status(0, flap % 2 === 0, at) };
      return { at, update: { prospectId: i + 1, fields } };
    });
  }).flat();
  const title = `Flapping: ${shown(prospects)} prospects, each ${FLAPS} times within minutes`;
  return traceOf(title, updates);
}

/** How long the sample takes to stream where `npm start` does it, by the README's figures. */
const SAMPLE_MS = 17_000;
const SAMPLE = { updates: 12_000, prospects: 2_000, seed: 1 };

/** The sample of `npm start`, through the connector's own parsing and mapping. */
export async function sample(): Promise<Trace> {
  const { lanes, missing } = makeSample(SAMPLE);
  const mappings = {
    http_api: compileMapping(mappingSettings.parse(HTTP_API_DESTINATION)),
    sdk: compileMapping(mappingSettings.parse(SDK_DESTINATION)),
  };
  const updates: { at: number; update: ProspectUpdate }[] = [];
  for (const lane of lanes) {
    for (const [i, { route, contentType, body }] of lane.entries()) {
      const at = Math.round((i / lane.length) * SAMPLE_MS);
      const headers = { "content-type": contentType };
      const request = new Request("https://edge.example", { method: "POST", headers, body });
      const read = await readProfiles(request, mappings[route]);
      if (!read.ok) throw new Error(read.detail);
      for await (const mapped of read.profiles) {
        updates.push(...mapped.updates.map((update) => ({ at, update })));
      }
    }
  }
  return traceOf(`The ${shown(SAMPLE.updates)} updates of npm start`, updates, missing);
}

/** Values that hardly two prospects share, of which each version changes one. */
function attributes(prospect: number, version: number): Record<string, FieldUpdate> {
  return Object.fromEntries(
    Array.from({ length: ATTRIBUTES }, (_, a) => {
      const changed = Math.floor((version + a) / ATTRIBUTES);
      return [`custom${100 + a}`, { value: `${prospect} ${a} ${changed}` }];
    }),
  );
}

function status(audience: number, isMember: boolean, at: number): FieldUpdate {
  const value = isMember ? "realized" : "exited";
  return { value, at, audience: { namespace: "ups", id: `audience-${audience}`, status: value } };
}

function traceOf(
  title: string,
  updates: readonly Omit<Item, "says">[],
  missing: ReadonlySet<number> = new Set(),
): Trace {
  const trueSince = new Map<string, number>();
  const items = updates
    .toSorted((a, b) => a.at - b.at)
    .map((item) => {
      const { update } = item;
      const says: Record<string, FieldValue> = {};
      for (const [name, field] of Object.entries(update.fields)) {
        if (field.at !== undefined) {
          const key = `${update.prospectId} ${name}`;
          if (field.at < (trueSince.get(key) ?? 0)) continue;
          trueSince.set(key, field.at);
        }
        says[name] = field.value;
      }
      return { ...item, says };
    });
  return { title, items, missing };
}
