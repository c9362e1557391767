import { describe, it } from "vitest";
import { firstLookMs, nextLookMs, timed } from "../../../../src/engine/bulk/timing-rules.ts";
import type { JobTiming } from "../../../../src/engine/bulk/timing-rules.ts";

/** Follows jobs that take so long; gives how many looks each needed, and what they taught. */
function follow(
  jobs: readonly { tookMs: number; size?: number }[],
  before: JobTiming | null = null,
) {
  let timing = before;
  const looks = jobs.map(({ tookMs, size = 500 }, i) => {
    const id = i + 1;
    let at = firstLookMs(timing, { id, size });
    let ranMs: number | null = null;
    let count = 1;
    for (; at < tookMs; count++) {
      ranMs = at;
      at += nextLookMs(timing, { size, looks: count, elapsedMs: at });
    }
    timing = timed(timing, { size, tookMs: at, ranMs });
    return count;
  });
  return { looks, timing };
}

const repeat = (n: number, tookMs: number) => Array.from({ length: n }, () => ({ tookMs }));

describe("looks at bulk jobs", () => {
  for (const tookMs of [2_500, 10_000, 60_000, 240_000]) {
    it(`come to hardly more than one a job where jobs take ${tookMs / 1_000} s, and come soon after its end`, ({
      expect,
    }) => {
      const { looks, timing } = follow(repeat(200, tookMs));
      const settled = looks.slice(20);
      expect(settled.reduce((a, b) => a + b, 0) / settled.length).toBeLessThan(1.07);
      expect(timing?.tookMs).toBeLessThanOrEqual(Math.max(2_500, tookMs * 1.3));
    });
  }

  it("find out how long jobs take within a few of them", ({ expect }) => {
    const { timing } = follow(repeat(6, 10_000));
    expect(timing?.tookMs).toBeLessThan(11_800);
  });

  it("follow jobs that become slower, and those that become faster", ({ expect }) => {
    const { timing } = follow(repeat(20, 10_000));
    expect(follow(repeat(6, 40_000), timing).timing?.tookMs).toBeLessThan(48_000);
    expect(follow(repeat(200, 4_000), timing).timing?.tookMs).toBeLessThan(7_000);
  });

  it("come later for more records, though not ten times as late for ten times as many", ({
    expect,
  }) => {
    const timing = { size: 1_000, ranMs: 29_000, tookMs: 30_000 };
    const look = (size: number) => firstLookMs(timing, { id: 1, size });
    expect(look(1_000)).toBe(30_000);
    expect(look(100_000)).toBe(120_000);
    expect(look(1)).toBe(7_500);
  });

  it("are 2 s to 5 min apart, and fewer the longer a job takes", ({ expect }) => {
    expect(firstLookMs(null, { id: 1, size: 1 })).toBe(2_000);
    const next = (looks: number, elapsedMs: number) =>
      nextLookMs(null, { size: 1, looks, elapsedMs });
    expect(next(1, 2_000)).toBe(3_000);
    expect(next(1, 100_000)).toBe(20_000);
    expect(next(99, 0)).toBe(300_000);
  });
});
