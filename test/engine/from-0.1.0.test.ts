import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "vitest";
import { BulkOutreach } from "../support/bulk-outreach.ts";
import { sqliteBehind } from "../support/sqlite.ts";
import { World } from "../support/world.ts";

const FIXTURE = new URL("../fixtures/0.1.0/object.sql", import.meta.url);
const MEMBERS = Array.from({ length: 200 }, (_, i) => 1_000 + i);

/** A world on the database that an object of version 0.1.0 left behind. */
function worldOf010(): { world: World; sqlite: DatabaseSync } {
  const sqlite = new DatabaseSync(":memory:");
  const text = readFileSync(FIXTURE, "utf8");
  sqlite.exec(text);
  const world = new World(sqliteBehind(sqlite));
  // Its first line tells when it was made.
  world.now = Date.parse(text.slice(0, text.indexOf("\n")).replace(/^.*is |\.$/g, "")) + 60_000;
  world.kill();
  return { world, sqlite };
}

const titleOf = (world: World, id: number): unknown => world.held.get(id)?.["title"];

describe("an object's database of version 0.1.0", () => {
  it("keeps what was pending, in flight and refused", ({ expect }) => {
    const { world } = worldOf010();
    const { backlog, paused } = world.core.status();
    expect(backlog.pending + backlog.inFlight).toBe(MEMBERS.length + 4);
    expect(paused?.reason).toBe("paused");
    const { failures } = world.core.failures("destination-1", { limit: 10, after: null });
    expect(failures.map(({ prospectId, error }) => [prospectId, error.code])).toEqual([
      [30, "resourceNotFound"],
    ]);
    expect(world.core.audiences("destination-2")).toMatchObject([{ members: 2, pending: 1 }]);
    expect(world.core.runs("destination-1", 10).length).toBeGreaterThan(0);
    expect(world.core.seenAudiences("destination-1")).toHaveLength(1);
  });

  it("delivers it all, in the order in which it came", async ({ expect }) => {
    const { world } = worldOf010();
    const outreach = new BulkOutreach(world);
    world.core.resume();
    await world.pass(24 * 3_600_000);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    expect(world.held.get(40)).toMatchObject({ title: "In flight", company: "Came meanwhile" });
    expect(world.held.get(50)).toMatchObject({ title: "Pending", optedOut: true });
    expect(titleOf(world, 51)).toBeNull();
    expect(world.held.get(20)).toMatchObject({ custom4: "exited" });
    for (const id of MEMBERS) expect(world.held.get(id)).toMatchObject({ custom4: "realized" });
    expect(outreach.starts.length).toBeLessThan(10);
  });

  it("still knows what Outreach holds: the same values cost no call", async ({ expect }) => {
    const { world } = worldOf010();
    const outreach = new BulkOutreach(world);
    world.core.resume();
    await world.pass(24 * 3_600_000);
    const calls = world.patches.length;
    const jobs = outreach.starts.length;
    world.accept(21, { firstName: "Name 21" });
    await world.pass(3_600_000);
    expect(world.patches).toHaveLength(calls);
    expect(outreach.starts).toHaveLength(jobs);
  });
});
