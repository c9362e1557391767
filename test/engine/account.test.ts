import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { apiError, json, World } from "../support/world.ts";
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

describe("a sign-in after which Outreach does not say who signed in", () => {
  /** Fifty members are told, then somebody signs in, and the question who it is is answered so. */
  async function signedInAgain(answer: (asked: number) => ReturnType<Script>): Promise<World> {
    const world = await World.connected();
    for (let id = 1; id <= 50; id++) world.accept(id, { title: "Boss" });
    await world.pass(MINUTE_MS);
    world.requests.length = 0;
    let asked = 0;
    world.script = ({ url }) => (new URL(url).pathname === "/api/v2" ? answer((asked += 1)) : null);
    await world.connect();
    return world;
  }

  it("costs no call of what was told before, where it does so the next time", async ({
    expect,
  }) => {
    const world = await signedInAgain((asked) =>
      asked === 1 ? apiError(500, "internal", "Try later.") : null,
    );
    for (let id = 1; id <= 50; id++) world.accept(id, { title: "Boss" });
    world.accept(51, { title: "Boss" });
    await world.pass(MINUTE_MS);
    expect(world.patches.map(({ id }) => id)).toEqual([51]);
    expect(world.core.status().connection.identity?.email).toBe("ada@example.com");
    expect(world.core.status().backlog.pending).toBe(0);
  });

  it("lets nothing leave until it does, says so, and asks again with pauses", async ({
    expect,
  }) => {
    let answers = false;
    const world = await signedInAgain(() =>
      answers ? null : apiError(500, "internal", "Try later."),
    );
    world.accept(7, { title: "CEO" });
    await world.pass(60 * MINUTE_MS);
    expect(world.patches).toEqual([]);
    expect(world.core.status().paused?.reason).toBe("outreach_failing");
    expect(world.requests.length).toBeGreaterThan(10);
    expect(world.requests.length).toBeLessThan(40);
    world.kill();
    answers = true;
    await world.pass(6 * MINUTE_MS);
    expect(world.patches.map(({ id }) => id)).toEqual([7]);
    expect(world.core.status().paused).toBeNull();
  });

  it("goes on without knowing where Outreach refuses to say it", async ({ expect }) => {
    const world = await signedInAgain(() => apiError(403, "forbidden", "Not for you."));
    world.accept(7, { title: "CEO" });
    await world.pass(MINUTE_MS);
    expect(world.patches.map(({ id }) => id)).toEqual([7]);
    expect(world.core.status().connection.identity).toBeNull();
  });
});

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
