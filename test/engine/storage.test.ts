import { describe, it } from "vitest";
import { DESTINATION, World } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LONG = { timeout: 120_000 };

const title = (prospectId: number) => ({
  prospectId,
  fields: { title: { value: `title ${prospectId}`.padEnd(200, ".") } },
});

function send(world: World, updates: Parameters<World["acceptUpdates"]>[0]) {
  return world.core.accept({ destinationId: DESTINATION, updates, empty: 0, rejected: {} });
}

/** A connected world whose object may store so many bytes. */
async function worldWith(storageBytes: number): Promise<World> {
  const world = await World.connected();
  world.storageBytes = storageBytes;
  world.kill();
  return world;
}

/** Sends new prospects, a hundred a request, until one is turned away; how many were taken. */
async function fill(world: World): Promise<number> {
  for (let taken = 0; ; taken += 100) {
    const result = send(
      world,
      Array.from({ length: 100 }, (_, i) => title(taken + i + 1)),
    );
    if (!result.ok) return taken;
    await world.pass(1_000);
  }
}

describe("storage that gets full", LONG, () => {
  it("turns new updates away, takes what cannot wait, and delivers all", async ({ expect }) => {
    const world = await worldWith(2_000_000);
    world.core.pause();
    const taken = await fill(world);
    expect(taken).toBeGreaterThan(500);
    expect(world.core.status().storage.level).toBe("tight");
    const full = { ok: false, reason: "backlog_full", retryAfterMs: 60_000 };
    expect(send(world, [title(900_000)])).toEqual(full);
    const optOut = { prospectId: 900_001, fields: { optedOut: { value: true } } };
    const exit = {
      prospectId: 900_002,
      fields: {
        custom4: { value: "exited", audience: { namespace: "ups", id: "a", status: "exited" } },
      },
    } as const;
    const merged = { prospectId: 5, fields: { title: { value: "newer" } } };
    for (const update of [optOut, exit, merged]) expect(send(world, [update]).ok).toBe(true);
    // What cannot wait is stored although its neighbour is turned away.
    const both = [title(900_003), { ...optOut, prospectId: 900_004 }];
    expect(send(world, both)).toEqual(full);
    world.core.resume();
    await world.pass(2 * HOUR_MS);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    expect(world.held.get(5)).toEqual({ title: "newer" });
    expect(new Set([...world.held.keys()].filter((id) => id >= 900_000))).toEqual(
      new Set([900_001, 900_002, 900_004]),
    );
    expect(world.held.size).toBe(taken + 3);
    await world.pass(DAY_MS);
    expect(send(world, [title(900_005)]).ok).toBe(true);
  });

  it("is pruned: what is known of those untouched for longest goes first", async ({ expect }) => {
    const world = await worldWith(2_000_000);
    world.accept(1, { title: "old" });
    await world.pass(100 * DAY_MS);
    world.accept(2, { title: "new" });
    await world.pass(DAY_MS);
    world.storageBytes = world.db.size() * 1.2;
    world.kill();
    await world.pass(DAY_MS);
    expect(world.core.status().storage.level).toBe("pruning");
    expect(world.core.prospect(1)).toBeNull();
    world.accept(1, { title: "old" });
    await world.pass(HOUR_MS);
    expect(world.patches.filter(({ id }) => id === 1)).toHaveLength(2);
  });

  it("lets delivery go on where SQLite has no room at all", async ({ expect }) => {
    const world = await World.connected();
    world.core.pause();
    const prospects = 3_050;
    for (let id = 1; id <= prospects; id += 50) {
      send(
        world,
        Array.from({ length: 50 }, (_, i) => title(id + i)),
      );
      await world.pass(60_000);
    }
    const [{ n } = {}] = world.db.all(`SELECT page_count AS n FROM pragma_page_count`);
    world.db.all(`PRAGMA max_page_count = ${Number(n)}`);
    world.core.resume();
    await world.pass(4 * HOUR_MS);
    expect(world.held.size).toBe(prospects);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });
});
