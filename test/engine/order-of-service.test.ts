import { describe, it } from "vitest";
import { apiError, World } from "../support/world.ts";

const LONG_AGO = 0;

function status(id: number, value: "realized" | "exited", at: number) {
  const audience = { namespace: "ups", id: "a", status: value };
  return { prospectId: id, fields: { custom1: { value, at, audience } } };
}

/** Prospects in the order in which they were served. */
async function served(world: World, ms = 30_000): Promise<number[]> {
  await world.pass(ms);
  return world.patches.map(({ id }) => id);
}

describe("the order of service, in the engine", () => {
  it("has exits go before entries, those before attributes, and backfill last", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.core.pause();
    world.accept(900, { title: "known" });
    world.core.resume();
    await world.pass(5_000);
    world.requests.length = 0;

    world.core.pause();
    const { now } = world;
    const ids = Array.from({ length: 12 }, (_, i) => i + 1);
    world.acceptUpdates(ids.map((id) => status(100 + id, "realized", LONG_AGO)));
    world.acceptUpdates([{ prospectId: 900, fields: { title: { value: "new" } } }]);
    world.acceptUpdates(ids.map((id) => status(200 + id, "realized", now)));
    world.acceptUpdates(ids.map((id) => status(300 + id, "exited", now)));
    world.core.resume();
    const order = await served(world);

    expect(order).toHaveLength(37);
    const live = order.filter((id) => id > 200);
    expect(live.slice(0, 12).every((id) => id > 300 && id < 900)).toBe(true);
    expect(live.slice(12, 24).every((id) => id < 300)).toBe(true);
    expect(live.at(-1)).toBe(900);
    // Backfill has its guaranteed part all the while.
    const backfilled = order.slice(0, 24).filter((id) => id < 200).length;
    expect(backfilled).toBeGreaterThanOrEqual(3);
    expect(backfilled).toBeLessThanOrEqual(6);
  });

  it("does not let a destination that sends a lot starve another one", async ({ expect }) => {
    const world = await World.connected();
    world.core.pause();
    const { now } = world;
    const noisy = Array.from({ length: 150 }, (_, i) => status(1_000 + i, "exited", now));
    world.acceptUpdates(noisy, "noisy");
    world.acceptUpdates(
      [1, 2, 3, 4, 5].map((id) => status(id, "realized", now)),
      "quiet",
    );
    world.core.resume();
    const order = await served(world);
    expect(order).toHaveLength(155);
    expect(order.slice(0, 12)).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
  });

  it("serves by the weights that came with the last request", async ({ expect }) => {
    const world = await World.connected();
    world.core.pause();
    const { now } = world;
    for (const [destinationId, from, weight] of [
      ["heavy", 1_000, 3],
      ["light", 2_000, 1],
    ] as const) {
      const updates = Array.from({ length: 60 }, (_, i) => status(from + i, "realized", now));
      const result = world.core.accept({ destinationId, updates, empty: 0, rejected: {}, weight });
      expect(result.ok).toBe(true);
    }
    world.core.resume();
    const order = await served(world);
    const heavy = order.slice(0, 40).filter((id) => id < 2_000).length;
    expect(heavy).toBeGreaterThanOrEqual(29);
    expect(heavy).toBeLessThanOrEqual(31);
  });

  it("sends what a person replays after what is new", async ({ expect }) => {
    const world = await World.connected();
    const { now } = world;
    const refused = new Set(Array.from({ length: 20 }, (_, i) => 500 + i));
    world.script = ({ url, method }) =>
      method === "PATCH" && refused.has(Number(url.split("/").at(-1)))
        ? apiError(422, "validationError", "It is refused.")
        : null;
    world.acceptUpdates([...refused].map((id) => status(id, "realized", now)));
    await world.pass(10_000);
    world.script = () => null;
    world.requests.length = 0;
    world.core.pause();
    await world.core.replay("destination-1", null);
    world.acceptUpdates(Array.from({ length: 20 }, (_, i) => status(600 + i, "realized", now)));
    await world.pass(2_000);
    world.core.resume();
    const order = await served(world);
    expect(order).toHaveLength(40);
    const replayed = order.slice(0, 20).filter((id) => refused.has(id)).length;
    expect(replayed).toBeGreaterThanOrEqual(1);
    expect(replayed).toBeLessThanOrEqual(4);
  });
});
