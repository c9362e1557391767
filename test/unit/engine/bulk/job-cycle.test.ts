import fc from "fast-check";
import { describe, it } from "vitest";
import { cycleMs, settledIn } from "../../../../src/engine/bulk/cycle-rules.ts";
import type { JobCycle } from "../../../../src/engine/bulk/cycle-rules.ts";

interface Ended {
  readonly size: number;
  readonly tookMs: number;
}

function learned(jobs: readonly Ended[]): JobCycle {
  const cycle = jobs.reduce<JobCycle | null>(settledIn, null);
  if (!cycle) throw new Error("no job ended");
  return cycle;
}

const size = fc.integer({ min: 1, max: 100_000 });
const tookMs = fc.integer({ min: 1, max: 3_600_000 });

describe("the time that a job of a size is expected to take", () => {
  it("is what jobs of that size took", ({ expect }) => {
    const cycle = learned(Array.from({ length: 5 }, () => ({ size: 500, tookMs: 12_000 })));
    expect(cycleMs(cycle, 500)).toBe(12_000);
  });

  it("grows by what is assumed for a record while jobs of one size alone were seen", ({
    expect,
  }) => {
    expect(cycleMs(learned([{ size: 400, tookMs: 7_000 }]), 60_400)).toBe(127_000);
  });

  it("lies on the line through jobs of two sizes", ({ expect }) => {
    const took = (records: number): Ended => ({ size: records, tookMs: 5_000 + 5 * records });
    const cycle = learned([took(400), took(2_000), took(400), took(8_000)]);
    expect(cycleMs(cycle, 60_000) / took(60_000).tookMs).toBeCloseTo(1, 2);
    expect(cycleMs(cycle, 100) / took(100).tookMs).toBeCloseTo(1, 2);
  });

  it("is the same for all where records take no time", ({ expect }) => {
    const cycle = learned(
      [500, 100, 2_000, 500].map((records) => ({ size: records, tookMs: 10_000 })),
    );
    expect(cycleMs(cycle, 2_000)).toBeCloseTo(10_000, -2);
  });

  it("is not spoilt by a job that hung for a day", ({ expect }) => {
    const usual = { size: 500, tookMs: 10_000 };
    const cycle = learned([usual, usual, { size: 500, tookMs: 24 * 3_600_000 }]);
    expect(cycleMs(cycle, 500)).toBeLessThan(20_000);
  });

  it("is never less than nothing", ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fc.record({ size, tookMs }), { minLength: 1 }), size, (jobs, asked) => {
        expect(cycleMs(learned(jobs), asked)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
