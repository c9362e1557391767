import { describe, it } from "vitest";
import { z } from "zod";
import { DEFAULT_RULES, type AlertRules } from "../../src/engine/alerts/alert-rules.ts";
import { apiError, DESTINATION, json, START, World } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const URL_WITH_SECRET = "https://hooks.example/PRIVATE";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const message = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string().optional(),
  openedAt: z.string().optional(),
  summary: z.string(),
  figures: z.record(z.string(), z.unknown()).optional(),
  link: z.string(),
  text: z.string(),
});

async function watched(rules: Partial<AlertRules> = {}, destinationId = DESTINATION) {
  const world = await World.connected();
  watch(world, rules, destinationId);
  await world.pass(1_000);
  return world;
}

function watch(
  world: World,
  rules: Partial<AlertRules> = {},
  destinationId = DESTINATION,
  revision = 1,
): void {
  world.core.setAlerts(destinationId, {
    revision,
    about: {
      destination: { id: destinationId, name: "Web & <profiles>" },
      outreachUser: { id: "ou_1", name: "Sales operations" },
      baseUrl: "https://edge.example",
    },
    rules: { ...DEFAULT_RULES, ...rules },
    url: URL_WITH_SECRET,
    signingSecret: SECRET,
  });
}

/** Saves another address, without a signature. */
function move(world: World, revision: number): void {
  world.core.setAlerts(DESTINATION, {
    revision,
    about: {
      destination: { id: DESTINATION, name: "Web" },
      outreachUser: { id: "ou_1", name: "Sales operations" },
      baseUrl: "https://edge.example",
    },
    rules: DEFAULT_RULES,
    url: "https://new.example/",
    signingSecret: null,
  });
}

const messagesOf = ({ posted }: World) => posted.map(({ body }) => message.parse(JSON.parse(body)));
const told = (world: World) =>
  messagesOf(world).map(({ kind, state }) => [kind, state ?? null] as const);

function reject(world: World, accepted: number, rejected: number): void {
  world.core.accept({
    destinationId: DESTINATION,
    updates: [],
    empty: accepted,
    rejected: { missing_identity: rejected },
  });
}

const refusing = ({ method }: { method: string }) =>
  method === "PATCH" ? apiError(422, "validationError", "ada@example.com is taken.") : null;

describe("an alert of failed runs", () => {
  it("is one message for an hour of failures, and one when an hour passed without", async ({
    expect,
  }) => {
    const world = await watched();
    world.script = refusing;
    for (let id = 1; id <= 30; id++) {
      world.accept(id, { firstName: "Ada" });
      await world.pass(MINUTE);
    }
    expect(told(world)).toEqual([["run_failure", "opened"]]);
    world.script = () => null;
    await world.pass(80 * MINUTE);
    expect(world.posted).toHaveLength(1);
    await world.pass(20 * MINUTE);
    expect(told(world)).toEqual([
      ["run_failure", "opened"],
      ["run_failure", "resolved"],
    ]);
    const [opened, resolved] = messagesOf(world);
    expect(opened).toMatchObject({
      figures: { failed: 1, failedByReason: { validationError: 1 } },
      link: `https://edge.example/console/destinations/${DESTINATION}/failures`,
    });
    expect(opened?.summary).toBe(
      "Flow run failure: 1 update of “Web & <profiles>” failed for good since 09:00 UTC.",
    );
    expect(opened?.text).toContain("“Web &amp; &lt;profiles&gt;”");
    expect(resolved?.openedAt).toBe(opened?.openedAt);
    expect(resolved?.figures).toMatchObject({ failed: 0 });
    expect(world.now - START).toBeGreaterThan(2 * HOUR);
  });

  it("is not missed where the hour ends between the failure and the look at it", async ({
    expect,
  }) => {
    const world = await watched();
    await world.pass(START + HOUR - 2_000 - world.now);
    world.script = refusing;
    world.accept(1, { firstName: "Ada" });
    await world.pass(MINUTE);
    expect(told(world)).toEqual([["run_failure", "opened"]]);
  });

  it("holds no personal data, and the log no address", async ({ expect }) => {
    const world = await watched();
    world.script = refusing;
    world.accept(1, { firstName: "Ada" });
    await world.pass(MINUTE);
    expect(world.posted).toHaveLength(1);
    expect(JSON.stringify(world.posted)).not.toMatch(/ada@|Ada/);
    expect(world.logged.join()).toContain("alert_tried");
    expect(world.logged.join()).not.toContain("PRIVATE");
    const stored = JSON.stringify(world.db.all(`SELECT about, rules FROM alert_settings`));
    expect(stored).not.toContain("PRIVATE");
  });
});

describe("an alert of a delay", () => {
  it("opens by the clock alone after 150 minutes, and resolves with delivery", async ({
    expect,
  }) => {
    const world = await watched({ kinds: ["delay"] });
    world.core.pause();
    world.accept(1, { firstName: "Ada" });
    await world.pass(149 * MINUTE);
    expect(world.posted).toEqual([]);
    await world.pass(2 * MINUTE);
    expect(told(world)).toEqual([["delay", "opened"]]);
    expect(messagesOf(world)[0]).toMatchObject({
      figures: { waitingMinutes: 150, prospectsWaiting: 1, pausedBecause: "paused" },
      link: "https://edge.example/console/outreach-users/ou_1/live",
    });
    await world.pass(3 * HOUR);
    expect(world.posted).toHaveLength(1);
    world.core.resume();
    await world.pass(MINUTE);
    expect(told(world).at(-1)).toEqual(["delay", "resolved"]);
  });

  it("resolves where an update takes back what waited, without a call", async ({ expect }) => {
    const world = await watched({ kinds: ["delay"] });
    world.accept(1, { title: "CTO" });
    await world.pass(MINUTE);
    world.core.pause();
    world.accept(1, { title: "CEO" });
    await world.pass(3 * HOUR);
    expect(told(world)).toEqual([["delay", "opened"]]);
    world.accept(1, { title: "CTO" });
    await world.pass(MINUTE);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
    expect(told(world).at(-1)).toEqual(["delay", "resolved"]);
  });

  it("is looked at anew when delivery resumes", async ({ expect }) => {
    const world = await watched();
    await world.pass(MINUTE);
    const { wakes } = world;
    world.core.resume();
    await world.pass(MINUTE);
    expect(world.wakes).toBe(wakes + 1);
  });

  it("counts a failure that is sent again from then on, not from when it was accepted", async ({
    expect,
  }) => {
    const world = await watched({ kinds: ["delay"] });
    world.script = refusing;
    world.accept(1, { firstName: "Ada" });
    const acceptedAt = world.now;
    await world.pass(6 * DAY);
    world.script = () => null;
    world.core.pause();
    await world.core.replay(DESTINATION, null);
    const replayedAt = world.now;
    await world.pass(149 * MINUTE);
    expect(world.posted).toEqual([]);
    expect(world.core.status().backlog.oldestAcceptedAt).toBe(replayedAt);
    // When it was accepted is not forgotten.
    expect(world.core.prospect(1)?.acceptedAt).toBe(acceptedAt);
    await world.pass(2 * MINUTE);
    expect(told(world)).toEqual([["delay", "opened"]]);
    world.core.resume();
    await world.pass(MINUTE);
    expect(world.held.get(1)).toEqual({ firstName: "Ada" });
    expect(world.core.status().freshness.p50Ms).toBeLessThan(4 * HOUR);
  });

  it("does not wake the object where nothing waits", async ({ expect }) => {
    const world = await watched();
    world.accept(1, { firstName: "Ada" });
    await world.pass(MINUTE);
    const wakes = world.wakes;
    await world.pass(3 * HOUR);
    // Tokens are kept alive, and nothing else.
    const bare = await World.connected();
    bare.accept(1, { firstName: "Ada" });
    await bare.pass(MINUTE);
    const bareWakes = bare.wakes;
    await bare.pass(3 * HOUR);
    expect(world.wakes - wakes).toBe(bare.wakes - bareWakes);
    expect(world.posted).toEqual([]);
  });
});

describe("an alert of the skip rate", () => {
  it("opens over the threshold once enough came in, and resolves an hour later", async ({
    expect,
  }) => {
    const world = await watched({ kinds: ["skip_rate_exceeded"] });
    reject(world, 1, 1);
    await world.pass(MINUTE);
    expect(world.posted).toEqual([]);
    for (let i = 0; i < 20; i++) {
      reject(world, 50, 50);
      await world.pass(MINUTE);
    }
    expect(told(world)).toEqual([["skip_rate_exceeded", "opened"]]);
    expect(messagesOf(world)[0]?.figures).toMatchObject({
      received: 102,
      rejected: 51,
      skipRatePercent: 50,
      thresholdPercent: 10,
      rejectedByCode: { missing_identity: 51 },
    });
    await world.pass(2 * HOUR);
    expect(told(world)).toEqual([
      ["skip_rate_exceeded", "opened"],
      ["skip_rate_exceeded", "resolved"],
    ]);
  });
});

describe("an alert of a lost connection", () => {
  it("opens when the sign-in is taken away, and resolves with the next", async ({ expect }) => {
    const world = await watched();
    world.core.disconnect();
    await world.pass(MINUTE);
    expect(told(world)).toEqual([["connection_lost", "opened"]]);
    await world.pass(HOUR);
    await world.connect();
    await world.pass(MINUTE);
    expect(told(world)).toEqual([
      ["connection_lost", "opened"],
      ["connection_lost", "resolved"],
    ]);
  });

  it("opens when Outreach refuses the refresh token", async ({ expect }) => {
    const world = await watched();
    world.script = ({ url }) =>
      url.endsWith("/oauth/token") ? json(400, { error: "invalid_grant" }) : null;
    await world.pass(3 * HOUR);
    world.accept(1, { firstName: "Ada" });
    await world.pass(MINUTE);
    expect(world.core.status().connection.status).toBe("reconnect_required");
    expect(told(world)).toEqual([["connection_lost", "opened"]]);
  });

  it("is not opened before anybody ever connected", async ({ expect }) => {
    const world = new World();
    watch(world);
    await world.pass(HOUR);
    expect(world.posted).toEqual([]);
  });
});

describe("a message", () => {
  it("is signed, and keeps its id and its body however often it is sent", async ({ expect }) => {
    const world = await watched();
    let answers = 3;
    world.receiver = () => ({ status: answers-- > 0 ? 500 : 200, excerpt: "" });
    world.core.disconnect();
    await world.pass(HOUR);
    expect(world.posted).toHaveLength(4);
    expect(new Set(world.posted.map(({ body }) => body)).size).toBe(1);
    expect(new Set(world.posted.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(world.posted[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    const pauses = world.posted.slice(1).map(({ at }, i) => at - (world.posted[i]?.at ?? 0));
    expect(pauses).toEqual([7_600, 22_600, 67_600]);
    expect(world.core.alerts(DESTINATION)).toMatchObject({
      open: [{ kind: "connection_lost" }],
      deliveries: [{ kind: "connection_lost", tries: 4, status: 200, outcome: "delivered" }],
    });
    await world.pass(DAY);
    expect(world.posted).toHaveLength(4);
  });

  it("is given up after a day, and the next one goes out in its turn", async ({ expect }) => {
    const world = await watched();
    world.receiver = () => ({ status: 500, excerpt: "" });
    world.core.disconnect();
    await world.pass(2 * HOUR);
    await world.connect();
    await world.pass(HOUR);
    expect(new Set(told(world).map(([, state]) => state))).toEqual(new Set(["opened"]));
    await world.pass(60 * HOUR);
    expect(world.core.alerts(DESTINATION).deliveries).toMatchObject([
      { state: "resolved", outcome: "given_up", nextAt: null },
      { state: "opened", outcome: "given_up", nextAt: null },
    ]);
    const tries = world.posted.length;
    expect(tries).toBeLessThan(40);
    await world.pass(10 * DAY);
    expect(world.posted).toHaveLength(tries);
  });

  it("is sent again, under the same id, where the object died before the answer", async ({
    expect,
  }) => {
    const world = await watched();
    await world.pass(MINUTE);
    world.receiverLatencyMs = 5_000;
    world.core.disconnect();
    await world.pass(2_000);
    expect(world.posted).toHaveLength(1);
    world.kill();
    await world.pass(MINUTE);
    expect(world.posted).toHaveLength(2);
    expect(world.posted[0]?.headers["webhook-id"]).toBe(world.posted[1]?.headers["webhook-id"]);
    await world.pass(HOUR);
    expect(world.posted).toHaveLength(2);
  });

  it("is made although the object died between the change and the look at it", async ({
    expect,
  }) => {
    const world = await watched();
    world.core.disconnect();
    world.kill();
    await world.pass(MINUTE);
    expect(told(world)).toEqual([["connection_lost", "opened"]]);
  });

  it("is not made again by restarts", async ({ expect }) => {
    const world = await watched();
    world.core.disconnect();
    await world.pass(MINUTE);
    for (let i = 0; i < 5; i++) {
      world.kill();
      await world.pass(HOUR);
    }
    expect(told(world)).toEqual([["connection_lost", "opened"]]);
  });

  it("goes to a new address at once", async ({ expect }) => {
    const world = await watched();
    world.receiver = ({ url }) => ({ status: url.includes("new") ? 200 : 500, excerpt: "" });
    world.core.disconnect();
    await world.pass(3 * HOUR);
    const before = world.posted.length;
    move(world, 2);
    await world.pass(1_000);
    expect(world.posted).toHaveLength(before + 1);
    expect(world.posted.at(-1)).toMatchObject({ url: "https://new.example/" });
    expect(world.posted.at(-1)?.headers).not.toHaveProperty("webhook-signature");
  });

  for (const status of [500, 410]) {
    it(`goes to an address saved meanwhile as soon as the former has answered ${status}`, async ({
      expect,
    }) => {
      const world = await watched();
      world.receiverLatencyMs = 5_000;
      world.receiver = ({ url }) => ({ status: url.includes("new") ? 200 : status, excerpt: "" });
      world.core.disconnect();
      await world.pass(7_000);
      expect(world.posted).toHaveLength(1);
      move(world, 2);
      await world.pass(5_000);
      expect(world.posted).toMatchObject([
        { url: URL_WITH_SECRET },
        { url: "https://new.example/" },
      ]);
      await world.pass(DAY);
      expect(world.posted).toHaveLength(2);
    });
  }

  it("keeps its time where settings older than those known are told", async ({ expect }) => {
    const world = await watched();
    world.receiver = () => ({ status: 500, excerpt: "" });
    world.core.disconnect();
    await world.pass(3 * HOUR);
    move(world, 3);
    await world.pass(30_000);
    const before = world.posted.length;
    move(world, 2);
    await world.pass(1_000);
    expect(world.posted).toHaveLength(before);
  });

  it("goes as older settings want it that are told after D1 was restored", async ({ expect }) => {
    const world = await watched();
    move(world, 7);
    watch(world, {}, DESTINATION, 8);
    world.receiver = ({ url }) => ({ status: url.includes("new") ? 200 : 500, excerpt: "" });
    world.core.disconnect();
    await world.pass(3 * HOUR);
    move(world, 2);
    await world.pass(1_000);
    expect(world.posted.at(-1)).toMatchObject({ url: "https://new.example/" });
  });

  it("is of a kind that is wanted, and of a destination that is there", async ({ expect }) => {
    const world = await watched({ kinds: ["delay"] });
    watch(world, {}, "destination-2");
    world.core.setAlerts("destination-2", null);
    watch(world, {}, "destination-3");
    await world.core.forgetDestination("destination-3");
    world.core.disconnect();
    await world.pass(HOUR);
    expect(world.posted).toEqual([]);
  });

  it("of a test is sent once, and tells what the receiver said", async ({ expect }) => {
    const world = await watched();
    world.receiver = () => ({ status: 403, excerpt: "invalid_token" });
    const test = world.core.testAlert(DESTINATION);
    await world.pass(1_000);
    expect(await test).toEqual({ ok: true, status: 403, excerpt: "invalid_token" });
    await world.pass(DAY);
    expect(told(world)).toEqual([["test", null]]);
    expect(world.core.alerts(DESTINATION).deliveries).toMatchObject([
      { kind: "test", status: 403, outcome: "given_up" },
    ]);
    expect(await world.core.testAlert("destination-2")).toEqual({ ok: false, reason: "not_set" });
  });
});

describe("a test whose destination is deleted before the receiver answers", () => {
  it("leaves nothing behind", async ({ expect }) => {
    const world = await watched();
    world.receiverLatencyMs = 5_000;
    const test = world.core.testAlert(DESTINATION);
    await world.pass(1_000);
    await world.core.forgetDestination(DESTINATION);
    await world.pass(MINUTE);
    expect(await test).toEqual({ ok: false, reason: "not_set" });
    expect(world.core.alerts(DESTINATION).deliveries).toEqual([]);
  });
});

describe("whatever dies when", () => {
  it("each change of state has one message, and they come in turn", async ({ expect }) => {
    let seed = 7;
    const below = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let run = 0; run < 10; run++) {
      const world = await watched();
      world.receiver = () => ({ status: below(3) === 0 ? 500 : 200, excerpt: "" });
      for (let step = 0; step < 40; step++) {
        world.receiverLatencyMs = below(9_000);
        if (below(4) === 0) world.script = below(2) === 0 ? refusing : () => null;
        if (below(8) === 0) world.core.disconnect();
        if (below(4) === 0) await world.connect();
        world.accept(step, { firstName: "Ada" });
        reject(world, below(200), below(60));
        await world.pass(below(10_000));
        if (below(2) === 0) world.kill();
        await world.pass(below(40 * MINUTE));
      }
      world.script = () => null;
      world.receiver = () => ({ status: 200, excerpt: "" });
      await world.connect();
      await world.pass(2 * DAY);
      const changes = new Map(messagesOf(world).map((one) => [one.id, one]));
      expect(changes.size).toBeGreaterThan(4);
      for (const kind of DEFAULT_RULES.kinds) {
        const states = [...changes.values()].filter((one) => one.kind === kind);
        const inTurn = states.map((_, i) => (i % 2 === 0 ? "opened" : "resolved"));
        expect(states.map(({ state }) => state)).toEqual(inTurn);
        expect(states.length % 2).toBe(0);
      }
      expect(world.core.alerts(DESTINATION).open).toEqual([]);
    }
  });
});

describe("a receiver that hangs", () => {
  it("holds up nothing on its way to Outreach, and costs no call", async ({ expect }) => {
    const world = new World();
    await world.connect();
    for (let i = 1; i <= 20; i++) watch(world, { skipRateMinimum: 1 }, `destination-${i}`);
    world.receiverLatencyMs = 10_000;
    world.receiver = () => ({ status: null, reason: "timeout" });
    await world.pass(1_000);
    for (let i = 1; i <= 20; i++) {
      const destinationId = `destination-${i}`;
      world.core.accept({
        destinationId,
        updates: [],
        empty: 0,
        rejected: { missing_identity: 9 },
      });
    }
    await world.pass(6_000);
    expect(world.posted.length).toBeGreaterThan(0);
    for (let id = 1; id <= 20; id++) {
      world.accept(id, { firstName: "Ada" });
      await world.pass(2_000);
      expect(world.held.get(id)).toEqual({ firstName: "Ada" });
    }
    // A few at once, each for ten seconds.
    const at = world.posted.map((one) => one.at);
    const atOnce = at.map((now) => at.filter((other) => other <= now && other > now - 10_000));
    expect(Math.max(...atOnce.map((those) => those.length))).toBe(4);
    expect(world.core.status().calls.lastHour).toBe(21);
  });

  it("wakes the object no more often where settings are saved meanwhile", async ({ expect }) => {
    const world = await watched();
    world.receiverLatencyMs = 10_000;
    world.receiver = () => ({ status: null, reason: "timeout" });
    world.core.disconnect();
    await world.pass(7_000);
    expect(world.posted).toHaveLength(1);
    const { wakes } = world;
    move(world, 2);
    await world.pass(2_000);
    expect(world.wakes - wakes).toBeLessThan(3);
  });

  it("is taken for lost after 30 seconds, and its late answer changes nothing", async ({
    expect,
  }) => {
    const world = await watched();
    world.receiverLatencyMs = 45_000;
    world.core.disconnect();
    await world.pass(10_000);
    const { wakes } = world;
    world.receiverLatencyMs = 20_000;
    await world.pass(30_000);
    expect(world.wakes - wakes).toBeLessThan(4);
    expect(world.posted).toHaveLength(2);
    await world.pass(13_000);
    expect(world.core.alerts(DESTINATION).deliveries).toMatchObject([{ outcome: "waiting" }]);
    await world.pass(HOUR);
    expect(world.core.alerts(DESTINATION).deliveries).toMatchObject([{ outcome: "delivered" }]);
    expect(world.posted).toHaveLength(2);
  });

  it("is tried again where its object died, without anybody asking for the object", async ({
    expect,
  }) => {
    const world = await watched();
    world.receiverLatencyMs = 5_000;
    world.core.disconnect();
    await world.pass(7_000);
    expect(world.posted).toHaveLength(1);
    expect(world.alarmAt).toBeLessThanOrEqual(world.now + 30_000);
  });
});
