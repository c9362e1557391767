import { describe, it } from "vitest";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { title } from "../support/estimates.ts";
import { limitCalls } from "../support/fixed-window.ts";
import { World } from "../support/world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 120_000 };
const WINDOW = { limit: 10_000, windowMs: HOUR_MS };

function titles(count: number, from: number): ProspectUpdate[] {
  return Array.from({ length: count }, (_, i) => title(from + i));
}

/** Members who qualified long ago (a first activation), or left just now. */
function member(id: number, status: "realized" | "exited", at: number): ProspectUpdate {
  const audience = { namespace: "ups", id: "a", status };
  return { prospectId: id, fields: { custom4: { value: status, at, audience } } };
}

/** Hands updates over, and gives what the answer to the last request promises. */
function promised(world: World, destinationId: string, updates: readonly ProspectUpdate[]) {
  let expectedBy: number | null = null;
  for (let i = 0; i < updates.length; i += 1_000) {
    const slice = updates.slice(i, i + 1_000);
    const taken = world.core.accept({ destinationId, updates: slice, empty: 0, rejected: {} });
    if (!taken.ok) throw new Error(taken.reason);
    ({ expectedBy } = taken);
  }
  return expectedBy;
}

/** When a prospect's call arrived. */
async function arrivalOf(world: World, id: number, everyMs: number): Promise<number> {
  for (;;) {
    await world.pass(everyMs);
    const detail = world.core.prospect(id);
    if (detail?.pending.length === 0 && detail.lastDelivery) return detail.lastDelivery.at;
  }
}

describe("the time at which a request's prospects are expected to be there", () => {
  it("does not count a backfill that an exit goes before", LONG, async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, WINDOW);
    const old = Array.from({ length: 30_000 }, (_, i) => member(1 + i, "realized", 1));
    promised(world, "backfill", old);
    await world.pass(30 * SECOND_MS);
    const leftAt = world.now;
    const expectedBy = promised(world, "live", [member(900_001, "exited", leftAt)]);
    expect(expectedBy).toBeLessThan(leftAt + 2 * SECOND_MS);
    expect(await arrivalOf(world, 900_001, SECOND_MS)).toBeLessThan(leftAt + 2 * SECOND_MS);
  });

  it("counts what is before it in its own lane, at its share", LONG, async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, WINDOW);
    const old = Array.from({ length: 30_000 }, (_, i) => member(1 + i, "realized", 1));
    promised(world, "backfill", old);
    await world.pass(MINUTE_MS);
    const { now } = world;
    // Not new to the connector, so these are live: 14,000 of them share calls with the backfill.
    const expectedBy = promised(
      world,
      "live",
      Array.from({ length: 14_000 }, (_, i) => member(100_001 + i, "realized", now)),
    );
    const arrivedAt = await arrivalOf(world, 114_000, MINUTE_MS);
    expect(arrivedAt - now).toBeGreaterThan(HOUR_MS);
    expect(Math.abs((expectedBy ?? 0) - arrivedAt) / (arrivedAt - now)).toBeLessThan(0.05);
  });

  it("shares calls with other destinations by weight", LONG, async ({ expect }) => {
    const world = await World.connected();
    limitCalls(world, { limit: 1_000, windowMs: HOUR_MS });
    promised(world, "others", titles(6_000, 1));
    await world.pass(MINUTE_MS);
    const { now } = world;
    const expectedBy = promised(world, "own", titles(2_000, 100_001));
    const arrivedAt = await arrivalOf(world, 102_000, MINUTE_MS);
    expect(arrivedAt - now).toBeGreaterThan(3 * HOUR_MS);
    expect(Math.abs((expectedBy ?? 0) - arrivedAt) / (arrivedAt - now)).toBeLessThan(0.05);
  });

  it("comes after the job that a prospect is in", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = 10 * SECOND_MS;
    const equal = (value: string, count: number): ProspectUpdate[] =>
      Array.from({ length: count }, (_, i) => ({
        prospectId: 1 + i,
        fields: { company: { value } },
      }));
    promised(world, "d", equal("Acme", 5_000));
    while (world.core.status().backlog.inFlight < 5_000) await world.pass(SECOND_MS);
    expect(world.core.status().backlog.inFlight).toBe(5_000);
    const expectedBy = promised(world, "d", equal("Acme Inc.", 1));
    expect(expectedBy).toBeGreaterThan(world.now + 5 * SECOND_MS);
    const arrivedAt = await arrivalOf(world, 1, SECOND_MS);
    // No job has shown yet how long one takes: what is assumed is longer.
    expect(Math.abs((expectedBy ?? 0) - arrivedAt)).toBeLessThan(15 * SECOND_MS);
  });

  it("is now where Outreach holds it all", async ({ expect }) => {
    const world = await World.connected();
    promised(world, "d", titles(1, 1));
    await world.pass(5 * SECOND_MS);
    promised(world, "d", titles(5_000, 100));
    expect(promised(world, "d", titles(1, 1))).toBe(world.now);
  });
});
