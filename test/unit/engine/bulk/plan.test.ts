import fc from "fast-check";
import { describe, it } from "vitest";
import {
  isGranted,
  isSampled,
  itemsLeft,
  NEW_BULK,
  refused,
  withItems,
} from "../../../../src/engine/bulk/limits-rules.ts";
import { changeKeyOf, changeSetOf, goesAlone } from "../../../../src/engine/model/change-set.ts";
import { goesSoon, JOBS_MAX, plan } from "../../../../src/engine/bulk/plan-rules.ts";
import type { Fields, PendingField } from "../../../../src/engine/model/prospect.ts";
import type { FieldValue } from "../../../../src/engine/model/prospect-update.ts";
import { isSameValue } from "../../../../src/engine/model/same-value.ts";

const HOUR = 3_600_000;
const BUDGET = { room: 9_500, windowMs: HOUR, perWindow: 9_500, msPerCall: 10, savings: null };
const MEANS = {
  modifyMax: 100_000,
  upsertMax: 500,
  jobsOpen: 0,
  isChecking: false,
  sinceJobMs: Infinity,
};
const due = (prospects: number, largest: number) => ({
  prospects,
  groupable: prospects,
  upsertable: prospects,
  largest: { key: 7, prospects: largest },
  groups: [largest],
  waitedMs: 1_000,
});

describe("the plan", () => {
  it("sends a few changes at once, and never more than a small part of the budget", ({
    expect,
  }) => {
    expect(plan(due(goesSoon(BUDGET), 100), MEANS, BUDGET)).toEqual({ kind: "patch" });
    expect(goesSoon(BUDGET)).toBeLessThan(BUDGET.room / 20);
    expect(goesSoon({ ...BUDGET, msPerCall: 2_000 })).toBe(30);
    expect(goesSoon({ ...BUDGET, room: 950 })).toBe(9);
  });

  it("reckons with the windows to come where they are short", ({ expect }) => {
    const short = { room: 0, windowMs: 5_000, perWindow: 190, msPerCall: 10, savings: null };
    expect(goesSoon(short)).toBe(Math.floor(719 * 190 * 0.01));
    expect(goesSoon({ ...short, room: 190, windowMs: 60_000 })).toBeLessThan(190);
    expect(plan(due(1_300, 1_300), MEANS, short)).toEqual({ kind: "patch" });
  });

  it("gathers more for a job where a yearly allowance has nothing to spare", ({ expect }) => {
    const saving = { ...BUDGET, savings: { spare: 0, jobEarnedInMs: 60_000, isSpaced: false } };
    const next = { kind: "modify", key: 7, prospects: 30 };
    expect(plan(due(30, 30), MEANS, saving)).toEqual({
      kind: "gather_more",
      forMs: 59_000,
      next,
    });
    const waited = { ...due(30, 30), waitedMs: 60_000 };
    expect(plan(waited, MEANS, saving)).toMatchObject({ kind: "modify", prospects: 30 });
    expect(plan(due(500, 5), MEANS, saving)).toMatchObject({ kind: "upsert", prospects: 500 });
    expect(
      plan({ ...waited, prospects: 3, groupable: 3, upsertable: 3 }, MEANS, saving),
    ).toMatchObject({
      kind: "modify",
    });
    const spare = { ...BUDGET, savings: { spare: 40, jobEarnedInMs: 60_000, isSpaced: false } };
    expect(plan(due(30, 30), MEANS, spare)).toEqual({ kind: "patch" });
    const none = { ...MEANS, modifyMax: 0, upsertMax: 0 };
    expect(plan(due(30, 30), none, saving)).toEqual({ kind: "patch" });
  });

  it("gathers a group of equal values for as long as a job's calls take to be earned", ({
    expect,
  }) => {
    const saving = { ...BUDGET, savings: { spare: 0, jobEarnedInMs: 60_000, isSpaced: false } };
    expect(plan(due(5_000, 4_000), MEANS, saving)).toMatchObject({ kind: "gather_more" });
    const full = due(100_000, 100_000);
    expect(plan(full, MEANS, saving)).toMatchObject({ kind: "modify" });
  });

  it("begins jobs as far apart while changes keep coming, and one after the other once they do not", ({
    expect,
  }) => {
    const waited = { ...due(5_000, 4_000), waitedMs: 90_000 };
    const justBegun = { ...MEANS, sinceJobMs: 20_000 };
    const planned = (isSpaced: boolean) =>
      plan(waited, justBegun, {
        ...BUDGET,
        savings: { spare: 0, jobEarnedInMs: 60_000, isSpaced },
      });
    expect(planned(true)).toMatchObject({ kind: "gather_more", forMs: 40_000 });
    expect(planned(false)).toMatchObject({ kind: "modify" });
  });

  it("takes the largest group of equal values where it carries more than the alternative", ({
    expect,
  }) => {
    expect(plan(due(5_000, 3_000), MEANS, BUDGET)).toEqual({
      kind: "modify",
      key: 7,
      prospects: 3_000,
    });
    expect(plan(due(500_000, 400_000), MEANS, BUDGET)).toMatchObject({ prospects: 100_000 });
  });

  it("upserts where hardly two share their values", ({ expect }) => {
    expect(plan(due(5_000, 3), MEANS, BUDGET)).toEqual({ kind: "upsert", prospects: 500 });
  });

  it("goes on by single calls where no bulk way may be used or pays", ({ expect }) => {
    const none = { ...MEANS, modifyMax: 0, upsertMax: 0 };
    expect(plan(due(5_000, 5_000), none, BUDGET)).toEqual({ kind: "patch" });
    expect(plan(due(5_000, 19), { ...MEANS, upsertMax: 0 }, BUDGET)).toEqual({ kind: "patch" });
  });

  it("leaves to the next job what it will carry, while as many are open as may be", ({
    expect,
  }) => {
    const busy = { ...MEANS, jobsOpen: JOBS_MAX };
    const next = plan(due(5_000, 3_000), MEANS, BUDGET);
    expect(plan(due(5_000, 3_000), busy, BUDGET)).toEqual({ kind: "patch_single", next });
  });

  it("never plans more than a job takes, nor an empty one", ({ expect }) => {
    const count = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(count, count, count, count, count, (a, b, modifyMax, upsertMax, room) => {
        const groupable = Math.min(a, b);
        const view = {
          prospects: a,
          groupable,
          upsertable: groupable,
          largest: { key: 1, prospects: Math.floor(groupable / 2) },
          groups: [],
          waitedMs: 0,
        };
        const next = plan(view, { ...MEANS, modifyMax, upsertMax }, { ...BUDGET, room });
        if (next.kind === "modify") expect(next.prospects).toBeLessThanOrEqual(modifyMax);
        if (next.kind === "upsert") expect(next.prospects).toBeLessThanOrEqual(upsertMax);
        if ("prospects" in next) expect(next.prospects).toBeGreaterThanOrEqual(20);
      }),
    );
  });
});

describe("what may be used", () => {
  it("takes smaller jobs after a 413, and none for a day after another refusal", ({ expect }) => {
    const smaller = refused(NEW_BULK.modify, { status: 413, detail: "" }, 8_000, 1_000);
    expect(smaller).toMatchObject({ max: 4_000, refusedUntil: 0 });
    const none = refused(NEW_BULK.modify, { status: 403, detail: "No scope." }, 8_000, 1_000);
    expect(none).toMatchObject({
      refusedUntil: 1_000 + 86_400_000,
      lastRefused: { at: 1_000, status: 403, detail: "No scope." },
    });
    expect(
      refused(NEW_BULK.modify, { status: 413, detail: "" }, 150, 1_000).refusedUntil,
    ).toBeGreaterThan(0);
  });

  it("needs the scopes of each step, of which `all` is another way to have one", ({ expect }) => {
    expect(isGranted("modify", ["prospects.read", "prospects.write", "batches.all"])).toBe(true);
    expect(isGranted("modify", ["prospects.all", "batches.read"])).toBe(false);
    expect(isGranted("upsert", ["prospects.all", "batches.all"])).toBe(false);
  });

  it("counts records by the day", ({ expect }) => {
    const day = 86_400_000;
    const ledger = withItems(withItems({ day: 0, items: 0 }, 300, 5 * day), 200, 5 * day + 9);
    expect(itemsLeft(ledger, 1_000, 5 * day)).toBe(500);
    expect(itemsLeft(ledger, 400, 5 * day)).toBe(0);
    expect(itemsLeft(ledger, 1_000, 6 * day)).toBe(1_000);
  });

  it("reads some of every job back at first, and of every tenth once three were good", ({
    expect,
  }) => {
    expect(isSampled({ ...NEW_BULK.modify, goodSamples: 2 }, 7)).toBe(true);
    expect(isSampled({ ...NEW_BULK.modify, goodSamples: 3 }, 7)).toBe(false);
    expect(isSampled({ ...NEW_BULK.modify, goodSamples: 3 }, 10)).toBe(true);
  });
});

describe("a set of changes", () => {
  const keyOf = (values: Record<string, FieldValue>) =>
    changeKeyOf(
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
    );
  const waiting = (fields: Fields<PendingField>, rest: object) => ({
    fields,
    destinationId: "d",
    acceptedAt: 1,
    attempts: 0,
    failingSince: null,
    lane: "attribute" as const,
    dueAt: 1,
    ...rest,
  });

  it("has the same key whatever order its fields came in, and another for other values", ({
    expect,
  }) => {
    const key = keyOf({ a: "x", b: ["1"] });
    expect(keyOf({ b: ["1"], a: "x" })).toBe(key);
    for (const other of [
      { a: "x" },
      { a: "x", b: "1" },
      { a: null, b: ["1"] },
      { a: "x", c: ["1"] },
    ]) {
      expect(keyOf(other)).not.toBe(key);
    }
    expect(Number.isSafeInteger(key)).toBe(true);
  });

  it("hardly ever shares its key with another", ({ expect }) => {
    const keys = new Set(Array.from({ length: 100_000 }, (_, i) => keyOf({ a: `v${i}` })));
    expect(keys.size).toBe(100_000);
    expect(changeSetOf({ a: { value: "[" } })).not.toBe(changeSetOf({ a: { value: ["["] } }));
  });

  it("goes alone where a job did not bring it, or a destination of it wants that", ({ expect }) => {
    const of = (rest: object, from?: string) =>
      goesAlone(
        waiting({ a: { value: 1, at: 1, arrival: 1, ...(from && { from }) } }, rest),
        new Set(["singly"]),
      );
    expect(of({})).toBe(false);
    expect(of({ single: true })).toBe(true);
    expect(of({ attempts: 1 })).toBe(true);
    expect(of({ destinationId: "singly" })).toBe(true);
    expect(of({}, "singly")).toBe(true);
    expect(of({ destinationId: "singly" }, "d")).toBe(false);
  });
});

describe("a value that Outreach shows", () => {
  it("is the one it was given, although in another form", ({ expect }) => {
    for (const [sent, held] of [
      ["a", " a "],
      [null, ""],
      [null, undefined],
      [null, []],
      [5, "5"],
      ["5", 5],
      [true, "true"],
      [["a"], "a"],
      ["2026-01-05", "2026-01-05T00:00:00.000Z"],
      ["2026-01-05T08:00:00Z", "2026-01-05T09:00:00+01:00"],
    ] as const) {
      expect(isSameValue(sent, held), `${String(sent)} and ${String(held)}`).toBe(true);
    }
  });

  it("is another one where it means something else", ({ expect }) => {
    for (const [sent, held] of [
      ["a", "b"],
      ["a", null],
      [null, "a"],
      [0, null],
      [false, null],
      [
        ["a", "b"],
        ["b", "a"],
      ],
      [5, "5a"],
      ["1", "2026-01-01"],
    ] as const) {
      expect(isSameValue(sent, held), `${String(sent)} and ${String(held)}`).toBe(false);
    }
  });
});
