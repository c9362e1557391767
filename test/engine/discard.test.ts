import { describe, it } from "vitest";
import { apiError, DESTINATION, World } from "../support/world.ts";

const ALL = { limit: 100, after: null };

/** A world in which Outreach refused an update of each of these prospects. */
async function withFailures(...prospectIds: readonly number[]): Promise<World> {
  const world = await World.connected();
  world.script = ({ method }) =>
    method === "PATCH" ? apiError(422, "validationError", "It is refused.") : null;
  for (const id of prospectIds) world.accept(id, { firstName: "Ada" });
  await world.pass(60_000);
  return world;
}

describe("failures", () => {
  it("are discarded by name; the others stay, and what is no id is passed over", async ({
    expect,
  }) => {
    const world = await withFailures(1, 2, 3);
    const { failures } = world.core.failures(DESTINATION, ALL);
    const ids = failures.filter(({ prospectId }) => prospectId !== 2).map(({ id }) => id);
    const named = [...ids, "", "none"];
    expect(await world.core.discardFailures(DESTINATION, named)).toEqual({ discarded: 2 });
    const left = world.core.failures(DESTINATION, ALL);
    expect(left.failures.map(({ prospectId }) => prospectId)).toEqual([2]);
    expect(await world.core.discardFailures(DESTINATION, named)).toEqual({ discarded: 0 });
    expect(world.core.runs(DESTINATION, 1)[0]).toMatchObject({ failed: 3, discarded: 2 });
  });

  it("are discarded all, of one destination alone", async ({ expect }) => {
    const world = await withFailures(1, 2);
    expect(await world.core.discardFailures("another", null)).toEqual({ discarded: 0 });
    expect(await world.core.discardFailures(DESTINATION, null)).toEqual({ discarded: 2 });
    expect(world.core.failures(DESTINATION, ALL).total).toBe(0);
  });
});
