import fc from "fast-check";
import { describe, it } from "vitest";
import * as allowance from "../../../../src/engine/budget/allowance-rules.ts";

const NOW = 1_790_000_000_000;
const DAY = 24 * 3_600_000;
const YEAR = 365 * DAY;

describe("a yearly allowance", () => {
  it("is never exceeded in any 365 days, whatever is asked for and when", ({ expect }) => {
    const anyPauses = fc.array(
      fc.record({
        days: fc.integer({ min: 0, max: 200 }),
        asked: fc.integer({ min: 1, max: 400 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), anyPauses, (yearly, pauses) => {
        let now = NOW;
        let state: allowance.AllowanceState | null = null;
        const made: number[] = [];
        for (const { days, asked } of pauses) {
          now += days * DAY;
          for (let i = 0; i < asked; i++) {
            state = allowance.earned(state, yearly, now);
            if (allowance.opensAt(state, yearly) !== null) break;
            state = allowance.spent(state, 1);
            made.push(now);
          }
        }
        for (const from of made) {
          const within = made.filter((at) => at >= from && at < from + YEAR).length;
          expect(within).toBeLessThanOrEqual(Math.max(1, Math.ceil(yearly)));
        }
      }),
    );
  });

  it("says when the next call is earned, and that it is then", ({ expect }) => {
    const yearly = 250_000;
    let state = { at: NOW, left: 0.5 };
    const opensAt = allowance.opensAt(state, yearly);
    expect(opensAt).toBeGreaterThan(NOW);
    state = allowance.earned(state, yearly, opensAt ?? NOW);
    expect(allowance.opensAt(state, yearly)).toBeNull();
  });

  it("spares the lower half of what is saved up for calls that carry many", ({ expect }) => {
    const yearly = 12_000;
    const full = allowance.earned(null, yearly, NOW);
    expect(full.left).toBe(1_000);
    expect(allowance.savings(full, yearly).spare).toBe(500);
    expect(allowance.savings({ at: NOW, left: 400 }, yearly).spare).toBe(0);
  });

  it("earns nothing from a clock that goes back", ({ expect }) => {
    expect(allowance.earned({ at: NOW, left: 3 }, 12_000, NOW - DAY)).toEqual({ at: NOW, left: 3 });
  });
});
