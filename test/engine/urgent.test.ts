import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { limitCalls } from "../support/fixed-window.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 120_000 };

/** A first activation's statuses, old and never told. */
function backfill(world: World, from: number, count: number, value: string): void {
  for (let i = 0; i < count; i += 500) {
    const updates = Array.from({ length: Math.min(500, count - i) }, (_, j) => ({
      prospectId: from + i + j,
      fields: { title: { value } },
    }));
    world.acceptUpdates(updates, "activation");
  }
}

function exits(world: World, ids: readonly number[]): void {
  const updates = ids.map((prospectId) => ({
    prospectId,
    fields: {
      custom1: {
        value: "exited",
        at: world.now,
        audience: { namespace: "ups", id: "a", status: "exited" as const },
      },
    },
  }));
  world.acceptUpdates(updates, "live");
}

describe("a few exits while a backlog goes in jobs", () => {
  it("leave at once, however many others keep coming", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = MINUTE_MS;
    for (let minute = 0; minute < 10; minute++) {
      for (let group = 0; group < 4; group++) {
        backfill(world, 10_000 + minute * 2_000 + group * 500, 400, `Group ${group}`);
      }
      if (minute === 5) exits(world, [1, 2, 3]);
      await world.pass(MINUTE_MS);
      if (minute === 5) expect(world.patches.map(({ id }) => id)).toEqual([1, 2, 3]);
    }
  });

  it("do not wait for another destination's check that hangs", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = 100 * HOUR_MS;
    const updates = Array.from({ length: 1_000 }, (_, i) => ({
      prospectId: 1_000 + i,
      fields: { title: { value: `Title ${i}` } },
    }));
    world.acceptUpdates(updates, "activation");
    await world.pass(10_000);
    exits(world, [1, 2, 3]);
    await world.pass(5_000);
    expect(world.patches.map(({ id }) => id)).toEqual([1, 2, 3]);
    // Nor do those that the check was to tell of wait for ever.
    await world.pass(HOUR_MS);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 5 });
  });
});

describe("what is urgent beside a backfill that goes singly", () => {
  it("does not wait for the next window, and neither does a job", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    const taken: number[] = [];
    limitCalls(world, { limit: 1_000, windowMs: HOUR_MS }, ({ id }) => taken.push(id));
    await world.pass(HOUR_MS);
    const updates = Array.from({ length: 2_500 }, (_, i) => ({
      prospectId: 10_000 + i,
      fields: { title: { value: "Buyer" } },
    }));
    const destinationId = "activation";
    world.core.accept({ destinationId, updates, empty: 0, rejected: {}, single: true });
    await world.pass(20 * MINUTE_MS);
    exits(world, [1, 2, 3]);
    await world.pass(5_000);
    expect(taken).toEqual(expect.arrayContaining([1, 2, 3]));
    exits(
      world,
      Array.from({ length: 2_000 }, (_, i) => 20_000 + i),
    );
    await world.pass(6 * MINUTE_MS);
    expect(outreach.starts).toHaveLength(1);
    await world.pass(2.5 * HOUR_MS);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });
});

describe("one change now and then", () => {
  it("is at Outreach within seconds, also after a window in which nothing was sent", async ({
    expect,
  }) => {
    const { world } = await worldWithBulk();
    limitCalls(world, { limit: 10_000, windowMs: HOUR_MS });
    for (let i = 1; i <= 3; i++) {
      const expected = world.core.accept({
        destinationId: "d",
        updates: [{ prospectId: i, fields: { title: { value: "CTO" } } }],
        empty: 0,
        rejected: {},
      });
      const { now } = world;
      await world.pass(3_000);
      expect(world.held.get(i)).toEqual({ title: "CTO" });
      expect(expected.ok && expected.expectedBy).toBeLessThan(now + 3_000);
      await world.pass(2 * HOUR_MS);
    }
  });
});

describe("jobs that are open", () => {
  it("do not have the object wake again and again", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = HOUR_MS;
    backfill(world, 1_000, 500, "One");
    backfill(world, 2_000, 500, "Two");
    backfill(world, 3_000, 500, "Three");
    await world.pass(2 * MINUTE_MS);
    const writes = world.alarmsSet;
    await world.pass(MINUTE_MS);
    expect(world.alarmsSet - writes).toBeLessThan(12);
  });
});

describe("what is told of changes that gather", () => {
  it("counts the time of gathering, and that of the jobs", LONG, async ({ expect }) => {
    const { world } = await worldWithBulk();
    limitCalls(world, { limit: 10_000, windowMs: HOUR_MS });
    // A first activation, to have jobs and a check behind it.
    backfill(world, 1, 500, "One");
    await world.pass(10 * MINUTE_MS);
    backfill(world, 10_000, 3_000, "Equal");
    for (let i = 0; i < 17_000; i += 500) {
      const updates = Array.from({ length: 500 }, (_, j) => ({
        prospectId: 20_000 + i + j,
        fields: { title: { value: `Own ${i + j}` } },
      }));
      world.acceptUpdates(updates, "activation");
    }
    await world.pass(MINUTE_MS);
    const { drainsAt } = world.core.status().backlog;
    const toldMs = (drainsAt ?? 0) - world.now;
    const from = world.now;
    while (world.core.status().backlog.pending + world.core.status().backlog.inFlight > 0) {
      await world.pass(5_000);
    }
    const tookMs = world.now - from;
    expect(toldMs / tookMs).toBeGreaterThan(0.75);
    expect(toldMs / tookMs).toBeLessThan(1.3);
  });
});
