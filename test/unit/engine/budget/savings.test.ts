import { describe, it } from "vitest";
import { NO_STRAIN } from "../../../../src/engine/budget/demand-rules.ts";
import {
  bothSavings,
  singlesPace,
  urgentOnlyUntil,
  windowSavings,
} from "../../../../src/engine/budget/savings-rules.ts";

const HOUR = 3_600_000;
const RISING = { isHigh: true, isRising: true };

describe("savings", () => {
  it("keeps half of an even spread over a long window for jobs", ({ expect }) => {
    const window = { room: 9_500, windowMs: HOUR, perWindow: 9_500 };
    expect(windowSavings(window, HOUR, NO_STRAIN)?.spare).toBe(4_750);
    expect(windowSavings({ ...window, room: 2_000 }, HOUR / 2, NO_STRAIN)?.spare).toBe(0);
    expect(windowSavings({ ...window, room: 2_000 }, HOUR / 10, NO_STRAIN)?.spare).toBe(1_525);
    expect(windowSavings({ ...window, windowMs: 5_000 }, 1_000, NO_STRAIN)).toBeNull();
    const [a, b] = [
      { spare: 3, jobEarnedInMs: 1, isSpaced: true },
      { spare: 5, jobEarnedInMs: 9, isSpaced: false },
    ];
    expect(bothSavings(a, b)).toEqual({ spare: 3, jobEarnedInMs: 9, isSpaced: true });
    expect(bothSavings(null, b)).toBe(b);
  });

  it("keeps a tenth of a long window for what is urgent, and less the nearer its end is", ({
    expect,
  }) => {
    const window = { windowMs: HOUR, perWindow: 9_500 };
    expect(urgentOnlyUntil({ ...window, room: 1_000 }, HOUR, 0)).toBeNull();
    expect(urgentOnlyUntil({ ...window, room: 475 }, HOUR, 0)).toBe(HOUR / 2);
    expect(urgentOnlyUntil({ ...window, room: 475 }, HOUR, HOUR / 2)).toBeNull();
    expect(urgentOnlyUntil({ ...window, room: 0 }, HOUR + 1, 0)).toBe(HOUR + 1);
    expect(urgentOnlyUntil({ ...window, room: 0 }, null, 0)).toBeNull();
    expect(urgentOnlyUntil({ room: 0, perWindow: 190, windowMs: 5_000 }, 5_000, 0)).toBeNull();
  });

  it("leaves nothing for calls of one prospect where changes come faster than those last", ({
    expect,
  }) => {
    const window = { room: 9_500, windowMs: HOUR, perWindow: 9_500 };
    expect(singlesPace(window).perMs * 60_000).toBeCloseTo(79.2, 1);
    expect(singlesPace(window).burst).toBe(95);
    expect(windowSavings(window, HOUR, RISING)?.spare).toBe(0);
  });

  it("has jobs take a twentieth of a window's calls, and leave half a minute apart at the least", ({
    expect,
  }) => {
    const every = (perWindow: number) =>
      windowSavings({ room: 1, windowMs: HOUR, perWindow }, HOUR, RISING)?.jobEarnedInMs ?? 0;
    expect(every(100_000)).toBe(30_000);
    expect((HOUR / every(1_900)) * 4).toBeCloseTo(1_900 / 20, 0);
  });
});
