import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { limitCalls } from "../support/fixed-window.ts";
import { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 300_000 };
/** Two jobs of 10 s, each with its start and the look that finds its end. */
const JOBS_MS = 25_000;
const WINDOW = { limit: 1_000, windowMs: HOUR_MS };

interface Course {
  readonly world: World;
  /** Prospects that wait at the beginning. */
  readonly backlog: number;
  /** Between prospects that come meanwhile; null for none. */
  readonly everyMs: number | null;
  readonly lookEveryMs: number;
}

function title(id: number) {
  return { prospectId: id, fields: { title: { value: `Title ${id}` } } };
}

/** Looks at the estimate again and again; gives how far off each was, of the time that was left. */
async function follow({ world, backlog, everyMs, lookEveryMs }: Course) {
  const { core } = world;
  let next = 1;
  for (; next <= backlog; next += 500) {
    core.accept({
      destinationId: "d",
      updates: Array.from({ length: 500 }, (_, i) => title(next + i)),
      empty: 0,
      rejected: {},
    });
  }
  const looks: { at: number; drainsAt: number | null }[] = [];
  let [lookAt, comesAt] = [world.now + lookEveryMs, world.now + (everyMs ?? Infinity)];
  for (;;) {
    await world.pass(Math.min(lookAt, comesAt) - world.now);
    if (world.now >= comesAt && everyMs !== null) {
      core.accept({ destinationId: "d", updates: [title(next++)], empty: 0, rejected: {} });
      comesAt += everyMs;
    }
    if (world.now < lookAt) continue;
    lookAt += lookEveryMs;
    const { pending, inFlight, drainsAt } = core.status().backlog;
    // Those that came last are always on their way.
    if (pending + inFlight <= (everyMs === null ? 0 : 3)) break;
    looks.push({ at: world.now, drainsAt });
  }
  const emptyAt = world.now - lookEveryMs / 2;
  return looks
    .filter(({ at }) => emptyAt - at > 10 * lookEveryMs)
    .map(({ at, drainsAt }) => {
      const offMs = Math.abs((drainsAt ?? Infinity) - emptyAt);
      return { offMs, share: offMs / (emptyAt - at) };
    });
}

/** The largest, in percent of the time that was left. */
function worst(off: readonly { readonly share: number }[]): number {
  return Math.round(Math.max(...off.map(({ share }) => share)) * 1000) / 10;
}

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
