import { describe, it } from "vitest";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import type { DestinationDelivery } from "../../src/engine/api.ts";
import { ALL_SCOPES, BulkOutreach, worldWithBulk } from "../support/bulk-outreach.ts";
import { limitCalls } from "../support/fixed-window.ts";
import { memoryDatabase } from "../support/sqlite.ts";
import { apiError, DESTINATION, World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 180_000 };

function members(count: number, from = 1): ProspectUpdate[] {
  const audience = { namespace: "ups", id: "trial", status: "realized" } as const;
  return Array.from({ length: count }, (_, i) => ({
    prospectId: from + i,
    fields: { custom4: { value: "realized", at: 1, audience } },
  }));
}

function titles(count: number): ProspectUpdate[] {
  return Array.from({ length: count }, (_, i) => ({
    prospectId: 1 + i,
    fields: { title: { value: "CEO" } },
  }));
}

/** With something to be done once, when a statement has run and all that is done in the same turn. */
async function worldWithHook() {
  const db = memoryDatabase();
  let hook: { readonly statement: RegExp; readonly act: () => void } | null = null;
  const world = new World({
    ...db,
    all: (statement, ...bindings) => {
      if (hook?.statement.test(statement)) {
        queueMicrotask(hook.act);
        hook = null;
      }
      return db.all(statement, ...bindings);
    },
  });
  world.scopes = ALL_SCOPES;
  await world.connect();
  const after = (statement: RegExp, act: () => void): void => {
    hook = { statement, act };
  };
  return { world, outreach: new BulkOutreach(world), after };
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

  it("has those sent alone that wait beside what another destination has, and no others", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    world.core.pause();
    accept(world, titles(1_200), {}, "other");
    accept(world, members(600));
    world.core.setDelivery(DESTINATION, { single: true, revision: 2 });
    await world.pass(0);
    world.core.resume();
    await world.pass(10 * MINUTE_MS);
    expect(outreach.starts).toEqual([{ kind: "batches", records: 600 }]);
    expect(world.patches.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 600 }, (_, i) => 1 + i),
    );
  });

  it("has those put together again that wait beside what another destination has", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    world.core.pause();
    accept(world, titles(1_200), {}, "other");
    accept(world, members(1_200), { single: true, revision: 1 });
    world.core.setDelivery(DESTINATION, { revision: 2 });
    await world.pass(0);
    world.core.resume();
    await world.pass(10 * MINUTE_MS);
    expect(outreach.starts).toEqual([{ kind: "batches", records: 1_200 }]);
    expect(world.patches).toEqual([]);
  });

  it("has those sent alone that are in a job which was not taken yet", LONG, async ({ expect }) => {
    for (const moment of ["its call is under way", "it waits for its call"]) {
      const { world, outreach } = await worldWithBulk();
      const change = () => world.core.setDelivery(DESTINATION, { single: true, revision: 2 });
      outreach.script = ({ method, url }) => {
        if (method !== "POST" || !url.includes("/batches/actions/")) return null;
        if (moment === "its call is under way") change();
        return apiError(429, "throttled", "Later.", { "Retry-After": "300" });
      };
      accept(world, members(400));
      await world.pass(MINUTE_MS);
      outreach.script = () => null;
      if (moment === "it waits for its call") {
        expect(world.core.status().bulk.jobs).toMatchObject([{ state: "ready" }]);
        change();
      }
      world.kill();
      await world.pass(10 * MINUTE_MS);
      expect(outreach.starts, moment).toEqual([]);
      expect(world.patches, moment).toHaveLength(400);
      expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    }
  });

  it("has all of them looked through from the beginning, each time that it is changed", async ({
    expect,
  }) => {
    for (const last of ["patch", "auto"]) {
      const { world, outreach, after } = await worldWithHook();
      world.core.pause();
      accept(world, members(1_200), { single: true, revision: 1 });
      world.core.setDelivery(DESTINATION, { revision: 2 });
      after(/ORDER BY queue, due_at, id/, () =>
        world.core.setDelivery(DESTINATION, { single: true, revision: 3 }),
      );
      await world.pass(0);
      if (last === "auto") world.core.setDelivery(DESTINATION, { revision: 4 });
      await world.pass(0);
      world.core.resume();
      await world.pass(10 * MINUTE_MS);
      expect(outreach.starts.map(({ records }) => records)).toEqual(last === "auto" ? [1_200] : []);
      expect(world.patches).toHaveLength(last === "auto" ? 0 : 1_200);
    }
  });

  it("has failures that are put back sent as it is set", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    accept(world, members(400), { single: true });
    outreach.script = ({ method }) =>
      method === "PATCH" ? apiError(404, "resourceNotFound", "There is none.") : null;
    await world.pass(3 * MINUTE_MS);
    outreach.script = () => null;
    expect(await world.core.replay(DESTINATION, null)).toEqual({ replayed: 400 });
    await world.pass(3 * MINUTE_MS);
    expect(outreach.starts).toEqual([]);
    expect(world.held.size).toBe(400);
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

  it("hears of older settings once D1 was restored, from a batch and at once", async ({
    expect,
  }) => {
    for (const way of ["batch", "call"] as const) {
      const { world, outreach } = await worldWithBulk();
      world.core.pause();
      accept(world, members(1_200), { single: true, revision: 9 });
      await world.pass(MINUTE_MS);
      const restored = { revision: 4 };
      const told = () => {
        if (way === "batch") accept(world, members(1), restored);
        else world.core.setDelivery(DESTINATION, restored);
      };
      // This may come from an isolate that has not heard of the ninth yet.
      told();
      world.kill();
      await world.pass(1);
      told();
      world.core.resume();
      await world.pass(10 * MINUTE_MS);
      expect(outreach.starts).toEqual([{ kind: "batches", records: 1_200 }]);
      expect(world.patches).toEqual([]);
    }
  });

  it("is not taken back by a request that waited at an overflow object", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    world.core.pause();
    const arrival = world.now;
    const batch = {
      destinationId: DESTINATION,
      updates: members(1, 5_000),
      empty: 0,
      rejected: {},
    };
    accept(world, members(1_200), { single: true, revision: 2 });
    await world.pass(5 * MINUTE_MS);
    world.core.acceptOverflow("overflow", [
      { seq: 1, arrival, from: 0, batch: { ...batch, revision: 1 } },
    ]);
    world.core.resume();
    await world.pass(10 * MINUTE_MS);
    expect(outreach.starts).toEqual([]);
    expect(world.patches).toHaveLength(1_201);
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
