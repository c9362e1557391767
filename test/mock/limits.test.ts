import fc from "fast-check";
import { describe, it } from "vitest";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";
import { FixedWindow, SlidingWindow } from "../../mock-outreach/limits/window.ts";
import { patchOf, START, testMock, type TestMock } from "./support.ts";

const HOUR = 3_600_000;

async function limitHeaders(mock: TestMock) {
  const { status, headers } = await mock.api("GET", "/prospects/1");
  return {
    status,
    limit: headers.get("x-ratelimit-limit"),
    remaining: headers.get("x-ratelimit-remaining"),
    reset: headers.get("x-ratelimit-reset"),
    retryAfter: headers.get("retry-after"),
  };
}

describe("the budget's headers", () => {
  it("are on every answer after the token check", async ({ expect }) => {
    const mock = testMock();
    expect(await limitHeaders(mock)).toEqual({
      status: 200,
      limit: "10000",
      remaining: "9999",
      reset: String((START + HOUR) / 1_000),
      retryAfter: null,
    });
    expect(
      (await mock.api("PATCH", "/prospects/1", "{")).headers.get("x-ratelimit-remaining"),
    ).toBe("9998");
    expect((await mock.api("GET", "/prospects/0")).headers.get("x-ratelimit-remaining")).toBe(
      "9997",
    );
  });

  it("tell the reset in the format that is asked for, on a 429 in Retry-After too", async ({
    expect,
  }) => {
    const formats: [MockOutreachOptions["resetFormat"], string][] = [
      ["epoch_seconds", "1795431600"],
      ["epoch_ms", "1795431600000"],
      ["delta_seconds", "3600"],
      ["iso8601", "2026-11-23T11:00:00Z"],
      ["http_date", "Mon, 23 Nov 2026 11:00:00 GMT"],
    ];
    for (const [resetFormat, told] of formats) {
      const mock = testMock({ resetFormat, limit: 1 });
      expect(await limitHeaders(mock)).toMatchObject({ status: 200, reset: told });
      expect(await limitHeaders(mock)).toMatchObject({
        status: 429,
        reset: told,
        retryAfter: told,
      });
    }
  });

  it("round a part of a second up, so that nobody comes back too early", async ({ expect }) => {
    const mock = testMock({
      windowAlignment: "first_call",
      windowSeconds: 60,
      resetFormat: "delta_seconds",
    });
    await limitHeaders(mock);
    mock.advance(1);
    expect(await limitHeaders(mock)).toMatchObject({ reset: "60" });
  });

  it("show two numbers, of which the first counts, if the mock is told so", async ({ expect }) => {
    expect(await limitHeaders(testMock({ remainingPair: true }))).toMatchObject({
      remaining: "9999, 19999",
    });
  });
});

describe("a call over the limit", () => {
  it("gets the documented 429, and costs nothing", async ({ expect }) => {
    const mock = testMock({ limit: 2, windowSeconds: 60 });
    await limitHeaders(mock);
    await limitHeaders(mock);
    const response = await mock.api("PATCH", "/prospects/7", patchOf(7, { title: "x" }));
    expect(response.status).toBe(429);
    expect(response.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(await response.json()).toEqual({
      errors: [
        {
          id: "rateLimitExceeded",
          title: "Rate Limit Exceeded",
          detail:
            "You have exceeded your permitted rate limit of 2; please try again at 2026-11-23T10:01:00.",
        },
      ],
    });
    expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
    mock.advance(60_000);
    expect(await limitHeaders(mock)).toMatchObject({ status: 200, remaining: "1" });
    expect((await mock.state()).calls).toMatchObject({
      refusedByLimit: 1,
      byMethodAndStatus: { "GET 200": 3, "PATCH 429": 1 },
    });
  });

  it("is told the limit with a thousands separator", async ({ expect }) => {
    const mock = testMock({ limit: 10_000 });
    await mock.control("POST", "/spend", { user: "ada@example.com", calls: 10_000 });
    const response = await mock.api("GET", "/prospects/1");
    expect(await response.text()).toContain(
      "You have exceeded your permitted rate limit of 10,000; please try again at 2026-11-23T11:00:00.",
    );
  });

  it("is refused before its route, scope and content type are looked at", async ({ expect }) => {
    const mock = testMock({ limit: 1 });
    await limitHeaders(mock);
    expect((await mock.api("GET", "/nowhere")).status).toBe(429);
    expect((await mock.api("PATCH", "/prospects/1", "{", { "content-type": "x/y" })).status).toBe(
      429,
    );
  });

  it("is one of its user's: others have budgets of their own", async ({ expect }) => {
    const mock = testMock({ limit: 1 });
    await limitHeaders(mock);
    expect(await limitHeaders(mock)).toMatchObject({ status: 429 });
    const token = await mock.signIn({ user: "grace@example.com" });
    const other = await mock.fetch("/api/v2", { headers: { authorization: `Bearer ${token}` } });
    expect(other.status).toBe(200);
  });
});

describe("a second consumer", () => {
  it("spends from the same budget, up to the limit", async ({ expect }) => {
    const mock = testMock({ limit: 10 });
    await limitHeaders(mock);
    expect(await mock.control("POST", "/spend", { user: 1, calls: 4 })).toMatchObject({
      spent: 4,
      remaining: 5,
    });
    expect(await limitHeaders(mock)).toMatchObject({ remaining: "4" });
    expect(await mock.control("POST", "/spend", { user: 1, calls: 40 })).toMatchObject({
      spent: 4,
    });
    expect(await limitHeaders(mock)).toMatchObject({ status: 429 });
    // What it wanted besides is no call that was refused.
    expect((await mock.state("?prospects=none")).budget?.windows).toMatchObject([
      { calls: 10, others: 8, refused: 1 },
    ]);
  });
});

describe("a second consumer that goes on calling", () => {
  const windowsOf = async (mock: TestMock) => (await mock.state("?prospects=none")).budget?.windows;

  it("spends as time passes, from the user's first call on", async ({ expect }) => {
    const mock = testMock({ limit: 100, othersPerMinute: 6 });
    mock.advance(60_000);
    expect(await limitHeaders(mock)).toMatchObject({ remaining: "99" });
    mock.advance(9_999);
    expect((await mock.state("?prospects=none")).budget?.remaining).toBe(99);
    mock.advance(1);
    expect((await mock.state("?prospects=none")).budget?.remaining).toBe(98);
    mock.advance(50_000);
    expect(await limitHeaders(mock)).toMatchObject({ remaining: "92" });
    expect(await windowsOf(mock)).toMatchObject([{ calls: 8, others: 6, refused: 0 }]);
    // Nobody else's budget is touched.
    expect((await mock.state("?prospects=none")).users[1]?.budget).toMatchObject({
      remaining: 100,
      windows: [],
    });
  });

  it("uses up each window, fixed or sliding, and is refused without a word", async ({ expect }) => {
    for (const windowKind of ["fixed", "sliding"] as const) {
      const mock = testMock({ limit: 10, othersPerMinute: 60, windowSeconds: 60, windowKind });
      await limitHeaders(mock);
      mock.advance(30_000);
      expect(await limitHeaders(mock), windowKind).toMatchObject({ status: 429 });
      expect(await windowsOf(mock), windowKind).toMatchObject([
        { calls: 10, others: 9, refused: 1 },
      ]);
      mock.advance(90_000);
      expect((await mock.state("?prospects=none")).budget?.remaining, windowKind).toBe(
        windowKind === "fixed" ? 9 : 0,
      );
    }
  });

  it("changes its pace from then on, and is brought back by a snapshot", async ({ expect }) => {
    const mock = testMock({ limit: 1_000 });
    await limitHeaders(mock);
    mock.advance(60_000);
    await mock.control("PATCH", "/options", { othersPerMinute: 60 });
    mock.advance(10_500);
    await mock.control("POST", "/snapshots", { name: "then" });
    await mock.control("PATCH", "/options", { othersPerMinute: 0 });
    mock.advance(60_000);
    const remaining = async () => (await mock.state("?prospects=none")).budget?.remaining;
    expect(await remaining()).toBe(989);
    await mock.control("POST", "/snapshots/then/restore");
    expect(await remaining()).toBe(929);
  });
});

describe("windows", () => {
  it("that are fixed to the clock start anew at its multiples", async ({ expect }) => {
    const mock = testMock({ limit: 10, windowSeconds: 3_600 });
    mock.advance(HOUR - 1);
    expect(await limitHeaders(mock)).toMatchObject({ remaining: "9" });
    mock.advance(1);
    expect(await limitHeaders(mock)).toMatchObject({
      remaining: "9",
      reset: String((START + 2 * HOUR) / 1_000),
    });
  });

  it("that begin with a first call end their length after it", async ({ expect }) => {
    const mock = testMock({ limit: 10, windowSeconds: 60, windowAlignment: "first_call" });
    mock.advance(20_000);
    expect(await limitHeaders(mock)).toMatchObject({ reset: String((START + 80_000) / 1_000) });
    mock.advance(59_999);
    expect(await limitHeaders(mock)).toMatchObject({ remaining: "8" });
    mock.advance(30_000);
    expect(await limitHeaders(mock)).toMatchObject({
      remaining: "9",
      reset: String(Math.ceil((START + 169_999) / 1_000)),
    });
  });

  it("that slide let a call go once it is as old as the window", async ({ expect }) => {
    const mock = testMock({ limit: 2, windowSeconds: 60, windowKind: "sliding" });
    await limitHeaders(mock);
    mock.advance(20_000);
    expect(await limitHeaders(mock)).toMatchObject({
      remaining: "0",
      reset: String((START + 60_000) / 1_000),
    });
    mock.advance(39_999);
    expect(await limitHeaders(mock)).toMatchObject({ status: 429 });
    mock.advance(1);
    expect(await limitHeaders(mock)).toMatchObject({
      status: 200,
      remaining: "0",
      reset: String((START + 80_000) / 1_000),
    });
  });

  it("carry their calls over where their kind is changed", async ({ expect }) => {
    const mock = testMock({ limit: 3 });
    const remaining = async () => (await mock.state()).budget?.remaining;
    const change = (windowKind: string) => mock.control("PATCH", "/options", { windowKind });
    mock.advance(600_000);
    await mock.api("GET", "/prospects/1");
    await mock.api("GET", "/prospects/1");
    await change("sliding");
    expect((await mock.state()).budget).toMatchObject({
      remaining: 1,
      resetsAt: "2026-11-23T11:00:00.000Z",
    });
    await mock.api("GET", "/prospects/1");
    expect((await mock.api("GET", "/prospects/1")).status).toBe(429);
    mock.advance(3_000_000);
    // The two of the fixed window have left with its end.
    expect(await remaining()).toBe(2);
    await change("fixed");
    expect((await mock.state()).budget).toMatchObject({
      remaining: 2,
      resetsAt: "2026-11-23T12:00:00.000Z",
    });
    mock.advance(3_600_000);
    expect(await remaining()).toBe(3);
    await change("sliding");
    expect(await remaining()).toBe(3);
  });

  it("are told one by one, with what others and refusals had of each", async ({ expect }) => {
    const mock = testMock({ limit: 3, windowSeconds: 5 });
    await limitHeaders(mock);
    await mock.control("POST", "/spend", { user: 1, calls: 2 });
    await limitHeaders(mock);
    mock.advance(10_000);
    await limitHeaders(mock);
    expect((await mock.state()).users[0]?.budget.windows).toEqual([
      {
        startsAt: "2026-11-23T10:00:00.000Z",
        endsAt: "2026-11-23T10:00:05.000Z",
        calls: 3,
        others: 2,
        refused: 1,
      },
      {
        startsAt: "2026-11-23T10:00:10.000Z",
        endsAt: "2026-11-23T10:00:15.000Z",
        calls: 1,
        others: 0,
        refused: 0,
      },
    ]);
  });

  it("never let more calls through than the limit, in any time of the window's length that they count", ({
    expect,
  }) => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom("clock", "first_call"),
        (steps, limit, alignment) => {
          const settings = { limit, windowMs: 100, alignment } as const;
          const sliding = new SlidingWindow();
          const fixed = new FixedWindow();
          const taken: number[] = [];
          const ends = new Map<number, number>();
          let now = START;
          for (const step of steps) {
            now += step;
            if (sliding.take(now, settings)) taken.push(now);
            if (fixed.take(now, settings)) {
              const { resetsAt } = fixed.read(now, settings);
              ends.set(resetsAt, (ends.get(resetsAt) ?? 0) + 1);
            }
            const inWindow = taken.filter((at) => at > now - settings.windowMs).length;
            expect(inWindow).toBeLessThanOrEqual(limit);
            expect(sliding.read(now, settings).remaining).toBe(limit - inWindow);
          }
          expect(Math.max(...ends.values())).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
