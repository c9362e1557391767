import { describe, it } from "vitest";
import { earned } from "../../src/engine/budget/allowance-rules.ts";
import { observed } from "../../src/durable/observed-database.ts";
import { allowancePiece } from "../../src/engine/budget/state.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { follow, title, worst } from "../support/estimates.ts";
import { limitCalls } from "../support/fixed-window.ts";
import { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 300_000 };
/** Two jobs of 10 s, each with its start and the look that finds its end. */
const JOBS_MS = 25_000;
/** A job's calls, at 250,000 in a year. */
const JOB_EARNED_MS = 7 * MINUTE_MS;
const WINDOW = { limit: 1_000, windowMs: HOUR_MS };

describe("the time at which a backlog is said to be empty", () => {
  it("is right within 5 % where each goes in a call of its own", LONG, async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, WINDOW);
    const off = await follow({ world, backlog: 5_000, everyMs: null, lookEveryMs: 5 * MINUTE_MS });
    expect(off.length).toBeGreaterThan(30);
    expect(worst(off)).toBeLessThanOrEqual(5);
  });

  it("is right within 5 % while others come", LONG, async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, WINDOW);
    const off = await follow({
      world,
      backlog: 3_000,
      everyMs: 12_000,
      lookEveryMs: 5 * MINUTE_MS,
    });
    expect(off.length).toBeGreaterThan(30);
    // The pace is known once some minutes have shown it.
    expect(worst(off.slice(2))).toBeLessThanOrEqual(5);
  });

  it(
    "is right within 5 % where a yearly allowance lasts longer than a window",
    LONG,
    async ({ expect }) => {
      const world = await World.connected();
      limitCalls(world, WINDOW);
      world.core.setYearlyAllowance(12_000);
      const off = await follow({ world, backlog: 1_500, everyMs: null, lookEveryMs: 8 * HOUR_MS });
      expect(off.length).toBeGreaterThan(20);
      expect(worst(off)).toBeLessThanOrEqual(5);
    },
  );

  it(
    "is right within 5 %, or the length of the two jobs under way, where some have shown how long they take",
    LONG,
    async ({ expect }) => {
      const { world } = await worldWithBulk();
      limitCalls(world, { limit: 10_000, windowMs: HOUR_MS });
      const off = await follow({ world, backlog: 50_000, everyMs: null, lookEveryMs: 5_000 });
      expect(off.length).toBeGreaterThan(60);
      expect(worst(off.slice(20).filter(({ offMs }) => offMs > JOBS_MS))).toBeLessThanOrEqual(5);
    },
  );

  it("is right within 5 % while others spend half of each window", LONG, async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, { ...WINDOW, byOthers: 500 });
    const off = await follow({ world, backlog: 5_000, everyMs: null, lookEveryMs: 5 * MINUTE_MS });
    expect(off.length).toBeGreaterThan(80);
    expect(worst(off)).toBeLessThanOrEqual(5);
  });

  it(
    "is right within 5 % from the first look on where a destination goes singly beside one that goes in jobs",
    LONG,
    async ({ expect }) => {
      const { world } = await worldWithBulk();
      limitCalls(world, { limit: 10_000, windowMs: HOUR_MS });
      for (let from = 100_000; from < 115_000; from += 500) {
        const updates = Array.from({ length: 500 }, (_, i) => title(from + i));
        world.core.accept({
          destinationId: "singly",
          updates,
          single: true,
          empty: 0,
          rejected: {},
        });
      }
      const off = await follow({ world, backlog: 20_000, everyMs: null, lookEveryMs: 20_000 });
      expect(off.length).toBeGreaterThan(150);
      expect(worst(off)).toBeLessThanOrEqual(5);
    },
  );

  it(
    "is right within 5 %, or the time in which a job's calls are earned, where a yearly allowance pays for jobs one by one",
    LONG,
    async ({ expect }) => {
      const { world } = await worldWithBulk();
      limitCalls(world, { limit: 10_000, windowMs: HOUR_MS });
      world.core.setYearlyAllowance(250_000);
      const full = earned(null, 250_000, world.now);
      allowancePiece(observed(world.db)).write({ ...full, left: 30 });
      world.kill();
      const off = await follow({ world, backlog: 20_000, everyMs: null, lookEveryMs: MINUTE_MS });
      expect(off.length).toBeGreaterThan(140);
      expect(worst(off.filter(({ offMs }) => offMs > JOB_EARNED_MS))).toBeLessThanOrEqual(5);
      expect(worst(off.slice(0, 60))).toBeLessThanOrEqual(5);
    },
  );

  it("is not known where changes come as fast as they can leave", async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, WINDOW);
    for (let minute = 0; minute < 8; minute++) {
      const updates = Array.from({ length: 300 }, (_, i) => title(1 + minute * 300 + i));
      world.acceptUpdates(updates);
      await world.pass(MINUTE_MS);
    }
    expect(world.core.status().backlog.pending).toBeGreaterThan(0);
    expect(world.core.status().backlog.drainsAt).toBeNull();
    expect(
      world.core.accept({ destinationId: "d", updates: [title(1)], empty: 0, rejected: {} }),
    ).toMatchObject({ expectedBy: expect.any(Number) });
  });
});
