import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { json, START } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONG = { timeout: 180_000 };

async function connected(yearlyAllowance: number, scopes?: string) {
  const { world } = await worldWithBulk(scopes);
  world.core.setYearlyAllowance(yearlyAllowance);
  return world;
}

describe("a yearly allowance", () => {
  it(
    "lasts through more changes than it has calls, a little less fresh",
    LONG,
    async ({ expect }) => {
      // Saved up: 1,000; earned: 30 a day.
      const world = await connected(12_000);
      let changed = 0;
      for (let hour = 0; hour < 48; hour++) {
        for (let i = 0; i < 60; i++) {
          world.accept(1 + (changed % 400), { title: `Title ${changed}` });
          changed += 1;
          await world.pass(MINUTE_MS);
        }
      }
      expect(world.patches.length).toBeGreaterThan(400);
      expect(world.requests.length).toBeLessThan(1_000);
      // Nobody sends anything any more: what waits gets its turn.
      await world.pass(12 * HOUR_MS);
      expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
      for (let i = changed - 400; i < changed; i++) {
        expect(world.held.get(1 + (i % 400))?.["title"]).toBe(`Title ${i}`);
      }
    },
  );

  it("stops what it cannot pay, and says until when", LONG, async ({ expect }) => {
    const world = await connected(1_200, "prospects.write"); // 100 at once, then one in 8 hours
    for (let id = 1; id <= 105; id++) world.accept(id, { title: "Buyer" });
    await world.pass(HOUR_MS);
    expect(world.patches).toHaveLength(100);
    const { paused, backlog } = world.core.status();
    expect(backlog.pending).toBe(5);
    expect(paused).toMatchObject({ reason: "yearly_allowance" });
    const until = paused?.until ?? 0;
    await world.pass(until - world.now - 1);
    expect(world.patches).toHaveLength(100);
    await world.pass(1_000);
    expect(world.patches).toHaveLength(101);
    world.core.setYearlyAllowance(null);
    await world.pass(MINUTE_MS);
    expect(world.core.status().backlog.pending).toBe(0);
  });

  it("takes off what the year has seen before it was set", LONG, async ({ expect }) => {
    const { world } = await worldWithBulk("prospects.write");
    for (let id = 1; id <= 600; id++) world.accept(id, { title: "Buyer" });
    await world.pass(HOUR_MS);
    expect(world.patches).toHaveLength(600);
    // More could be saved up at once than is left of the year.
    const { lastYear } = world.core.status().calls;
    world.core.setYearlyAllowance(lastYear + 50);
    for (let id = 1; id <= 100; id++) world.accept(id, { title: "Seller" });
    await world.pass(HOUR_MS);
    expect(world.patches).toHaveLength(650);
    await world.pass(DAY_MS);
    expect(world.patches).toHaveLength(650);
    const until = world.core.status().paused?.until ?? 0;
    expect(world.core.status().paused?.reason).toBe("yearly_allowance");
    expect(until - START).toBeGreaterThan(364 * DAY_MS);
    await world.pass(until - world.now + HOUR_MS);
    expect(world.patches.length).toBeGreaterThan(650);
  });

  it("pays what others were seen to spend", LONG, async ({ expect }) => {
    const { world } = await worldWithBulk("prospects.write");
    world.core.setYearlyAllowance(1_200);
    world.script = ({ method, url }) => {
      if (method !== "PATCH") return null;
      const id = Number(url.split("/").at(-1));
      const headers = {
        "x-ratelimit-limit": "10000",
        "x-ratelimit-remaining": String(9_940 - id),
        "x-ratelimit-reset": "3000",
      };
      return json(200, { data: { type: "prospect", id, attributes: {} } }, headers);
    };
    for (let id = 1; id <= 100; id++) world.accept(id, { title: "Buyer" });
    await world.pass(HOUR_MS);
    expect(world.core.calls("day", 1).spans[0]?.byOthers).toBeGreaterThan(20);
    expect(world.patches.length).toBeLessThan(80);
    expect(world.core.status().paused?.reason).toBe("yearly_allowance");
  });

  it("is reckoned with where it is told when updates are expected", LONG, async ({ expect }) => {
    const world = await connected(12_000);
    for (let i = 0; i < 700; i++) {
      world.accept(1 + (i % 50), { title: `Title ${i}` });
      await world.pass(1_200);
    }
    await world.pass(6 * HOUR_MS);
    for (let id = 1_001; id <= 1_010; id++) world.accept(id, { title: "Buyer" });
    await world.pass(2_000);
    const { drainsAt } = world.core.status().backlog;
    const promisedMs = (drainsAt ?? 0) - world.now;
    expect(promisedMs).toBeGreaterThan(HOUR_MS);
    await world.pass(promisedMs * 0.5);
    expect(world.core.status().backlog.pending).toBe(10);
    await world.pass(promisedMs * 0.7);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it(
    "is not exceeded in any 365 times 24 hours, where it was lowered meanwhile",
    LONG,
    async ({ expect }) => {
      const { world } = await worldWithBulk("prospects.write");
      const at: number[] = [];
      world.script = ({ url }) => {
        if (url.includes("/api/")) at.push(world.now);
        return null;
      };
      world.core.setYearlyAllowance(1_200);
      // Midday to midday: each year of hours ends within a day.
      for (let day = 0; day < 400; day++) {
        if (day === 100) world.core.setYearlyAllowance(600);
        for (let i = 0; i < 20; i++) world.accept(1 + day * 20 + i, { title: "Buyer" });
        await world.pass(DAY_MS);
      }
      const inYear = at.map(
        (end, i) => at.slice(0, i + 1).filter((one) => end - one < 365 * DAY_MS).length,
      );
      expect(at.length).toBeGreaterThan(600);
      expect(Math.max(...inYear)).toBe(600);
    },
  );
});
