import { describe, it } from "vitest";
import { START, World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("a lost alarm", () => {
  it("costs ten minutes at most, although no request comes", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { optedOut: true });
    world.loseAlarm();
    await world.pass(10 * MINUTE_MS);
    expect(world.held.get(7)).toEqual({ optedOut: true });
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("does not end a connection: tokens are kept alive", async ({ expect }) => {
    const world = await World.connected();
    await world.pass(MINUTE_MS);
    world.loseAlarm();
    await world.pass(20 * DAY_MS);
    const renewed = world.requests.filter(({ url }) => url.endsWith("/oauth/token"));
    expect(renewed.length).toBeGreaterThan(0);
  });
});

describe("a run of the loop", () => {
  it(
    "ends after 5,000 calls, and the next one goes on",
    { timeout: 120_000 },
    async ({ expect }) => {
      const world = await World.connected();
      const prospects = 5_600;
      const runs: number[] = [];
      const wake = world.core.wake.bind(world.core);
      world.core.wake = async () => {
        const before = world.requests.length;
        await wake();
        runs.push(world.requests.length - before);
      };
      world.acceptUpdates(
        Array.from({ length: prospects }, (_, i) => ({
          prospectId: i + 1,
          fields: { title: { value: `t${i}` } },
        })),
      );
      while (world.held.size < prospects && world.now < START + DAY_MS) await world.pass(10_000);
      expect(world.held.size).toBe(prospects);
      expect(Math.max(...runs)).toBe(5_000);
    },
  );
});
