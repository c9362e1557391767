import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { apiError, DESTINATION, World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("activity", () => {
  it("tells minute by minute what came, went and waits", async ({ expect }) => {
    const world = await World.connected();
    for (let id = 1; id <= 5; id++) world.accept(id, { title: "CTO" });
    await world.pass(2 * MINUTE_MS);
    world.core.pause();
    world.accept(6, { title: "CTO" });
    await world.pass(2 * MINUTE_MS);
    const { minutes } = world.core.activity(6);
    expect(minutes).toMatchObject([
      { accepted: 0, delivered: 0, calls: 0, waiting: 0 },
      { accepted: 5, delivered: 5, failed: 0, calls: 6, waiting: 0 },
      { accepted: 0, delivered: 0, calls: 0, waiting: 0 },
      { accepted: 1, delivered: 0, calls: 0, waiting: 1 },
      { accepted: 0, waiting: 1 },
      { accepted: 0, waiting: 1 },
    ]);
  });

  it("tells how fresh what was delivered is, of the last hour and day", async ({ expect }) => {
    const world = await World.connected();
    for (let id = 1; id <= 20; id++) world.accept(id, { title: "CTO" });
    await world.pass(MINUTE_MS);
    const { lastHour } = world.core.activity(1).freshness;
    expect(lastHour.delivered).toBe(20);
    expect(lastHour.p50Ms).toBeGreaterThan(900);
    expect(lastHour.p99Ms).toBeLessThan(2_500);
    expect(world.core.status().freshness).toEqual(lastHour);
    await world.pass(2 * HOUR_MS);
    const later = world.core.activity(1).freshness;
    expect(later.lastHour).toEqual({ delivered: 0, p50Ms: null, p95Ms: null, p99Ms: null });
    expect(later.lastDay).toEqual(lastHour);
  });

  it("survives a restart, and is pruned", async ({ expect }) => {
    const world = await World.connected();
    world.accept(1, { title: "CTO" });
    await world.pass(10_000);
    const before = world.core.activity(3);
    world.kill();
    expect(world.core.activity(3)).toMatchObject({
      minutes: before.minutes,
      freshness: before.freshness,
    });
    expect(world.core.activity(3).tail).toMatchObject([{ kind: "started" }]);
    await world.pass(4 * DAY_MS);
    world.accept(1, { title: "CEO" });
    await world.pass(10_000);
    expect(world.db.all("SELECT * FROM minutes").length).toBeLessThan(5);
  });

  it("writes one row for many calls in the same second, and one for a slice of a job", async ({
    expect,
  }) => {
    const { world } = await worldWithBulk();
    const all = world.db.all.bind(world.db);
    let written = 0;
    world.db.all = (statement, ...bindings) => {
      if (statement.includes("INTO minutes")) written += 1;
      return all(statement, ...bindings);
    };
    const status = "realized";
    world.acceptUpdates(
      Array.from({ length: 1_000 }, (_, i) => ({
        prospectId: i + 1,
        fields: {
          custom4: { value: status, at: 1, audience: { namespace: "ups", id: "a", status } },
        },
      })),
    );
    await world.pass(HOUR_MS / 2);
    const { minutes, freshness, tail } = world.core.activity(60);
    expect(minutes.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(1_000);
    expect(freshness.lastHour.delivered).toBe(1_000);
    expect(written).toBeLessThan(20);
    expect(tail.find(({ kind }) => kind === "delivered")).toMatchObject({ count: 1_000, job: 1 });
    expect(tail.find(({ kind }) => kind === "sent")).toMatchObject({ count: 1_000, job: 1 });
  });

  it("counts nothing twice where a transaction is undone", async ({ expect }) => {
    const world = await World.connected();
    const all = world.db.all.bind(world.db);
    world.db.all = (statement, ...bindings) => {
      if (statement.includes("INTO seen_audiences")) throw new Error("disk");
      return all(statement, ...bindings);
    };
    const batch = {
      destinationId: DESTINATION,
      updates: [{ prospectId: 1, fields: { title: { value: "CTO" } } }],
      empty: 0,
      rejected: { invalid_profile: 1 },
      seen: [{ namespace: "ups", id: "a", profiles: 1 }],
    };
    expect(() => world.core.accept(batch)).toThrow("disk");
    world.db.all = all;
    world.core.accept(batch);
    expect(world.core.activity(1).minutes).toMatchObject([{ accepted: 1, waiting: 1 }]);
    const counted = { received: 2, accepted: 1, rejected: 1 };
    expect(world.core.runs(DESTINATION, 1)).toMatchObject([counted]);
  });

  it("writes what is counted once a second, and shows it at once", async ({ expect }) => {
    const world = await World.connected();
    world.core.pause();
    const stored = () => world.db.all(`SELECT accepted FROM runs`).map(({ accepted }) => accepted);
    for (const id of [1, 2, 3]) world.accept(id, { title: "CTO" });
    expect(stored()).toEqual([]);
    expect(world.core.runs(DESTINATION, 1)).toMatchObject([{ accepted: 3 }]);
    for (const id of [4, 5]) world.accept(id, { title: "CTO" });
    await world.pass(1_000);
    expect(stored()).toEqual([5]);
  });

  it("loses the figures of the last second at a kill, and no update", async ({ expect }) => {
    const world = await World.connected();
    world.accept(1, { title: "CTO" });
    world.kill();
    expect(world.core.runs(DESTINATION, 1)).toEqual([]);
    await world.pass(5_000);
    expect(world.patches).toMatchObject([{ id: 1 }]);
  });

  it("has a tail of what happened, without values", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method, url }) => {
      if (method !== "PATCH") return null;
      if (url.endsWith("/2")) return apiError(422, "validationError", "Title CTO is none.");
      return url.endsWith("/3") ? { status: null, reason: "connection_lost" } : null;
    };
    for (const id of [1, 2, 3]) world.accept(id, { title: "CTO" });
    await world.pass(2_000);
    world.core.pause();
    const { tail } = world.core.activity(1);
    expect(tail.map(({ at: _at, ...event }) => event).toReversed()).toEqual([
      { kind: "started", count: 0 },
      { kind: "accepted", count: 3, destinationId: DESTINATION },
      { kind: "delivered", count: 1, prospectId: 1 },
      { kind: "refused", count: 1, prospectId: 2, status: 422, code: "validationError" },
      { kind: "call_failed", count: 0, code: "connection_lost" },
      { kind: "paused", count: 0 },
    ]);
    expect(JSON.stringify(tail)).not.toContain("CTO");
    expect(world.core.activity(1).minutes).toMatchObject([{ delivered: 1, failed: 1 }]);
  });
});
