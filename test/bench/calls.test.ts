import { describe, it } from "vitest";
import { callPerUpdate, hourlyDiff } from "../../bench/calls/alternatives.ts";
import { throughEngine } from "../../bench/calls/engine.ts";
import { fewestCalls, JOB_MS } from "../../bench/calls/fewest.ts";
import { Ledger, TRACE_BEGINS_AT } from "../../bench/calls/ledger.ts";
import { activation, dayOfChanges, flapping } from "../../bench/calls/traces.ts";
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
    expect(ledger.close()).toEqual({ rightAfterMs: 50, meanMs: 30, p99Ms: 50 });
  });

  it("does not close over a value that Outreach never got", ({ expect }) => {
    const ledger = new Ledger(trace);
    ledger.accept(item(0, 1, { title: "a" }), TRACE_BEGINS_AT);
    expect(() => ledger.close()).toThrow("does not hold");
  });
});

describe("the models", () => {
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
