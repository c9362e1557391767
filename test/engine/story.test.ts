import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { apiError, DESTINATION, json, START, World } from "../support/world.ts";

const HOUR_MS = 3_600_000;

/** Each event's kind, the oldest first. */
function kinds(world: World, prospectId: number): readonly string[] {
  const history = world.core.prospect(prospectId)?.history ?? [];
  return history.map(({ kind }) => kind).toReversed();
}

describe("a prospect's history", () => {
  it("goes from an update's acceptance to what Outreach holds", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { title: "CTO" });
    world.accept(7, { city: "Oslo" });
    await world.pass(60_000);
    world.accept(7, { title: "CTO" });
    const detail = world.core.prospect(7);
    expect(detail?.history.toReversed()).toEqual([
      taken({ fields: ["title"] }),
      taken({ fields: ["city"], merged: true }),
      { kind: "sent", at: START + 2_000, fields: ["title", "city"], job: null },
      { kind: "delivered", at: START + 2_100, fields: ["title", "city"], job: null },
      taken({ at: START + 61_000, unchanged: ["title"] }),
    ]);
    expect(detail?.held).toMatchObject([
      { field: "title", state: "told", told: { at: START + 2_100, job: null } },
      { field: "city", state: "told", told: { at: START + 2_100, job: null } },
    ]);
  });

  it("holds no value, not even one that Outreach repeats when it refuses it", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" ? apiError(422, "validationError", "Title Secret Agent is none.") : null;
    world.accept(7, { title: "Secret Agent" });
    await world.pass(60_000);
    await world.core.replay(DESTINATION, null);
    await world.pass(60_000);
    await world.core.discardFailures(DESTINATION, null);
    const history = world.core.prospect(7)?.history ?? [];
    expect(kinds(world, 7)).toEqual([
      "accepted",
      "sent",
      "refused",
      "replayed",
      "sent",
      "refused",
      "discarded",
    ]);
    expect(history[1]).toMatchObject({ status: 422, detail: "Title … is none." });
    expect(JSON.stringify(history)).not.toContain("Agent");
    expect(JSON.stringify(world.db.all("SELECT story FROM prospects"))).not.toContain("Agent");
  });

  it("tells of 429s, maintenance, failures and restarts, and when it goes on", async ({
    expect,
  }) => {
    const world = await World.connected();
    const answers = [
      json(429, {}, { "Retry-After": "30" }),
      apiError(503, "scheduledServerMaintenance", "Down.", { "Retry-After": "60" }),
      { status: 500, headers: new Headers(), body: "" },
    ];
    world.script = ({ method }) => (method === "PATCH" ? (answers.shift() ?? null) : null);
    world.accept(7, { title: "CTO" });
    await world.pass(HOUR_MS);
    const reasons = world.core
      .prospect(7)
      ?.history.flatMap((event) => (event.kind === "given_back" ? [event] : []))
      .toReversed();
    expect(reasons).toMatchObject([
      { reason: "rate_limited", attempts: 0, status: null },
      { reason: "maintenance", attempts: 0, status: null },
      { reason: "failed", attempts: 1, status: 500 },
    ]);
    expect(kinds(world, 7).at(-1)).toBe("delivered");
    world.latencyMs = 5_000;
    world.accept(7, { title: "CEO" });
    await world.pass(2_000);
    world.kill();
    expect(world.core.prospect(7)?.history[0]).toMatchObject({ reason: "restarted" });
  });

  it("names the bulk job, and tells where that did not bring it", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.failing.add(3);
    const status = "realized";
    world.acceptUpdates(
      Array.from({ length: 1_000 }, (_, i) => ({
        prospectId: i + 1,
        fields: {
          custom4: { value: status, at: 1, audience: { namespace: "ups", id: "a", status } },
        },
      })),
    );
    await world.pass(HOUR_MS);
    const [delivered, sent] = world.core.prospect(5)?.history ?? [];
    expect([sent, delivered]).toMatchObject([
      { kind: "sent", job: 1 },
      { kind: "delivered", job: 1 },
    ]);
    expect(kinds(world, 3)).toEqual(["accepted", "sent", "given_back", "sent", "delivered"]);
    expect(world.core.prospect(3)?.history).toMatchObject([
      { kind: "delivered", job: null },
      { kind: "sent", job: null },
      { kind: "given_back", job: 1, reason: "not_applied" },
      { kind: "sent", job: 1 },
      { kind: "accepted" },
    ]);
  });

  it("keeps the newest twenty events, in a row that stays small", async ({ expect }) => {
    const world = await World.connected();
    for (let i = 0; i < 60; i++) {
      world.accept(7, { title: `Title ${i}` });
      await world.pass(10_000);
    }
    const history = world.core.prospect(7)?.history ?? [];
    expect(history).toHaveLength(20);
    expect(history[0]).toMatchObject({ kind: "delivered", at: START + 1_000 + 590_000 + 1_100 });
    const [row] = world.db.all("SELECT length(story) AS n FROM prospects WHERE id = 7");
    expect(row?.["n"]).toBeLessThanOrEqual(1_200);
  });
});

describe("what a person has done to one prospect", () => {
  it("has it tried again before its time, never while a call may be running", async ({
    expect,
  }) => {
    const world = await World.connected();
    let failing = true;
    world.script = ({ method, url }) =>
      failing && method === "PATCH" && url.endsWith("/7")
        ? { status: null, reason: "timeout" }
        : null;
    world.accept(7, { title: "CTO" });
    // Calls of others that go well keep Outreach from counting as down.
    for (let i = 0; i < 300; i++) {
      world.accept(8, { title: `Title ${i}` });
      await world.pass(30_000);
    }
    const paused = world.core.prospect(7);
    expect(paused?.nextAttemptAt).toBeGreaterThan(world.now + 60_000);
    failing = false;
    const before = world.patches.length;
    const hurried = world.core.hurry(7);
    expect(hurried?.nextAttemptAt).toBe(world.now + 20_000);
    expect(hurried?.history[0]).toEqual({
      kind: "hurried",
      at: world.now,
      until: world.now + 20_000,
    });
    await world.pass(19_000);
    expect(world.patches).toHaveLength(before);
    await world.pass(2_000);
    expect(world.held.get(7)).toMatchObject({ title: "CTO" });
    expect(world.core.hurry(7)?.history[0]?.kind).toBe("delivered");
    expect(world.core.hurry(99)).toBeNull();
  });

  it("asks the limiter all the same", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" ? { status: 500, headers: new Headers(), body: "" } : null;
    world.accept(7, { title: "CTO" });
    await world.pass(10 * 60_000);
    world.script = () => null;
    world.core.pause();
    const before = world.patches.length;
    world.core.hurry(7);
    await world.pass(HOUR_MS);
    expect(world.patches).toHaveLength(before);
  });

  it("has it sent again with the next update, though it changes nothing", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { title: "CTO" });
    await world.pass(60_000);
    world.held.set(7, { title: "changed at Outreach" });
    world.accept(7, { title: "CTO" });
    await world.pass(60_000);
    expect(world.held.get(7)).toEqual({ title: "changed at Outreach" });
    const forgotten = world.core.forgetTold(7);
    expect(forgotten?.held).toMatchObject([{ field: "title", state: "uncertain" }]);
    await world.pass(60_000);
    expect(world.patches).toHaveLength(1);
    world.accept(7, { title: "CTO" });
    await world.pass(60_000);
    expect(world.held.get(7)).toEqual({ title: "CTO" });
    expect(world.core.forgetTold(99)).toBeNull();
  });

  it("leaves the order of values and the counts of audiences as they are", async ({ expect }) => {
    const world = await World.connected();
    const member = (status: "realized" | "exited", at: number) => ({
      prospectId: 7,
      fields: { custom4: { value: status, at, audience: { namespace: "ups", id: "a", status } } },
    });
    world.acceptUpdates([member("exited", 20)]);
    await world.pass(60_000);
    world.core.forgetTold(7);
    expect(world.core.audiences(DESTINATION)).toMatchObject([{ exited: 1, members: 0 }]);
    world.acceptUpdates([member("realized", 10)]);
    await world.pass(60_000);
    expect(world.held.get(7)).toMatchObject({ custom4: "exited" });
    expect(world.core.prospect(7)?.history[0]).toMatchObject({ overtaken: ["custom4"] });
  });
});

function taken(facts: object) {
  const none = { fields: [], unchanged: [], overtaken: [], merged: false };
  return { kind: "accepted", at: START + 1_000, destinationId: DESTINATION, ...none, ...facts };
}
