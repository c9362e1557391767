import { describe, it } from "vitest";
import { forecastActivation } from "../../../../src/engine/estimates/activation-rules.ts";
import type { Capacity } from "../../../../src/engine/estimates/activation-rules.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ASKED = { profiles: 250_000, audiences: 3, attributes: 0, changesPerDay: 20_000 };
const CAPACITY: Capacity = { callsPerHour: 9_500, yearlyAllowance: 250_000, bulk: true };

describe("the forecast of an activation", () => {
  it("has single calls wait for the year's allowance: a month saved up, the rest as it is earned", ({
    expect,
  }) => {
    const { patch } = forecastActivation(ASKED, CAPACITY);
    expect(patch.activation.calls).toBe(250_000);
    expect((patch.activation.tookMs ?? 0) / DAY_MS).toBeCloseTo(365);
    const small = forecastActivation({ ...ASKED, profiles: 19_000 }, CAPACITY).patch;
    expect(small.activation.tookMs).toBe(2 * HOUR_MS); // saved up
  });

  it("does not have more changes reach Outreach by single calls than the allowance pays for", ({
    expect,
  }) => {
    const { patch } = forecastActivation(ASKED, CAPACITY);
    expect(patch.day).toMatchObject({ calls: 627, needed: 20_000, behindMs: null });
    expect(patch.yearCalls).toBeLessThanOrEqual(250_000);
  });

  it("is bound in the same way where bulk jobs may not be used", ({ expect }) => {
    const { patch, planned } = forecastActivation(ASKED, { ...CAPACITY, bulk: false });
    expect(planned).toEqual(patch);
    expect(planned.yearCalls).toBeLessThanOrEqual(250_000);
  });

  it("never plans a year of more calls than the allowance", ({ expect }) => {
    for (const yearlyAllowance of [1_000, 25_000, 250_000, 1_000_000]) {
      for (const changesPerDay of [0, 10, 1_000, 20_000, 1_000_000]) {
        for (const bulk of [true, false]) {
          const asked = { ...ASKED, changesPerDay };
          const { planned } = forecastActivation(asked, { ...CAPACITY, yearlyAllowance, bulk });
          expect(planned.yearCalls, `${yearlyAllowance} ${changesPerDay}`).toBeLessThanOrEqual(
            yearlyAllowance,
          );
          expect(planned.day.calls).toBeLessThanOrEqual(planned.day.needed);
        }
      }
    }
  });

  it("goes by the rate limit alone where no allowance is set", ({ expect }) => {
    const { patch } = forecastActivation(ASKED, { ...CAPACITY, yearlyAllowance: null });
    expect(patch.activation.tookMs).toBe(Math.round((250_000 / 9_500) * HOUR_MS));
    expect(patch.day).toMatchObject({ calls: 20_000, needed: 20_000, behindMs: 1_500 });
  });
});
