import { describe, it } from "vitest";
import { json, START, World } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const tokenRequests = (world: World): number =>
  world.requests.filter(({ url }) => url.endsWith("/oauth/token")).length;
const refused = () => json(401, { error: "Invalid JWT token." });

describe("a passing 401", () => {
  for (const [ms, latencyMs] of [
    [150, 50],
    [250, 100],
    [1_000, 100],
    [30_000, 100],
    [600_000, 100],
    [3 * HOUR, 100],
  ] as const) {
    it(`of ${ms} ms with answers after ${latencyMs} ms heals by itself`, async ({ expect }) => {
      const world = await World.connected();
      world.latencyMs = latencyMs;
      const from = START + 2 * MINUTE;
      world.script = ({ url }) =>
        url.includes("/api/") && world.now >= from && world.now < from + ms ? refused() : null;
      for (let id = 1; id <= 60; id++) {
        world.accept(id, { title: "t" });
        await world.pass(5_000);
      }
      await world.pass(ms + HOUR);
      expect(world.core.status()).toMatchObject({
        connection: { status: "connected" },
        backlog: { pending: 0, inFlight: 0 },
        paused: null,
      });
      expect(world.held.size).toBe(60);
    });
  }

  it("of a fresh token in its first second heals by itself", async ({ expect }) => {
    const world = new World();
    let until = Infinity;
    world.script = ({ url }) => {
      if (url.endsWith("/oauth/token")) until = Math.min(until, world.now + 1_100);
      return url.includes("/api/") && world.now < until ? refused() : null;
    };
    world.accept(7, { title: "t" });
    await world.connect();
    await world.pass(2 * MINUTE);
    expect(world.core.status().connection.status).toBe("connected");
    expect(world.held.get(7)).toEqual({ title: "t" });
  });
});

describe("a refresh that cannot succeed", () => {
  it("is told after hours, asks for a person after 14 days, and is tried on hourly", async ({
    expect,
  }) => {
    const world = await World.connected();
    await world.pass(3 * HOUR);
    world.script = ({ url }) =>
      url.endsWith("/oauth/token")
        ? json(400, { error: "invalid_request", error_description: "x" })
        : null;
    world.accept(7, { title: "t" });
    await world.pass(6 * HOUR);
    expect(world.core.status()).toMatchObject({
      connection: { status: "connected" },
      paused: { reason: "token_refresh_failing" },
    });
    expect(world.core.status().connection.detail).toContain("invalid_request");
    await world.pass(14 * DAY);
    expect(world.core.status().connection.status).toBe("reconnect_required");
    expect(tokenRequests(world)).toBeLessThan(400);
    world.script = () => null;
    await world.pass(2 * HOUR);
    expect(world.core.status().connection.status).toBe("connected");
    expect(world.held.get(7)).toEqual({ title: "t" });
  });
});
