/**
 * The profiles that are sent: source XDM with five mapped attributes and two audiences, as AEP's HTTP API destination
 * sends it.
 * @module
 */

/** What the connector finds a profile to be: Outreach holds it all, it joins what is pending, its prospect is unknown. */
export type Kind = "repeat" | "merged" | "new";
export const KINDS = ["repeat", "merged", "new"] as const satisfies readonly Kind[];
/** All three as AEP sends them: it sends every mapped attribute on every change of any. */
export type Sent = Kind | "mix";

/** Prospects whose values Outreach holds, and prospects with a pending update; ids from 1. */
export const KNOWN = 1_000;
export const PENDING = 1_000;
const AUDIENCES = ["0f2c8a51-6c2e-4c58-9f5e-0d8a2a3f9b10", "5d1f7a90-3b1c-4f0a-8d56-9a1be2c4f711"];
const QUALIFIED_AT = "2026-11-20T10:00:00Z";

export const DESTINATION = {
  name: "bench:ingest",
  identity: { source: "identityMap.OutreachId" },
  mappings: [
    { source: "person.name.firstName", target: "firstName" },
    { source: "person.name.lastName", target: "lastName" },
    { source: "_acme.crm.jobTitle", target: "title" },
    { source: "_acme.crm.company", target: "company" },
    { source: "_acme.loyalty.tier", target: "custom10" },
  ],
  audiences: AUDIENCES.map((id, i) => ({ id, mappingId: i + 1 })),
};

/** What was sent before, counted; of several runs against one connector there is one. */
export class Profiles {
  #sent = 0;
  #merged = 0;
  #newest = KNOWN + PENDING;

  /** The profiles of prospects from `first` on, for the first time. */
  first(first: number, count: number): string[] {
    return Array.from({ length: count }, (_, i) => profile(first + i, 0));
  }

  next(kind: Kind): string {
    this.#sent += 1;
    if (kind === "repeat") return profile(1 + (this.#sent % KNOWN), 0);
    if (kind === "new") return profile(++this.#newest, 0);
    this.#merged += 1;
    const round = 1 + Math.floor(this.#merged / PENDING);
    return profile(KNOWN + 1 + (this.#merged % PENDING), round);
  }

  /** So many profiles, their kinds in turn, so that each request has the mix as near as may be. */
  request(kind: Sent, count: number): string[] {
    return Array.from({ length: count }, () =>
      this.next(kind === "mix" ? (IN_TURN[this.#sent % IN_TURN.length] ?? "repeat") : kind),
    );
  }
}

/** 70 % repeats, 20 % merged, 10 % new, spread. */
const IN_TURN: readonly Kind[] =
  "repeat repeat merged repeat repeat new repeat merged repeat repeat"
    .split(" ")
    .map((name) => KINDS.find((kind) => kind === name) ?? "repeat");

/** The share of a kind in what is sent, from 0 to 1. */
export function share(sent: Sent, kind: Kind): number {
  if (sent !== "mix") return sent === kind ? 1 : 0;
  return IN_TURN.filter((one) => one === kind).length / IN_TURN.length;
}

/** @param version another one has another job title; all else stays */
function profile(id: number, version: number): string {
  const audience = { status: "realized", lastQualificationTime: QUALIFIED_AT };
  return JSON.stringify({
    person: { name: { firstName: `Ada ${id}`, lastName: `Lovelace ${id}` } },
    _acme: {
      crm: { jobTitle: `Analyst ${id} of year ${version}`, company: `Engines ${id % 97} Ltd` },
      loyalty: { tier: `tier ${id % 5}` },
    },
    segmentMembership: { ups: Object.fromEntries(AUDIENCES.map((name) => [name, audience])) },
    identityMap: {
      OutreachId: [{ id: String(id), authenticatedState: "ambiguous", primary: true }],
    },
  });
}
