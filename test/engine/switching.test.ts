import { describe, it } from "vitest";
import type { ProspectUpdate } from "../../src/delivery/prospect-update.ts";
import type { DestinationDelivery } from "../../src/outreach-user/api.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { limitCalls } from "../support/fixed-window.ts";
import { DESTINATION, World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 60_000 };

function members(count: number, from = 1): ProspectUpdate[] {
  const audience = { namespace: "ups", id: "trial", status: "realized" } as const;
  return Array.from({ length: count }, (_, i) => ({
    prospectId: from + i,
    fields: { custom4: { value: "realized", at: 1, audience } },
  }));
}

function accept(
  world: World,
  updates: readonly ProspectUpdate[],
  delivery: DestinationDelivery = {},
  destinationId = DESTINATION,
): void {
  world.core.accept({ destinationId, updates, empty: 0, rejected: {}, ...delivery });
}

describe("a destination whose delivery is changed while its prospects wait", () => {
  it("has each of them sent in a call of its own, over a restart", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    world.core.pause();
    accept(world, members(1_200));
    world.core.setDelivery(DESTINATION, { single: true, revision: 2 });
    await world.pass(0);
    world.kill();
    world.core.resume();
    await world.pass(10 * MINUTE_MS);
    expect(outreach.starts).toEqual([]);
    expect(world.patches).toHaveLength(1_200);
  });

  it("has them put together again, but for what another destination wants alone", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    world.core.pause();
    accept(world, members(1_200), { single: true, revision: 1 });
    const title = { prospectId: 7, fields: { title: { value: "CEO" } } };
    accept(world, [title], { single: true }, "singly");
    world.core.setDelivery(DESTINATION, { revision: 2 });
    await world.pass(0);
    world.kill();
    world.core.resume();
    await world.pass(10 * MINUTE_MS);
    expect(outreach.starts).toEqual([{ kind: "batches", records: 1_199 }]);
    expect(world.patches.map(({ id }) => id)).toEqual([7]);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("hears of it from its next batch where it was not told, and not from an older one", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    world.core.pause();
    accept(world, members(1_200), { revision: 1 });
    accept(world, members(1, 5_000), { single: true, revision: 2 });
    // Another isolate still knows the settings before.
    accept(world, members(1, 6_000), { revision: 1 });
    world.core.resume();
    await world.pass(10 * MINUTE_MS);
    expect(outreach.starts).toEqual([]);
    expect(world.patches).toHaveLength(1_202);
  });

  it("has its new part of the calls at once", LONG, async ({ expect }) => {
    const world = await World.connected();
    const got = { light: 0, heavy: 0 };
    limitCalls(world, { limit: 2_000, windowMs: HOUR_MS }, ({ id }) => {
      got[id < 100_000 ? "light" : "heavy"] += 1;
    });
    accept(world, members(3_000), {}, "light");
    accept(world, members(3_000, 100_001), {}, "heavy");
    await world.pass(MINUTE_MS / 2);
    const before = { ...got };
    world.core.setDelivery("heavy", { weight: 100, revision: 2 });
    await world.pass(HOUR_MS);
    expect(got.heavy - before.heavy).toBeGreaterThan(500);
    expect(got.light - before.light).toBeLessThan((got.heavy - before.heavy) / 20);
  });
});
