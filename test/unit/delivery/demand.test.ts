import { describe, it } from "vitest";
import { isBusy, pace, withArrived } from "../../../src/delivery/demand.ts";
import type { Demand } from "../../../src/delivery/demand.ts";

const MINUTE = 60_000;

/** So many changes in each of some minutes. */
function over(minutes: readonly number[]): Demand {
  return minutes.reduce<Demand>((demand, changes, i) => {
    const half = withArrived(demand, Math.floor(changes / 2), i * MINUTE);
    return withArrived(half, Math.ceil(changes / 2), i * MINUTE + 30_000);
  }, []);
}

describe("the demand", () => {
  it("is busy once three of ten minutes had more than calls can carry, and no burst makes it so", ({
    expect,
  }) => {
    expect(isBusy(over([100_000]), 79, 0)).toBe(false);
    expect(isBusy(over([100_000, 100_000]), 79, MINUTE)).toBe(false);
    expect(isBusy(over([80, 0, 80, 0, 80]), 79, 4 * MINUTE)).toBe(true);
    expect(isBusy(over([79, 79, 79, 79]), 79, 3 * MINUTE)).toBe(false);
  });

  it("is over when too few of the last ten minutes had as many", ({ expect }) => {
    const demand = over([100, 100, 100]);
    expect(isBusy(demand, 79, 9 * MINUTE)).toBe(true);
    expect(isBusy(demand, 79, 10 * MINUTE)).toBe(false);
  });

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
