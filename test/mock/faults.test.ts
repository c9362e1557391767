import { describe, it, onTestFinished, vi } from "vitest";
import { controlOf, createMockOutreach } from "../../mock-outreach/index.ts";
import { JSON_API, ORIGIN, patchOf, settle, testMock, type TestMock } from "./support.ts";

const write = (mock: TestMock, id: number, value: string) =>
  mock.api("PATCH", `/prospects/${id}`, patchOf(id, { custom4: value }));
const addFault = (mock: TestMock, rule: unknown) => mock.control("POST", "/faults", rule);
const remainingAfter = async (mock: TestMock) =>
  (await mock.api("GET", "/prospects/1")).headers.get("x-ratelimit-remaining");

describe("which calls a rule strikes", () => {
  it("is told by method, path, prospect and user", async ({ expect }) => {
    const statuses = async (match: unknown) => {
      const mock = testMock();
      await addFault(mock, { match, effect: "server_error" });
      const calls = [
        await mock.api("GET", "/prospects/7"),
        await write(mock, 7, "x"),
        await write(mock, 8, "x"),
        await mock.api("GET", ""),
        await mock.api("GET", "/prospects"),
      ];
      return calls.map(({ status }) => status);
    };
    expect(await statuses({})).toEqual([500, 500, 500, 500, 500]);
    expect(await statuses({ method: "patch" })).toEqual([200, 500, 500, 200, 200]);
    expect(await statuses({ method: ["GET", "DELETE"] })).toEqual([500, 200, 200, 500, 500]);
    expect(await statuses({ prospects: [7] })).toEqual([500, 500, 200, 200, 200]);
    expect(await statuses({ path: "/api/v2/prospects" })).toEqual([500, 500, 500, 200, 500]);
    expect(await statuses({ path: "/api/v2/prospects/*" })).toEqual([500, 500, 500, 200, 200]);
    expect(await statuses({ path: "/api/**" })).toEqual([500, 500, 500, 500, 500]);
    expect(await statuses({ path: "/*/*/prospects/8" })).toEqual([200, 200, 500, 200, 200]);
    expect(await statuses({ user: "ADA@example.com" })).toEqual([500, 500, 500, 500, 500]);
    expect(await statuses({ user: 2 })).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses({ user: 1, method: "GET", prospects: [7] })).toEqual([
      500, 200, 200, 200, 200,
    ]);
  });

  it("can be only so many, after so many", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, { skip: 1, times: 2, effect: "server_error" });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await mock.api("GET", "/prospects/1")).status);
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
  });

  it("can be a share of them, the same ones in every run of a seed", async ({ expect }) => {
    const run = async (randomSeed: string) => {
      const mock = testMock({ randomSeed });
      await addFault(mock, { rate: 0.3, effect: "server_error" });
      const statuses: number[] = [];
      for (let i = 0; i < 200; i += 1)
        statuses.push((await mock.api("GET", "/prospects/1")).status);
      return statuses;
    };
    const first = await run("a");
    const struck = first.filter((status) => status === 500).length;
    expect(struck).toBeGreaterThan(40);
    expect(struck).toBeLessThan(80);
    expect(await run("a")).toEqual(first);
    expect(await run("b")).not.toEqual(first);
  });

  it("includes the token endpoint's", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, {
      match: { path: "/oauth/token" },
      effect: { type: "answer", status: 503, body: "busy" },
    });
    const response = await mock.fetch("/oauth/token", { method: "POST" });
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("busy");
  });

  it("never includes a call without a good token, or over the limit", async ({ expect }) => {
    const mock = testMock({ limit: 1 });
    await addFault(mock, { id: "x", effect: "server_error" });
    expect((await mock.fetch("/api/v2")).status).toBe(401);
    expect((await mock.api("GET", "")).status).toBe(500);
    expect((await mock.api("GET", "")).status).toBe(429);
    expect(await mock.control("GET", "/faults")).toMatchObject({
      rules: [{ id: "x", matched: 1, struck: 1 }],
    });
  });
});

describe("answers in the place of Outreach's", () => {
  it("maintenance is the documented 503 with an ISO 8601 Retry-After", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, { effect: { type: "maintenance", forSeconds: 90 } });
    const response = await write(mock, 7, "x");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2026-11-23T10:01:30Z");
    expect(await response.json()).toEqual({
      errors: [
        {
          id: "scheduledServerMaintenance",
          title: "Scheduled Server Maintenance",
          detail:
            "Scheduled server maintenance is under way; please try again at 2026-11-23T10:01:30.",
        },
      ],
    });
    expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
  });

  it("maintenance begins with the first call that it strikes, and has one end", async ({
    expect,
  }) => {
    const mock = testMock();
    await addFault(mock, { skip: 1, effect: { type: "maintenance", forSeconds: 90 } });
    expect((await write(mock, 7, "x")).status).toBe(200);
    mock.advance(5_000);
    expect((await write(mock, 7, "x")).headers.get("retry-after")).toBe("2026-11-23T10:01:35Z");
    expect(await mock.control("GET", "/faults")).toMatchObject({
      rules: [{ endsAt: "2026-11-23T10:01:35.000Z", struck: 1 }],
    });
    await mock.control("POST", "/snapshots", { name: "under way" });
    mock.advance(89_999);
    const last = await write(mock, 7, "x");
    expect([last.status, last.headers.get("retry-after")]).toEqual([503, "2026-11-23T10:01:35Z"]);
    await mock.control("POST", "/snapshots/under%20way/restore");
    expect((await write(mock, 7, "x")).status).toBe(503);
    mock.advance(1);
    expect((await write(mock, 7, "x")).status).toBe(200);
    expect(await mock.control("GET", "/faults")).toMatchObject({ rules: [{ matched: 3 }] });
  });

  it("server_error, bad_gateway and gateway_timeout are a proxy's HTML", async ({ expect }) => {
    for (const [type, status] of [
      ["server_error", 500],
      ["bad_gateway", 502],
      ["gateway_timeout", 504],
    ]) {
      const mock = testMock();
      await addFault(mock, { effect: type });
      const response = await write(mock, 7, "x");
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("text/html");
      expect(response.headers.get("x-ratelimit-remaining")).toBe("9999");
      expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
    }
  });

  it("a gateway_timeout can hide a call that was carried out", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, { effect: { type: "gateway_timeout", applied: true } });
    expect((await write(mock, 7, "x")).status).toBe(504);
    expect(await mock.prospect(7)).toMatchObject({ writes: 1, attributes: { custom4: "x" } });
  });

  it("rate_limited is the 429 of an empty budget, and costs nothing", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, { times: 1, effect: "rate_limited" });
    const response = await write(mock, 7, "x");
    expect(response.status).toBe(429);
    expect(response.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(response.headers.get("retry-after")).toBe("1795431600");
    expect(await response.text()).toContain(
      "rate limit of 10,000; please try again at 2026-11-23T11:00:00.",
    );
    expect(await remainingAfter(mock)).toBe("9999");
  });

  it("unauthorized is the gateway's 401", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, { times: 1, effect: "unauthorized" });
    const response = await write(mock, 7, "x");
    expect(response.status).toBe(401);
    expect(response.headers.has("x-ratelimit-limit")).toBe(false);
    expect(await response.json()).toMatchObject({ error: "Invalid JWT token." });
    expect(await remainingAfter(mock)).toBe("9999");
  });

  it("can be any of one's own", async ({ expect }) => {
    const mock = testMock();
    const effect = { type: "answer", status: 409, body: { errors: [] }, headers: { "x-own": "1" } };
    await addFault(mock, { effect });
    const response = await write(mock, 7, "x");
    expect(response.status).toBe(409);
    expect(response.headers.get("content-type")).toBe(JSON_API);
    expect(response.headers.get("x-own")).toBe("1");
    expect(await response.json()).toEqual({ errors: [] });
    await addFault(mock, { rules: [{ effect: { type: "answer", status: 204 } }], replace: true });
    expect((await write(mock, 7, "x")).status).toBe(204);
  });

  it("garbage is half a document under the true status, of a call that was carried out", async ({
    expect,
  }) => {
    const mock = testMock();
    await addFault(mock, { effect: "garbage" });
    const response = await write(mock, 7, "x");
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(await mock.prospect(7)).toMatchObject({ writes: 1 });
    expect((await mock.api("GET", "/prospects/0")).status).toBe(404);
  });

  it("count against the limit if the rule says so", async ({ expect }) => {
    const after = async (effect: unknown) => {
      const mock = testMock();
      await addFault(mock, { times: 1, effect });
      await write(mock, 7, "x");
      return remainingAfter(mock);
    };
    expect(await after("server_error")).toBe("9998");
    expect(await after({ type: "server_error", counted: false })).toBe("9999");
    expect(await after("maintenance")).toBe("9999");
    expect(await after({ type: "maintenance", counted: true })).toBe("9998");
  });

  it("leave no trace in the window's figures if they do not count", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects/1");
    await addFault(mock, { effect: "drop" });
    await expect(write(mock, 7, "x")).rejects.toThrow(TypeError);
    expect((await mock.state()).users[0]?.budget.windows).toMatchObject([{ calls: 1, refused: 0 }]);
  });

  it("bring nothing over from the answer that they hide", async ({ expect }) => {
    const mock = testMock();
    const hidden = { type: "answer", status: 500, applied: true };
    await addFault(mock, { match: { path: "/oauth/token" }, effect: hidden });
    const response = await mock.fetch("/oauth/token", { method: "POST" });
    expect(response.status).toBe(500);
    expect(response.headers.has("cache-control")).toBe(false);
    expect(response.headers.has("content-type")).toBe(false);
  });
});

describe("a broken connection", () => {
  it("rejects as fetch does; with drop nothing was done", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, { times: 1, effect: "drop" });
    await expect(write(mock, 7, "x")).rejects.toThrow(TypeError);
    expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
    expect(await remainingAfter(mock)).toBe("9999");
  });

  it("after drop_after everything was done and counted, and only the answer is lost", async ({
    expect,
  }) => {
    const mock = testMock();
    await addFault(mock, { times: 1, effect: "drop_after" });
    await expect(write(mock, 7, "x")).rejects.toThrow(TypeError);
    expect(await mock.prospect(7)).toMatchObject({ writes: 1, attributes: { custom4: "x" } });
    expect(await remainingAfter(mock)).toBe("9998");
    expect((await mock.journal()).requests[0]).toMatchObject({
      end: "connection_lost",
      status: null,
      faultIds: ["1"],
    });
    expect((await mock.state()).calls.byMethodAndStatus["PATCH none"]).toBe(1);
  });
});

describe("a call that hangs", () => {
  it("stays open until its caller gives up", async ({ expect }) => {
    const mock = testMock();
    const token = await mock.signIn();
    await addFault(mock, { times: 1, effect: "hang" });
    const controller = new AbortController();
    const call = mock.fetch("/api/v2/prospects/7", {
      headers: { authorization: `Bearer ${token}` },
      signal: controller.signal,
    });
    await settle();
    expect((await mock.state()).calls.open).toBe(1);
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await settle();
    expect((await mock.state()).calls.open).toBe(0);
  });

  it("ends with the mock, and with a reset", async ({ expect }) => {
    for (const end of ["close", "reset"]) {
      const mock = testMock();
      await addFault(mock, { effect: "hang" });
      const call = mock.api("GET", "/prospects/7");
      await settle();
      if (end === "close") mock.close();
      else await mock.control("POST", "/reset");
      await expect(call).rejects.toThrow(TypeError);
    }
  });
});

describe("a late answer", () => {
  it("waits as long as it is told, with jitter from the seed, and the call is carried out after the wait", async ({
    expect,
  }) => {
    const held: (() => void)[] = [];
    const mock = testMock({
      latencyMs: 100,
      sleep: (ms) =>
        new Promise((resolve) => {
          held.push(resolve);
          mock.slept.push(ms);
        }),
    });
    await addFault(mock, { effect: { type: "latency", ms: 400 } });
    const call = write(mock, 7, "x");
    await settle();
    expect(mock.slept).toEqual([500]);
    expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
    for (const wake of held) wake();
    expect((await call).status).toBe(200);
    expect(await mock.prospect(7)).toMatchObject({ writes: 1 });
  });

  it("can belong to a call that was carried out at once", async ({ expect }) => {
    const mock = testMock({ sleep: () => new Promise(() => {}) });
    await addFault(mock, { effect: { type: "latency", ms: 400, applied: true } });
    void write(mock, 7, "x");
    await settle();
    expect(await mock.prospect(7)).toMatchObject({ writes: 1 });
  });

  it("adds up with other rules, of which the first that ends the call has the last word", async ({
    expect,
  }) => {
    const mock = testMock();
    await addFault(mock, [
      { effect: { type: "latency", ms: 100 } },
      { effect: { type: "latency", ms: 20, jitterMs: 5 } },
      { effect: "server_error" },
      { effect: "maintenance" },
    ]);
    expect((await write(mock, 7, "x")).status).toBe(500);
    expect(mock.slept[0]).toBeGreaterThanOrEqual(120);
    expect(mock.slept[0]).toBeLessThan(125);
    const { rules } = await mock.control<{ rules: { struck: number }[] }>("GET", "/faults");
    expect(rules.map(({ struck }) => struck)).toEqual([1, 1, 1, 0]);
  });

  it("can be later than the longest timer", async ({ expect }) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const mock = createMockOutreach();
    onTestFinished(mock.close);
    const control = controlOf(mock.fetch);
    const dayMs = 86_400_000;
    const late = { type: "latency", ms: dayMs } as const;
    await control.faults.add(Array.from({ length: 60 }, () => ({ effect: late })));
    let answered = false;
    const request = new Request(`${ORIGIN}/oauth/token`, { method: "POST" });
    const call = mock.fetch(request).then(() => (answered = true));
    await settle();
    await vi.advanceTimersByTimeAsync(60 * dayMs - 1);
    await settle();
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await call;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is of no concern to a caller who has given up, but the call is carried out all the same", async ({
    expect,
  }) => {
    let wake = () => {};
    const mock = testMock({
      latencyMs: 1,
      sleep: () =>
        new Promise((resolve) => {
          wake = resolve;
        }),
    });
    const token = await mock.signIn();
    const controller = new AbortController();
    const call = mock.fetch("/api/v2/prospects/7", {
      method: "PATCH",
      headers: { authorization: `Bearer ${token}`, "content-type": JSON_API },
      body: JSON.stringify(patchOf(7, { title: "late" })),
      signal: controller.signal,
    });
    await settle();
    controller.abort();
    await expect(call).rejects.toThrow("abort");
    wake();
    await settle();
    expect(await mock.prospect(7)).toMatchObject({ attributes: { title: "late" } });
  });
});

describe("wrong headers", () => {
  it("replace or remove those of the true answer", async ({ expect }) => {
    const mock = testMock();
    const set = {
      "X-RateLimit-Remaining": "many",
      "x-ratelimit-reset": null,
      "content-type": "text/html",
    };
    await addFault(mock, { effect: { type: "headers", set } });
    const { status, headers } = await write(mock, 7, "x");
    expect(status).toBe(200);
    expect(headers.get("x-ratelimit-remaining")).toBe("many");
    expect(headers.has("x-ratelimit-reset")).toBe(false);
    expect(headers.get("x-ratelimit-limit")).toBe("10000");
    expect(headers.get("content-type")).toBe("text/html");
  });
});

describe("rules", () => {
  it("are listed, replaced by id, and taken away one by one or all at once", async ({ expect }) => {
    const mock = testMock();
    await addFault(mock, [{ id: "a", effect: "drop" }, { effect: "hang" }]);
    await addFault(mock, [
      { id: "b", effect: "garbage" },
      { id: "a", effect: "server_error" },
    ]);
    const listed = await mock.control<{ rules: { id: string; effect: { type: string } }[] }>(
      "GET",
      "/faults",
    );
    expect(listed.rules.map(({ id, effect }) => [id, effect.type])).toEqual([
      ["a", "server_error"],
      ["1", "hang"],
      ["b", "garbage"],
    ]);
    expect((await mock.fetch("/__mock/faults/1", { method: "DELETE" })).status).toBe(204);
    expect((await mock.fetch("/__mock/faults/1", { method: "DELETE" })).status).toBe(404);
    await mock.control("DELETE", "/faults");
    expect(await mock.control("GET", "/faults")).toEqual({ rules: [] });
    expect((await write(mock, 7, "x")).status).toBe(200);
  });

  it("that could strike nobody are refused, with a list of who there is", async ({ expect }) => {
    const control = controlOf(createMockOutreach().fetch);
    for (const user of [99, "nobody@example.com"]) {
      const rules = [{ effect: "drop" }, { match: { user }, effect: "drop" }] as const;
      await expect(control.faults.add(rules)).rejects.toMatchObject({
        status: 404,
        detail: expect.stringContaining("ada@example.com"),
        mistakes: [{ pointer: "/rules/1/match/user" }],
      });
    }
    expect(await control.faults.list()).toEqual([]);
  });

  it("of bulk jobs say how the job goes, also to the compiler", async ({ expect }) => {
    const { faults } = controlOf(createMockOutreach().fetch);
    // @ts-expect-error -- without an outcome
    await expect(faults.add({ effect: "job" })).rejects.toThrow("/rules/0/effect/outcome");
    // @ts-expect-error -- a job that never starts is not late
    const late = faults.add({ effect: { type: "job", outcome: "stuck", seconds: 5 } });
    await expect(late).rejects.toThrow("/rules/0/effect");
    await faults.add({ effect: { type: "job", outcome: "late" } });
    const effects = (await faults.list()).map(({ effect }) => effect);
    expect(effects).toEqual([{ type: "job", outcome: "late", seconds: 3_600 }]);
  });

  it("have numbers that none of the test's own has", async ({ expect }) => {
    const control = controlOf(createMockOutreach().fetch);
    await control.faults.add({ id: "1", effect: "drop" });
    const rules = [{ effect: "hang" }, { id: "2", effect: "garbage" }] as const;
    expect((await control.faults.add(rules)).map(({ id }) => id)).toEqual(["3", "2"]);
    const types = (await control.faults.list()).map(({ id, effect }) => [id, effect.type]);
    expect(types).toEqual([
      ["1", "drop"],
      ["3", "hang"],
      ["2", "garbage"],
    ]);
  });

  it("can be replaced by id where there are as many as there can be", async ({ expect }) => {
    const control = controlOf(createMockOutreach().fetch);
    const rules = Array.from({ length: 1_000 }, (_, i) => ({
      id: `r${i}`,
      effect: "hang" as const,
    }));
    await control.faults.add(rules);
    await control.faults.add({ id: "r5", effect: "drop" });
    expect(await control.faults.list()).toHaveLength(1_000);
    await expect(control.faults.add({ id: "new", effect: "drop" })).rejects.toThrow(
      "There can be 1000",
    );
  });

  it("that make no sense are refused with a pointer to the mistake", async ({ expect }) => {
    const mock = testMock();
    const mistakes: [unknown, string][] = [
      [{ effect: "explode" }, "/rules/0/effect/type"],
      [{ effect: { type: "answer" } }, "/rules/0/effect/status"],
      [{ effect: "drop", rate: 2 }, "/rules/0/rate"],
      [{ effect: "drop", match: { path: "/a/**/b" } }, "/rules/0/match/path"],
      [{ effect: "drop", match: { path: "/a/b*" } }, "/rules/0/match/path"],
      [{ effect: "drop", match: { path: "/a?b=c" } }, "/rules/0/match/path"],
      [{ effect: "drop", match: { path: "/a#b" } }, "/rules/0/match/path"],
      [{ effect: "job" }, "/rules/0/effect/outcome"],
      [{ effect: { type: "job", outcome: "stuck", seconds: 5 } }, "/rules/0/effect"],
      [{ effect: { type: "job", outcome: "late", share: 0.5 } }, "/rules/0/effect"],
      [{ effect: { type: "headers", set: { "x-a": "b\r\nc" } } }, "/rules/0/effect/set/x-a"],
      [
        [{ effect: "drop" }, { id: "a", effect: "drop" }, { id: "a", effect: "hang" }],
        "/rules/2/id",
      ],
    ];
    for (const [rule, pointer] of mistakes) {
      const response = await mock.fetch("/__mock/faults", {
        method: "POST",
        body: JSON.stringify(rule),
      });
      expect(response.status).toBe(422);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
    }
    expect(await mock.control("GET", "/faults")).toEqual({ rules: [] });
  });
});
