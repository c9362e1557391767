import { describe, it } from "vitest";
import {
  JSON_API,
  ORIGIN,
  patchOf,
  resourceOf,
  type Resource,
  START,
  testMock,
} from "./support.ts";

describe("GET /prospects/{id}", () => {
  it("answers the whole resource", async ({ expect }) => {
    const response = await testMock().api("GET", "/prospects/7");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(JSON_API);
    const data = await resourceOf(response);
    expect(data).toMatchObject({
      type: "prospect",
      id: 7,
      links: { self: `${ORIGIN}/api/v2/prospects/7` },
      relationships: {
        owner: { data: { type: "user" } },
        trashedByAccount: { data: null },
        tasks: {
          links: { related: `${ORIGIN}/api/v2/tasks?filter%5Bprospect%5D%5Bid%5D=7` },
        },
      },
    });
    expect(Object.keys(data.attributes)).toHaveLength(229);
    expect(data.attributes).toMatchObject({ custom150: null, optedOut: false, homePhones: [] });
    expect(data.attributes["name"]).toBe(
      [data.attributes["firstName"], data.attributes["lastName"]].join(" "),
    );
  });

  it("trims the answer to the fields that are asked for", async ({ expect }) => {
    const path = "/prospects/7?fields[prospect]=firstName,custom4,contactHistogram,owner";
    const data = await resourceOf(await testMock().api("GET", path));
    expect(Object.keys(data.attributes)).toEqual(["firstName", "custom4", "contactHistogram"]);
    expect(data.attributes["contactHistogram"]).toHaveLength(12);
    expect(Object.keys(data.relationships)).toEqual(["owner"]);
  });

  it("answers the same people for the same seed, and other ones for another", async ({
    expect,
  }) => {
    const person = async (randomSeed: string) =>
      resourceOf(await testMock({ randomSeed }).api("GET", "/prospects/42"));
    expect(await person("a")).toEqual(await person("a"));
    expect((await person("a")).attributes).not.toEqual((await person("b")).attributes);
  });
});

describe("PATCH /prospects/{id}", () => {
  it("changes what is named, leaves the rest, and answers the resource", async ({ expect }) => {
    const mock = testMock();
    const before = await resourceOf(await mock.api("GET", "/prospects/7"));
    mock.advance(5_000);
    const response = await mock.api(
      "PATCH",
      "/prospects/7",
      patchOf(7, { custom4: "realized", title: "CTO" }),
    );
    expect(response.status).toBe(200);
    const answered = await resourceOf(response);
    expect(answered.attributes).toEqual({
      ...before.attributes,
      custom4: "realized",
      title: "CTO",
      updatedAt: "2026-11-23T10:00:05.000Z",
    });
    expect(await resourceOf(await mock.api("GET", "/prospects/7"))).toEqual(answered);
  });

  it("clears an attribute that is set to null", async ({ expect }) => {
    const mock = testMock();
    const cleared = { title: null, emails: null, optedOut: null };
    const data = await resourceOf(await mock.api("PATCH", "/prospects/7", patchOf(7, cleared)));
    expect(data.attributes).toMatchObject({ title: null, emails: [], optedOut: false });
  });

  it("replaces lists whole", async ({ expect }) => {
    const mock = testMock();
    await mock.api("PATCH", "/prospects/7", patchOf(7, { tags: ["a", "b"] }));
    const data = await resourceOf(
      await mock.api("PATCH", "/prospects/7", patchOf(7, { tags: ["c"] })),
    );
    expect(data.attributes["tags"]).toEqual(["c"]);
  });

  it("sets the time of opting out, and takes it away with it", async ({ expect }) => {
    const mock = testMock();
    const out = await resourceOf(
      await mock.api("PATCH", "/prospects/7", patchOf(7, { optedOut: true })),
    );
    expect(out.attributes).toMatchObject({
      optedOut: true,
      optedOutAt: new Date(START).toISOString(),
    });
    const back = await resourceOf(
      await mock.api("PATCH", "/prospects/7", patchOf(7, { optedOut: false })),
    );
    expect(back.attributes).toMatchObject({ optedOut: false, optedOutAt: null });
  });

  it("tells times in UTC from then on", async ({ expect }) => {
    const times = { availableAt: "2026-11-23T12:30:00+02:00", dateOfBirth: "1984-02-29T00:00:00Z" };
    const data = await resourceOf(await testMock().api("PATCH", "/prospects/7", patchOf(7, times)));
    expect(data.attributes).toMatchObject({
      availableAt: "2026-11-23T10:30:00.000Z",
      dateOfBirth: "1984-02-29",
    });
  });

  it("takes the id as a string too, as JSON:API has it", async ({ expect }) => {
    const body = { data: { type: "prospect", id: "7", attributes: { custom1: "x" } } };
    expect((await testMock().api("PATCH", "/prospects/7", body)).status).toBe(200);
  });

  it("changes to whom a prospect belongs", async ({ expect }) => {
    const body = {
      data: {
        type: "prospect",
        id: 7,
        relationships: { owner: { data: { type: "user", id: 2 } }, persona: { data: null } },
      },
    };
    const data = await resourceOf(await testMock().api("PATCH", "/prospects/7", body));
    expect(data.relationships["owner"]?.data).toEqual({ type: "user", id: 2 });
    expect(data.relationships["persona"]?.data).toBeNull();
  });

  it("leaves the other prospects alone", async ({ expect }) => {
    const mock = testMock();
    const before = await resourceOf(await mock.api("GET", "/prospects/8"));
    await mock.api("PATCH", "/prospects/7", patchOf(7, { custom1: "x" }));
    expect(await resourceOf(await mock.api("GET", "/prospects/8"))).toEqual(before);
  });
});

describe("POST and DELETE", () => {
  it("create a prospect with the next id, and take it away", async ({ expect }) => {
    const mock = testMock({ seed: 10 });
    const body = {
      data: { type: "prospect", attributes: { firstName: "Sally", emails: ["sally@new.example"] } },
    };
    const created = await mock.api("POST", "/prospects", body);
    expect(created.status).toBe(201);
    const data = await resourceOf(created);
    expect(data.id).toBe(11);
    expect(data.attributes).toMatchObject({
      name: "Sally",
      createdAt: "2026-11-23T10:00:00.000Z",
      externalSource: "outreach-api",
    });
    const deleted = await mock.api("DELETE", "/prospects/11");
    expect(deleted.status).toBe(204);
    expect(await deleted.text()).toBe("");
    expect((await mock.api("GET", "/prospects/11")).status).toBe(404);
    expect((await mock.api("DELETE", "/prospects/11")).status).toBe(404);
  });

  it("never give an id twice", async ({ expect }) => {
    const mock = testMock({ seed: 1 });
    const create = async () =>
      resourceOf(await mock.api("POST", "/prospects", { data: { type: "prospect" } }));
    const first = await create();
    await mock.api("DELETE", `/prospects/${first.id}`);
    expect((await create()).id).toBe(first.id + 1);
  });

  it("free the e-mail addresses of what was deleted", async ({ expect }) => {
    const mock = testMock();
    const data = await resourceOf(await mock.api("GET", "/prospects/7"));
    const take = patchOf(8, { emails: data.attributes["emails"] });
    expect((await mock.api("PATCH", "/prospects/8", take)).status).toBe(422);
    await mock.api("DELETE", "/prospects/7");
    expect((await mock.api("PATCH", "/prospects/8", take)).status).toBe(200);
  });
});

describe("GET /api/v2", () => {
  it("tells whose token it is, its scopes, and the labels of the custom fields", async ({
    expect,
  }) => {
    const mock = testMock();
    const token = await mock.signIn({
      user: "grace@example.com",
      scopes: "prospects.read users.read",
    });
    const response = await mock.fetch("/api/v2", { headers: { authorization: `Bearer ${token}` } });
    const { data, meta } = (await response.json()) as { data: Resource; meta: unknown };
    expect(meta).toEqual({
      user: { id: 2, email: "grace@example.com", firstName: "Grace", lastName: "Hopper" },
      scopes: ["prospects.read", "users.read"],
      application: { id: "mock" },
    });
    expect(data.attributes["prospectLabel1"]).toBe("Lifecycle stage");
    expect(data.attributes["prospectLabel150"]).toBeNull();
  });
});
