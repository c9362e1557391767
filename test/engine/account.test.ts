import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { json, World } from "../support/world.ts";
import type { Script } from "../support/world.ts";

const MINUTE_MS = 60_000;

/** Outreach says who signed in. */
function saysWho(who: { user: number }): Script {
  return ({ url }) =>
    new URL(url).pathname === "/api/v2"
      ? json(200, {
          meta: { user: { id: who.user, email: `user-${who.user}@example.com` } },
          data: { attributes: {} },
        })
      : null;
}

describe("another Outreach user, connected while something is under way", () => {
  it("is told what the call brought to the former one", async ({ expect }) => {
    const who = { user: 1 };
    const world = await World.connected();
    world.script = saysWho(who);
    await world.connect();
    world.accept(7, { title: "Boss" });
    world.latencyMs = 8_000;
    await world.pass(1_500);
    expect(world.patches).toHaveLength(1);
    world.latencyMs = 100;
    who.user = 2;
    await world.connect();
    await world.pass(MINUTE_MS);
    world.accept(7, { title: "Boss" });
    await world.pass(MINUTE_MS);
    expect(world.patches).toHaveLength(2);
    expect(world.core.prospect(7)?.pending).toEqual([]);
  });

  it("gets what a job of the former one was to bring, once that must have ended", async ({
    expect,
  }) => {
    const who = { user: 1 };
    const { world, outreach } = await worldWithBulk();
    outreach.script = saysWho(who);
    await world.connect();
    outreach.durationMs = 5 * MINUTE_MS;
    for (let id = 1; id <= 1_000; id++) world.accept(id, { title: "Buyer" });
    await world.pass(MINUTE_MS);
    expect(outreach.starts).toHaveLength(1);
    who.user = 2;
    await world.connect();
    outreach.failing.add(3); // the former one's job does not bring this
    await world.pass(MINUTE_MS);
    expect(world.core.status().backlog.inFlight).toBeGreaterThan(0);
    await world.pass(60 * MINUTE_MS);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    for (let id = 1; id <= 1_000; id++) expect(world.held.get(id)?.["title"]).toBe("Buyer");
  });
});
