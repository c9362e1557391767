import { describe, it } from "vitest";
import {
  createdDestination,
  destinationList,
  destinationWithWarnings,
} from "../../src/destinations/schemas.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { ORIGIN, workerUnderTest } from "./worker-under-test.ts";

const AUDIENCE = { id: "0f2c8a51-6c2e-4c58-9f5e-0d8a2a3f9b10", mappingId: 4, name: "Webinar" };

describe("adding a destination", () => {
  it("answers 201 with its addresses, its settings and its secrets", async ({ expect }) => {
    const { call, addOutreachUser } = workerUnderTest();
    const { id: outreachUserId } = await addOutreachUser();
    const answer = await call("/v1/destinations", {
      body: {
        name: "Spring campaign",
        description: "For the\nspring",
        outreachUserId,
        identity: { source: "_tenant.crm.outreachId" },
        mappings: [{ source: "person.name.firstName", target: "firstName" }],
        audiences: [AUDIENCE],
      },
    });
    expect(answer.status).toBe(201);
    const created = createdDestination.parse(answer.json);
    expect(created.id).toMatch(/^dest_[\w-]{20}$/);
    expect(created).toMatchObject({
      name: "Spring campaign",
      description: "For the\nspring",
      outreachUserId,
      enabled: true,
      identity: { source: "_tenant.crm.outreachId" },
      mappings: [{ source: "person.name.firstName", target: "firstName", whenRemoved: "clear" }],
      audiences: [{ namespace: "ups", ...AUDIENCE }],
      statusValues: { realized: "realized", exited: "exited" },
      ingestUrl: `${ORIGIN}/v1/destinations/${created.id}/profiles`,
      tokenUrl: `${ORIGIN}/v1/oauth/token`,
      createdAt: "2026-11-23T14:00:00.000Z",
      updatedAt: "2026-11-23T14:00:00.000Z",
    });
    expect(created.ingestToken).toMatch(/^oe_ingest_/);
    expect(created.clientId).toMatch(/^oe_client_/);
    expect(created.clientSecret).toMatch(/^oe_secret_/);
  });

  it("fills in what may be left out", async ({ expect }) => {
    const { addDestination } = workerUnderTest();
    expect(await addDestination()).toMatchObject({
      description: null,
      enabled: true,
      identity: {},
      mappings: [],
      audiences: [],
      statusValues: { realized: "realized", exited: "exited" },
    });
  });

  it("shows the secrets never again, and stores neither", async ({ expect }) => {
    const { call, bindings, addDestination } = workerUnderTest();
    const { id, ingestToken, clientSecret } = await addDestination();
    const again = await call(`/v1/destinations/${id}`);
    const listed = await call("/v1/destinations?limit=500");
    const stored = await bindings.SETTINGS.prepare("SELECT * FROM destinations WHERE id = ?")
      .bind(id)
      .first();
    for (const text of [again.text, listed.text, JSON.stringify(stored)]) {
      expect(text).toContain(id);
      expect(text).not.toContain(ingestToken);
      expect(text).not.toContain(clientSecret);
    }
    expect(again.text).not.toMatch(/hash/i);
  });

  it("for an Outreach user that does not exist is a 422 on that field", async ({ expect }) => {
    const { call, stubs } = workerUnderTest();
    const answer = await call("/v1/destinations", {
      body: { name: "A", outreachUserId: "ou_none" },
    });
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({
      errors: [{ pointer: "/outreachUserId", code: "outreach_user_not_found" }],
    });
    expect(stubs).toEqual([]);
  });

  const refused: readonly [string, Record<string, unknown>, string][] = [
    ["a mapping id of 0", { audiences: [{ id: "a", mappingId: 0 }] }, "/audiences/0/mappingId"],
    ["a mapping id of 151", { audiences: [{ id: "a", mappingId: 151 }] }, "/audiences/0/mappingId"],
    [
      "a mapping id as text",
      { audiences: [{ id: "a", mappingId: "4" }] },
      "/audiences/0/mappingId",
    ],
    ["an audience without an id", { audiences: [{ mappingId: 4 }] }, "/audiences/0/id"],
    ["a mapping without a source", { mappings: [{ target: "title" }] }, "/mappings/0/source"],
    ["an empty target", { mappings: [{ source: "a", target: "" }] }, "/mappings/0/target"],
    [
      "a misspelt rule",
      { mappings: [{ source: "a", target: "title", whenRemoved: "drop" }] },
      "/mappings/0/whenRemoved",
    ],
    ["mappings that are no array", { mappings: {} }, "/mappings"],
    ["an unknown field", { mapping: [] }, "/mapping"],
    ["a name that is too long", { name: "x".repeat(201) }, "/name"],
    ["a description that is too long", { description: "x".repeat(2001) }, "/description"],
    ["enabled as text", { enabled: "yes" }, "/enabled"],
    ["an unknown target", { mappings: [{ source: "a", target: "nosuch" }] }, "/mappings/0/target"],
    [
      "a read-only target",
      { mappings: [{ source: "a", target: "createdAt" }] },
      "/mappings/0/target",
    ],
    [
      "two mappings on one target",
      {
        mappings: [
          { source: "a", target: "title" },
          { source: "b", target: "title" },
        ],
      },
      "/mappings/1/target",
    ],
    [
      "a target that an audience needs",
      { mappings: [{ source: "a", target: "custom4" }], audiences: [AUDIENCE] },
      "/mappings/0/target",
    ],
    [
      "two audiences on one custom field",
      { audiences: [AUDIENCE, { id: "b", mappingId: 4 }] },
      "/audiences/1/mappingId",
    ],
    [
      "a source that is no path",
      { mappings: [{ source: "a..b", target: "title" }] },
      "/mappings/0/source",
    ],
  ];
  it("suggests the names of attributes that were meant", async ({ expect }) => {
    const { call, addOutreachUser } = workerUnderTest();
    const { id: outreachUserId } = await addOutreachUser();
    const mappings = [{ source: "person.name.firstName", target: "firstname" }];
    const answer = await call("/v1/destinations", {
      body: { name: "A", outreachUserId, mappings },
    });
    expect(answer.json).toMatchObject({
      status: 422,
      errors: [{ pointer: "/mappings/0/target", code: "unknown_target" }],
    });
    expect(answer.text).toContain("firstName");
  });

  for (const [what, fields, pointer] of refused) {
    it(`with ${what} is a 422 that points at it and changes nothing`, async ({ expect }) => {
      const { call, addOutreachUser } = workerUnderTest();
      const { id: outreachUserId } = await addOutreachUser();
      const answer = await call("/v1/destinations", {
        body: { name: "A", outreachUserId, ...fields },
      });
      expect(answer.status).toBe(422);
      expect(answer.json).toMatchObject({ code: "invalid_request", errors: [{ pointer }] });
      // Nothing uses the Outreach user, so it can go.
      expect(
        (await call(`/v1/outreach-users/${outreachUserId}`, { method: "DELETE" })).status,
      ).toBe(204);
    });
  }
});

describe("warnings of a destination", () => {
  it("say that the Outreach user is not connected yet", async ({ expect }) => {
    const { addDestination } = workerUnderTest();
    expect((await addDestination()).warnings).toMatchObject([
      { pointer: "/outreachUserId", code: "outreach_user_not_connected" },
    ]);
  });

  it("name custom fields without a label once the labels are known", async ({ expect }) => {
    const { user, addDestination } = workerUnderTest();
    user.status.mockResolvedValue(CONNECTED);
    const { warnings } = await addDestination({
      audiences: [AUDIENCE, { id: "b", mappingId: 77 }],
      mappings: [
        { source: "a", target: "custom5" },
        { source: "b", target: "custom9" },
      ],
    });
    expect(warnings).toMatchObject([
      { pointer: "/audiences/1/mappingId", code: "custom_field_without_label" },
      { pointer: "/mappings/1/target", code: "custom_field_without_label" },
    ]);
  });

  it("name another destination of the same Outreach user that uses a custom field for something else", async ({
    expect,
  }) => {
    const { call, clock, user, addDestination } = workerUnderTest();
    user.status.mockResolvedValue(CONNECTED);
    const first = await addDestination({ name: "First", audiences: [AUDIENCE] });
    const { outreachUserId } = first;
    clock.now += 1000;
    const same = await addDestination({
      outreachUserId,
      audiences: [{ ...AUDIENCE, namespace: "UPS" }],
    });
    expect(same.warnings).toEqual([]);
    const other = await addDestination({ outreachUserId, audiences: [{ id: "b", mappingId: 4 }] });
    expect(other.warnings).toMatchObject([
      { pointer: "/audiences/0/mappingId", code: "custom_field_shared" },
    ]);
    expect(other.warnings[0]?.detail).toContain("First");
    const read = destinationWithWarnings.parse((await call(`/v1/destinations/${first.id}`)).json);
    expect(read.warnings).toMatchObject([{ code: "custom_field_shared" }]);
    const elsewhere = await addDestination({ audiences: [{ id: "b", mappingId: 4 }] });
    expect(elsewhere.warnings).toEqual([]);
  });

  it("say which scope is missing and for what", async ({ expect }) => {
    const { user, addDestination } = workerUnderTest();
    const missingScopes = [
      { scope: "prospects.write", neededFor: "bringing prospects up to date" },
    ];
    user.status.mockResolvedValue({
      ...CONNECTED,
      connection: { ...CONNECTED.connection, missingScopes },
    });
    const { warnings } = await addDestination();
    expect(warnings).toMatchObject([{ code: "scope_missing" }]);
    expect(warnings[0]?.detail).toContain("bringing prospects up to date");
  });

  it("never stand in the way: a destination is added though its object does not answer", async ({
    expect,
  }) => {
    const { user, addDestination } = workerUnderTest();
    user.status.mockRejectedValue(new Error("Network connection lost."));
    expect((await addDestination()).warnings).toMatchObject([
      { code: "outreach_user_not_checked" },
    ]);
  });
});

describe("listing destinations", () => {
  it("goes through them in pages", async ({ expect }) => {
    const { call, clock, addDestination } = workerUnderTest();
    clock.now += 3_600_000; // later than any other test of this file
    const { id: first, outreachUserId } = await addDestination();
    clock.now += 1000;
    const { id: second } = await addDestination({ outreachUserId });
    const all = destinationList.parse((await call("/v1/destinations?limit=500")).json);
    expect(all.destinations.slice(-2).map(({ id }) => id)).toEqual([first, second]);
    expect(all.next).toBeNull();
    const page = destinationList.parse((await call("/v1/destinations?limit=1")).json);
    expect(page.destinations).toHaveLength(1);
    expect(page.next).not.toBeNull();
  });
});

describe("changing a destination", () => {
  it("replaces the fields that are present and keeps the others", async ({ expect }) => {
    const { call, clock, addDestination } = workerUnderTest();
    const { id } = await addDestination({
      description: "Before",
      audiences: [AUDIENCE],
      mappings: [{ source: "a", target: "title" }],
    });
    clock.now += 60_000;
    const answer = await call(`/v1/destinations/${id}`, {
      method: "PATCH",
      body: { name: "After", description: null, mappings: [{ source: "b", target: "company" }] },
    });
    expect(answer.status).toBe(200);
    const changed = destinationWithWarnings.parse(answer.json);
    expect(changed).toMatchObject({
      name: "After",
      description: null,
      enabled: true,
      audiences: [AUDIENCE],
      mappings: [{ source: "b", target: "company", whenRemoved: "clear" }],
      createdAt: "2026-11-23T14:00:00.000Z",
      updatedAt: "2026-11-23T14:01:00.000Z",
    });
    expect((await call(`/v1/destinations/${id}`)).json).toEqual(changed);
  });

  it("keeps the word of one status where only the other one's is changed", async ({ expect }) => {
    const { call, addDestination } = workerUnderTest();
    const { id } = await addDestination({ statusValues: { realized: "yes", exited: "no" } });
    const body = { statusValues: { exited: "left" } };
    const answer = await call(`/v1/destinations/${id}`, { method: "PATCH", body });
    expect(answer).toMatchObject({
      status: 200,
      json: { statusValues: { realized: "yes", exited: "left" } },
    });
  });

  it("checks the whole result, and changes nothing where it is refused", async ({ expect }) => {
    const { call, addDestination } = workerUnderTest();
    const { id } = await addDestination({ mappings: [{ source: "a", target: "title" }] });
    const answer = await call(`/v1/destinations/${id}`, {
      method: "PATCH",
      body: { name: "After", mappings: [{ source: "a", target: "nosuch" }] },
    });
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ errors: [{ pointer: "/mappings/0/target" }] });
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({
      name: "Spring campaign",
      mappings: [{ target: "title" }],
    });
  });

  it("refuses a misspelt field instead of passing over it", async ({ expect }) => {
    const { call, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    const answer = await call(`/v1/destinations/${id}`, {
      method: "PATCH",
      body: { enable: false },
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("Did you mean `enabled`?");
  });

  it("keeps the Outreach user that it was added for", async ({ expect }) => {
    const { call, addDestination, addOutreachUser } = workerUnderTest();
    const { id, outreachUserId } = await addDestination();
    const { id: other } = await addOutreachUser();
    const patch = (value: string) =>
      call(`/v1/destinations/${id}`, { method: "PATCH", body: { outreachUserId: value } });
    expect((await patch(outreachUserId)).status).toBe(200);
    for (const value of [other, "ou_none"]) {
      expect((await patch(value)).json).toMatchObject({
        status: 422,
        errors: [{ pointer: "/outreachUserId", code: "outreach_user_fixed" }],
      });
    }
  });

  it("is a 409 where somebody else changed it at the same moment", async ({ expect }) => {
    const { call, bindings, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    const { app } = workerUnderTest();
    // The other change comes in between reading and writing.
    const slow = new Proxy(bindings.SETTINGS, {
      get(target, name) {
        if (name !== "prepare") return Reflect.get(target, name);
        return (sql: string) => {
          const statement = target.prepare(sql);
          if (!sql.startsWith("UPDATE")) return statement;
          return {
            bind: (...values: unknown[]) => ({
              run: async () => {
                await call(`/v1/destinations/${id}`, { method: "PATCH", body: { name: "First" } });
                return statement.bind(...values).run();
              },
            }),
          };
        };
      },
    });
    const init = {
      method: "PATCH",
      headers: {
        Authorization: "Bearer test-admin-token-of-the-worker",
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ name: "Second" }),
    };
    const answer = await app.request(`${ORIGIN}/v1/destinations/${id}`, init, {
      ...bindings,
      SETTINGS: slow,
    });
    expect(answer.status).toBe(409);
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({ name: "First" });
  });

  it("is a 404 for an id that is not known", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/destinations/dest_none", { method: "PATCH", body: {} });
    expect(answer.json).toMatchObject({ status: 404, code: "destination_not_found" });
  });
});

describe("changing how a destination's updates travel", () => {
  it("is told to its object, and nothing else is", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    const change = (body: object) => call(`/v1/destinations/${id}`, { method: "PATCH", body });
    await change({ name: "Another" });
    expect(user.setDelivery).not.toHaveBeenCalled();
    await change({ delivery: "patch", weight: 3 });
    expect(user.setDelivery).toHaveBeenCalledExactlyOnceWith(id, {
      single: true,
      weight: 3,
      revision: 3,
    });
    await change({ delivery: "auto" });
    expect(user.setDelivery).toHaveBeenLastCalledWith(id, { weight: 3, revision: 4 });
  });

  it("is saved although the object does not answer", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.setDelivery.mockRejectedValueOnce(new Error("Network connection lost."));
    const body = { delivery: "patch" };
    const answer = await call(`/v1/destinations/${id}`, { method: "PATCH", body });
    expect(answer).toMatchObject({ status: 200, json: { delivery: "patch" } });
  });
});

describe("deleting a destination", () => {
  it("has its object forget it, and answers 204", async ({ expect }) => {
    const { call, user, stubs, addDestination } = workerUnderTest();
    const { id, outreachUserId } = await addDestination();
    stubs.length = 0;
    const answer = await call(`/v1/destinations/${id}`, { method: "DELETE" });
    expect(answer.status).toBe(204);
    expect(user.forgetDestination).toHaveBeenCalledExactlyOnceWith(id);
    expect(stubs).toEqual([outreachUserId]);
    expect((await call(`/v1/destinations/${id}`)).status).toBe(404);
    expect((await call(`/v1/destinations/${id}`, { method: "DELETE" })).status).toBe(404);
  });

  it("can be repeated where the object did not answer", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.forgetDestination.mockRejectedValueOnce(new Error("Network connection lost."));
    expect((await call(`/v1/destinations/${id}`, { method: "DELETE" })).status).toBe(503);
    expect((await call(`/v1/destinations/${id}`, { method: "DELETE" })).status).toBe(204);
  });
});
