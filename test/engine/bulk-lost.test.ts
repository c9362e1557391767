import { describe, it } from "vitest";
import {
  isLook,
  isModify,
  isReadBack,
  isStart,
  pathOf,
  worldWithBulk,
} from "../support/bulk-outreach.ts";
import { accept, members, people, waiting } from "../support/bulk-updates.ts";
import { apiError, json } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 180_000 };
const NO_BATCHES = json(200, { data: [] });
const upperCase = (_name: string, value: unknown) => String(value).toUpperCase();

describe("a bulk job of which nobody knows how it stands", () => {
  it(
    "is taken to have brought what cannot be seen, so that the way back is no way of nothing",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      accept(world, members(500, "realized", { at: 1 }));
      await world.pass(10 * MINUTE_MS);
      outreach.losesStarts = true;
      outreach.script = (request) => (pathOf(request) === "/api/v2/batches" ? NO_BATCHES : null);
      outreach.shows = (name, value) => (name === "title" ? upperCase(name, value) : value);
      accept(world, members(500, "exited", { at: 2, title: "Engineer" }));
      await world.pass(2 * MINUTE_MS);
      expect(world.held.get(7)).toMatchObject({ custom4: "exited" });
      outreach.losesStarts = false;
      accept(world, members(1, "realized", { at: 3, from: 7 }));
      await world.pass(3 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.held.get(7)).toMatchObject({ custom4: "realized" });
    },
  );

  it("is so of the last page's single prospect as of all before it", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    accept(world, members(401, "realized", { at: 1 }));
    await world.pass(10 * MINUTE_MS);
    outreach.losesStarts = true;
    outreach.script = (request) => (pathOf(request) === "/api/v2/batches" ? NO_BATCHES : null);
    accept(world, members(401, "exited", { at: 2, title: "Engineer" }));
    await world.pass(2 * MINUTE_MS);
    world.held.set(401, { ...world.held.get(401), title: "Somebody's own words" });
    outreach.losesStarts = false;
    accept(world, members(1, "realized", { at: 3, from: 401 }));
    await world.pass(3 * HOUR_MS);
    expect(world.held.get(401)).toMatchObject({ custom4: "realized" });
  });

  it(
    "is waited for as long again as it was seen at work, so that it overwrites nothing newer",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.durationMs = HOUR_MS;
      let isRefused = false;
      outreach.script = (request) =>
        isLook(request) && isRefused ? apiError(404, "resourceNotFound", "No such batch.") : null;
      accept(world, members(500, "realized", { at: 1 }));
      await world.pass(40 * MINUTE_MS);
      isRefused = true;
      accept(world, members(1, "exited", { at: 2, from: 7 }));
      await world.pass(5 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.held.get(7)).toMatchObject({ custom4: "exited" });
    },
  );

  for (const state of ["confirming", "running"]) {
    it(
      `is not taken for a stranger's that is ${state}: no word is given for it, nor waited for`,
      LONG,
      async ({ expect }) => {
        const { world, outreach } = await worldWithBulk();
        let starts = 0;
        outreach.script = (request) => {
          const path = pathOf(request);
          const createdAt = new Date(world.now).toISOString();
          const attributes = { state, total: null, failures: null, createdAt };
          const theirs = { type: "batch", id: 77, attributes };
          if (isModify(request) && starts++ === 0) return apiError(500, "internalError", "Oops.");
          if (path.startsWith("/api/v2/batches/77")) return json(200, { data: theirs });
          return path === "/api/v2/batches" ? json(200, { data: [theirs] }) : null;
        };
        accept(world, members(2_000));
        await world.pass(HOUR_MS);
        expect(world.requests.filter((request) => pathOf(request).endsWith("/confirm"))).toEqual(
          [],
        );
        expect(waiting(world)).toBe(0);
        expect(world.held.size).toBe(2_000);
      },
    );
  }

  it("is given up after a day, and its kind for another", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = (request) => {
      outreach.durationMs = isModify(request) ? 100 * HOUR_MS : 10_000;
      return null;
    };
    accept(world, members(2_000));
    await world.pass(25 * HOUR_MS);
    expect(waiting(world)).toBe(0);
    expect(outreach.starts.filter(({ kind }) => kind === "batches")).toHaveLength(1);
    expect(world.core.status().bulk.modify).toMatchObject({ whyNot: "refused" });
  });

  it("is looked for among those of its size before any other", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.losesStarts = true;
    const looked: string[] = [];
    outreach.script = (request) => {
      const path = pathOf(request);
      if (isLook(request)) looked.push(path);
      const [ours] = outreach.jobs;
      if (path !== "/api/v2/batches" || !ours) return null;
      const batch = (id: number, total: number | null) => {
        const createdAt = new Date(ours.createdAt).toISOString();
        return { type: "batch", id, attributes: { state: "running", total, createdAt } };
      };
      return json(200, { data: [batch(ours.id, 2_000), batch(77, null)] });
    };
    accept(world, members(2_000));
    await world.pass(10 * MINUTE_MS);
    expect(new Set(looked)).toEqual(new Set(["/api/v2/batches/900"]));
  });

  it("keeps nobody waiting but its own prospects", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    accept(world, people(600));
    await world.pass(10 * MINUTE_MS);
    const from = world.now;
    let starts = 0;
    outreach.script = (request) =>
      isStart(request) && starts++ < 2 ? apiError(500, "internalError", "Oops.") : null;
    accept(world, people(1_800, 10_001));
    await world.pass(6 * MINUTE_MS);
    expect(starts).toBeGreaterThan(2);
    expect(world.requests.filter(isStart).every(({ at }) => at < from + 5 * MINUTE_MS)).toBe(true);
    expect(waiting(world)).toBeLessThanOrEqual(1_000);
  });

  it("is read to its end before what it left goes together again", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = (request) =>
      isModify(request) && outreach.jobs.length === 0 && world.requests.filter(isModify).length < 2
        ? apiError(500, "internalError", "Oops.")
        : null;
    accept(world, members(3_000));
    await world.pass(HOUR_MS);
    expect(outreach.starts).toEqual([{ kind: "batches", records: 3_000 }]);
    expect(world.requests.filter(isReadBack).length).toBeGreaterThan(7);
  });
});
