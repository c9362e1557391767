import { describe, it } from "vitest";
import { apiError, DESTINATION, json, START, World } from "../support/world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("delivery", () => {
  it("brings an accepted update to Outreach within two seconds", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { firstName: "Grace" });
    await world.pass(2_000);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
    expect(world.core.status().backlog).toEqual({
      pending: 0,
      inFlight: 0,
      oldestAcceptedAt: null,
      drainsAt: null,
    });
  });

  it("sends what arrives of one prospect in quick succession in one call", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { firstName: "Grace", title: "Rear Admiral" });
    world.accept(7, { firstName: "G.", lastName: "Hopper" });
    await world.pass(5_000);
    expect(world.patches.map(({ attributes }) => attributes)).toEqual([
      { firstName: "G.", title: "Rear Admiral", lastName: "Hopper" },
    ]);
  });

  it("makes no call for a value that Outreach was already told", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { firstName: "Grace" });
    await world.pass(5_000);
    world.accept(7, { firstName: "Grace" });
    world.accept(7, { firstName: "G." });
    world.accept(7, { firstName: "Grace" });
    await world.pass(5_000);
    expect(world.patches).toHaveLength(1);
    expect(world.core.runs(DESTINATION, 1)[0]).toMatchObject({
      accepted: 4,
      delivered: 1,
      unchanged: 2,
      coalesced: 1,
    });
  });

  it("never has two calls of one prospect under way, and sends what arrived meanwhile after the first", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.latencyMs = 5_000;
    world.accept(7, { firstName: "A" });
    await world.pass(2_000);
    world.accept(7, { firstName: "B" });
    await world.pass(3_000);
    expect(world.patches).toHaveLength(1);
    await world.pass(10_000);
    expect(
      world.patches.map(({ attributes, at }) => [attributes["firstName"], at - START]),
    ).toEqual([
      ["A", 2_000],
      ["B", 7_000],
    ]);
  });

  it("lets the later qualification time win, whatever arrives last", async ({ expect }) => {
    const world = await World.connected();
    const status = (value: "realized" | "exited", at: number) => ({
      prospectId: 7,
      fields: { custom4: { value, at, audience: { namespace: "ups", id: "a", status: value } } },
    });
    world.acceptUpdates([status("realized", 2_000)]);
    await world.pass(5_000);
    world.acceptUpdates([status("exited", 1_000)]);
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ custom4: "realized" });
    expect(world.patches).toHaveLength(1);
    world.acceptUpdates([status("exited", 3_000)]);
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ custom4: "exited" });
    expect(world.core.audiences(DESTINATION)).toEqual([
      { namespace: "ups", id: "a", mappingId: 4, members: 0, exited: 1, pending: 0, failed: 0 },
    ]);
  });

  it("keeps accepting while nobody is connected and sends after the sign-in", async ({
    expect,
  }) => {
    const world = new World();
    world.accept(7, { firstName: "Grace" });
    await world.pass(HOUR);
    expect(world.requests).toEqual([]);
    expect(world.core.status().paused).toEqual({ reason: "disconnected", until: null });
    await world.connect();
    await world.pass(2_000);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
  });
});

describe("refusals", () => {
  for (const status of [409, 418, 423]) {
    it(`looks at ${status} a second time before it lists a failure`, async ({ expect }) => {
      const world = await World.connected();
      world.script = () => apiError(status, "someError", "Outreach's own words.");
      world.accept(7, { firstName: "Grace" });
      await world.pass(HOUR);
      expect(world.patches).toHaveLength(2);
      expect(world.core.failures(DESTINATION, { limit: 10, after: null }).total).toBe(1);
    });
  }

  for (const status of [400, 403, 404, 422]) {
    it(`sets ${status} aside as a failure with Outreach's own words`, async ({ expect }) => {
      const world = await World.connected();
      world.script = () => apiError(status, "someError", "Outreach's own words.");
      world.accept(7, { firstName: "Grace" });
      await world.pass(HOUR);
      expect(world.patches).toHaveLength(1);
      expect(world.core.failures(DESTINATION, { limit: 10, after: null })).toMatchObject({
        total: 1,
        failures: [
          {
            prospectId: 7,
            fields: ["firstName"],
            error: { status, code: "someError", detail: "Outreach's own words." },
          },
        ],
      });
      expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    });
  }

  it("delivers a failure that is replayed once Outreach takes it", async ({ expect }) => {
    const world = await World.connected();
    world.script = () => apiError(404, "resourceNotFound", "Could not find it.");
    world.accept(7, { firstName: "Grace" });
    await world.pass(5_000);
    world.script = () => null;
    expect(await world.core.replay(DESTINATION, null)).toEqual({ replayed: 1 });
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
    expect(world.core.failures(DESTINATION, { limit: 10, after: null }).total).toBe(0);
  });

  it("does not let a replayed value overwrite a newer one", async ({ expect }) => {
    const world = await World.connected();
    world.script = () => apiError(422, "validationError", "No.");
    world.accept(7, { firstName: "Old", title: "Old" });
    await world.pass(5_000);
    world.script = () => null;
    world.accept(7, { firstName: "New" });
    await world.pass(5_000);
    expect(world.core.failures(DESTINATION, { limit: 10, after: null }).failures).toMatchObject([
      { fields: ["title"] },
    ]);
    await world.core.replay(DESTINATION, null);
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ firstName: "New", title: "Old" });
  });

  it("forgets a failure when a newer value of all its fields was delivered", async ({ expect }) => {
    const world = await World.connected();
    world.script = () => apiError(422, "validationError", "No.");
    world.accept(7, { firstName: "Old" });
    await world.pass(5_000);
    world.script = () => null;
    world.accept(7, { firstName: "New" });
    await world.pass(5_000);
    expect(world.core.failures(DESTINATION, { limit: 10, after: null }).total).toBe(0);
  });
});

describe("trouble that heals", () => {
  it("tries a 5xx again with growing pauses and delivers in the end", async ({ expect }) => {
    const world = await World.connected();
    let left = 5;
    world.script = () => (left-- > 0 ? json(502, {}) : null);
    world.accept(7, { firstName: "Grace" });
    await world.pass(10 * 60_000);
    expect(world.patches).toHaveLength(6);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
    const gaps = world.patches.slice(1).map(({ at }, i) => at - (world.patches[i]?.at ?? 0));
    expect(gaps.every((gap, i) => i === 0 || gap > (gaps[i - 1] ?? 0))).toBe(true);
  });

  it("gives up after seven days, and not before", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? json(500, {}) : null);
    world.accept(7, { firstName: "Grace" });
    await world.pass(7 * DAY - HOUR);
    expect(world.core.failures(DESTINATION, { limit: 1, after: null }).total).toBe(0);
    await world.pass(3 * HOUR);
    expect(world.core.failures(DESTINATION, { limit: 1, after: null })).toMatchObject({
      total: 1,
      failures: [{ error: { status: 500 } }],
    });
  });

  it("does not send again before a call that timed out can have ended", async ({ expect }) => {
    const world = await World.connected();
    let first = true;
    world.script = () => {
      const timesOut = first;
      first = false;
      return timesOut ? { status: null, reason: "timeout" } : null;
    };
    world.accept(7, { firstName: "Grace" });
    await world.pass(60_000);
    const [one, two] = world.patches;
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(20_000);
  });

  it("counts a value whose call had an unknown end as unknown and tells it again", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.accept(7, { firstName: "A" });
    await world.pass(5_000);
    let lost = true;
    world.script = () => {
      const loses = lost;
      lost = false;
      return loses ? { status: null, reason: "connection_lost" } : null;
    };
    world.accept(7, { firstName: "B" });
    await world.pass(1_500);
    world.accept(7, { firstName: "A" });
    await world.pass(60_000);
    expect(world.patches.map(({ attributes }) => attributes["firstName"])).toEqual(["A", "B", "A"]);
  });

  it("sends one call at a time while Outreach fails, and all again when it is back", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.script = ({ method }) => (method === "PATCH" ? json(503, {}) : null);
    for (let id = 1; id <= 200; id++) world.accept(id, { firstName: "Grace" });
    await world.pass(30 * 60_000);
    expect(world.patches.length).toBeLessThan(70);
    expect(world.core.status().paused?.reason).toBe("outreach_failing");
    world.script = () => null;
    await world.pass(30 * 60_000);
    expect(world.held.size).toBe(200);
  });

  it("waits for the end of an announced maintenance without counting attempts", async ({
    expect,
  }) => {
    const world = await World.connected();
    const until = new Date(world.now + 2 * HOUR).toISOString();
    world.script = () =>
      apiError(503, "scheduledServerMaintenance", "Back soon.", { "retry-after": until });
    world.accept(7, { firstName: "Grace" });
    await world.pass(HOUR);
    expect(world.patches).toHaveLength(1);
    expect(world.core.status().paused).toMatchObject({ reason: "outreach_maintenance" });
    expect(world.core.prospect(7)?.attempts).toBe(0);
    world.script = () => null;
    await world.pass(HOUR + 5_000);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
  });

  it("waits for the reset after a 429 without counting attempts", async ({ expect }) => {
    const world = await World.connected();
    world.script = () => apiError(429, "rateLimitExceeded", "Too many.", { "retry-after": "1800" });
    world.accept(7, { firstName: "Grace" });
    await world.pass(1_700_000);
    expect(world.patches).toHaveLength(1);
    expect(world.core.status().paused?.reason).toBe("rate_limited");
    world.script = () => null;
    await world.pass(200_000);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
    expect(world.core.prospect(7)?.attempts).toBe(0);
  });
});

describe("tokens", () => {
  it("are not asked for where the redirect carries no code", async ({ expect }) => {
    const world = new World();
    const redirectUri = "https://edge.example/v1/outreach/callback";
    const { authorizeUrl } = world.core.beginConnection(redirectUri);
    const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
    expect(await world.core.completeConnection(`state=${state}&code=`, redirectUri)).toMatchObject({
      ok: false,
      reason: "denied",
    });
    expect(world.requests).toEqual([]);
  });
  it("refreshes once after a 401 and goes on", async ({ expect }) => {
    const world = await World.connected();
    await world.pass(120_000);
    world.script = ({ method, headers }) =>
      method === "PATCH" && headers["authorization"] === "Bearer access-1"
        ? json(401, { error: "Invalid JWT token.", description: "expired" })
        : null;
    for (let id = 1; id <= 6; id++) world.accept(id, { firstName: "Grace" });
    await world.pass(10_000);
    expect(world.held.size).toBe(6);
    expect(world.requests.filter(({ url }) => url.endsWith("/oauth/token"))).toHaveLength(1);
  });

  it("asks for a person when tokens are refused for hours, tries on, and loses nothing", async ({
    expect,
  }) => {
    const world = await World.connected();
    await world.pass(120_000);
    world.script = ({ method }) => (method === "PATCH" ? json(401, { error: "Invalid" }) : null);
    world.accept(7, { firstName: "Grace" });
    await world.pass(5 * 60_000);
    expect(world.core.status()).toMatchObject({
      connection: { status: "connected" },
      paused: { reason: "token_refused" },
    });
    await world.pass(7 * HOUR);
    expect(world.patches.length).toBeLessThan(40);
    expect(world.core.status()).toMatchObject({
      connection: { status: "reconnect_required" },
      paused: { reason: "reconnect_required", until: null },
      backlog: { pending: 1 },
    });
    world.script = () => null;
    await world.pass(HOUR);
    expect(world.core.status().connection.status).toBe("connected");
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
  });

  it("asks for a person when it lacks a scope, and lists no prospect as a failure", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.script = ({ method }) =>
      method === "PATCH" ? apiError(403, "unauthorizedOauthScope", "Not in your scopes.") : null;
    for (let id = 1; id <= 200; id++) world.accept(id, { firstName: "Grace" });
    await world.pass(HOUR);
    expect(world.patches.length).toBeLessThan(20);
    expect(world.core.failureGroups(DESTINATION, 9).total).toBe(0);
    const { connection, paused } = world.core.status();
    expect(connection.status).toBe("reconnect_required");
    expect(connection.detail).toContain("prospects.write");
    expect(paused).toMatchObject({ reason: "reconnect_required" });
    world.script = () => null;
    await world.connect();
    await world.pass(HOUR);
    expect(world.held.size).toBe(200);
  });

  it("asks for a person when the refresh token is refused", async ({ expect }) => {
    const world = await World.connected();
    world.script = ({ url }) =>
      url.endsWith("/oauth/token") ? json(400, { error: "invalid_grant" }) : null;
    await world.pass(3 * HOUR);
    world.accept(7, { firstName: "Grace" });
    await world.pass(5_000);
    expect(world.core.status().connection.status).toBe("reconnect_required");
  });

  it("never asks for two tokens within a minute, even when the answers are 429 as plain text", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.script = ({ url }) =>
      url.endsWith("/oauth/token")
        ? {
            status: 429,
            headers: new Headers({ "content-type": "text/plain" }),
            body: "Retry later",
          }
        : null;
    await world.pass(3 * HOUR);
    world.accept(7, { firstName: "Grace" });
    await world.pass(HOUR);
    const asked = world.requests
      .filter(({ url }) => url.endsWith("/oauth/token"))
      .map(({ at }) => at);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.slice(1).every((at, i) => at - (asked[i] ?? 0) > 60_000)).toBe(true);
  });

  it("renews an idle connection before its refresh token ends", async ({ expect }) => {
    const world = await World.connected();
    await world.pass(60 * DAY);
    const asked = world.requests.filter(({ url }) => url.endsWith("/oauth/token"));
    expect(asked.length).toBeGreaterThanOrEqual(8);
    expect(asked.length).toBeLessThanOrEqual(9);
  });
});

describe("restarts", () => {
  it("sends a call again whose answer the object did not live to see, after it can have ended", async ({
    expect,
  }) => {
    const world = await World.connected();
    world.latencyMs = 3_000;
    world.accept(7, { firstName: "Grace" });
    await world.pass(2_000);
    world.kill();
    await world.pass(60_000);
    const [one, two] = world.patches;
    expect(world.patches).toHaveLength(2);
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("does not believe its budget is full", async ({ expect }) => {
    const world = await World.connected();
    for (let id = 1; id <= 50; id++) world.accept(id, { firstName: "Grace" });
    await world.pass(10_000);
    const before = world.core.status().budget.remaining;
    world.kill();
    expect(world.core.status().budget.remaining).toBe(before);
    expect(before).toBe(10_000 - 51);
  });

  it("goes on by itself when the alarm was lost", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { firstName: "Grace" });
    world.loseAlarm();
    world.core.rearm();
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ firstName: "Grace" });
  });

  it("copes with a token that is said to live for ever, and with one that no header can carry", async ({
    expect,
  }) => {
    const world = await World.connected();
    const strange = [{ expires_in: 1e308 }, { expires_in: 90 * 86_400 }, { access_token: "tok\n" }];
    let turn = 0;
    world.script = ({ url }) =>
      url.endsWith("/oauth/token")
        ? json(200, {
            access_token: `access-x${turn}`,
            refresh_token: `refresh-x${turn}`,
            token_type: "Bearer",
            ...strange[turn++ % strange.length],
          })
        : null;
    for (let day = 0; day < 30; day++) {
      world.accept(7, { title: `Day ${day}` });
      await world.pass(24 * 3_600_000);
    }
    expect(world.held.get(7)).toEqual({ title: "Day 29" });
    expect(world.core.status().connection.status).toBe("connected");
  });
});
