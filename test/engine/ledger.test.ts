import { describe, it } from "vitest";
import type { CallSpan } from "../../src/engine/api.ts";
import { migrate } from "../../src/engine/migrations.ts";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import { memoryDatabase } from "../support/sqlite.ts";
import { DESTINATION, json, START, World } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NONE = { empty: 0, rejected: {} };

const sum = (spans: readonly CallSpan[], of: (span: CallSpan) => number) =>
  spans.reduce((total, span) => total + of(span), 0);

describe("the ledger of calls", () => {
  it("tells what each hour's calls were for and whom they count for", async ({ expect }) => {
    const world = new World();
    await world.connect();
    world.accept(1, { title: "a" });
    await world.pass(HOUR_MS);
    for (const id of [2, 3]) {
      const updates = [{ prospectId: id, fields: { title: { value: "b" } } }];
      world.core.accept({ destinationId: "destination-2", updates, ...NONE });
    }
    await world.pass(60_000);
    const { spans } = world.core.calls("hour", 10);
    expect(spans).toEqual([
      {
        startedAt: START + HOUR_MS,
        calls: 2,
        byKind: { patch: 2 },
        byDestination: { "destination-2": 2 },
        byOthers: 0,
      },
      {
        startedAt: START,
        calls: 2,
        byKind: { identify: 1, patch: 1 },
        byDestination: { [DESTINATION]: 1 },
        byOthers: 0,
      },
    ]);
    expect(world.core.calls("hour", 1).spans).toEqual(spans.slice(0, 1));
    expect(world.core.calls("day", 10).spans).toEqual([
      {
        startedAt: START - (START % DAY_MS),
        calls: 4,
        byKind: { identify: 1, patch: 3 },
        byDestination: { [DESTINATION]: 1, "destination-2": 2 },
        byOthers: 0,
      },
    ]);
  });

  it("tells the calls of a job apart, and holds every call that Outreach got", async ({
    expect,
  }) => {
    const { world } = await worldWithBulk();
    const before = sum(world.core.calls("hour", 9).spans, ({ calls }) => calls);
    for (let id = 1; id <= 2_000; id++) world.accept(id, { title: "Buyer" });
    await world.pass(HOUR_MS);
    const { spans } = world.core.calls("day", 9);
    expect(sum(spans, ({ calls }) => calls) - before).toBe(world.requests.length);
    const [day] = spans;
    expect(day?.byKind).toMatchObject({ bulk_modify: 1, read_back: 1 });
    expect(day?.byKind.poll_job).toBeGreaterThan(0);
    expect(day?.byDestination[DESTINATION]).toBe(world.requests.length);
  });

  it("makes days of hours after five weeks, without a call more or less", async ({ expect }) => {
    const world = await World.connected();
    for (let day = 0; day < 45; day++) {
      world.accept(1 + day, { title: "a" });
      await world.pass(DAY_MS);
    }
    const days = world.core.calls("day", 400).spans;
    const hours = world.core.calls("hour", 1_000).spans;
    expect(sum(days, ({ byKind }) => byKind.patch ?? 0)).toBe(45);
    expect(hours.at(-1)?.startedAt).toBeGreaterThan(world.now - 37 * DAY_MS);
    expect(days.length).toBeGreaterThan(44);
    expect(world.core.status().calls.lastYear).toBe(sum(days, ({ calls }) => calls));
  });

  it("counts what others spend once, over windows and restarts", async ({ expect }) => {
    const world = await World.connected();
    let inWindow = 1; // who is connected was asked already
    let windowAt = START;
    world.script = ({ method, url }) => {
      if (method !== "PATCH") return null;
      const startedAt = world.now - (world.now % HOUR_MS);
      if (startedAt !== windowAt) [windowAt, inWindow] = [startedAt, 0];
      inWindow += 1;
      const data = { type: "prospect", id: Number(url.split("/").at(-1)), attributes: {} };
      return json(
        200,
        { data },
        {
          "x-ratelimit-limit": "10000",
          "x-ratelimit-remaining": String(10_000 - inWindow),
          "x-ratelimit-reset": String((startedAt + HOUR_MS) / 1_000),
        },
      );
    };
    let id = 0;
    const send = async (): Promise<void> => {
      world.accept(++id, { title: "a" });
      await world.pass(10_000);
    };
    await send();
    inWindow += 300; // others
    await send();
    world.kill();
    await send();
    await world.pass(HOUR_MS);
    await send();
    inWindow += 40;
    await send();
    const { spans } = world.core.calls("hour", 9);
    expect(spans.map(({ byOthers }) => byOthers)).toEqual([40, 300]);
    expect(sum(spans, ({ calls }) => calls)).toBe(6); // five prospects, and who is connected
    expect(world.core.status().calls).toMatchObject({ lastYear: 6, lastYearByOthers: 340 });
    expect(world.core.calls("day", 9).days).toMatchObject([{ calls: 6, byOthers: 340 }]);
  });

  it("keeps the days that were counted before kinds were", ({ expect }) => {
    const db = memoryDatabase();
    migrate(db, undefined, "004_job_account");
    const today = START - (START % DAY_MS);
    for (const [at, spanMs, calls] of [
      [today - 300 * DAY_MS, DAY_MS, 500],
      [today, DAY_MS, 70],
      [START - 60_000, 60_000, 3],
    ] as const) {
      db.all(`INSERT INTO calls (started_at, span_ms, calls) VALUES (?, ?, ?)`, at, spanMs, calls);
    }
    const { core } = new World(db);
    expect(core.status().calls).toMatchObject({ lastHour: 3, today: 70, lastYear: 570 });
    expect(core.calls("day", 9).spans.map(({ byKind }) => byKind)).toEqual([
      { unknown: 70 },
      { unknown: 500 },
    ]);
    expect(core.calls("hour", 9).spans).toEqual([]);
  });

  it("costs one row a call", async ({ expect }) => {
    const world = await World.connected();
    world.accept(7, { title: "a" });
    await world.pass(60_000); // what is done once a day is done
    const writes: string[] = [];
    const all = world.db.all.bind(world.db);
    world.db.all = (statement, ...bindings) => {
      if (/^(INSERT|UPDATE|DELETE)/.test(statement)) writes.push(statement);
      return all(statement, ...bindings);
    };
    world.accept(1, { title: "a" });
    await world.pass(60_000);
    expect(world.patches).toHaveLength(2);
    expect(writes.filter((statement) => /INTO ledger/.test(statement))).toHaveLength(1);
    expect(writes.filter((statement) => /'others'/.test(statement))).toEqual([]);
  });

  it("has how long calls take stored when that changes, and not with each call", async ({
    expect,
  }) => {
    const world = await World.connected();
    const stored: unknown[] = [];
    const all = world.db.all.bind(world.db);
    world.db.all = (statement, ...bindings) => {
      if (/INTO state/.test(statement) && bindings[0] === "msPerCall") stored.push(bindings[1]);
      return all(statement, ...bindings);
    };
    const calls = async (from: number, ms: number) => {
      world.latencyMs = ms;
      for (let id = from; id < from + 60; id++) {
        world.accept(id, { title: "CTO" });
        await world.pass(5_000);
      }
      return stored.splice(0).map(Number);
    };
    const first = await calls(1, 60);
    expect(first.length).toBeLessThan(25);
    const last = first.at(-1) ?? 0;
    expect(last).toBeLessThan(15); // 60 ms, six at once, come down to from an assumed 50
    world.kill();
    expect(await calls(100, last * 6)).toEqual([]);
    expect(Math.max(...(await calls(200, 600)))).toBeGreaterThan(80);
  });

  it("counts the calls of the last hour as the minutes do", async ({ expect }) => {
    const world = await World.connected();
    for (let id = 1; id <= 90; id++) {
      world.accept(id, { title: "CTO" });
      await world.pass(60_000);
    }
    world.accept(91, { title: "CTO" });
    await world.pass(10_000);
    world.kill();
    const { minutes } = world.core.activity(60);
    const { lastHour } = world.core.status().calls;
    expect(lastHour).toBe(minutes.reduce((calls, minute) => calls + minute.calls, 0));
    expect(lastHour).toBe(60);
  });
});
