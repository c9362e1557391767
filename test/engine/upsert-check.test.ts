import { describe, it } from "vitest";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { apiError, DESTINATION, json, START } from "../support/world.ts";
import type { World } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const LONG = { timeout: 180_000 };
const DAY_MS = 24 * HOUR_MS;
const OTHER = "destination-2";

/** Each with values of its own. */
const people = (from: number, count: number, version = ""): ProspectUpdate[] =>
  Array.from({ length: count }, (_, i) => ({
    prospectId: from + i,
    fields: { firstName: { value: `Name ${from + i}${version}` } },
  }));

const isUpsert = ({ method, url }: { method: string; url: string }) =>
  method === "POST" && url.includes("/imports/actions/");

/** Ids of the records of each upsert that Outreach took. */
const upserts = (world: World): number[][] =>
  world.requests.filter(isUpsert).map(({ body = "" }) => {
    const { data } = JSON.parse(body) as {
      data: { attributes: { records: { id: number }[] } };
    };
    return data.attributes.records.map(({ id }) => id);
  });

describe("the check of bulk upserts", () => {
  it("is made with each destination's own records before its first upsert", async ({ expect }) => {
    const { world } = await worldWithBulk();
    world.acceptUpdates(people(1, 1_000));
    await world.pass(HOUR_MS);
    expect(upserts(world)[0]).toHaveLength(5);
    const before = upserts(world).length;
    // Both at once: the one that was checked does not take the other one's records along.
    world.acceptUpdates(people(1, 600, " again"));
    world.acceptUpdates(people(5_001, 600), OTHER);
    await world.pass(HOUR_MS);
    const later = upserts(world).slice(before);
    const isOthers = (id: number): boolean => id > 5_000;
    const [check = [], ...rest] = later.slice(later.findIndex((ids) => ids.some(isOthers)));
    expect(check).toHaveLength(5);
    expect(check.every(isOthers)).toBe(true);
    expect(rest.flat().filter(isOthers).length).toBeGreaterThan(500);
    expect(world.core.status().bulk.checks).toMatchObject([
      { destinationId: DESTINATION, state: "passed", detail: null },
      { destinationId: OTHER, state: "passed", detail: null },
    ]);
    expect(world.held.get(5_600)).toEqual({ firstName: "Name 5600" });
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("can be seen while it runs, and the job with it", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = 10 * 60_000;
    world.acceptUpdates(people(1, 1_000));
    await world.pass(30_000);
    const { checks, jobs, itemsToday, itemsPerDay } = world.core.status().bulk;
    expect(checks).toMatchObject([{ destinationId: DESTINATION, state: "running" }]);
    expect(jobs).toMatchObject([
      { kind: "upsert", isCheck: true, state: "running", prospects: 5, destinationId: DESTINATION },
    ]);
    expect(jobs[0]?.nextLookAt).toBeGreaterThan(world.now);
    expect(jobs[0]?.startedAt).toBeGreaterThan(START);
    expect([itemsToday, itemsPerDay]).toEqual([5, 5_000_000]);
  });

  it("that fails bars its destination from upserts for a day, says why, and is made anew", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    for (let id = 1; id <= 1_000; id++) outreach.failing.add(id);
    world.acceptUpdates(people(1, 1_000));
    await world.pass(HOUR_MS);
    const { checks } = world.core.status().bulk;
    expect(checks).toMatchObject([
      { state: "failed", detail: expect.stringContaining("did not hold afterwards") },
    ]);
    expect(checks[0]?.againAt).toBeGreaterThan(world.now);
    expect(upserts(world)).toHaveLength(1);
    expect(world.held.size).toBe(1_000);
    outreach.failing.clear();
    await world.pass(DAY_MS);
    world.acceptUpdates(people(1, 1_000, " again"));
    await world.pass(HOUR_MS);
    expect(upserts(world)[1]).toHaveLength(5);
    expect(world.core.status().bulk.checks).toMatchObject([{ state: "passed", againAt: null }]);
  });

  it("that fails leaves upserts to other destinations, and holds nobody up", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    for (let id = 1; id <= 1_000; id++) outreach.failing.add(id);
    world.acceptUpdates(people(1, 200));
    await world.pass(HOUR_MS);
    world.acceptUpdates(people(201, 800));
    world.acceptUpdates(people(5_001, 5_000), OTHER);
    await world.pass(HOUR_MS);
    const { upsert, checks } = world.core.status().bulk;
    expect(upsert.whyNot).toBeNull();
    expect(checks).toMatchObject([
      { destinationId: DESTINATION, state: "failed" },
      { destinationId: OTHER, state: "passed" },
    ]);
    const isOthers = (id: number): boolean => id > 5_000;
    expect(upserts(world).filter((ids) => !ids.every(isOthers))).toHaveLength(1);
    // Each goes its own way meanwhile.
    const [others, own] = [isOthers, (id: number) => !isOthers(id)].map((isOne) =>
      world.patches.filter(({ id }) => isOne(id)),
    );
    expect(others).toHaveLength(0);
    expect(own?.at(-1)?.at).toBeLessThan(START + HOUR_MS + 60_000);
    expect(world.held.size).toBe(6_000);
  });

  it("that Outreach refuses because upserts are not open stops those of all", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = (request) =>
      isUpsert(request) ? apiError(403, "unauthorizedRequest", "Ask.") : null;
    world.acceptUpdates(people(1, 500));
    world.acceptUpdates(people(5_001, 500), OTHER);
    await world.pass(HOUR_MS);
    expect(upserts(world)).toHaveLength(1);
    expect(world.core.status().bulk.upsert).toMatchObject({
      whyNot: "refused",
      lastRefused: { status: 403, detail: "Ask." },
    });
    expect(world.held.size).toBe(1_000);
  });

  it(
    "no longer holds after two samples in a row that are not as they should be",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      world.acceptUpdates(people(1, 1_000));
      await world.pass(HOUR_MS);
      expect(world.core.status().bulk.checks).toMatchObject([{ state: "passed" }]);
      const before = upserts(world).length;
      // Jobs say from now on that they went well, and bring nothing.
      outreach.script = ({ method, url }) => {
        if (method !== "GET" || !url.includes("/prospects?")) return null;
        return json(200, { data: [] });
      };
      const isBarred = () =>
        world.core.status().bulk.checks.some(({ againAt }) => againAt !== null);
      for (let version = 1; version <= 5 && !isBarred(); version++) {
        world.acceptUpdates(people(1, 600, ` ${version}`));
        await world.pass(10 * 60_000);
      }
      expect(world.core.status().bulk.checks).toMatchObject([
        { state: "failed", detail: expect.stringContaining("did not hold") },
      ]);
      expect(upserts(world).length - before).toBeLessThan(20);
      outreach.script = () => null;
      await world.pass(DAY_MS);
      const until = upserts(world).length;
      world.acceptUpdates(people(1, 1_000, " at last"));
      await world.pass(HOUR_MS);
      expect(upserts(world)[until]).toHaveLength(5);
      expect(world.core.status().bulk.checks).toMatchObject([{ state: "passed" }]);
      expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    },
  );

  it("that Outreach refuses has failed, whatever it is refused for", LONG, async ({ expect }) => {
    for (const status of [403, 404, 413, 422]) {
      const { world, outreach } = await worldWithBulk();
      outreach.script = (request) =>
        isUpsert(request) ? apiError(status, "refused", "Not like this.") : null;
      world.acceptUpdates(people(1, 1_000));
      await world.pass(HOUR_MS);
      expect(upserts(world), String(status)).toHaveLength(1);
      expect(world.core.status().bulk.checks).toMatchObject([
        { state: "failed", detail: expect.stringContaining("Not like this.") },
      ]);
      expect(world.held.get(1_000)).toEqual({ firstName: "Name 1000" });
    }
  });

  it("survives the object, and is forgotten with its destination", async ({ expect }) => {
    const { world } = await worldWithBulk();
    world.acceptUpdates(people(1, 1_000));
    await world.pass(HOUR_MS);
    world.kill();
    expect(world.core.status().bulk.checks).toMatchObject([{ state: "passed" }]);
    await world.core.forgetDestination(DESTINATION);
    expect(world.core.status().bulk.checks).toEqual([]);
  });
});

describe("what may be used in bulk", () => {
  it("names the scopes that are missing", async ({ expect }) => {
    const { world } = await worldWithBulk("prospects.all batches.write");
    const { modify, upsert } = world.core.status().bulk;
    expect(modify).toMatchObject({ whyNot: "scopes_missing", missingScopes: ["batches.read"] });
    expect(upsert.missingScopes).toEqual(["imports.read", "imports.write"]);
  });

  it("tells a refusal in Outreach's words, and until when", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = ({ method, url }) =>
      method === "POST" && url.includes("/batches/actions/")
        ? apiError(403, "unauthorizedRequest", "Ask your administrator.")
        : null;
    for (let id = 1; id <= 1_000; id++) world.accept(id, { title: "Buyer" });
    await world.pass(HOUR_MS);
    const { modify } = world.core.status().bulk;
    expect(modify.whyNot).toBe("refused");
    expect(modify.lastRefused).toMatchObject({ status: 403, detail: "Ask your administrator." });
    expect(modify.refusedUntil).toBeGreaterThan(world.now);
    await world.pass(DAY_MS);
    expect(world.core.status().bulk.modify).toMatchObject({ whyNot: null, refusedUntil: null });
  });

  it("tells the day's ceiling, and that it is reached", async ({ expect }) => {
    const { world } = await worldWithBulk();
    world.bulkItemsPerDay = 1_000;
    world.kill();
    for (let id = 1; id <= 2_000; id++) world.accept(id, { title: "Buyer" });
    await world.pass(HOUR_MS);
    const { modify, upsert, itemsToday, itemsPerDay } = world.core.status().bulk;
    expect([modify.whyNot, upsert.whyNot]).toEqual(["day_ceiling", "day_ceiling"]);
    expect([itemsToday, itemsPerDay]).toEqual([1_000, 1_000]);
    await world.pass(DAY_MS);
    expect(world.core.status().bulk).toMatchObject({ itemsToday: 0, modify: { whyNot: null } });
  });

  it("goes by what Outreach grants where it does not repeat the scopes with the token", async ({
    expect,
  }) => {
    const { world } = await worldWithBulk();
    const [row] = world.db.all(`SELECT value FROM state WHERE name = 'connection'`);
    const stored = JSON.parse(String(row?.["value"])) as object;
    world.db.all(
      `UPDATE state SET value = ? WHERE name = 'connection'`,
      JSON.stringify({ ...stored, scopes: [] }),
    );
    world.kill();
    expect(world.core.status().bulk.modify.missingScopes).toEqual([]);
  });
});
