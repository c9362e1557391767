/**
 * Answers as Outreach's documentation shows them, and every way to spoil a member of one.
 * @module
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Recorded {
  readonly status: number;
  readonly body: Json;
  /** Members without which the answer does not say what was asked; all others change nothing. */
  readonly decide: readonly string[];
}

const prospect = {
  type: "prospect",
  id: 7,
  attributes: { firstName: "Grace", custom4: "realized", emails: ["grace@example.com"] },
  relationships: { account: { data: { type: "account", id: 3 } } },
  links: { self: "https://api.outreach.io/api/v2/prospects/7" },
};
const job = {
  type: "batch",
  id: 12,
  attributes: { state: "running", total: 2, failures: 0, createdAt: "2026-11-02T09:00:00.000Z" },
};

export const RECORDED = {
  patch: { status: 200, body: { data: prospect }, decide: [] },
  root: {
    status: 200,
    body: {
      meta: {
        user: { id: 3, email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" },
        scopes: ["prospects.read", "prospects.write"],
        application: { name: "Outreach Edge" },
      },
      data: { id: 1, type: "root", attributes: { prospectLabel4: "Newsletter" } },
      jsonapi: { version: "1.0" },
    },
    decide: [],
  },
  job: { status: 200, body: { data: job }, decide: ["/data", "/data/id"] },
  batches: { status: 200, body: { data: [job] }, decide: ["/data", "/data/0", "/data/0/id"] },
  prospects: {
    status: 200,
    body: { data: [prospect], meta: { count: 1 }, links: { next: null } },
    decide: ["/data", "/data/0", "/data/0/id"],
  },
  tokens: {
    status: 200,
    body: {
      access_token: "access-1",
      token_type: "Bearer",
      expires_in: 7_200,
      refresh_token: "refresh-1",
      scope: "prospects.write",
      created_at: 1_793_610_000,
      id_token: "a.b.c",
    },
    decide: ["/access_token"],
  },
  refusal: {
    status: 422,
    body: {
      errors: [
        {
          id: "validationError",
          title: "Validation Error",
          detail: "Contacts email hash has already been taken.",
          source: { pointer: "/data/attributes/emails" },
        },
      ],
    },
    // Without one that reads it is no answer of Outreach but one of a gateway.
    decide: ["/errors", "/errors/0"],
  },
} as const satisfies Record<string, Recorded>;

/** Every answer that has one member dropped, null or of another type, by the member's JSON pointer. */
export function spoilt(body: Json): readonly { readonly pointer: string; readonly body: Json }[] {
  return membersOf(body, "").flatMap(({ pointer, isOfList }) => {
    const values: (Json | undefined)[] = [null, 7.5, "?", true, [], {}];
    if (!isOfList) values.push(undefined);
    return values.map((value) => ({
      pointer,
      body: withMember(body, pointer.split("/").slice(1), value),
    }));
  });
}

function membersOf(value: Json, at: string): { pointer: string; isOfList: boolean }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    { pointer: `${at}/${name}`, isOfList: Array.isArray(value) },
    ...membersOf(inner, `${at}/${name}`),
  ]);
}

function withMember(value: Json, [name, ...rest]: readonly string[], to: Json | undefined): Json {
  if (name === undefined) return to ?? null;
  if (Array.isArray(value)) {
    return value.map((one: Json, i) => (String(i) === name ? withMember(one, rest, to) : one));
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    if (key !== name) return [[key, inner]];
    if (rest.length === 0 && to === undefined) return [];
    return [[key, withMember(inner, rest, to)]];
  });
  return Object.fromEntries(members);
}
