import { describe, it, vi } from "vitest";
import { outreachUserList, addedOutreachUser } from "../../src/outreach-users/schemas.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { ORIGIN, START, workerUnderTest } from "./worker-under-test.ts";

describe("adding an Outreach user", () => {
  it("answers 201 with its id, name and connect link", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/outreach-users", { body: { name: "  Marketing " } });
    expect(answer.status).toBe(201);
    const user = addedOutreachUser.parse(answer.json);
    expect(user).toMatchObject({ name: "Marketing", createdAt: "2026-11-23T14:00:00.000Z" });
    expect(user.id).toMatch(/^ou_[\w-]{20}$/);
    expect(user.connectUrl).toMatch(
      new RegExp(
        `^${ORIGIN}/v1/outreach-users/${user.id}/connect\\?expires=\\d+&signature=[\\w-]{43}$`,
      ),
    );
  });

  it("keeps the yearly allowance with the user's object", async ({ expect }) => {
    const { call, user, stubs } = workerUnderTest();
    const { json } = await call("/v1/outreach-users", {
      body: { name: "A", yearlyAllowance: 250_000 },
    });
    expect(user.setYearlyAllowance).toHaveBeenCalledExactlyOnceWith(250_000);
    expect(stubs).toEqual([addedOutreachUser.parse(json).id]);
  });

  it("puts PUBLIC_BASE_URL into the connect link", async ({ expect }) => {
    const { call } = workerUnderTest({ PUBLIC_BASE_URL: "https://public.example/edge" });
    const { json } = await call("/v1/outreach-users", { body: { name: "A" } });
    expect(addedOutreachUser.parse(json).connectUrl).toMatch(
      /^https:\/\/public\.example\/edge\/v1\/outreach-users\//,
    );
  });
});

describe("a bad request", () => {
  const cases: readonly [string, unknown, string, string][] = [
    ["without a name", {}, "/name", "required"],
    ["with an empty name", { name: "  " }, "/name", "too_small"],
    ["with a name that is too long", { name: "x".repeat(201) }, "/name", "too_large"],
    ["with a name that is no text", { name: 7 }, "/name", "wrong_type"],
    ["with control characters in the name", { name: "a\nb" }, "/name", "invalid_value"],
    ["with a lone surrogate in the name", '{"name":"\\ud800"}', "/name", "invalid_value"],
    [
      "with an unknown field",
      { name: "A", yearlyAllowence: 1 },
      "/yearlyAllowence",
      "unknown_field",
    ],
    [
      "with a negative allowance",
      { name: "A", yearlyAllowance: -1 },
      "/yearlyAllowance",
      "too_small",
    ],
    [
      "with half a call of allowance",
      { name: "A", yearlyAllowance: 0.5 },
      "/yearlyAllowance",
      "wrong_type",
    ],
    ["that is no object", [], "", "wrong_type"],
  ];
  for (const [what, body, pointer, code] of cases) {
    it(`${what} is a 422 that points at the field`, async ({ expect }) => {
      const { call } = workerUnderTest();
      const answer = await call("/v1/outreach-users", { body });
      expect(answer.status).toBe(422);
      expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
      expect(answer.json).toMatchObject({
        code: "invalid_request",
        type: "/problems/invalid_request",
        errors: [{ pointer, code }],
      });
    });
  }

  it("suggests the name of a field that was misspelt", async ({ expect }) => {
    const { call } = workerUnderTest();
    const { text } = await call("/v1/outreach-users", { body: { name: "A", yearlyAllowence: 1 } });
    expect(text).toContain("Did you mean `yearlyAllowance`?");
  });

  it("that is not JSON is a 400 that does not repeat it", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/outreach-users", { body: '{"name": MARKER' });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: "invalid_json" });
    expect(answer.text).not.toContain("MARKER");
  });

  it("of another content type is a 415", async ({ expect }) => {
    const { call } = workerUnderTest();
    const headers = { "Content-Type": "text/plain" };
    const answer = await call("/v1/outreach-users", { body: "name=A", headers });
    expect(answer.status).toBe(415);
    expect(answer.json).toMatchObject({ code: "unsupported_media_type" });
  });

  it("over 1 MB is a 413", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/outreach-users", { body: { name: "x".repeat(1_000_001) } });
    expect(answer.status).toBe(413);
    expect(answer.json).toMatchObject({ code: "body_too_large" });
  });

  it("is refused before its body is looked at where the token is wrong", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/outreach-users", { body: "{", token: "wrong" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toBe(
      'Bearer realm="outreach-edge", error="invalid_token"',
    );
  });

  it("with keys such as __proto__ harms nothing", async ({ expect }) => {
    const { call } = workerUnderTest();
    const body = '{"name":"A","__proto__":{"isAdmin":true},"constructor":1}';
    const answer = await call("/v1/outreach-users", { body });
    expect(answer.status).toBe(422);
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });
});

describe("listing Outreach users", () => {
  it("goes through them in pages, in the order in which they were added", async ({ expect }) => {
    const { call, clock, addOutreachUser } = workerUnderTest();
    clock.now += 3_600_000; // later than any other test of this file
    const added: string[] = [];
    for (const name of ["A", "B", "C"]) {
      added.push((await addOutreachUser(name)).id);
      clock.now += 1000;
    }
    const seen: string[] = [];
    for (let after = ""; ;) {
      const { json } = await call(`/v1/outreach-users?limit=2${after}`);
      const { outreachUsers, next } = outreachUserList.parse(json);
      seen.push(...outreachUsers.map(({ id }) => id));
      if (next === null) break;
      after = `&after=${encodeURIComponent(next)}`;
    }
    expect(seen.slice(-3)).toEqual(added);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("does not look at a body where none is read", async ({ expect }) => {
    const { call } = workerUnderTest();
    const body = "x".repeat(1_100_000);
    const gone = await call("/v1/outreach-users/ou_none", { method: "DELETE", body });
    expect(gone.json).toMatchObject({ status: 404, code: "outreach_user_not_found" });
    const large = await call("/v1/outreach-users/ou_none/pause", { method: "POST", body });
    expect(large.json).toMatchObject({ status: 413, code: "body_too_large" });
  });

  it("refuses a cursor that is none", async ({ expect }) => {
    const { call } = workerUnderTest();
    for (const after of ["x", "1~", "~"]) {
      expect(await call(`/v1/outreach-users?after=${after}`)).toMatchObject({ status: 422 });
    }
  });

  it("refuses limits that are none", async ({ expect }) => {
    const { call } = workerUnderTest();
    for (const limit of ["0", "-1", "1001", "many", "1.5"]) {
      const answer = await call(`/v1/outreach-users?limit=${limit}`);
      expect(answer.status, limit).toBe(422);
      expect(answer.json).toMatchObject({ errors: [{ pointer: "/limit" }] });
    }
  });
});

describe("reading an Outreach user", () => {
  it("has the contract's shape, times in UTC", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    user.status.mockResolvedValue({
      ...CONNECTED,
      paused: { reason: "rate_limited", until: Date.UTC(2026, 10, 23, 15) },
    });
    const { id, name } = await addOutreachUser();
    const answer = await call(`/v1/outreach-users/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      id,
      name,
      connection: {
        status: "connected",
        detail: null,
        connectedAt: "2026-11-23T09:00:00.000Z",
        identity: {
          email: "ada@example.com",
          scopes: ["prospects.read", "prospects.write"],
          customFieldLabels: { "4": "Spring webinar" },
        },
        missingScopes: [],
      },
      budget: {
        limit: 10_000,
        remaining: 9_100,
        resetsAt: "2026-11-23T15:00:00.000Z",
        reserved: 500,
      },
      backlog: {
        pending: 2,
        inFlight: 1,
        oldestAcceptedAt: "2026-11-23T13:59:00.000Z",
        drainsAt: "2026-11-23T14:01:00.000Z",
      },
      calls: {
        lastHour: 888,
        today: 5_000,
        lastYear: 90_000,
        lastYearByOthers: 12_000,
        yearlyAllowance: 250_000,
      },
      paused: { reason: "rate_limited", until: "2026-11-23T15:00:00.000Z" },
    });
  });

  it("says null where there is no time", async ({ expect }) => {
    const { call, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    expect((await call(`/v1/outreach-users/${id}`)).json).toMatchObject({
      connection: { status: "disconnected", connectedAt: null, identity: null },
      budget: { resetsAt: null },
      backlog: { oldestAcceptedAt: null, drainsAt: null },
      paused: { reason: "disconnected", until: null },
    });
  });

  it("survives a forecast beyond any calendar", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    user.status.mockResolvedValue({
      ...CONNECTED,
      backlog: { ...CONNECTED.backlog, drainsAt: Number.POSITIVE_INFINITY },
    });
    const { id } = await addOutreachUser();
    expect((await call(`/v1/outreach-users/${id}`)).json).toMatchObject({
      backlog: { drainsAt: "9999-12-31T23:59:59.999Z" },
    });
  });

  it("is a 404 for an id that is not known, and calls no object", async ({ expect }) => {
    const { call, stubs } = workerUnderTest();
    for (const id of ["ou_none", "%00", "x".repeat(150), "..%2F.."]) {
      const answer = await call(`/v1/outreach-users/${id}`);
      expect(answer.status, id).toBe(404);
    }
    expect(stubs).toEqual([]);
  });
});

describe("changing an Outreach user", () => {
  it("changes what is present and leaves the rest", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser("Before");
    const renamed = await call(`/v1/outreach-users/${id}`, {
      method: "PATCH",
      body: { name: "After" },
    });
    expect(renamed.status).toBe(200);
    expect(renamed.json).toMatchObject({ id, name: "After" });
    expect(user.setYearlyAllowance).not.toHaveBeenCalled();
    await call(`/v1/outreach-users/${id}`, { method: "PATCH", body: { yearlyAllowance: null } });
    expect(user.setYearlyAllowance).toHaveBeenCalledExactlyOnceWith(null);
    expect((await call(`/v1/outreach-users/${id}`)).json).toMatchObject({ name: "After" });
  });

  it("is a 404 for an id that is not known", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/outreach-users/ou_none", {
      method: "PATCH",
      body: { name: "A" },
    });
    expect(answer.status).toBe(404);
  });
});

describe("deleting an Outreach user", () => {
  it("destroys its object and answers 204", async ({ expect }) => {
    const { call, user, stubs, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    const answer = await call(`/v1/outreach-users/${id}`, { method: "DELETE" });
    expect(answer.status).toBe(204);
    expect(answer.text).toBe("");
    expect(user.destroy).toHaveBeenCalledOnce();
    expect(stubs).toEqual([id]);
    expect((await call(`/v1/outreach-users/${id}`)).status).toBe(404);
  });

  it("is refused with 409 while destinations use it, naming them", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id, outreachUserId, name } = await addDestination({ name: "Winter campaign" });
    const answer = await call(`/v1/outreach-users/${outreachUserId}`, { method: "DELETE" });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ code: "outreach_user_in_use" });
    expect(answer.text).toContain(name);
    expect(answer.text).toContain(id);
    expect(user.destroy).not.toHaveBeenCalled();
    await call(`/v1/destinations/${id}`, { method: "DELETE" });
    const retried = await call(`/v1/outreach-users/${outreachUserId}`, { method: "DELETE" });
    expect(retried.status).toBe(204);
  });

  it("is refused with 409 where a destination was added in the same moment", async ({ expect }) => {
    const { call, user, addOutreachUser, addDestination } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.destroy.mockImplementationOnce(async () => {
      await addDestination({ outreachUserId: id, name: "Just added" });
    });
    const answer = await call(`/v1/outreach-users/${id}`, { method: "DELETE" });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("Just added");
    expect((await call(`/v1/outreach-users/${id}`)).status).toBe(200);
  });

  it("can be repeated where the object did not answer", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.destroy.mockRejectedValueOnce(new Error("Network connection lost."));
    const failed = await call(`/v1/outreach-users/${id}`, { method: "DELETE" });
    expect(failed.status).toBe(503);
    expect(failed.headers.get("Retry-After")).toMatch(/^\d+$/);
    expect((await call(`/v1/outreach-users/${id}`, { method: "DELETE" })).status).toBe(204);
  });
});

describe("a failing platform", () => {
  const flagged = (flags: object) => Object.assign(new Error("MARKER from inside"), flags);

  it("is asked once more where it says that this helps, on a new stub", async ({ expect }) => {
    const { call, user, stubs, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.status.mockRejectedValueOnce(flagged({ retryable: true }));
    expect((await call(`/v1/outreach-users/${id}`)).status).toBe(200);
    expect(stubs).toEqual([id, id]);
  });

  it("is a 503 with Retry-After where it goes on failing", async ({ expect }) => {
    const { call, user, stubs, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.status.mockRejectedValue(flagged({ retryable: true }));
    const answer = await call(`/v1/outreach-users/${id}`);
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ code: "unavailable" });
    expect(answer.headers.get("Retry-After")).toBe("2");
    expect(answer.text).not.toContain("MARKER");
    expect(stubs).toHaveLength(2);
  });

  it("is left alone for longer where it is overloaded", async ({ expect }) => {
    const { call, user, stubs, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.status.mockRejectedValue(flagged({ retryable: true, overloaded: true }));
    const answer = await call(`/v1/outreach-users/${id}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("15");
    expect(stubs).toHaveLength(1);
  });

  it("is told apart from a database that was never set up", async ({ expect }) => {
    const { call, bindings, app } = workerUnderTest();
    const broken = {
      prepare: () => {
        throw new Error("D1_ERROR: no such table: outreach_users: SQLITE_ERROR");
      },
    };
    const init = { headers: { Authorization: "Bearer test-admin-token-of-the-worker" } };
    const answer = await app.request(`${ORIGIN}/v1/outreach-users`, init, {
      ...bindings,
      SETTINGS: broken,
    });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("wrangler d1 migrations apply outreach-edge");
    expect((await call("/v1/outreach-users")).status).toBe(200);
  });

  it("is a 503 where the database does not answer", async ({ expect }) => {
    const { bindings, app } = workerUnderTest();
    const broken = {
      prepare: () => {
        throw new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
      },
    };
    const init = { headers: { Authorization: "Bearer test-admin-token-of-the-worker" } };
    const answer = await app.request(`${ORIGIN}/v1/outreach-users`, init, {
      ...bindings,
      SETTINGS: broken,
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("5");
  });

  it("shows nothing of a bug but a request id, and logs no message", async ({ expect }) => {
    const { bindings, app } = workerUnderTest();
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = {
      prepare: () => {
        throw new TypeError("MARKER");
      },
    };
    const init = { headers: { Authorization: "Bearer test-admin-token-of-the-worker" } };
    const answer = await app.request(`${ORIGIN}/v1/outreach-users`, init, {
      ...bindings,
      SETTINGS: broken,
    });
    expect(answer.status).toBe(500);
    expect(answer.headers.get("X-Request-Id")).toBeTruthy();
    const text = await answer.text();
    expect(text).toContain("internal_error");
    expect(text).not.toContain("MARKER");
    expect(logged).toHaveBeenCalledOnce();
    const [line] = logged.mock.calls[0] ?? [];
    expect(line).toMatchObject({ event: "unexpected_error", error: "TypeError", method: "GET" });
    expect(JSON.stringify(line)).not.toContain("MARKER");
  });
});

describe("times", () => {
  it("of creation are the clock's", async ({ expect }) => {
    const { clock, addOutreachUser } = workerUnderTest();
    clock.now = START + 1;
    expect((await addOutreachUser()).createdAt).toBe("2026-11-23T14:00:00.001Z");
  });
});

describe("rows that could not be read", () => {
  it("are listed without values", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    const row = { id: "1", table: "prospects", rowId: 7, reason: "not JSON" } as const;
    user.quarantine.mockResolvedValue([{ ...row, at: START }]);
    const answer = await call(`/v1/outreach-users/${id}/quarantine?limit=5`);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ quarantine: [{ ...row, at: "2026-11-23T14:00:00.000Z" }] });
    expect(user.quarantine).toHaveBeenCalledExactlyOnceWith(5);
  });
});

describe("an Outreach user's activity", () => {
  it("is told minute by minute, with freshness and the newest events", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    const minute = { accepted: 5, delivered: 4, failed: 1, calls: 6, waiting: 1 };
    const fresh = { delivered: 4, p50Ms: 1_349, p95Ms: 2_300, p99Ms: 2_300 };
    const nothing = { delivered: 0, p50Ms: null, p95Ms: null, p99Ms: null };
    user.activity.mockResolvedValue({
      minutes: [{ startedAt: START, ...minute }],
      freshness: { lastHour: nothing, lastDay: fresh },
      tail: [
        { at: START, kind: "maintenance", count: 0, until: START + 1_000 },
        { at: START, kind: "refused", count: 1, prospectId: 8, status: 422, code: "no" },
      ],
    });
    const answer = await call(`/v1/outreach-users/${id}/activity?limit=5`);
    expect(answer.status).toBe(200);
    const at = "2026-11-23T14:00:00.000Z";
    expect(answer.json).toEqual({
      minutes: [{ startedAt: at, ...minute }],
      freshness: { lastHour: nothing, lastDay: fresh },
      tail: [
        { at, event: "maintenance", count: 0, until: "2026-11-23T14:00:01.000Z" },
        { at, event: "refused", count: 1, prospectId: 8, status: 422, code: "no" },
      ],
    });
    expect(user.activity).toHaveBeenCalledExactlyOnceWith(5);
    await call(`/v1/outreach-users/${id}/activity`);
    expect(user.activity).toHaveBeenLastCalledWith(60);
    expect((await call(`/v1/outreach-users/${id}/activity?limit=2881`)).status).toBe(422);
    expect((await call("/v1/outreach-users/none/activity")).status).toBe(404);
    expect((await call(`/v1/outreach-users/${id}/activity`, { token: "wrong" })).status).toBe(401);
  });

  it("has its freshness beside its state", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.status.mockResolvedValue(CONNECTED);
    expect((await call(`/v1/outreach-users/${id}`)).json).toMatchObject({
      freshness: { delivered: 400, p50Ms: 1_350, p95Ms: 2_330, p99Ms: 5_800, of: "last hour" },
    });
  });
});
