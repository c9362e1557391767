import { describe, it } from "vitest";
import { drainsAt } from "../../../../src/engine/estimates/forecast-rules.ts";
import type { Singles } from "../../../../src/engine/budget/savings-rules.ts";

const HOUR = 3_600_000;
/** A thousand calls a window, a tenth of them set free evenly until its end. */
const WAY: Singles = {
  kind: "singles",
  room: 1_000,
  resetsAt: HOUR,
  windowMs: HOUR,
  callsPerWindow: 1_000,
  keptPerWindow: 100,
  msPerCall: 50,
};

function sent(prospects: number, more: Partial<Singles> = {}): number | null {
  const part = { prospects, startAt: 0, arrivalsPerMs: 0, way: { ...WAY, ...more } };
  return drainsAt({ now: 0, parts: [part], callsOwed: 0, allowance: null });
}

describe("the end of a backlog that goes singly", () => {
  it("comes as fast as calls leave, up to what is kept of the window", ({ expect }) => {
    expect(sent(900)).toBe(45_000);
    expect(sent(1_900)).toBe(HOUR + 45_000);
  });

  it("waits for what is kept to be set free", ({ expect }) => {
    expect(sent(950)).toBe(HOUR / 2);
    expect(sent(1_000)).toBe(HOUR);
    expect(sent(1_975)).toBe(HOUR + (HOUR * 3) / 4);
  });

  it("does not wait where it may have that", ({ expect }) => {
    expect(sent(950, { keptPerWindow: 0 })).toBe(47_500);
  });

  it("is that of the slower way, and waits for an allowance that pays for both", ({ expect }) => {
    const jobs = {
      kind: "jobs",
      perJob: 500,
      callsPerJob: 2,
      jobMs: 10_000,
      slotsFreeAt: [0, 0],
    } as const;
    const parts = [
      { prospects: 100, startAt: 0, arrivalsPerMs: 0, way: WAY },
      { prospects: 2_000, startAt: 0, arrivalsPerMs: 0, way: jobs },
    ];
    const asked = { now: 0, parts, callsOwed: 2, allowance: null };
    expect(drainsAt(asked)).toBe(20_000);
    const allowance = { left: 10, earnedPerMs: 1 / 60_000 };
    expect(drainsAt({ ...asked, allowance })).toBe(100 * 60_000);
  });
});
