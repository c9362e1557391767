import { describe, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../mock-outreach/index.ts";
import { JSON_API, patchOf, settle, testMock, type TestMock } from "./support.ts";

const write = (mock: TestMock, id: number, attributes: Record<string, unknown>) =>
  mock.api("PATCH", `/prospects/${id}`, patchOf(id, attributes));

async function refusal(mock: TestMock, path: string, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await mock.fetch(`/__mock${path}`, { method: "POST", body: text });
  return { status: response.status, problem: (await response.json()) as unknown };
}

describe("the state", () => {
  it("shows the prospects that were changed, a page at a time", async ({ expect }) => {
    const mock = testMock({ seed: 100_000 });
    for (const id of [90_000, 5, 70]) await write(mock, id, { custom4: "realized" });
    const state = await mock.state("?prospects=changed");
    expect(state).toMatchObject({ prospectCount: 100_000, changedCount: 3, next: null });
    expect(state.prospects.map(({ id }) => id)).toEqual([5, 70, 90_000]);
    const first = await mock.state("?prospects=changed&limit=2");
    expect(first.prospects.map(({ id }) => id)).toEqual([5, 70]);
    expect(
      (await mock.state(`?prospects=changed&limit=2&after=${first.next}`)).prospects.map(
        ({ id }) => id,
      ),
    ).toEqual([90_000]);
  });

  it("shows all prospects unless told otherwise, or none", async ({ expect }) => {
    const mock = testMock({ seed: 30 });
    await mock.api("DELETE", "/prospects/2");
    const all = await mock.state("?limit=3");
    expect(all.prospects.map(({ id }) => id)).toEqual([1, 3, 4]);
    expect(all).toMatchObject({ prospectCount: 29, next: 4 });
    expect((await mock.state("?prospects=none")).prospects).toEqual([]);
  });

  it("says of each attribute when it last changed, by which call, and from what", async ({
    expect,
  }) => {
    const mock = testMock();
    await write(mock, 7, { custom4: "realized" });
    mock.advance(1_000);
    await write(mock, 7, { custom4: "exited", custom5: "realized" });
    mock.advance(1_000);
    await write(mock, 7, { custom4: "exited" });
    expect(await mock.prospect(7)).toMatchObject({
      writes: 3,
      attributes: { custom4: "exited", updatedAt: "2026-11-23T10:00:02.000Z" },
      changes: {
        custom4: { at: "2026-11-23T10:00:01.000Z", requestId: 2, before: "realized" },
        custom5: { at: "2026-11-23T10:00:01.000Z", requestId: 2, before: null },
      },
    });
  });

  it("shows budgets, tokens without their text, and counts", async ({ expect }) => {
    const mock = testMock();
    const token = await mock.signIn({ user: "grace@example.com", scopes: "prospects.read" });
    await mock.api("GET", "/prospects/1");
    await mock.api("GET", "/prospects/0");
    const state = await mock.state();
    expect(JSON.stringify(state)).not.toContain(token);
    expect(state.users[0]).toMatchObject({
      email: "ada@example.com",
      budget: { limit: 10_000, remaining: 9_998 },
    });
    expect(state.tokens.access[0]).toEqual({
      id: 1,
      userId: 2,
      clientId: "mock",
      scopes: ["prospects.read"],
      issuedAt: "2026-11-23T10:00:00.000Z",
      expiresAt: "2026-11-23T12:00:00.000Z",
    });
    expect(state.calls).toEqual({
      total: 2,
      open: 0,
      refusedByLimit: 0,
      byMethodAndStatus: { "GET 200": 1, "GET 404": 1 },
    });
  });

  it("finds two writes of one prospect that were under way at once", async ({ expect }) => {
    const woken: (() => void)[] = [];
    const mock = testMock({
      latencyMs: 1,
      sleep: () => new Promise((resolve) => woken.push(resolve)),
    });
    const token = await mock.signIn();
    const call = (method: string, id: number) =>
      mock.fetch(`/api/v2/prospects/${id}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
    const calls = [call("PATCH", 7), call("PATCH", 8), call("DELETE", 7)];
    // Reads beside a write, and beside each other.
    calls.push(call("GET", 8), call("GET", 8), call("GET", 9), call("GET", 9));
    await settle();
    for (const wake of woken) wake();
    await Promise.all(calls);
    expect((await mock.state()).findings).toEqual({
      openMax: 7,
      openPerProspectMax: 2,
      overlapCount: 1,
      overlaps: [{ prospectId: 7, at: "2026-11-23T10:00:00.000Z", callIds: [5, 7] }],
    });
  });

  it("does not take a call for an overlap whose predecessor was given up", async ({ expect }) => {
    const mock = testMock({ latencyMs: 1, sleep: () => new Promise(() => {}) });
    const token = await mock.signIn();
    const controller = new AbortController();
    const call = (signal?: AbortSignal) =>
      mock.fetch("/api/v2/prospects/7", {
        method: "PATCH",
        headers: { authorization: `Bearer ${token}` },
        ...(signal && { signal }),
      });
    const first = call(controller.signal);
    await settle();
    controller.abort();
    await expect(first).rejects.toThrow("abort");
    void call();
    await settle();
    expect((await mock.state()).findings).toMatchObject({ openPerProspectMax: 1, overlapCount: 0 });
  });
});

describe("the journal", () => {
  it("tells what was called and what came of it", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects?filter[id]=7");
    await write(mock, 7, { title: 5 });
    const { requests, total } = await mock.journal();
    expect(total).toBe(2);
    expect(requests[0]).toMatchObject({
      id: 1,
      method: "GET",
      path: "/api/v2/prospects",
      status: 200,
    });
    expect(requests[0]?.query).toBe("filter[id]=7");
    expect(requests[1]).toEqual({
      id: 2,
      at: "2026-11-23T10:00:00.000Z",
      method: "PATCH",
      path: "/api/v2/prospects/7",
      query: "",
      prospectIds: [7],
      requestBody: patchOf(7, { title: 5 }),
      userId: 1,
      end: "answered",
      status: 422,
      durationMs: 0,
      rateRemaining: "9998",
      errorBody: {
        errors: [
          {
            id: "validationError",
            title: "Validation Error",
            detail: "'title' must be a string.",
            source: { pointer: "/data/attributes/title" },
          },
        ],
      },
      faultIds: [],
    });
  });

  it("can be searched, and read a page at a time", async ({ expect }) => {
    const mock = testMock();
    for (const id of [1, 2, 1]) await mock.api("GET", `/prospects/${id}`);
    await write(mock, 1, { title: "x" });
    await mock.api("GET", "/prospects/0");
    const ids = async (query: string) => (await mock.journal(query)).requests.map(({ id }) => id);
    expect(await ids("?prospect=1")).toEqual([1, 3, 4]);
    expect(await ids("?prospect=1&method=patch")).toEqual([4]);
    expect(await ids("?status=404")).toEqual([5]);
    expect(await ids("?path=/api/v2/prospects/2")).toEqual([2]);
    expect(await ids("?user=2")).toEqual([]);
    const page = await mock.journal("?limit=2");
    expect(page).toMatchObject({ total: 5, next: 2, dropped: 0 });
    expect(await ids(`?limit=2&after=${page.next}`)).toEqual([3, 4]);
    expect((await mock.journal("?after=4")).next).toBeNull();
  });

  it("remembers as many calls as it is told, and says how many it has forgotten", async ({
    expect,
  }) => {
    const mock = testMock({ journalSize: 3 });
    for (let i = 1; i <= 10; i += 1) {
      await mock.api("GET", `/prospects/${i}`);
      const { requests, dropped } = await mock.journal();
      expect(requests.map(({ id }) => id)).toEqual([i - 2, i - 1, i].filter((id) => id > 0));
      expect(dropped).toBe(Math.max(0, i - 3));
    }
    expect((await mock.state()).calls.total).toBe(10);
  });

  it("can be switched off", async ({ expect }) => {
    const mock = testMock({ journalSize: 0 });
    for (let i = 0; i < 5; i += 1) await mock.api("GET", "/prospects/1");
    expect(await mock.journal()).toMatchObject({ requests: [], total: 0, dropped: 5 });
  });

  it("keeps only the beginning of long bodies, and no secret of a sign-in", async ({ expect }) => {
    const mock = testMock({ journalBodyBytes: 20 });
    await write(mock, 7, { title: "x".repeat(100) });
    await mock.fetch("/oauth/authorize?client_id=app&state=secret-state");
    await mock.fetch("/oauth/token", {
      method: "POST",
      body: "grant_type=refresh_token&refresh_token=secret-token&client_secret=secret-secret",
    });
    const { requests } = await mock.journal();
    expect(requests[0]?.requestBody).toBe('{"data":{"type":"pro');
    expect(JSON.stringify(requests)).not.toContain("secret-");
    expect(requests[2]?.requestBody).toBe("refresh_token");
  });

  it("does not hold the control API's own calls", async ({ expect }) => {
    const mock = testMock();
    await mock.state();
    expect((await mock.journal()).total).toBe(0);
    expect((await mock.state()).calls.total).toBe(0);
  });
});

describe("the clock", () => {
  it("moves forward by seconds or to a time, and everything goes by it", async ({ expect }) => {
    const mock = testMock({ limit: 1 });
    const dateOf = async () => (await mock.api("GET", "/prospects/1")).headers.get("date");
    expect(await dateOf()).toBe("Mon, 23 Nov 2026 10:00:00 GMT");
    expect((await mock.api("GET", "/prospects/1")).status).toBe(429);
    expect(await mock.control("POST", "/clock", { advanceSeconds: 3_600 })).toEqual({
      now: "2026-11-23T11:00:00.000Z",
      offsetSeconds: 3_600,
    });
    expect(await dateOf()).toBe("Mon, 23 Nov 2026 11:00:00 GMT");
    await mock.control("POST", "/clock", { now: "2026-11-24T00:00:00+02:00" });
    expect((await mock.state()).now).toBe("2026-11-23T22:00:00.000Z");
  });

  it("does not move back", async ({ expect }) => {
    const mock = testMock();
    const { status, problem } = await refusal(mock, "/clock", { now: "2020-01-01T00:00:00Z" });
    expect(status).toBe(422);
    expect(problem).toMatchObject({ detail: expect.stringContaining("only moves forward") });
    for (const body of [
      { advanceSeconds: -1 },
      { advanceSeconds: "1" },
      {},
      { now: "yesterday" },
    ]) {
      expect((await refusal(mock, "/clock", body)).status).toBe(422);
    }
  });
});

describe("a reset", () => {
  it("begins a new world with the settings of the start and those that are given", async ({
    expect,
  }) => {
    const mock = testMock({ seed: 20, limit: 50 });
    await write(mock, 7, { title: "x" });
    await mock.control("POST", "/faults", { effect: "drop" });
    await mock.control("POST", "/clock", { advanceSeconds: 60 });
    await mock.control("POST", "/labels", { "77": "Mine" });
    const { options } = await mock.control<{ options: unknown }>("POST", "/reset", { limit: 7 });
    expect(options).toEqual({ ...DEFAULT_SETTINGS, seed: 20, limit: 7 });
    const state = await mock.state();
    expect(state).toMatchObject({
      now: "2026-11-23T10:00:00.000Z",
      prospectCount: 20,
      changedCount: 0,
      calls: { total: 0 },
      tokens: { access: [], refresh: [] },
    });
    expect(await mock.control("GET", "/faults")).toEqual({ rules: [] });
    expect(await mock.control("GET", "/labels")).not.toHaveProperty("77");
    expect((await mock.api("GET", "/prospects/1")).status).toBe(401);
  });

  it("never hands out a token again that was valid before it", async ({ expect }) => {
    const mock = testMock();
    const before = await mock.signIn();
    await mock.control("POST", "/reset");
    expect(await mock.signIn()).not.toBe(before);
  });

  it("takes another number of prospects", async ({ expect }) => {
    const mock = testMock({ seed: 1 });
    await mock.control("POST", "/reset", { seed: 100_000 });
    expect((await mock.state("?prospects=none")).prospectCount).toBe(100_000);
  });

  it("refuses settings that do not exist or make no sense, and changes nothing", async ({
    expect,
  }) => {
    const mock = testMock({ seed: 20 });
    const user = { email: "ida@example.com", firstName: "Ida", lastName: "Rhodes" };
    for (const [body, pointer] of [
      [{ limit: 0 }, "/limit"],
      [{ windowKind: "round" }, "/windowKind"],
      [{ sed: 5 }, ""],
      [{ users: [user, { ...user, email: "IDA@example.com" }] }, "/users/1/email"],
    ] as const) {
      const { status, problem } = await refusal(mock, "/reset", body);
      expect(status).toBe(422);
      expect(problem).toMatchObject({ title: "Invalid request", errors: [{ pointer }] });
    }
    expect((await refusal(mock, "/reset", "{")).status).toBe(400);
    expect((await mock.state("?prospects=none")).prospectCount).toBe(20);
  });
});

describe("settings while it runs", () => {
  it("can be changed one by one", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects/1");
    await mock.control("PATCH", "/options", { limit: 2, resetFormat: "delta_seconds" });
    const { headers } = await mock.api("GET", "/prospects/1");
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
    expect(headers.get("x-ratelimit-reset")).toBe("3600");
    expect((await mock.api("GET", "/prospects/1")).status).toBe(429);
    await mock.control("PATCH", "/options", { windowKind: "sliding" });
    expect(await mock.control("GET", "/options")).toMatchObject({
      limit: 2,
      windowKind: "sliding",
    });
  });

  it("that only a reset can change are refused", async ({ expect }) => {
    const response = await testMock().fetch("/__mock/options", {
      method: "PATCH",
      body: JSON.stringify({ seed: 5 }),
    });
    expect(response.status).toBe(422);
  });
});

describe("labels", () => {
  it("can be set and taken away, and GET /api/v2 tells them", async ({ expect }) => {
    const mock = testMock();
    await mock.control("POST", "/labels", { "4": "Newsletter", "1": null });
    const { data } = (await (await mock.api("GET", "")).json()) as {
      data: { attributes: Record<string, string | null> };
    };
    expect(data.attributes["prospectLabel4"]).toBe("Newsletter");
    expect(data.attributes["prospectLabel1"]).toBeNull();
    for (const body of [{ "151": "x" }, { "0": "x" }, { a: "x" }, { "1": 5 }]) {
      expect((await refusal(mock, "/labels", body)).status).toBe(422);
    }
  });
});

describe("tokens by the control API", () => {
  it("are those of the user and scopes that are asked for, past the throttle", async ({
    expect,
  }) => {
    const mock = testMock();
    const first = await mock.signIn({ user: "katherine@example.com", scopes: "prospects.read" });
    const second = await mock.signIn({ user: "katherine@example.com" });
    expect(second).not.toBe(first);
    const response = await mock.fetch("/api/v2", { headers: { authorization: `Bearer ${first}` } });
    expect(await response.json()).toMatchObject({
      meta: { user: { email: "katherine@example.com" }, scopes: ["prospects.read"] },
    });
  });

  it("are refused with a list of who there is", async ({ expect }) => {
    const { status, problem } = await refusal(testMock(), "/tokens", { user: "nobody" });
    expect(status).toBe(404);
    expect(problem).toMatchObject({ detail: expect.stringContaining("ada@example.com") });
    expect((await refusal(testMock(), "/tokens", { scopes: "everything" })).status).toBe(422);
  });
});

describe("a mistake in a call of the control API", () => {
  it("is told where it is, and what would be right", async ({ expect }) => {
    const mock = testMock();
    const mistakes: [string, unknown, string, string][] = [
      ["/clock", undefined, "", "says neither `advanceSeconds`, from now on, nor `now`"],
      ["/clock", { advanceSeconds: 1, now: "2027-01-01T00:00:00Z" }, "/now", "one of the two"],
      ["/clock", { advanceSeconds: Number.NaN }, "/advanceSeconds", "expected number"],
      ["/clock", { now: "soon" }, "/now", "2026-12-01T00:00:00Z"],
      ["/clock", { now: "2020-01-01T00:00:00Z" }, "/now", "2026-11-23T10:00:00.000Z"],
      ["/spend", { user: {}, calls: 1 }, "/user", "id or e-mail"],
      ["/labels", { "151": "x" }, "/151", "they run from 1 to 150"],
    ];
    for (const [path, body, pointer, detail] of mistakes) {
      const { status, problem } = await refusal(mock, path, body);
      expect(status).toBe(422);
      expect(problem).toMatchObject({
        errors: [{ pointer, detail: expect.stringContaining(detail) }],
      });
    }
  });

  it("can be a parameter that the call does not know, or one without a value", async ({
    expect,
  }) => {
    const mock = testMock();
    const wrong = [
      ["GET", "/jobs?state=running"],
      ["GET", "/faults?id=1"],
      ["GET", "/clock?at=1"],
      ["GET", "/prospects/7?attributes=title"],
      ["GET", "/snapshots?limit=5"],
      ["POST", "/reset?seed=5"],
      ["DELETE", "/faults?id=1"],
      ["GET", "/requests?prospects=7"],
      ["GET", "/requests?limit=0"],
      ["GET", "/requests?limit="],
      ["GET", "/requests?path="],
      ["GET", "/state?limit=0"],
      ["GET", "/state/?after="],
    ] as const;
    for (const [method, path] of wrong) {
      const { status } = await mock.fetch(`/__mock${path}`, { method });
      expect([path, status]).toEqual([path, 422]);
    }
    expect((await mock.fetch("/__mock/state/?limit=1")).status).toBe(200);
  });

  it("is not who is meant: by id, by e-mail, or nobody for the first", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects/1");
    const totalOf = async (user: string) => (await mock.journal(`?user=${user}`)).total;
    expect([await totalOf("1"), await totalOf("ADA@example.com"), await totalOf("2")]).toEqual([
      1, 1, 0,
    ]);
    expect((await mock.fetch("/__mock/requests?user=nobody")).status).toBe(404);
    expect(await mock.control("POST", "/spend", { calls: 9 })).toMatchObject({ spent: 9 });
    expect((await mock.state()).users[0]?.budget.remaining).toBe(9_990);
  });
});

describe("the way in", () => {
  it("is told at / and at /__mock, and by 404s", async ({ expect }) => {
    const mock = testMock();
    expect(await (await mock.fetch("/")).text()).toContain("/api/v2");
    const { endpoints } = await mock.control<{ endpoints: { path: string }[] }>("GET", "");
    expect(endpoints[0]?.path).toBe("/__mock/state");
    expect((await mock.fetch("/__mock/nowhere")).status).toBe(404);
    expect((await mock.fetch("/nowhere")).status).toBe(404);
    expect((await mock.api("GET", "/prospects/1", undefined, { accept: JSON_API })).status).toBe(
      200,
    );
  });
});
