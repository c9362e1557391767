import { describe, it } from "vitest";
import type { IncomingAnswer } from "../../src/outreach/network.ts";
import { DESTINATION, START, World } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const page = (status: number, body: string): IncomingAnswer => ({
  status,
  headers: new Headers({ "content-type": "text/html" }),
  body,
});

const idOf = (url: string): number => Number(url.split("/").at(-1));
const failures = (world: World) =>
  world.core.failures(DESTINATION, { limit: 10, after: null }).total;

/** One new prospect a minute from 5 minutes on, for a day, while those with low ids are refused. */
async function withPoison(poisoned: number, scopes?: string, status = 500) {
  const world = await World.connected(scopes);
  world.script = ({ method, url }) =>
    method === "PATCH" && idOf(url) <= poisoned ? page(status, "<html>x</html>") : null;
  for (let id = 1; id <= poisoned; id++) world.accept(id, { title: "p" });
  await world.pass(5 * MINUTE);
  const acceptedAt = new Map<number, number>();
  for (let id = 1_000; id < 1_000 + DAY / MINUTE; id++) {
    acceptedAt.set(id, world.now);
    world.accept(id, { title: "g" });
    await world.pass(MINUTE);
  }
  const waits = world.patches
    .filter(({ id }) => id >= 1_000)
    .map(({ id, at }) => at - (acceptedAt.get(id) ?? 0))
    .toSorted((a, b) => a - b);
  const spent = world.patches.filter(({ id }) => id <= poisoned).length;
  return { world, waits, spent, sent: acceptedAt.size };
}

describe("prospects that Outreach cannot serve", () => {
  for (const poisoned of [3, 30]) {
    it(`hold up nobody: ${poisoned} of them`, { timeout: 60_000 }, async ({ expect }) => {
      const { world, waits, spent, sent } = await withPoison(poisoned);
      expect(waits).toHaveLength(sent);
      expect(waits[Math.floor(sent * 0.99)]).toBeLessThan(MINUTE);
      expect(waits.at(-1)).toBeLessThan(2 * MINUTE);
      expect(spent).toBeLessThanOrEqual(20 * 30);
      expect(world.core.status().backlog.pending).toBe(poisoned);
    });
  }
});

/** Many wait while something before Outreach refuses every change until `healsAt`. */
async function blocked(prospects: number, status: number, body: string, healsAt: number) {
  const world = await World.connected();
  world.script = ({ method }) =>
    method === "PATCH" && world.now < healsAt ? page(status, body) : null;
  world.acceptUpdates(
    Array.from({ length: prospects }, (_, i) => ({
      prospectId: i + 1,
      fields: { title: { value: "t" } },
    })),
  );
  await world.pass(healsAt - world.now);
  return world;
}

describe("a gateway that turns every call away", () => {
  for (const [prospects, status, body] of [
    [2_000, 403, "<html>Request blocked</html>"],
    [300, 404, "404 page not found"],
  ] as const) {
    it(
      `with ${status} costs no failures, and few calls`,
      { timeout: 120_000 },
      async ({ expect }) => {
        const world = await blocked(prospects, status, body, START + 30 * MINUTE);
        const spent = world.patches.length;
        expect(spent).toBeLessThan(100);
        expect(failures(world)).toBe(0);
        expect(world.core.status().paused).toMatchObject({ reason: "gateway_refusing" });
        await world.pass(3 * HOUR);
        expect(failures(world)).toBe(0);
        expect(world.core.status()).toMatchObject({
          backlog: { pending: 0, inFlight: 0 },
          paused: null,
        });
        expect(world.held.size).toBe(prospects);
        expect(world.patches.length - spent).toBe(prospects);
      },
    );
  }

  it("lists as a failure what it turns away of one prospect while others' calls are taken", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.script = ({ method, url }) =>
      method === "PATCH" && idOf(url) === 7 ? page(403, "<html>blocked</html>") : null;
    world.accept(7, { title: "<script>" });
    for (let id = 100; id < 100 + 8 * 60; id++) {
      world.accept(id, { title: "t" });
      await world.pass(MINUTE);
    }
    expect(failures(world)).toBe(1);
    expect(world.patches.filter(({ id }) => id === 7).length).toBeLessThan(15);
  });
});

describe("a 4xx that means not now", () => {
  it("is looked at again", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" && world.patches.length === 1 ? page(423, "<html>x</html>") : null;
    world.accept(7, { title: "a" });
    await world.pass(MINUTE);
    expect(failures(world)).toBe(0);
    expect(world.held.get(7)).toEqual({ title: "a" });
    expect(world.patches).toHaveLength(2);
  });
});

describe("time in which nothing could be delivered", () => {
  it("does not count towards giving up", { timeout: 60_000 }, async ({ expect }) => {
    const world = await World.connected();
    const healsAt = START + 16 * DAY;
    world.script = ({ method }) =>
      method === "PATCH" && world.now < healsAt ? page(502, "Bad Gateway") : null;
    for (let id = 1; id <= 300; id++) world.accept(id, { title: "t" });
    await world.pass(healsAt - world.now);
    expect(failures(world)).toBe(0);
    expect(world.core.status().paused).toMatchObject({ reason: "outreach_failing" });
    await world.pass(HOUR);
    expect(world.held.size).toBe(300);
    expect(world.core.status().backlog.pending).toBe(0);
  });
});

describe("a maintenance whose end has passed", () => {
  it("is looked at again after seconds, then later", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" && world.patches.length < 5
        ? {
            status: 503,
            headers: new Headers({ "retry-after": "2026-11-01T00:00:00Z" }),
            body: "",
          }
        : null;
    world.accept(7, { title: "a" });
    await world.pass(10 * MINUTE);
    const at = world.patches.map((patch) => Math.round((patch.at - START) / 1_000));
    expect(at.slice(1).map((second, i) => second - (at[i] ?? 0))).toEqual([5, 10, 20, 40]);
    expect(world.held.get(7)).toEqual({ title: "a" });
  });
});
