import { describe, it } from "vitest";
import { callLedger } from "../../src/outreach-users/calls-schemas.ts";
import type { CallLedger } from "../../src/engine/api.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

const DAY_MS = 86_400_000;
const TODAY = START - (START % DAY_MS);

async function opened() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.status.mockResolvedValue(CONNECTED);
  const destination = await worker.addDestination({ name: "Web profiles" });
  const ledger: CallLedger = {
    yearlyAllowance: 250_000,
    spans: [
      {
        startedAt: TODAY,
        calls: 1_000,
        byKind: { patch: 900, poll_job: 99, identify: 1 },
        byDestination: { [destination.id]: 959, dest_gone: 40 },
        byOthers: 250,
      },
      {
        startedAt: TODAY - DAY_MS,
        calls: 10,
        byKind: { unknown: 10 },
        byDestination: {},
        byOthers: 0,
      },
    ],
    days: [
      { startedAt: TODAY - DAY_MS, calls: 10, byOthers: 0 },
      { startedAt: TODAY, calls: 1_000, byOthers: 250 },
    ],
  };
  worker.user.calls.mockResolvedValue(ledger);
  const place = `/outreach-users/${destination.outreachUserId}/calls`;
  return { ...worker, ...browser, destination, ledger, place };
}

describe("the ledger of calls in the API", () => {
  it("tells rows, totals and how long the year's allowance lasts", async ({ expect }) => {
    const { call, place, user } = await opened();
    const { status, json } = await call(`/v1${place}?span=day&limit=2`);
    expect(status).toBe(200);
    const answer = callLedger.parse(json);
    expect(user.calls).toHaveBeenLastCalledWith("day", 2);
    expect(answer.rows.map(({ calls, byOthers }) => [calls, byOthers])).toEqual([
      [1_000, 250],
      [10, 0],
    ]);
    expect(answer.rows[0]).toMatchObject({
      startedAt: new Date(TODAY).toISOString(),
      endedAt: new Date(TODAY + DAY_MS).toISOString(),
    });
    expect(answer.total).toMatchObject({
      calls: 1_010,
      byKind: { patch: 900, poll_job: 99, identify: 1, unknown: 10 },
      byOthers: 250,
    });
    expect(answer.year).toMatchObject({
      used: 1_010,
      usedByOthers: 250,
      allowance: 250_000,
      left: 248_740,
    });
    expect(answer.year.lastsUntil).not.toBeNull();
  });

  it("says which parameter is wrong, and what it may be", async ({ expect }) => {
    const { call, place } = await opened();
    for (const [query, pointer, words] of [
      ["span=week", "/span", "hour, day"],
      ["limit=0", "/limit", "at least 1"],
      ["limit=841", "/limit", "at most 840"],
      ["limit=many", "/limit", "whole number"],
    ] as const) {
      const { status, json } = await call(`/v1${place}?${query}`);
      expect(status, query).toBe(422);
      expect(json).toMatchObject({ errors: [{ pointer, detail: expect.stringContaining(words) }] });
    }
  });

  it("is the administrator's alone, of an Outreach user that is there", async ({ expect }) => {
    const { call, place } = await opened();
    expect((await call(`/v1${place}`, { token: null })).status).toBe(401);
    expect((await call("/v1/outreach-users/ou_none/calls")).status).toBe(404);
  });
});

describe("the ledger of calls in the console", () => {
  it("says what calls were spent on, in words and by name", async ({ expect }) => {
    const { get, place } = await opened();
    const page = await get(`/console${place}`);
    expect(page.status).toBe(200);
    const text = textOf(page);
    expect(text).toContain("Calls left248,740of 250,000, 99.5 %");
    expect(text).toContain("Used by others250");
    expect(text).toContain("Bring one prospect up to date90089.1 %");
    expect(text).toContain("Web profiles95995.0 %");
    expect(text).toContain("A deleted destination (dest_gone)40");
    expect(text).toContain("For no destination11");
    expect(text).toContain("people and other programs 250");
    expect(page.text).toContain('class="chart"');
    expect(page.text).not.toMatch(/ style=/);
  });

  it("shows the time that is asked for, without a script", async ({ expect }) => {
    const { get, place, user } = await opened();
    for (const [period, span, count] of [
      ["day", "hour", 24],
      ["year", "day", 365],
      ["__proto__", "day", 30],
    ] as const) {
      const page = await get(`/console${place}?period=${period}`);
      expect(page.status).toBe(200);
      expect(user.calls).toHaveBeenLastCalledWith(span, count);
    }
  });

  it("says what would tell more where no allowance is set", async ({ expect }) => {
    const { get, place, user, ledger } = await opened();
    user.calls.mockResolvedValue({ ...ledger, yearlyAllowance: null });
    const page = await get(`/console${place}`);
    expect(textOf(page)).toContain("Set the yearly allowance");
    expect(page.text).not.toContain("data-chart");
  });

  it("is there before the first call", async ({ expect }) => {
    const { get, place, user } = await opened();
    user.calls.mockResolvedValue({ spans: [], days: [], yearlyAllowance: 250_000 });
    expect(textOf(await get(`/console${place}`))).toContain("No calls yet");
  });
});
