import { describe, it } from "vitest";
import { SEEN_MAX, type SeenAudience } from "../../src/mapping/seen-audiences.ts";
import { migrate } from "../../src/engine/migrations.ts";
import { BatchStore, MIGRATIONS } from "../../src/overflow/batch-store.ts";
import { memoryDatabase } from "../support/sqlite.ts";
import { DESTINATION, START, World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A request whose profiles were in these audiences. */
function bring(world: World, ...seen: readonly SeenAudience[]): void {
  world.core.accept({ destinationId: DESTINATION, updates: [], empty: 1, rejected: {}, seen });
}

function audience(id: string, profiles = 1, name?: string): SeenAudience {
  return { namespace: "ups", id, profiles, ...(name !== undefined && { name }) };
}

function written(world: World) {
  return world.db.all(`SELECT audience_id, profiles FROM seen_audiences ORDER BY audience_id`);
}

describe("audiences that were seen and are not mapped", () => {
  it("are listed with name, count and time, most profiles first", ({ expect }) => {
    const world = new World();
    bring(world, audience("a", 3), audience("b", 5, "Trial started"));
    world.now += 10_000;
    bring(world, audience("a", 4, "Guests"), audience("b", 1));
    expect(world.core.seenAudiences(DESTINATION)).toEqual([
      { namespace: "ups", id: "a", name: "Guests", profiles: 7, lastSeenAt: START + 10_000 },
      { namespace: "ups", id: "b", name: "Trial started", profiles: 6, lastSeenAt: START + 10_000 },
    ]);
    expect(world.core.seenAudiences("another")).toEqual([]);
  });

  it("are written once a minute, however many requests bring them", ({ expect }) => {
    const world = new World();
    for (let i = 0; i < 30; i++) {
      bring(world, audience("a"));
      world.now += 1_000;
    }
    expect(written(world)).toEqual([{ audience_id: "a", profiles: 1 }]);
    world.now = START + MINUTE_MS;
    bring(world, audience("a"));
    expect(written(world)).toEqual([{ audience_id: "a", profiles: 31 }]);
  });

  it("are known again after a restart, less what was not written yet", ({ expect }) => {
    const world = new World();
    bring(world, audience("a", 2, "Guests"));
    bring(world, audience("a", 5));
    world.kill();
    world.now += MINUTE_MS;
    bring(world, audience("a", 1));
    expect(world.core.seenAudiences(DESTINATION)).toMatchObject([{ name: "Guests", profiles: 3 }]);
  });

  it("are so many at most; one that is long unseen makes room", ({ expect }) => {
    const world = new World();
    bring(world, ...Array.from({ length: SEEN_MAX }, (_, i) => audience(`a${i}`)));
    bring(world, audience("late"));
    expect(world.core.seenAudiences(DESTINATION)).toHaveLength(SEEN_MAX);
    world.now += 7 * DAY_MS;
    bring(world, audience("late"));
    const ids = world.core.seenAudiences(DESTINATION).map(({ id }) => id);
    expect(ids).toHaveLength(SEEN_MAX);
    expect(ids).toContain("late");
    expect(ids).not.toContain("a0");
  });

  it("come along over an overflow object, once", ({ expect }) => {
    const db = memoryDatabase();
    migrate(db, MIGRATIONS);
    const batches = new BatchStore(db);
    // Too long for one row, so it is cut.
    const fields = { title: { value: "x".repeat(200_000) } };
    const updates = [1, 2, 3, 4].map((prospectId) => ({ prospectId, fields }));
    const seen = [audience("a", 4, "Guests")];
    batches.add("ou", START, {
      destinationId: DESTINATION,
      updates,
      empty: 0,
      rejected: {},
      seen,
    });
    const parts: unknown[] = [];
    for (let next = batches.next(); next; next = batches.next()) {
      parts.push(...next.batches.map(({ batch }) => batch.seen));
      batches.remove(next.batches.at(-1)?.seq ?? 0);
    }
    expect(parts).toEqual([seen, undefined]);
  });

  it("go with their destination, and after a month", async ({ expect }) => {
    const world = await World.connected();
    bring(world, audience("a"));
    await world.core.forgetDestination(DESTINATION);
    expect(world.core.seenAudiences(DESTINATION)).toEqual([]);
    bring(world, audience("b"));
    world.now += 31 * DAY_MS;
    world.accept(7, { firstName: "Ada" });
    await world.pass(MINUTE_MS);
    expect(world.core.seenAudiences(DESTINATION)).toEqual([]);
  });
});
