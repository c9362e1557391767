import { describe, it } from "vitest";
import { DESTINATION, World, apiError } from "../support/world.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function pausedWith(ids: readonly number[]): Promise<World> {
  const world = await World.connected();
  world.core.pause();
  for (const id of ids) world.accept(id, { title: "secret title" });
  return world;
}

function damage(world: World, id: number, waiting: string): void {
  world.db.all(`UPDATE prospects SET waiting = ? WHERE id = ?`, waiting, id);
}

describe("a prospect whose row cannot be read", () => {
  for (const [what, waiting] of [
    ["holds what the schema does not know", `{"fields":{"title":{"valeur":"secret title"}}}`],
    ["is not JSON", `secret title`],
  ] as const) {
    it(`is set aside and listed where it ${what}; the others go on`, async ({ expect }) => {
      const world = await pausedWith([1, 2, 3]);
      damage(world, 2, waiting);
      world.kill();
      world.core.resume();
      await world.pass(MINUTE_MS);
      expect([...world.held.keys()].toSorted((a, b) => a - b)).toEqual([1, 3]);
      const { backlog, quarantined, safeMode } = world.core.status();
      expect(backlog).toMatchObject({ pending: 0, inFlight: 0 });
      expect({ quarantined, safeMode }).toEqual({ quarantined: 1, safeMode: null });
      const [row] = world.core.quarantine(10);
      expect(row).toMatchObject({ table: "prospects", rowId: 2 });
      expect(JSON.stringify(row)).not.toContain("secret");
    });
  }

  it("gets what comes of it later", async ({ expect }) => {
    const world = await pausedWith([2]);
    damage(world, 2, "{}");
    world.core.resume();
    await world.pass(MINUTE_MS);
    world.accept(2, { title: "next" });
    await world.pass(MINUTE_MS);
    expect(world.held.get(2)).toEqual({ title: "next" });
    expect(world.core.status().quarantined).toBe(1);
  });

  it("is delivered by a version that can read it", async ({ expect }) => {
    const world = await pausedWith([2]);
    const [{ waiting } = {}] = world.db.all(`SELECT waiting FROM prospects WHERE id = 2`);
    damage(world, 2, "{}");
    world.core.resume();
    await world.pass(MINUTE_MS);
    world.db.all(`UPDATE quarantine SET raw = json_set(raw, '$.waiting', ?)`, String(waiting));
    world.kill();
    await world.pass(MINUTE_MS);
    expect(world.held.get(2)).toEqual({ title: "secret title" });
    expect(world.core.quarantine(10)).toEqual([]);
  });
});

describe("another row that cannot be read", () => {
  it("is set aside where it is a failure", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" ? apiError(422, "validationError", "no") : null;
    world.accept(1, { title: "a" });
    world.accept(2, { title: "b" });
    await world.pass(MINUTE_MS);
    world.db.all(`UPDATE failures SET fields = 'x' WHERE prospect_id = 1`);
    const page = { limit: 10, after: null };
    expect(world.core.failures(DESTINATION, page).failures).toMatchObject([{ prospectId: 2 }]);
    expect(world.core.quarantine(10)).toMatchObject([{ table: "failures", reason: "not JSON" }]);
  });

  it("has a job's prospects sent again where it is the job", async ({ expect }) => {
    const { world } = await worldWithBulk();
    const updates = Array.from({ length: 600 }, (_, i) => ({
      prospectId: i + 1,
      fields: { title: { value: "CFO" } },
    }));
    world.acceptUpdates(updates);
    while (world.db.all(`SELECT 1 FROM jobs WHERE state = 'running'`).length === 0) {
      await world.pass(100);
    }
    world.db.all(`UPDATE jobs SET state = 'of a later version'`);
    world.kill();
    await world.pass(HOUR_MS);
    expect(world.core.quarantine(10)).toMatchObject([
      { table: "jobs", reason: expect.stringContaining("state") },
    ]);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });
});

describe("a piece of state that cannot be read", () => {
  it("stops the loop alone, which is tried again later and later, and goes on by itself", async ({
    expect,
  }) => {
    const world = await World.connected();
    const [{ value } = {}] = world.db.all(`SELECT value FROM state WHERE name = 'limiter'`);
    world.mayCrash = true;
    world.db.all(`UPDATE state SET value = '{"of":"a later version"}' WHERE name = 'limiter'`);
    world.kill();
    world.accept(7, { optedOut: true });
    const { wakes } = world;
    await world.pass(24 * HOUR_MS);
    expect(world.wakes - wakes).toBeLessThan(60);
    const { backlog, safeMode } = world.core.status();
    expect(backlog.pending).toBe(1);
    expect(safeMode).toMatchObject({ reason: expect.stringContaining("invalid_type") });
    expect(safeMode?.crashes).toBeGreaterThan(3);
    world.core.pause();
    world.core.resume();
    world.core.disconnect();
    world.db.all(`UPDATE state SET value = ? WHERE name = 'limiter'`, String(value));
    await world.connect();
    await world.pass(2 * HOUR_MS);
    expect(world.held.get(7)).toEqual({ optedOut: true });
    expect(world.core.status().safeMode).toBeNull();
  });

  it("does not hide what can be read", async ({ expect }) => {
    const world = await World.connected();
    world.db.all(`UPDATE state SET value = 'x' WHERE name = 'connection'`);
    world.mayCrash = true;
    world.kill();
    const { connection, budget } = world.core.status();
    expect(connection).toMatchObject({
      status: "disconnected",
      detail: expect.stringContaining("cannot be read"),
    });
    expect(budget.limit).toBe(10_000);
    world.accept(7, { title: "CFO" });
    expect(world.core.prospect(7)?.pending).toMatchObject([{ field: "title" }]);
    world.core.pause();
    expect(world.core.runs(DESTINATION, 1)).toMatchObject([{ accepted: 1 }]);
  });
});
