import { describe, it } from "vitest";
import { forecastActivation } from "../../src/engine/estimates/activation-rules.ts";
import type { Activation } from "../../src/engine/estimates/activation-rules.ts";
import type { FieldUpdate, ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { accept } from "../support/bulk-updates.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONG = { timeout: 120_000 };

function updatesOf({ profiles, audiences, attributes }: Activation): ProspectUpdate[] {
  return Array.from({ length: profiles }, (_, i) => {
    const fields: Record<string, FieldUpdate> = {};
    for (let a = 0; a < audiences; a++) {
      // Every combination of audiences but none.
      if ((((i % (2 ** audiences - 1)) + 1) >> a) % 2 === 0) continue;
      const audience = { namespace: "ups", id: `audience-${a}`, status: "realized" as const };
      fields[`custom${a + 1}`] = { value: "realized", at: 1, audience };
    }
    for (let a = 0; a < attributes; a++) fields[`custom${a + 100}`] = { value: `${i} ${a}` };
    return { prospectId: i + 1, fields };
  });
}

async function activate(asked: Activation) {
  const { world } = await worldWithBulk();
  const updates = updatesOf(asked);
  const from = world.now;
  accept(world, updates);
  while (world.core.status().backlog.pending + world.core.status().backlog.inFlight > 0) {
    await world.pass(10_000);
  }
  return { calls: world.requests.length, tookMs: world.now - from };
}

const CAPACITY = { callsPerHour: 9_500, yearlyAllowance: null, bulk: true };

describe("the forecast of an activation", () => {
  for (const [what, attributes] of [
    ["statuses alone", 0],
    ["five attributes each", 5],
  ] as const) {
    it(`is what the engine then does: ${what}`, LONG, async ({ expect }) => {
      const asked = { profiles: 20_000, audiences: 3, attributes, changesPerDay: 0 };
      const { planned } = forecastActivation(asked, CAPACITY);
      const done = await activate(asked);
      expect(done.calls / planned.activation.calls).toBeGreaterThan(0.7);
      expect(done.calls / planned.activation.calls).toBeLessThan(1.2);
      expect(done.tookMs / (planned.activation.tookMs ?? 0)).toBeLessThan(1.5);
    });
  }

  it(
    "is what the engine does by single calls, as fast as the allowance pays",
    LONG,
    async ({ expect }) => {
      const yearlyAllowance = 24_000;
      const asked = { profiles: 2_300, audiences: 1, attributes: 0, changesPerDay: 0 };
      const { patch } = forecastActivation(asked, { ...CAPACITY, yearlyAllowance, bulk: false });
      const { world } = await worldWithBulk("prospects.read prospects.write");
      world.core.setYearlyAllowance(yearlyAllowance);
      const from = world.now;
      world.acceptUpdates(updatesOf(asked));
      while (world.core.status().backlog.pending + world.core.status().backlog.inFlight > 0) {
        await world.pass(HOUR_MS);
      }
      const took = world.now - from;
      expect(patch.activation.tookMs).toBeGreaterThan(4 * DAY_MS);
      expect(took / (patch.activation.tookMs ?? 0)).toBeGreaterThan(0.9);
      // Who is connected is asked once a day as well.
      expect(took / (patch.activation.tookMs ?? 0)).toBeLessThan(1.1);
    },
  );

  it("is what the engine does on a day with more changes than calls", LONG, async ({ expect }) => {
    const yearlyAllowance = 25_000;
    const changesPerDay = 2_000;
    const { world } = await worldWithBulk();
    world.core.setYearlyAllowance(yearlyAllowance);
    let changed = 0;
    const until = async (at: number): Promise<void> => {
      while (world.now < at) {
        world.accept(1 + (changed % 5_000), { title: `Title ${changed}` });
        changed += 1;
        await world.pass(DAY_MS / changesPerDay);
      }
    };
    await until(world.now + DAY_MS); // what is saved up to be spent on freshness
    const before = world.requests.length;
    await until(world.now + DAY_MS);
    const calls = world.requests.length - before;
    const { planned } = forecastActivation(
      { profiles: 1, audiences: 0, attributes: 1, changesPerDay },
      { ...CAPACITY, yearlyAllowance },
    );
    expect(calls / planned.day.calls).toBeGreaterThan(0.8);
    expect(calls / planned.day.calls).toBeLessThan(1.25);
  });
});
