import { describe, it } from "vitest";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { accept, members } from "../support/bulk-updates.ts";
import { apiError, DESTINATION, json } from "../support/world.ts";
import type { World } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const LONG = { timeout: 180_000 };

/** Each with values of its own. */
const people = (count: number, version = ""): ProspectUpdate[] =>
  Array.from({ length: count }, (_, i) => ({
    prospectId: i + 1,
    fields: { firstName: { value: `Name ${i}${version}` }, title: { value: "Buyer" } },
  }));

const heldBy = (world: World, count: number, name: string) =>
  Array.from({ length: count }, (_, i) => world.held.get(i + 1)?.[name]);

describe("bulk delivery", () => {
  it("brings a whole audience to Outreach in a handful of calls", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    accept(world, members(20_000));
    await world.pass(HOUR_MS);
    expect(new Set(heldBy(world, 20_000, "custom4"))).toEqual(new Set(["realized"]));
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    expect(world.requests.length).toBeLessThan(20);
    expect(outreach.starts).toEqual([{ kind: "batches", records: 20_000 }]);
    expect(world.core.runs(DESTINATION, 9).map((run) => run.delivered)).toEqual([20_000]);
    expect(world.core.audiences(DESTINATION)).toMatchObject([{ members: 20_000, pending: 0 }]);
  });

  it("sends a few changes at once, each in a call of its own", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    accept(world, members(90));
    await world.pass(60_000);
    expect(outreach.starts).toEqual([]);
    expect(world.patches).toHaveLength(90);
  });

  it("leaves alone what a destination wants in calls of its own", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    const [auto, patch] = [members(1_000), members(1_000)].map((updates, i) =>
      updates.map((update) => ({ ...update, prospectId: update.prospectId + i * 1_000 })),
    );
    const rest = { empty: 0, rejected: {} };
    world.core.accept({ destinationId: DESTINATION, updates: auto ?? [], ...rest });
    world.core.accept({ destinationId: "singly", updates: patch ?? [], ...rest, single: true });
    await world.pass(HOUR_MS);
    expect(outreach.starts).toEqual([{ kind: "batches", records: 1_000 }]);
    expect(world.patches).toHaveLength(1_000);
    expect(new Set(heldBy(world, 2_000, "custom4"))).toEqual(new Set(["realized"]));
  });

  it("groups by equal values, so that the fewest calls carry the most", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    const updates = members(9_000).map((update, i): ProspectUpdate => ({
      ...update,
      fields: { ...update.fields, ...(i % 3 > 0 && { custom5: { value: i % 3 > 1 ? "a" : "b" } }) },
    }));
    accept(world, updates);
    await world.pass(2 * HOUR_MS);
    expect(outreach.starts).toHaveLength(3);
    expect(outreach.starts.every(({ records }) => records === 3_000)).toBe(true);
    expect(heldBy(world, 9_000, "custom5").filter((value) => value === "a")).toHaveLength(3_000);
  });

  it("finds out on a handful of prospects whether upserts work before it uses them", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    accept(world, people(3_000));
    await world.pass(2 * HOUR_MS);
    const [check, ...rest] = outreach.starts;
    expect(check).toEqual({ kind: "imports", records: 5 });
    expect(rest.length).toBeGreaterThan(4);
    expect(rest.every(({ kind, records }) => kind === "imports" && records <= 500)).toBe(true);
    expect(heldBy(world, 3_000, "firstName").every((name, i) => name === `Name ${i}`)).toBe(true);
    expect(world.requests.length).toBeLessThan(1_000);
    expect(world.logged.join()).toContain("bulk_upsert_check");
  });

  it("goes on without upserts where the check shows that they do not what is documented", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    for (let id = 1; id <= 3_000; id++) outreach.failing.add(id);
    accept(world, people(3_000));
    await world.pass(HOUR_MS);
    expect(outreach.starts).toEqual([{ kind: "imports", records: 5 }]);
    expect(heldBy(world, 3_000, "firstName").every((name, i) => name === `Name ${i}`)).toBe(true);
  });

  it("sends what a job failed on alone, so that each prospect gets its own reason", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.failing.add(17);
    outreach.missing.add(4_242);
    accept(world, members(5_000));
    await world.pass(HOUR_MS);
    expect(world.patches.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([17, 4_242]);
    expect(world.held.get(17)).toEqual({ custom4: "realized" });
    const { failures } = world.core.failures(DESTINATION, { limit: 10, after: null });
    expect(failures).toMatchObject([
      { prospectId: 4_242, error: { status: 404, code: "resourceNotFound" } },
    ]);
  });

  it("holds its prospects until it is known to have ended, and sends what came meanwhile afterwards", async ({
    expect,
  }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = 30 * 60_000;
    accept(world, members(5_000));
    await world.pass(60_000);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 5_000 });
    world.acceptUpdates(members(3, "exited", { at: 2 }));
    await world.pass(10 * 60_000);
    expect(world.patches).toEqual([]);
    await world.pass(2 * HOUR_MS);
    expect(heldBy(world, 4, "custom4")).toEqual(["exited", "exited", "exited", "realized"]);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("falls back to single calls where Outreach refuses bulk, and asks only once", async ({
    expect,
  }) => {
    for (const [status, id] of [
      [403, "unauthorizedRequest"],
      [404, "routeNotFound"],
    ] as const) {
      const { world, outreach } = await worldWithBulk();
      let refusals = 0;
      outreach.script = ({ url, method }) => {
        if (method !== "POST" || !url.includes("/actions/")) return null;
        refusals += 1;
        return apiError(status, id, "No.");
      };
      accept(world, members(2_000));
      await world.pass(HOUR_MS);
      expect(new Set(heldBy(world, 2_000, "custom4"))).toEqual(new Set(["realized"]));
      expect(refusals).toBeLessThanOrEqual(2);
      expect(world.logged.filter((line) => line.includes("bulk_refused"))).toHaveLength(refusals);
    }
  });

  it(
    "asks for two prospects why Outreach refuses values that all share, and tells all",
    LONG,
    async ({ expect }) => {
      for (const killAtMs of [null, 950, 1_050, 1_150, 1_250, 1_350]) {
        const { world, outreach } = await worldWithBulk();
        outreach.script = ({ method, url }) =>
          method === "PATCH" || url.includes("prospectsBulkModify")
            ? apiError(422, "validationError", "Custom4 is too long.")
            : null;
        accept(world, members(2_000));
        await world.pass(killAtMs ?? 0);
        if (killAtMs !== null) world.kill();
        await world.pass(HOUR_MS);
        expect(world.patches.length, String(killAtMs)).toBeLessThanOrEqual(
          killAtMs === null ? 2 : 3,
        );
        expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
        const { total, groups } = world.core.failureGroups(DESTINATION, 9);
        expect([total, groups.length]).toEqual([2_000, 1]);
        expect(groups[0]?.newest[0]?.error).toMatchObject({ detail: "Custom4 is too long." });
      }
    },
  );

  it(
    "sends each alone where Outreach refuses values for many that it takes for one",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.missing.add(1).add(2);
      outreach.script = ({ url }) =>
        url.includes("prospectsBulkModify") ? apiError(422, "validationError", "No.") : null;
      accept(world, members(1_000));
      await world.pass(HOUR_MS);
      expect(heldBy(world, 1_000, "custom4").filter((value) => value === "realized")).toHaveLength(
        998,
      );
      expect(world.core.failureGroups(DESTINATION, 9).total).toBe(2);
    },
  );

  it("makes its jobs smaller where they are too large", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = ({ method, body = "" }) =>
      method === "POST" && body.length > 10_000
        ? apiError(413, "payloadTooLarge", "Too large.")
        : null;
    accept(world, members(8_000));
    await world.pass(2 * HOUR_MS);
    expect(new Set(heldBy(world, 8_000, "custom4"))).toEqual(new Set(["realized"]));
    expect(outreach.starts.length).toBeGreaterThan(2);
    expect(world.patches.length).toBeLessThan(1_000);
  });

  it("uses none without the scopes for them", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk("prospects.read prospects.write");
    accept(world, members(2_000));
    await world.pass(HOUR_MS);
    expect(outreach.starts).toEqual([]);
    expect(world.patches).toHaveLength(2_000);
  });

  it("finds a batch whose answer was lost, instead of sending it twice", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.losesStarts = true;
    accept(world, members(5_000));
    await world.pass(HOUR_MS);
    expect(outreach.starts).toHaveLength(1);
    expect(world.patches).toEqual([]);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("takes the batch that came earliest after its call for its own", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.losesStarts = true;
    outreach.script = ({ url }) => {
      const [own] = outreach.jobs;
      if (!url.includes("/batches?") || !own) return null;
      const batch = (id: number, createdAt: number) => ({
        type: "batch",
        id,
        attributes: {
          state: "running",
          total: 5_000,
          createdAt: new Date(createdAt).toISOString(),
        },
      });
      return json(200, {
        data: [batch(4_711, own.createdAt + 9_000), batch(own.id, own.createdAt)],
      });
    };
    accept(world, members(5_000));
    await world.pass(5 * 60_000);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    expect(world.patches).toEqual([]);
  });

  it("finds its way after a kill at any moment of a job", LONG, async ({ expect }) => {
    for (let killAtMs = 950; killAtMs < 20_000; killAtMs += 613) {
      const { world, outreach } = await worldWithBulk();
      accept(world, members(1_200));
      await world.pass(killAtMs);
      world.kill();
      await world.pass(3 * HOUR_MS);
      expect(new Set(heldBy(world, 1_200, "custom4"))).toEqual(new Set(["realized"]));
      expect(world.core.status().backlog, `killed after ${killAtMs} ms`).toMatchObject({
        pending: 0,
        inFlight: 0,
      });
      expect(outreach.starts.length).toBeLessThanOrEqual(2);
    }
  });

  it("waits out a 429 and a maintenance without losing or doubling a job", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let left = 2;
    outreach.script = ({ method, url }) => {
      if (method !== "POST" || !url.includes("/actions/") || left-- <= 0) return null;
      return left === 1
        ? apiError(429, "rateLimitExceeded", "Too many.", { "retry-after": "60" })
        : apiError(503, "scheduledServerMaintenance", "Later.", { "retry-after": "600" });
    };
    accept(world, members(5_000));
    await world.pass(2 * HOUR_MS);
    expect(outreach.starts).toHaveLength(1);
    expect(new Set(heldBy(world, 5_000, "custom4"))).toEqual(new Set(["realized"]));
  });

  it("keeps the day's ceiling of records", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    world.bulkItemsPerDay = 3_000;
    world.kill();
    accept(world, members(8_000));
    await world.pass(HOUR_MS);
    expect(outreach.starts.reduce((sum, { records }) => sum + records, 0)).toBe(3_000);
    expect(new Set(heldBy(world, 8_000, "custom4"))).toEqual(new Set(["realized"]));
  });

  it("reads back what came of a batch that may be somebody else's", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let refused = false;
    outreach.script = ({ method, url }) => {
      if (method === "POST" && url.includes("/actions/") && !refused) {
        refused = true;
        return { status: null, reason: "connection_lost" };
      }
      const foreign = { state: "finished", total: 2_000, failures: 0 };
      const createdAt = new Date(world.now).toISOString();
      if (method !== "GET" || !url.includes("/batches")) return null;
      const batch = { type: "batch", id: 4_711, attributes: { ...foreign, createdAt } };
      return json(200, { data: url.includes("/batches?") ? [batch] : batch });
    };
    accept(world, members(2_000));
    await world.pass(3 * HOUR_MS);
    expect(new Set(heldBy(world, 2_000, "custom4"))).toEqual(new Set(["realized"]));
  });

  it("does not wait for ever where Outreach refuses to be asked", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.losesStarts = true;
    outreach.script = ({ method, url }) =>
      method === "GET" && (url.includes("/batches") || url.includes("/prospects?"))
        ? apiError(414, "uriTooLong", "No.")
        : null;
    accept(world, members(1_500));
    await world.pass(3 * HOUR_MS);
    expect(new Set(heldBy(world, 1_500, "custom4"))).toEqual(new Set(["realized"]));
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it(
    "lets nothing newer leave while a job that cannot be looked at may still run",
    LONG,
    async ({ expect }) => {
      const ways = [
        "look refused",
        "search refused",
        "not listed",
        "another's found",
        "another's found, reading refused",
      ] as const;
      for (const way of ways) {
        const { world, outreach } = await worldWithBulk();
        outreach.durationMs = 10 * 60_000;
        outreach.losesStarts = way !== "look refused";
        outreach.script = ({ method, url }) => {
          if (method === "GET" && url.includes("/prospects?") && way.endsWith("reading refused")) {
            return apiError(414, "uriTooLong", "No.");
          }
          if (method !== "GET" || !url.includes("/batches")) return null;
          if (way.startsWith("another's found")) {
            const createdAt = new Date(world.now).toISOString();
            const attributes = { state: "finished", total: 500, failures: 0, createdAt };
            const batch = { type: "batch", id: 4_711, attributes };
            return json(200, { data: url.includes("/batches?") ? [batch] : batch });
          }
          return way === "not listed"
            ? json(200, { data: [] })
            : apiError(404, "resourceNotFound", "There is no such batch.");
        };
        accept(world, members(500));
        await world.pass(60_000);
        expect(outreach.starts, way).toHaveLength(1);
        world.acceptUpdates(members(7, "exited", { at: 2 }).slice(-1));
        await world.pass(HOUR_MS);
        // The batch is applied with the first request after its end.
        world.accept(9_000, { title: "Buyer" });
        await world.pass(60_000);
        expect(world.held.get(7), way).toEqual({ custom4: "exited" });
        expect(world.core.status().backlog, way).toMatchObject({ pending: 0, inFlight: 0 });
      }
    },
  );

  it("stays fresh through an hour with more changes than calls", LONG, async ({ expect }) => {
    const { world } = await worldWithBulk();
    let sent = 0;
    const lateBy: number[] = [];
    for (let step = 0; step < 480; step++) {
      for (let i = 0; i < 40; i++) world.accept(1 + (sent % 20_000), { title: `Title ${sent++}` });
      await world.pass(10_000);
      const { oldestAcceptedAt } = world.core.status().backlog;
      lateBy.push(oldestAcceptedAt === null ? 0 : world.now - oldestAcceptedAt);
    }
    lateBy.sort((a, b) => a - b);
    // 14,400 changes an hour, 9,500 calls: one at a time, the last third of each hour would wait for the next one.
    expect(lateBy[Math.floor(lateBy.length * 0.99)]).toBeLessThan(3 * 60_000);
    expect(world.requests.length).toBeLessThan(2 * 9_500);
  });
});
