/** What prospects refer to, as collections of their own, and on the answers of prospects. */
import { describe, it } from "vitest";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";
import { ORIGIN, type Page, type Resource, testMock, type TestMock } from "./support.ts";

const ALL = "prospects.all users.all accounts.all stages.all personas.all";

interface Document {
  readonly data: Resource;
  readonly included?: readonly Resource[];
  readonly errors?: readonly { readonly id: string; readonly detail: string }[];
}

interface Caller {
  readonly mock: TestMock;
  readonly call: (method: string, path: string, data?: unknown) => Promise<Response>;
  readonly list: (path: string) => Promise<Page & { readonly included?: readonly Resource[] }>;
  readonly one: (method: string, path: string, data?: unknown) => Promise<Document>;
}

/** Somebody with these scopes. */
async function caller(
  { scopes = ALL, user }: { scopes?: string; user?: string } = {},
  options: MockOutreachOptions = {},
): Promise<Caller> {
  const mock = testMock({ seed: 60, ...options });
  const token = await mock.signIn({ scopes, ...(user !== undefined && { user }) });
  const call: Caller["call"] = (method, path, data) =>
    mock.api(method, path, data === undefined ? undefined : { data }, {
      authorization: `Bearer ${token}`,
    });
  return {
    mock,
    call,
    list: async (path) => {
      const response = await call("GET", path);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as Page;
    },
    one: async (...args) => (await (await call(...args)).json()) as Document,
  };
}

const idsOf = ({ data }: Page) => data.map(({ id }) => id);
const namesOf = ({ data }: Page) => data.map(({ attributes }) => attributes["name"]);
const referred = ({ relationships }: Resource, name: string) => relationships[name]?.data ?? null;

/** Lists that there are records for. */
const READABLE = new Set(["prospects", "accounts", "stages", "personas", "users", "batches"]);

/** A record's relationships to many. */
const linked = ({ relationships }: Resource) =>
  Object.entries(relationships).flatMap(([name, relationship]): [string, Linked][] =>
    "links" in relationship ? [[name, relationship as Linked]] : [],
  );

interface Linked {
  readonly links: { readonly related: string };
}

describe("users, accounts, stages and personas", () => {
  it("are lists with filters, order, pages, fields and a count", async ({ expect }) => {
    const { list } = await caller();
    expect(namesOf(await list("/users"))).toEqual([
      "Ada Lovelace",
      "Grace Hopper",
      "Alan Turing",
      "Katherine Johnson",
      "Vera Viewer",
    ]);
    expect(namesOf(await list("/users?filter[email]=GRACE@example.com"))).toEqual(["Grace Hopper"]);
    const page = await list("/accounts?sort=-name&page[size]=2&count=true&fields[account]=name");
    expect(page.data).toMatchObject([
      { type: "account", attributes: { name: "Lumen Software" }, relationships: {} },
      { type: "account", attributes: { name: "Kestrel Telecom" } },
    ]);
    expect(Object.keys(page.data[0]?.attributes ?? {})).toEqual(["name"]);
    expect(page.meta?.count).toBe(12);
    const next = page.links["next"] ?? "";
    expect(next.startsWith(`${ORIGIN}/api/v2/accounts?`)).toBe(true);
    expect(namesOf(await list(next.slice(`${ORIGIN}/api/v2`.length)))[0]).toBe("Juniper Travel");
    expect(namesOf(await list("/stages?filter[order]=6..inf"))).toEqual([
      "Not Interested",
      "Current Client",
    ]);
    expect(namesOf(await list("/personas?filter[q]=cham"))).toEqual(["Champion"]);
  });

  it("are read by their ids", async ({ expect }) => {
    const { one, call } = await caller();
    expect((await one("GET", "/users/2")).data).toMatchObject({
      type: "user",
      id: 2,
      attributes: { email: "grace@example.com", locked: false, title: null },
      relationships: { role: { data: null } },
      links: { self: `${ORIGIN}/api/v2/users/2` },
    });
    expect((await one("GET", "/accounts/1?fields[account]=domain,owner")).data).toMatchObject({
      attributes: { domain: "acme.example" },
      relationships: { owner: { data: { type: "user", id: 1 } } },
    });
    for (const path of ["/users/99", "/accounts/0", "/stages/x", "/personas/5"]) {
      expect((await call("GET", path)).status, path).toBe(404);
    }
  });

  it("lead to their prospects", async ({ expect }) => {
    const { one, list } = await caller();
    for (const path of ["/accounts/3", "/stages/3", "/personas/3"]) {
      const { data } = await one("GET", path);
      const links = data.relationships["prospects"] as { links: { related: string } };
      const prospects = await list(links.links.related.slice(`${ORIGIN}/api/v2`.length));
      expect(prospects.data.length, path).toBeGreaterThan(0);
      for (const prospect of prospects.data) {
        expect(referred(prospect, data.type)).toEqual({ type: data.type, id: 3 });
      }
    }
  });

  it("lead to nothing that is not served, and need the scope of what they lead to", async ({
    expect,
  }) => {
    const plurals = new Set<string>();
    const { one, call } = await caller({ scopes: `${ALL} batches.read` });
    for (const path of ["/prospects/3", "/accounts/3", "/users/1", "/stages/3", "/personas/3"]) {
      const { data } = await one("GET", path);
      for (const [name, { links }] of linked(data)) {
        const related = links.related.slice(`${ORIGIN}/api/v2`.length);
        const [plural = ""] = related.slice(1).split("?");
        plurals.add(plural);
        const answer = await call("GET", related);
        if (READABLE.has(plural)) expect(answer.status, `${path} ${name}`).toBe(200);
        else
          expect(await answer.json()).toMatchObject({ errors: [{ id: "unauthorizedOauthScope" }] });
      }
    }
    const scopes = [...plurals].map((plural) => `${plural}.read`).join(" ");
    const everything = await caller({ scopes });
    for (const plural of plurals) {
      if (READABLE.has(plural)) continue;
      expect((await everything.list(`/${plural}?count=true`)).meta).toMatchObject({ count: 0 });
      expect((await everything.call("GET", `/${plural}/1`)).status).toBe(404);
      expect((await everything.call("GET", `/${plural}?filter[planet][id]=1`)).status).toBe(400);
    }
    expect(plurals).toContain("tasks");
    // A prospect has addresses and numbers, which are not modelled: no link says that it has none.
    expect(plurals).not.toContain("emailAddresses");
  });

  it("need their own scope, which the error names", async ({ expect }) => {
    const { call, one } = await caller({ scopes: "prospects.all accounts.read stages.write" });
    expect((await call("GET", "/accounts")).status).toBe(200);
    const missing = [
      ["GET", "/users", "users.read"],
      ["GET", "/stages/1", "stages.read"],
      ["POST", "/accounts", "accounts.write"],
      ["DELETE", "/personas/1", "personas.delete"],
    ] as const;
    for (const [method, path, scope] of missing) {
      expect((await call(method, path, method === "POST" ? {} : undefined)).status).toBe(403);
      const { errors } = await one(method, path, method === "POST" ? {} : undefined);
      expect(errors).toMatchObject([{ id: "unauthorizedOauthScope" }]);
      expect(errors?.[0]?.detail).toContain(`'${scope}'`);
    }
  });

  it("are not written by a viewer", async ({ expect }) => {
    const { call, one } = await caller({ user: "viewer@example.com" });
    expect((await call("GET", "/stages/1")).status).toBe(200);
    expect((await one("DELETE", "/stages/1")).errors).toMatchObject([
      { id: "unauthorizedRequest" },
    ]);
  });

  it("are created, changed and deleted, but for users", async ({ expect }) => {
    const { mock, call, one } = await caller();
    const relationships = { owner: { data: { type: "user", id: 4 } } };
    const created = await call("POST", "/accounts", {
      type: "account",
      attributes: { name: "Mint Games", custom7: "x" },
      relationships,
    });
    expect(created.status).toBe(201);
    const { data } = (await created.json()) as Document;
    expect(data).toMatchObject({
      id: 13,
      attributes: { name: "Mint Games", named: false, createdAt: "2026-11-23T10:00:00.000Z" },
      relationships: { ...relationships, creator: { data: { type: "user", id: 1 } } },
    });
    mock.advance(60_000);
    const change = { type: "account", id: 13, attributes: { name: null, named: true } };
    expect((await one("PATCH", "/accounts/13", change)).data.attributes).toMatchObject({
      name: null,
      named: true,
      custom7: "x",
      updatedAt: "2026-11-23T10:01:00.000Z",
    });
    expect((await call("DELETE", "/accounts/13")).status).toBe(204);
    expect((await call("GET", "/accounts/13")).status).toBe(404);
    expect((await call("DELETE", "/accounts/13")).status).toBe(404);
    expect((await one("POST", "/users", { type: "user" })).errors).toMatchObject([
      { id: "routeNotFound" },
    ]);
  });

  it("are let go of by prospects once they are deleted, and their ids are not used again", async ({
    expect,
  }) => {
    const { call, one, list } = await caller();
    const [prospect] = (await list("/prospects?filter[stage][id]=2")).data;
    if (!prospect) throw new Error("Nobody is in stage 2.");
    await call("PATCH", `/prospects/${prospect.id}`, {
      type: "prospect",
      id: prospect.id,
      attributes: { title: "CTO" },
    });
    await call("DELETE", "/stages/2");
    expect(referred((await one("GET", `/prospects/${prospect.id}`)).data, "stage")).toBeNull();
    expect(idsOf(await list("/prospects?filter[stage][id]=2"))).toEqual([]);
    expect(idsOf(await list("/prospects?filter[stage][id]=__null__")).length).toBeGreaterThan(1);
    const { data } = await one("POST", "/stages", { type: "stage", attributes: { name: "New" } });
    expect(data.id).toBe(8);
    const relationships = { stage: { data: { type: "stage", id: 8 } } };
    await call("PATCH", "/prospects/1", { type: "prospect", id: 1, relationships });
    expect(idsOf(await list("/prospects?filter[stage][name]=new"))).toEqual([1]);
  });
});

describe("prospects", () => {
  it("are found by what they refer to", async ({ expect }) => {
    const { list } = await caller();
    const ofAccount = idsOf(await list("/prospects?filter[account][id]=1"));
    expect(ofAccount.length).toBeGreaterThan(0);
    expect(idsOf(await list("/prospects?filter[account][name]=acme international"))).toEqual(
      ofAccount,
    );
    expect(idsOf(await list("/prospects?filter[account][named]=false"))).toEqual([]);
    expect(await list("/prospects?filter[account][named]=true&count=true")).toMatchObject({
      meta: { count: 60 },
    });
    const both = await list("/prospects?filter[stage][name]=Cold,Replied&page[size]=100");
    const stages = new Set(both.data.map((prospect) => referred(prospect, "stage")));
    expect([...stages]).toEqual(
      expect.arrayContaining([
        { type: "stage", id: 1 },
        { type: "stage", id: 3 },
      ]),
    );
    // The mock has no sequences, and so nobody is in one.
    expect(idsOf(await list("/prospects?filter[sequenceStates][state]=active"))).toEqual([]);
  });

  it("tell by which stages they are in", async ({ expect }) => {
    const { list, one } = await caller();
    const { data } = await one("GET", "/prospects/9");
    const stage = referred(data, "stage") as { id: number };
    expect(idsOf(await list("/stages?filter[prospects][id]=9"))).toEqual([stage.id]);
    expect(idsOf(await list("/stages?filter[prospects][id]=1..60"))).toHaveLength(7);
    expect(idsOf(await list("/stages?filter[prospects][id]=5000"))).toEqual([]);
  });

  it("are sorted by what they refer to", async ({ expect }) => {
    const { list, call } = await caller();
    const change = { type: "account", id: 4, attributes: { name: "Zinnia Foods" } };
    await call("PATCH", "/accounts/4", change);
    const page = await list("/prospects?sort=-account.name,id&page[size]=100&include=account");
    const names = new Map(page.included?.map(({ id, attributes }) => [id, attributes["name"]]));
    const order = page.data.map((prospect) => {
      const account = referred(prospect, "account") as { id: number };
      return String(names.get(account.id));
    });
    expect(order).toEqual(order.toSorted().toReversed());
    expect(order[0]).toBe("Zinnia Foods");
    expect(new Set(order).size).toBeGreaterThan(5);
  });

  it("have no account where only named ones are wanted and theirs is not", async ({ expect }) => {
    const { call, one } = await caller();
    const { data } = await one("GET", "/prospects/1");
    const account = referred(data, "account") as { id: number };
    const change = { type: "account", id: account.id, attributes: { named: false } };
    await call("PATCH", `/accounts/${account.id}`, change);
    const path = "/prospects/1?actionParams[withUnnamedAccount]=";
    expect(referred((await one("GET", `${path}true`)).data, "account")).toEqual(account);
    const without = await one("GET", `${path}false&include=account`);
    expect(referred(without.data, "account")).toBeNull();
    expect(without.included).toEqual([]);
  });
});

describe("include", () => {
  it("brings the records along that a prospect refers to", async ({ expect }) => {
    const { one } = await caller();
    const { data, included } = await one("GET", "/prospects/2?include=owner,account,stage,persona");
    const identified = (included ?? []).map(({ type, id }) => ({ type, id }));
    const wanted = ["owner", "account", "stage", "persona"].flatMap(
      (name) => referred(data, name) ?? [],
    );
    expect(identified).toEqual(wanted);
    expect(identified.length).toBeGreaterThanOrEqual(3);
    expect((await one("GET", "/prospects/2")).included).toBeUndefined();
  });

  it("brings each record along once, for a whole page and over several steps", async ({
    expect,
  }) => {
    const { list } = await caller();
    const page = await list(
      "/prospects?include=account.owner,creator&fields[user]=email&fields[prospect]=account",
    );
    const keys = page.included?.map(({ type, id }) => `${type}/${id}`) ?? [];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => key.startsWith("account/")).length).toBeGreaterThan(5);
    const users = page.included?.filter(({ type }) => type === "user") ?? [];
    expect(users).toHaveLength(5);
    expect(users.map(({ attributes }) => Object.keys(attributes))).toEqual(
      users.map(() => ["email"]),
    );
  });

  it("needs the scope of what it brings along", async ({ expect }) => {
    const { one, call } = await caller({ scopes: "prospects.read accounts.read" });
    expect((await call("GET", "/prospects?include=account")).status).toBe(200);
    const { errors } = await one("GET", "/prospects/1?include=account.owner");
    expect(errors).toMatchObject([{ id: "unauthorizedOauthScope" }]);
    expect(errors?.[0]?.detail).toContain("'users.read'");
  });

  it("is refused where the mock has nothing to bring along", async ({ expect }) => {
    const { one, call } = await caller();
    const paths = {
      tasks: "mock-outreach cannot include 'tasks'",
      "account.prospects": "mock-outreach cannot include 'account.prospects'",
      boss: "Cannot include 'boss'.",
      "owner.creator.creator.creator.creator": "Cannot include",
    };
    for (const [path, detail] of Object.entries(paths)) {
      expect((await call("GET", `/prospects/1?include=${path}`)).status, path).toBe(400);
      const { errors } = await one("GET", `/prospects?include=${path}`);
      expect(errors?.[0]?.detail, path).toContain(detail);
    }
  });
});

describe("a record's metadata", () => {
  it("says what its reader may do with it", async ({ expect }) => {
    const path = "/accounts/1?provideAuthorizationMeta=true";
    const metaOf = async (as: Parameters<typeof caller>[0]) =>
      (await (await caller(as)).one("GET", path)).data.meta;
    expect(await metaOf({})).toEqual({ canWrite: true, canDelete: true });
    expect(await metaOf({ scopes: "accounts.read accounts.write" })).toEqual({
      canWrite: true,
      canDelete: false,
    });
    expect(await metaOf({ user: "viewer@example.com" })).toEqual({
      canWrite: false,
      canDelete: false,
    });
    expect((await (await caller()).one("GET", "/accounts/1")).data.meta).toBeUndefined();
  });
});

describe("a page that is too large to be answered", () => {
  it("gets 502 as HTML, if the mock is told so, and a smaller one does not", async ({ expect }) => {
    const { call } = await caller({}, { largestPage: 20 });
    const refused = await call("GET", "/prospects?page[size]=21");
    expect(refused.status).toBe(502);
    expect(refused.headers.get("content-type")).toContain("text/html");
    expect((await call("GET", "/prospects?page[size]=20")).status).toBe(200);
    expect((await call("GET", "/users?page[size]=1000")).status).toBe(200);
    expect((await (await caller()).call("GET", "/prospects?page[size]=1000")).status).toBe(200);
  });
});
