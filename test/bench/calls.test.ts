import { describe, it } from "vitest";
import { callPerUpdate, hourlyDiff, mergingLimiter } from "../../bench/calls/alternatives.ts";
import { throughEngine } from "../../bench/calls/engine.ts";
import { fewestCalls, JOB_MS } from "../../bench/calls/fewest.ts";
import { Ledger, TRACE_BEGINS_AT } from "../../bench/calls/ledger.ts";
import { timer } from "../../bench/calls/timer.ts";
import { departures } from "../../bench/calls/timer-plan.ts";
import { activation, dayOfChanges, flapping, hot, trickle } from "../../bench/calls/traces.ts";
import type { Item, Trace, Values } from "../../bench/calls/traces.ts";

const MINUTE_MS = 60_000;

function item(at: number, prospectId: number, says: Values): Item {
  const fields = Object.fromEntries(Object.entries(says).map(([name, value]) => [name, { value }]));
  return { at, says, update: { prospectId, fields } };
}

function people(count: number, says: (i: number) => Values): Item[] {
  return Array.from({ length: count }, (_, i) => item(0, i + 1, says(i)));
}

describe("the fewest calls", () => {
  for (const [what, items, fewest] of [
    ["equal values in one modify", people(100_000, () => ({ title: "CTO" })), 2],
    ["one more than a modify takes", people(100_001, () => ({ title: "CTO" })), 3],
    ["values of their own in upserts", people(1_001, (i) => ({ title: `${i}` })), 5],
    ["a mix", people(900, (i) => ({ title: i < 600 ? "CTO" : `${i}` })), 4],
    ["three audiences in any combination", activation(7_000, false).items, 6],
    ["one by itself", people(1, () => ({ title: "CTO" })), 1],
  ] as const) {
    it(`takes ${what}`, ({ expect }) => {
      expect(fewestCalls(items, MINUTE_MS)).toBe(fewest);
    });
  }

  it("lets values wait for as long as the row's do", ({ expect }) => {
    const items = [item(0, 1, { title: "a" }), item(10, 1, { title: "b" })];
    const later = item(30, 2, { title: "c" });
    expect(fewestCalls([...items, later], 10)).toBe(2);
    expect(fewestCalls([...items, later], 9)).toBe(3);
  });

  it("uses no job where there is no time for one", ({ expect }) => {
    const items = people(1_000, () => ({ title: "CTO" }));
    expect(fewestCalls(items, JOB_MS - 1)).toBe(1_000);
    expect(fewestCalls(items, JOB_MS)).toBe(2);
  });

  it("lets one job go at its last moment, and leaves for the next what may still wait", ({
    expect,
  }) => {
    const early = people(400, (i) => ({ title: `${i}` }));
    const late = people(600, (i) => ({ title: `${i}` })).map((one) => ({
      ...item(20_000, one.update.prospectId + 1_000, one.says),
    }));
    expect(fewestCalls([...early, ...late], JOB_MS + 30_000)).toBe(4);
  });

  it("needs none for what Outreach holds", ({ expect }) => {
    const [first, flip, back] = ["a", "b", "a"].map((title, i) => item(i * 100, 1, { title }));
    if (!first || !flip || !back) throw new Error("three items");
    expect(fewestCalls([first, back], 10)).toBe(1);
    expect(fewestCalls([first, flip, back], 100)).toBe(1);
    expect(fewestCalls([first, flip, back], 99)).toBe(3);
  });
});

describe("the ledger", () => {
  const trace: Trace = { title: "", items: [], missing: new Set() };

  it("counts an overwritten value until it is overwritten, and one that was undone until it is right again", ({
    expect,
  }) => {
    const ledger = new Ledger(trace);
    ledger.accept(item(0, 1, { title: "a" }), 0);
    ledger.accept(item(0, 1, { title: "b" }), 10);
    ledger.hold(1, { title: "b" }, 40);
    ledger.hold(1, { title: "a" }, 50);
    ledger.hold(1, { title: "b" }, 60);
    expect(ledger.close()).toEqual({ rightAfterMs: 50, notRightMs: 50, meanMs: 30, p99Ms: 50 });
  });

  it("adds up for how long Outreach was not right, overwritten values and values that came back among it", ({
    expect,
  }) => {
    const ledger = new Ledger(trace);
    ledger.accept(item(0, 1, { title: "a", name: "n" }), 0);
    ledger.hold(1, { title: "a", name: "n" }, 10);
    ledger.accept(item(0, 1, { title: "b" }), 20);
    ledger.accept(item(0, 1, { title: "a" }), 25);
    ledger.accept(item(0, 1, { title: "c" }), 40);
    ledger.accept(item(0, 1, { title: "d" }), 50);
    ledger.hold(1, { title: "d" }, 70);
    // The title 10, 5 and 30, the name 10.
    expect(ledger.close().notRightMs).toBe((10 + 5 + 30 + 10) / 2);
  });

  it("does not close over a value that Outreach never got", ({ expect }) => {
    const ledger = new Ledger(trace);
    ledger.accept(item(0, 1, { title: "a" }), TRACE_BEGINS_AT);
    expect(() => ledger.close()).toThrow("does not hold");
  });
});

describe("the timer", () => {
  const run = (trace: Trace, seconds: number) => {
    const ledger = new Ledger(trace);
    const { calls } = timer(trace, ledger, seconds * 1_000);
    return { calls, ...ledger.close() };
  };
  const traceOf = (items: readonly Item[]): Trace => ({ title: "", items, missing: new Set() });

  it("sends at its ticks alone, in jobs of two calls, and knows what Outreach holds", ({
    expect,
  }) => {
    const first = people(1_001, (i) => ({ title: `${i}` }));
    const again = first.map((one) => ({ ...one, at: 300_000 }));
    // Two full jobs at 30 s; one PATCH besides, at once.
    expect(run(traceOf([...first, ...again]), 30)).toMatchObject({
      calls: 5,
      p99Ms: 30_000 + JOB_MS,
    });
  });

  it("has two jobs at once, and learns that one has ended by a poll", ({ expect }) => {
    const { calls, rightAfterMs } = run(traceOf(people(1_500, (i) => ({ title: `${i}` }))), 600);
    // The third begins when the first two were polled, 15 s after their start.
    expect([calls, rightAfterMs]).toEqual([6, 600_000 + 15_000 + JOB_MS]);
  });

  it("sends no prospect twice at once, and what came meanwhile at the next tick", ({ expect }) => {
    const before = people(10, (i) => ({ title: `${i}` }));
    const meanwhile = item(25_000, 1, { title: "new" });
    const { calls, rightAfterMs } = run(traceOf([...before, meanwhile]), 20);
    expect([calls, rightAfterMs]).toEqual([3, 15_000]);
  });

  it("has sent the newest value when it leaves from the line", ({ expect }) => {
    const first = people(1_500, (i) => ({ title: `${i}` }));
    const newer = item(605_000, 1_500, { title: "new" });
    expect(run(traceOf([...first, newer]), 600)).toMatchObject({ calls: 6, rightAfterMs: 20_000 });
  });

  it("makes no call for a value that came back before its tick", ({ expect }) => {
    const items = [
      item(0, 1, { title: "a" }),
      item(61_000, 1, { title: "b" }),
      item(62_000, 1, { title: "a" }),
    ];
    expect(run(traceOf(items), 60).calls).toBe(1);
    expect(run(traceOf(items), 1).calls).toBe(3);
  });

  it("takes one call of one prospect at a tick, however often it changes", ({ expect }) => {
    expect(run(hot(1), 30).calls).toBe(120);
    expect(run(trickle(1, 1), 60).calls).toBe(120);
  });

  it("finds the fewest calls among groups, upserts, single values and PATCHes", ({ expect }) => {
    const changes = (count: number, of: (i: number) => Record<string, string>) =>
      new Map(Array.from({ length: count }, (_, i) => [i + 1, of(i)]));
    const kinds = (...parameters: Parameters<typeof changes>) =>
      departures(changes(...parameters)).map(({ kind }) => kind);
    expect(kinds(2, (i) => ({ title: `${i}` }))).toEqual(["patch", "patch"]);
    expect(kinds(3, (i) => ({ title: `${i}` }))).toEqual(["upsert"]);
    expect(kinds(1_100, (i) => ({ title: i < 700 ? "CTO" : `${i}` }))).toEqual([
      "modify",
      "upsert",
    ]);
    const audiences = (i: number) =>
      Object.fromEntries(
        [1, 2, 3].filter((a) => (1 + (i % 7)) & (2 ** a / 2)).map((a) => [a, "in"]),
      );
    expect(kinds(7_000, audiences)).toEqual(["modify", "modify", "modify"]);
  });
});

describe("the models", () => {
  it("merge and know, and leave at once while the window has calls", ({ expect }) => {
    const items = [
      ...people(10_000, () => ({ title: "a" })),
      item(1_000, 10_001, { title: "a" }),
      item(2_000, 10_001, { title: "b" }),
      item(3_000, 1, { title: "b" }),
      item(4_000, 1, { title: "a" }),
    ];
    const trace: Trace = { title: "", items, missing: new Set() };
    const ledger = new Ledger(trace);
    expect(mergingLimiter(trace, ledger)).toEqual({ calls: 10_001, refused: 0 });
    expect(ledger.close().rightAfterMs).toBe(30 * MINUTE_MS - 4_000);
  });

  it("need what arithmetic says for 25,000 people at 10,000 calls an hour", ({ expect }) => {
    const trace = activation(25_000, false);
    const results = [
      (ledger: Ledger) => callPerUpdate(trace, ledger, true),
      (ledger: Ledger) => callPerUpdate(trace, ledger, false),
      (ledger: Ledger) => hourlyDiff(trace, ledger),
    ].map((model) => {
      const ledger = new Ledger(trace);
      return { ...model(ledger), minutes: ledger.close().rightAfterMs / MINUTE_MS };
    });
    // The last of them is accepted after 24 s; windows begin after 30, 90 and 150 minutes.
    expect(results).toEqual([
      { calls: 15_000 + 5_000 + 25_000, refused: 20_000, minutes: 89.6 },
      { calls: 25_000, refused: 0, minutes: 89.6 },
      { calls: 25_000, refused: 0, minutes: 149.6 },
    ]);
  });
});

describe("the traces", () => {
  it("through the connector leave Outreach right, without a 429", async ({ expect }) => {
    for (const trace of [activation(1_000, true), dayOfChanges(500, 50, 1), flapping(20, 1)]) {
      const ledger = new Ledger(trace);
      const { calls, refused } = await throughEngine(trace, ledger, () => undefined);
      const { p99Ms } = ledger.close();
      expect(refused).toBe(0);
      expect(calls).toBeGreaterThanOrEqual(fewestCalls(trace.items, p99Ms));
    }
  });

  it("say something new in 30 % of a day's updates", ({ expect }) => {
    const { items } = dayOfChanges(20_000, 2_000, 1);
    const told = new Map<number, string>();
    const news = items.filter(({ says, update: { prospectId } }) => {
      const before = told.get(prospectId);
      told.set(prospectId, JSON.stringify(says));
      return told.get(prospectId) !== before;
    });
    expect(news.length / items.length).toBeCloseTo(0.3, 1);
  });
});
