import { describe, it } from "vitest";
import { apiError, DESTINATION, World } from "../support/world.ts";

function refusal(detail: string, pointer: string) {
  const errors = [{ id: "validationError", detail, source: { pointer } }];
  return { status: 422, headers: new Headers(), body: JSON.stringify({ errors }) };
}

/** Outreach refused an attribute of each, in words that hold the prospect's number. */
async function withFailures(...of: readonly (readonly [field: string, ids: readonly number[]])[]) {
  const world = await World.connected();
  for (const [field, ids] of of) {
    world.script = ({ method, url }) => {
      if (method !== "PATCH") return null;
      const id = url.split("/").at(-1) ?? "";
      return refusal(`Prospect ${id} says nonsense.`, `/data/attributes/${field}`);
    };
    for (const id of ids) world.accept(id, { [field]: `value of ${id}` });
    await world.pass(120_000);
  }
  return world;
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe("groups of failures", () => {
  it("count all failures by attribute and words, the newest group first", async ({ expect }) => {
    const world = await withFailures(["title", range(1, 40)], ["firstName", range(100, 7)]);
    const { groups, ...counts } = world.core.failureGroups(DESTINATION, 10);
    expect(counts).toEqual({ groupsCount: 2, total: 47, ungrouped: 0 });
    expect(groups.map(({ field, count }) => [field, count])).toEqual([
      ["firstName", 7],
      ["title", 40],
    ]);
    expect(groups[1]?.newest.map(({ prospectId }) => prospectId)).toEqual([40, 39, 38, 37, 36]);
    expect(world.core.failureGroups(DESTINATION, 1).groups).toHaveLength(1);
    expect(world.core.failureGroups("another", 10)).toEqual({
      groups: [],
      groupsCount: 0,
      total: 0,
      ungrouped: 0,
    });
  });

  it("are read page by page, each failure once", async ({ expect }) => {
    const world = await withFailures(["title", range(1, 12)], ["firstName", range(100, 3)]);
    const group = world.core.failureGroups(DESTINATION, 10).groups[1]?.key ?? "";
    const seen: number[] = [];
    for (let after: string | null = null; ;) {
      const page = world.core.failures(DESTINATION, { limit: 5, after, group });
      expect(page.total).toBe(12);
      seen.push(...page.failures.map(({ prospectId }) => prospectId));
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen).toEqual(range(1, 12).toReversed());
    expect(world.core.failures(DESTINATION, { limit: 5, after: null, group: "1" }).total).toBe(0);
  });

  it("are replayed and discarded whole, and nothing else with them", async ({ expect }) => {
    const world = await withFailures(["title", range(1, 9)], ["firstName", range(100, 4)]);
    const keys = world.core.failureGroups(DESTINATION, 10).groups.map(({ key }) => key);
    const [firstNames = "", titles = ""] = keys;
    expect(await world.core.discardFailures(DESTINATION, { group: "none" })).toEqual({
      discarded: 0,
    });
    expect(await world.core.discardFailures(DESTINATION, { group: firstNames })).toEqual({
      discarded: 4,
    });
    world.script = () => null;
    expect(await world.core.replay(DESTINATION, { group: titles })).toEqual({ replayed: 9 });
    await world.pass(120_000);
    expect(world.core.failureGroups(DESTINATION, 10).total).toBe(0);
  });

  it("are worked on in steps, that tell what is left and take no failure twice", async ({
    expect,
  }) => {
    const world = await withFailures(["title", range(1, 9)]);
    const first = await world.core.replay(DESTINATION, null, { limit: 4, upTo: null });
    expect(first).toMatchObject({ replayed: 4, rest: { left: 5 } });
    // Refused anew meanwhile; these are listed again, and are none of this work's.
    await world.pass(120_000);
    expect(world.core.failureGroups(DESTINATION, 1).total).toBe(9);
    const step = { limit: 5, upTo: first.rest?.upTo ?? null };
    expect(await world.core.replay(DESTINATION, null, step)).toEqual({ replayed: 5 });
    expect(await world.core.discardFailures(DESTINATION, null, step)).toEqual({ discarded: 0 });
  });

  it("take in what was listed before there were groups, a thousand a turn", async ({ expect }) => {
    const world = await withFailures(["title", range(1, 1)]);
    const [first] = world.db.all(`SELECT * FROM failures`);
    for (let copies = 1; copies < 2_500; copies++) {
      world.db.all(
        `INSERT INTO failures (destination_id, prospect_id, fields, error, attempts, accepted_at)
         SELECT destination_id, prospect_id, fields, error, attempts, accepted_at FROM failures WHERE id = ?`,
        first ? Number(first["id"]) : 0,
      );
    }
    world.db.all(`UPDATE failures SET group_key = NULL`);
    world.kill();
    const wakes = world.wakes;
    const seen: (readonly [grouped: number, ungrouped: number])[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { groups, ungrouped, total } = world.core.failureGroups(DESTINATION, 1);
      expect(total).toBe(2_500);
      seen.push([groups[0]?.count ?? 0, ungrouped]);
      await world.pass(1);
    }
    expect(seen).toEqual([
      [0, 2_500],
      [1_000, 1_500],
      [2_000, 500],
      [2_500, 0],
    ]);
    expect(world.wakes - wakes).toBe(3); // and none when all have their group
    const group = world.core.failureGroups(DESTINATION, 1).groups[0]?.key ?? "";
    expect(world.core.failures(DESTINATION, { limit: 1, after: null, group }).total).toBe(2_500);
  });

  it("keep no update waiting while they take in what was listed before", async ({ expect }) => {
    const world = await withFailures(["title", range(1, 3)]);
    world.db.all(`UPDATE failures SET group_key = NULL`);
    world.kill();
    world.script = () => null;
    world.requests.length = 0;
    world.accept(7, { firstName: "Ada" });
    await world.pass(2_000);
    expect(world.patches.map(({ id }) => id)).toEqual([7]);
    expect(world.core.failureGroups(DESTINATION, 1)).toMatchObject({ ungrouped: 0, total: 3 });
  });

  it("change with what newer values leave of a failure", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" ? apiError(422, "validationError", "It is refused.") : null;
    world.accept(1, { title: "CTO", firstName: "Ada" });
    await world.pass(60_000);
    expect(world.core.failureGroups(DESTINATION, 1).groups[0]?.field).toBeNull();
    world.script = () => null;
    world.accept(1, { title: "CEO" });
    await world.pass(60_000);
    const { groups } = world.core.failureGroups(DESTINATION, 1);
    expect(groups.map(({ field, count }) => [field, count])).toEqual([["firstName", 1]]);
    const group = groups[0]?.key ?? "";
    expect(world.core.failures(DESTINATION, { limit: 5, after: null, group }).total).toBe(1);
  });
});
