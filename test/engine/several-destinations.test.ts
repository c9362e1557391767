import { describe, it } from "vitest";
import { DEFAULT_RULES } from "../../src/engine/alerts/alert-rules.ts";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { apiError, World } from "../support/world.ts";

const MINUTE = 60_000;
const [PROFILES, AUDIENCES] = ["profiles", "audiences"];

function title(value: string): ProspectUpdate {
  return { prospectId: 1, fields: { title: { value } } };
}

function realized(at: number): ProspectUpdate {
  const audience = { namespace: "ups", id: "trial", status: "realized" } as const;
  return { prospectId: 1, fields: { custom4: { value: "realized", at, audience } } };
}

/** Two destinations have something for one prospect, and Outreach refuses the call that carries both. */
async function refused(): Promise<World> {
  const world = await World.connected();
  world.script = ({ method }) =>
    method === "PATCH" ? apiError(422, "validationError", "bad title") : null;
  world.acceptUpdates([title("bad")], PROFILES);
  world.acceptUpdates([realized(5)], AUDIENCES);
  return world;
}

const fieldsOf = (world: World, destinationId: string) =>
  world.core.failures(destinationId, { limit: 5, after: null }).failures.map((one) => one.fields);

describe("a call with what several destinations have for a prospect", () => {
  it("counts as delivered for each of them", async ({ expect }) => {
    const world = await World.connected();
    world.acceptUpdates([title("CEO")], PROFILES);
    world.acceptUpdates([realized(5)], AUDIENCES);
    await world.pass(MINUTE);
    expect(world.patches).toHaveLength(1);
    for (const destinationId of [PROFILES, AUDIENCES]) {
      expect(world.core.runs(destinationId, 1)).toMatchObject([
        { accepted: 1, delivered: 1, coalesced: 0 },
      ]);
    }
  });

  it("is listed where it was refused at each of them, with its own attributes", async ({
    expect,
  }) => {
    const world = await refused();
    world.core.setAlerts(AUDIENCES, {
      revision: 1,
      about: {
        destination: { id: AUDIENCES, name: "Audiences" },
        outreachUser: { id: "ou_1", name: "Sales" },
        baseUrl: "https://edge.example",
      },
      rules: { ...DEFAULT_RULES, kinds: ["run_failure"] },
      url: "https://hooks.example/",
      signingSecret: null,
    });
    await world.pass(MINUTE);
    expect(fieldsOf(world, PROFILES)).toEqual([["title"]]);
    expect(fieldsOf(world, AUDIENCES)).toEqual([["custom4"]]);
    for (const destinationId of [PROFILES, AUDIENCES]) {
      expect(world.core.runs(destinationId, 1)).toMatchObject([{ accepted: 1, failed: 1 }]);
    }
    expect(world.posted.map(({ body }) => body)).toMatchObject([
      expect.stringContaining("run_failure"),
    ]);
    // Sent again, one is not held up by what was wrong with the other's.
    world.script = () => null;
    await world.core.replay(AUDIENCES, null);
    await world.pass(MINUTE);
    expect(world.held.get(1)).toEqual({ custom4: "realized" });
    expect(world.core.audiences(AUDIENCES)).toMatchObject([{ members: 1, failed: 0 }]);
    expect(fieldsOf(world, PROFILES)).toEqual([["title"]]);
  });

  it("leaves one's failures where they are when the other is deleted", async ({ expect }) => {
    const world = await refused();
    await world.pass(MINUTE);
    await world.core.forgetDestination(PROFILES);
    await world.pass(MINUTE);
    expect(fieldsOf(world, PROFILES)).toEqual([]);
    expect(fieldsOf(world, AUDIENCES)).toEqual([["custom4"]]);
    expect(world.core.audiences(AUDIENCES)).toMatchObject([{ failed: 1 }]);
    world.script = () => null;
    world.acceptUpdates([realized(5)], AUDIENCES);
    await world.pass(MINUTE);
    expect(fieldsOf(world, AUDIENCES)).toEqual([]);
    expect(world.core.audiences(AUDIENCES)).toMatchObject([{ members: 1, failed: 0 }]);
  });

  it("knows what came from whom after a call that brought nothing", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? apiError(500, "x", "y") : null);
    world.acceptUpdates([title("bad")], PROFILES);
    await world.pass(1_050);
    expect(world.patches).toHaveLength(1);
    world.acceptUpdates([realized(5)], AUDIENCES); // beside the call
    world.kill();
    world.script = ({ method }) =>
      method === "PATCH" ? apiError(422, "validationError", "bad title") : null;
    await world.pass(MINUTE);
    expect(fieldsOf(world, PROFILES)).toEqual([["title"]]);
    expect(fieldsOf(world, AUDIENCES)).toEqual([["custom4"]]);
  });
});
