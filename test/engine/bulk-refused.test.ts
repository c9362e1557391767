import { describe, it } from "vitest";
import { isModify, pathOf, worldWithBulk } from "../support/bulk-outreach.ts";
import { accept, members, people, waiting } from "../support/bulk-updates.ts";
import { apiError, DESTINATION, json } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 180_000 };

/** Outreach's answer to who is signed in. */
const identity = (id: number) =>
  json(200, {
    data: {},
    meta: {
      user: { id, email: `user-${id}@example.com` },
      scopes: ["prospects.read", "prospects.write", "batches.read", "batches.write"],
    },
  });

describe("a bulk job that Outreach refuses", () => {
  it(
    "tells the reason of all by two where it ended with none of them taken",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      for (let id = 1; id <= 3_000; id++) outreach.failing.add(id);
      outreach.script = ({ method }) =>
        method === "PATCH" ? apiError(422, "validationError", "Custom4 is invalid.") : null;
      accept(world, members(3_000));
      await world.pass(3 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.patches).toHaveLength(2);
      expect(world.core.failureGroups(DESTINATION, 9)).toMatchObject({ total: 3_000 });
    },
  );

  it(
    "for one attribute costs that one alone, at all of its prospects",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      const refusal = json(422, {
        errors: [
          { id: "validationError", detail: "Bad.", source: { pointer: "/data/attributes/title" } },
        ],
      });
      outreach.script = ({ method, body }) =>
        method !== "GET" && body?.includes('"title"') ? refusal : null;
      accept(world, members(3_000, "realized", { at: 1, title: "bad" }));
      await world.pass(3 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.patches.length).toBeLessThan(20);
      expect(
        [...world.held.values()].filter((held) => held["custom4"] === "realized"),
      ).toHaveLength(3_000);
      expect(world.core.failureGroups(DESTINATION, 9)).toMatchObject({ total: 3_000 });
    },
  );

  it("reads back what it says it did not take, where one of them is", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let looks = 0;
    outreach.script = (request) => {
      if (!/\/batches\/\d+$/.test(pathOf(request)) || looks++ > 0) return null;
      const attributes = { state: "finished", total: 3_000, failures: 3_000 };
      return json(200, { data: { type: "batch", id: 900, attributes } });
    };
    outreach.durationMs = 1_000;
    accept(world, members(3_000));
    await world.pass(HOUR_MS);
    expect(waiting(world)).toBe(0);
    expect(world.patches).toHaveLength(1);
    expect(outreach.starts).toHaveLength(1);
  });

  it(
    "costs one record's call for one that failed, whatever form Outreach shows the others in",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.shows = (_name, value) => String(value).toLowerCase();
      accept(world, people(400));
      await world.pass(HOUR_MS);
      const before = world.patches.length;
      outreach.missing.add(17);
      accept(
        world,
        people(400, 1, (id) => `Newer name ${id}`),
      );
      await world.pass(HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.patches.length - before).toBe(1);
    },
  );

  it("counts what it took of the day's records, and no more", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let starts = 0;
    outreach.script = (request) =>
      isModify(request) && ++starts <= 3
        ? apiError(429, "rateLimitExceeded", "Slow down.", { "retry-after": "5" })
        : null;
    accept(world, members(2_000));
    await world.pass(20 * MINUTE_MS);
    expect(waiting(world)).toBe(0);
    expect(world.core.status().bulk.itemsToday).toBe(2_000);
  });

  it(
    "costs no prospect a call of its own where somebody else was connected meanwhile",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      let who = 1;
      outreach.script = (request) => (pathOf(request) === "/api/v2" ? identity(who) : null);
      outreach.durationMs = 5 * MINUTE_MS;
      await world.connect();
      await world.pass(5_000);
      accept(world, members(3_000));
      await world.pass(MINUTE_MS);
      who = 2;
      await world.connect();
      for (const job of outreach.jobs) job.isApplied = true;
      await world.pass(3 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.patches).toEqual([]);
      expect(world.held.size).toBe(3_000);
    },
  );
});
