import { describe, it } from "vitest";
import type { OutgoingRequest } from "../../src/outreach/network.ts";
import { DESTINATION, json, World } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const failures = (world: World) => world.core.failures(DESTINATION, { limit: 10, after: null });
const isPatch = ({ method }: OutgoingRequest): boolean => method === "PATCH";
const empty = (status: number) => ({ status, headers: new Headers(), body: "" });

describe("a change that was taken", () => {
  for (const [says, answer] of [
    ["204 without a body", empty(204)],
    ["202 without a body", empty(202)],
    ["200 without data", json(200, { data: null })],
    ["200 without attributes", json(200, { data: { type: "prospect", id: 7 } })],
    ["200 for the prospect it was merged into", json(200, { data: { type: "prospect", id: 8 } })],
  ] as const) {
    it(`costs one call where the answer is ${says}`, async ({ expect }) => {
      const world = await World.connected();
      world.script = (request) => (isPatch(request) ? answer : null);
      world.accept(7, { title: "a" });
      await world.pass(8 * DAY);
      expect(world.patches).toHaveLength(1);
      expect(failures(world).total).toBe(0);
      expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
      // What was sent counts as what Outreach holds.
      world.accept(7, { title: "a" });
      await world.pass(MINUTE);
      expect(world.patches).toHaveLength(1);
    });
  }

  it("tells whom a prospect was merged into", async ({ expect }) => {
    const world = await World.connected();
    world.script = (request) =>
      isPatch(request) ? json(200, { data: { type: "prospect", id: 8, attributes: {} } }) : null;
    world.accept(7, { title: "a" });
    await world.pass(MINUTE);
    const told = JSON.stringify({ event: "prospect_merged", prospectId: 7, into: 8 });
    expect(world.logged).toContain(told);
  });
});

/** Each refresh token serves once, and answers say `change` of the usual pair. */
function rotating(world: World, change: Record<string, unknown>): void {
  let serves = "refresh-1";
  let minted = 1;
  world.script = ({ url, body }) => {
    if (!url.endsWith("/oauth/token")) return null;
    if (new URLSearchParams(body).get("refresh_token") !== serves) {
      return json(400, { error: "invalid_grant" });
    }
    minted += 1;
    serves = `refresh-${minted}`;
    const pair = { access_token: `access-${minted}`, refresh_token: serves };
    return json(200, { ...pair, token_type: "Bearer", expires_in: 7_200, scope: "x", ...change });
  };
}

describe("a new token pair is kept", () => {
  for (const change of [
    { scope: null },
    { token_type: undefined },
    { expires_in: null },
    { expires_in: 1 },
    { id_token: "no token" },
  ]) {
    it(`although the answer says ${JSON.stringify(change)}`, async ({ expect }) => {
      const world = await World.connected();
      rotating(world, change);
      await world.pass(3 * HOUR);
      for (let i = 0; i < 30; i++) {
        world.accept(7, { title: `t${i}` });
        await world.pass(10 * MINUTE);
      }
      expect(world.core.status().connection.status).toBe("connected");
      expect(world.held.get(7)).toEqual({ title: "t29" });
    });
  }
});

describe("who signed in", () => {
  it("stays known where a later answer leaves it out", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { title: "a" });
    await world.pass(MINUTE);
    world.script = ({ url }) => (url.endsWith("/api/v2") ? json(200, { meta: {} }) : null);
    await world.pass(2 * DAY);
    world.accept(7, { title: "a" });
    world.accept(8, { title: "a" });
    await world.pass(MINUTE);
    expect(world.core.status().connection.identity).toMatchObject({ userId: 1 });
    expect(world.patches.map(({ id }) => id)).toEqual([7, 8]);
  });
});
