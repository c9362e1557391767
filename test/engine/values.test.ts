import { describe, it } from "vitest";
import type { AudienceStatus } from "../../src/engine/model/prospect-update.ts";
import type { Database } from "../../src/durable/database.ts";
import { memoryDatabase } from "../support/sqlite.ts";
import { apiError, DESTINATION, json, START, World } from "../support/world.ts";

/** A status of prospect 7 in an audience that custom field 4 stands for. */
function status(id: string, value: AudienceStatus, at: number, namespace = "ups") {
  const custom4 = { value, at, audience: { namespace, id, status: value } };
  return { prospectId: 7, fields: { custom4 } };
}

const refusal = () => apiError(422, "validationError", "No.");

describe("a custom field that is given to another audience", () => {
  it("takes the new audience's members, whenever they qualified", async ({ expect }) => {
    const world = await World.connected();
    world.acceptUpdates([status("old", "exited", 2_000)]);
    await world.pass(5_000);
    world.acceptUpdates([status("new", "realized", 1_000)]);
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ custom4: "realized" });
    const counts = world.core.audiences(DESTINATION);
    expect(counts).toMatchObject([
      { id: "old", members: 0, exited: 0 },
      { id: "new", members: 1, exited: 0 },
    ]);
  });

  it("is an attribute like any other where a mapping takes it over", async ({ expect }) => {
    const world = await World.connected();
    world.acceptUpdates([status("old", "realized", START + 9_000_000)]);
    await world.pass(5_000);
    world.accept(7, { custom4: "realized" });
    await world.pass(5_000);
    expect(world.core.audiences(DESTINATION)).toMatchObject([{ id: "old", members: 0 }]);
    world.accept(7, { custom4: "gold" });
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ custom4: "gold" });
  });

  it("goes by the times of one audience whatever destination and spelling names it", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.acceptUpdates([status("a", "exited", 2_000)]);
    world.acceptUpdates([status("a", "realized", 1_000, "UPS")], "another-destination");
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ custom4: "exited" });
  });
});

describe("a refused value", () => {
  it("is no failure any longer once a later value is found to be at Outreach", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.accept(7, { title: "A" });
    await world.pass(5_000);
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    world.accept(7, { title: "B" });
    await world.pass(5_000);
    expect(world.core.prospect(7)?.hasFailures).toBe(true);
    world.accept(7, { title: "A" });
    await world.pass(5_000);
    expect(world.core.prospect(7)?.hasFailures).toBe(false);
    expect(world.core.failures(DESTINATION, { limit: 10, after: null }).failures).toEqual([]);
  });

  it("is not replaced by an older one that comes late", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    world.acceptUpdates([status("a", "exited", 2_000)]);
    await world.pass(5_000);
    world.script = () => null;
    world.acceptUpdates([status("a", "realized", 1_000)]);
    await world.pass(5_000);
    expect(world.held.get(7)).toBeUndefined();
    expect(world.core.prospect(7)?.hasFailures).toBe(true);
    await world.core.replay(DESTINATION, null);
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ custom4: "exited" });
    expect(world.core.prospect(7)?.hasFailures).toBe(false);
  });

  it("stays listed when another attribute of its prospect is delivered", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ body }) => (body?.includes("title") ? refusal() : null);
    world.accept(7, { title: "B" });
    await world.pass(5_000);
    world.accept(7, { firstName: "Grace" });
    await world.pass(5_000);
    expect(world.core.prospect(7)?.hasFailures).toBe(true);
  });
});

describe("failures with long values", () => {
  it("are read a few at a time when all are replayed", async ({ expect }) => {
    const db = memoryDatabase();
    let most = 0;
    const watched: Database = {
      ...db,
      all: (statement, ...bindings) => {
        const rows = db.all(statement, ...bindings);
        most = Math.max(most, JSON.stringify(rows).length);
        return rows;
      },
    };
    const world = new World(watched);
    await world.connect();
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    for (let id = 1; id <= 100; id++) world.accept(id, { custom1: "x".repeat(200_000) });
    await world.pass(60_000);
    world.script = () => null;
    most = 0;
    const replayed = world.core.replay(DESTINATION, null);
    await world.pass(60_000);
    expect(await replayed).toEqual({ replayed: 100 });
    expect(most).toBeLessThan(5_000_000);
    expect(world.held.get(100)?.["custom1"]).toHaveLength(200_000);
  });
});

describe("values that are too large together", () => {
  const large = (fill: string) => fill.repeat(240_000);

  it("are listed as a failure, hold up nothing, and go once there is room", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? apiError(503, "down", "Down.") : null);
    for (const [i, name] of ["custom1", "custom2", "custom3"].entries()) {
      world.accept(7, { [name]: large("abc"[i] ?? "") });
    }
    world.accept(8, { title: "CEO" });
    const listed = () => world.core.failures(DESTINATION, { limit: 10, after: null }).failures;
    expect(listed()).toMatchObject([
      { prospectId: 7, fields: ["custom3"], error: { code: "too_large" } },
    ]);
    world.script = () => null;
    await world.pass(600_000);
    expect(world.held.get(8)).toEqual({ title: "CEO" });
    expect(Object.keys(world.held.get(7) ?? {})).toEqual(["custom1", "custom2"]);
    await world.core.replay(DESTINATION, null);
    await world.pass(5_000);
    expect(world.held.get(7)?.["custom3"]).toBe(large("c"));
    expect(listed()).toEqual([]);
  });
});

describe("an Outreach user who signs in with another account", () => {
  it("is told everything anew, and nothing twice", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { title: "CEO" });
    await world.pass(5_000);
    await world.connect();
    world.accept(7, { title: "CEO" });
    await world.pass(5_000);
    expect(world.patches).toHaveLength(1);
    const stranger = { meta: { user: { id: 1, email: "ada@sandbox.example" }, scopes: [] } };
    world.script = ({ url }) => (url.endsWith("/api/v2") ? json(200, stranger) : null);
    await world.connect();
    world.accept(7, { title: "CEO" });
    world.accept(7, { title: "CEO" });
    await world.pass(5_000);
    expect(world.patches).toHaveLength(2);
  });
});

describe("a destination that was deleted while something waited for it", () => {
  it("leaves no failure and no run behind after a week of tries", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    world.accept(7, { title: "CEO" });
    await world.core.forgetDestination(DESTINATION);
    await world.pass(5_000);
    expect(world.core.prospect(7)?.hasFailures).toBe(true);
    await world.pass(9 * 86_400_000);
    expect(world.core.prospect(7)?.hasFailures).toBe(false);
    expect(world.core.runs(DESTINATION, 10)).toEqual([]);
  });
});

describe("a destination with many failures", () => {
  it("is deleted a few failures a turn, and what came meanwhile for others is left", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    const many = Array.from({ length: 2_500 }, (_, i) => ({
      prospectId: i + 1,
      fields: { title: { value: `t${i}` } },
    }));
    const others = many
      .slice(0, 100)
      .map((one) => ({ ...one, prospectId: one.prospectId + 5_000 }));
    world.acceptUpdates(others, "other");
    world.acceptUpdates(many);
    await world.pass(10 * 60_000);
    const failures = (id = DESTINATION) => world.core.failures(id, { limit: 1, after: null }).total;
    expect(failures()).toBe(2_500);
    const deleted = world.core.forgetDestination(DESTINATION);
    // What is left for later turns is not much less than all.
    expect(failures()).toBeGreaterThanOrEqual(1_500);
    expect(world.core.runs(DESTINATION, 1)).toEqual([]);
    await world.pass(0);
    await deleted;
    expect(failures()).toBe(0);
    expect(failures("other")).toBe(100);
  });

  it("is cleared a few a turn too of what failed after it was deleted", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    for (let id = 1; id <= 1_500; id++) world.accept(id, { title: "CEO" });
    await world.core.forgetDestination(DESTINATION);
    await world.pass(10 * 60_000);
    const failures = () => world.core.failures(DESTINATION, { limit: 1, after: null }).total;
    expect(failures()).toBe(1_500);
    const turns: number[] = [];
    const transaction = world.db.transaction.bind(world.db);
    world.db.transaction = (work) => {
      const before = failures();
      const result = transaction(work);
      if (failures() < before) turns.push(before - failures());
      return result;
    };
    await world.pass(86_400_000);
    world.accept(9_999, { title: "CEO" });
    await world.pass(60_000);
    expect(turns).toEqual([1_000, 500]);
  });
});

describe("replaying", () => {
  it("lets requests have their turn between the steps of many", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? refusal() : null);
    world.acceptUpdates(
      Array.from({ length: 2_500 }, (_, i) => ({
        prospectId: i + 1,
        fields: { title: { value: `t${i}` } },
      })),
    );
    await world.pass(600_000);
    world.script = () => null;
    const replayed = world.core.replay(DESTINATION, null);
    expect(world.core.status().backlog.pending).toBe(1_000);
    await world.pass(600_000);
    expect(await replayed).toEqual({ replayed: 2_500 });
    expect(world.held.size).toBe(2_500);
  });
});
