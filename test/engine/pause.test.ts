import { describe, it } from "vitest";
import { World } from "../support/world.ts";

const DAY_MS = 24 * 3_600_000;

describe("a person", () => {
  it("pauses delivery and has it go on; what came meanwhile is delivered", async ({ expect }) => {
    const world = await World.connected();
    world.core.pause();
    world.accept(1, { firstName: "Ada" });
    await world.pass(DAY_MS);
    expect(world.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
    expect(world.core.status()).toMatchObject({
      paused: { reason: "paused", until: null },
      backlog: { pending: 1, drainsAt: null },
    });
    world.core.resume();
    await world.pass(60_000);
    expect(world.held.get(1)).toMatchObject({ firstName: "Ada" });
    expect(world.core.status().paused).toBeNull();
  });

  it("has a failing Outreach tried again at once", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" ? { status: 500, headers: new Headers(), body: "" } : null;
    for (let id = 1; id <= 20; id++) world.accept(id, { firstName: "Ada" });
    await world.pass(60_000);
    expect(world.core.status().paused?.reason).toBe("outreach_failing");
    world.core.resume();
    expect(world.core.status().paused).toBeNull();
  });

  it("disconnects: nothing is sent until somebody connects again", async ({ expect }) => {
    const world = await World.connected();
    world.core.disconnect();
    world.accept(1, { firstName: "Ada" });
    await world.pass(30 * DAY_MS);
    expect(world.requests).toEqual([]);
    const { connection, paused } = world.core.status();
    expect(connection).toMatchObject({ status: "disconnected" });
    expect(connection.detail).toContain("Connect it again");
    expect(paused).toEqual({ reason: "disconnected", until: null });
    await world.connect();
    await world.pass(60_000);
    expect(world.held.get(1)).toMatchObject({ firstName: "Ada" });
  });

  it("disconnects while tokens are being renewed: the new ones are not kept", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.latencyMs = 5_000;
    world.accept(1, { firstName: "Ada" });
    await world.pass(10_000);
    await world.pass(3 * 3_600_000);
    world.accept(1, { firstName: "Grace" });
    const isRefresh = () => world.requests.some(({ url }) => url.endsWith("/oauth/token"));
    for (let step = 0; step < 100 && !isRefresh(); step++) await world.pass(1_000);
    expect(isRefresh()).toBe(true);
    world.core.disconnect();
    await world.pass(60_000);
    expect(world.core.status().connection.status).toBe("disconnected");
  });
});
