import { describe, it } from "vitest";
import {
  NO_STRAIN,
  pace,
  strained,
  withArrived,
} from "../../../../src/engine/budget/demand-rules.ts";
import type { Demand } from "../../../../src/engine/budget/demand-rules.ts";

const MINUTE = 60_000;

/** So many changes in each of some minutes. */
function over(minutes: readonly number[]): Demand {
  return minutes.reduce<Demand>((demand, changes, i) => {
    const half = withArrived(demand, Math.floor(changes / 2), i * MINUTE);
    return withArrived(half, Math.ceil(changes / 2), i * MINUTE + 30_000);
  }, []);
}

describe("the demand", () => {
  it("forgets what is longer ago", ({ expect }) => {
    expect(over(Array.from({ length: 100 }, () => 5))).toHaveLength(10);
  });

  it("has a pace, of whole minutes, in which a burst does not show", ({ expect }) => {
    const steady = Array.from({ length: 10 }, () => 60);
    expect(pace([], 0)).toBe(0);
    expect(pace(over(steady), 10 * MINUTE) * MINUTE).toBe(60);
    expect(pace(over([...steady, 5_000]), 10 * MINUTE + 1) * MINUTE).toBe(60);
    expect(pace(over([9_000, 9_000, 60, 60, 60, 60, 60, 60, 60, 60]), 10 * MINUTE) * MINUTE).toBe(
      60,
    );
    expect(pace(over([9_000, 9_000, 9_000]), 5 * MINUTE)).toBe(0);
  });
});

describe("the strain", () => {
  const SINGLES = { perMs: 80 / MINUTE, burst: 200 };
  /** So many changes in each of some seconds. */
  const after = (seconds: readonly number[], from = NO_STRAIN) =>
    seconds.reduce(
      (strain, changes) => strained(strain, changes, SINGLES, strain.at + 1_000),
      from,
    );
  const repeat = (n: number, changes: number) => Array.from({ length: n }, () => changes);

  it("is high as soon as more came than may go at once", ({ expect }) => {
    expect(after([199]).isHigh).toBe(false);
    expect(after([201]).isHigh).toBe(true);
    expect(after(repeat(50, 5)).isHigh).toBe(false);
    expect(after(repeat(60, 5)).isHigh).toBe(true);
  });

  it("is never high where no more come than calls can carry", ({ expect }) => {
    expect(after(repeat(10_000, 4 / 3)).isHigh).toBe(false);
  });

  it("is rising only while they come as fast", ({ expect }) => {
    const high = after([100_000]);
    expect(high.isRising).toBe(true);
    expect(after(repeat(60, 2), high).isRising).toBe(true);
    expect(after(repeat(8, 0), high)).toMatchObject({ isHigh: true, isRising: false });
  });

  it("stays high while they come, and until all of the burst is paid for", ({ expect }) => {
    const high = after([100_000]);
    expect(after(repeat(10_000, 2), high).isHigh).toBe(true);
    expect(after(repeat(140, 0), high).isHigh).toBe(true);
    expect(after(repeat(160, 0), high).isHigh).toBe(false);
    // The first change after a quiet hour is none of it.
    expect(strained(high, 1, SINGLES, high.at + 60 * MINUTE).isHigh).toBe(false);
  });
});
