import { describe, it } from "vitest";
import type { IncomingBatch, OverflowBatch } from "../../src/engine/api.ts";
import { OverflowCore } from "../../src/overflow/core.ts";
import { memoryDatabase } from "../support/sqlite.ts";
import { DESTINATION, World } from "../support/world.ts";

/** An overflow object beside a world's Outreach user; it survives being killed, its alarm is rung by the test. */
class OverflowWorld {
  readonly db = memoryDatabase();
  readonly handed: (readonly OverflowBatch[])[] = [];
  alarmAt: number | null = null;
  /** What stands between the two objects. */
  link: "up" | "down" | "answer lost" = "up";
  core: OverflowCore;
  readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.core = this.#start();
  }

  kill(): void {
    this.core = this.#start();
    this.core.rearm(this.world.now);
  }

  async ring(): Promise<void> {
    this.alarmAt = null;
    await this.core.wake();
  }

  #start(): OverflowCore {
    return new OverflowCore({
      db: this.db,
      now: () => this.world.now,
      alarm: { at: () => this.alarmAt, set: (at) => (this.alarmAt = at) },
      log: () => {},
      handOn: async (userId, batches) => {
        if (userId !== "user-1") throw new Error("another user's batches");
        if (this.link === "down") throw new Error("down");
        this.handed.push(batches);
        const result = this.world.core.acceptOverflow("user-1.0", batches);
        if (this.link === "answer lost") throw new Error("lost");
        return result;
      },
    });
  }
}

const batch = (id: number, title: string, rest: Partial<IncomingBatch> = {}): IncomingBatch => ({
  destinationId: DESTINATION,
  updates: [{ prospectId: id, fields: { title: { value: title } } }],
  empty: 0,
  rejected: {},
  ...rest,
});

async function setUp() {
  const world = await World.connected();
  return { world, overflow: new OverflowWorld(world) };
}

describe("an overflow object", () => {
  it("hands on what it took, which is then delivered", async ({ expect }) => {
    const { world, overflow } = await setUp();
    expect(overflow.core.store("user-1", batch(7, "CFO"))).toEqual({ ok: true });
    expect(overflow.core.waiting()).toBe(1);
    expect(overflow.alarmAt).toBeGreaterThan(world.now);
    await overflow.ring();
    expect(overflow.core.waiting()).toBe(0);
    expect(overflow.alarmAt).toBeNull();
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ title: "CFO" });
  });

  it("never lets what it took overrule what arrived later", async ({ expect }) => {
    const { world, overflow } = await setUp();
    overflow.core.store("user-1", batch(7, "old"));
    await world.pass(10);
    world.accept(7, { title: "new" });
    await overflow.ring();
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ title: "new" });
    expect(world.patches).toHaveLength(1);
  });

  it("does not overrule what was delivered meanwhile either", async ({ expect }) => {
    const { world, overflow } = await setUp();
    overflow.core.store("user-1", batch(7, "old"));
    await world.pass(10);
    world.accept(7, { title: "new" });
    await world.pass(60_000);
    await overflow.ring();
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ title: "new" });
    expect(world.patches).toHaveLength(1);
  });

  it("overrules what arrived before", async ({ expect }) => {
    const { world, overflow } = await setUp();
    world.accept(7, { title: "old" });
    await world.pass(10);
    overflow.core.store("user-1", batch(7, "new"));
    await overflow.ring();
    await world.pass(5_000);
    expect(world.held.get(7)).toEqual({ title: "new" });
  });

  it("keeps the order of what it took, although its clock stands still or goes back", async ({
    expect,
  }) => {
    const { world, overflow } = await setUp();
    for (const title of ["first", "second"]) overflow.core.store("user-1", batch(7, title));
    world.now -= 60_000;
    overflow.core.store("user-1", batch(7, "third"));
    await overflow.ring();
    await world.pass(120_000);
    expect(world.held.get(7)).toEqual({ title: "third" });
  });

  it("tries again until the user's object takes it, at growing distances, and loses nothing", async ({
    expect,
  }) => {
    const { world, overflow } = await setUp();
    overflow.link = "down";
    overflow.core.store("user-1", batch(7, "CFO"));
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      await overflow.ring();
      waits.push((overflow.alarmAt ?? 0) - world.now);
      overflow.kill();
    }
    expect(overflow.core.waiting()).toBe(1);
    overflow.link = "up";
    await overflow.ring();
    expect(overflow.core.waiting()).toBe(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  });

  it("counts a batch once whose acknowledgement was lost", async ({ expect }) => {
    const { world, overflow } = await setUp();
    overflow.core.store("user-1", batch(7, "CFO", { empty: 2, rejected: { invalid_identity: 3 } }));
    overflow.link = "answer lost";
    await overflow.ring();
    overflow.link = "up";
    overflow.kill();
    await overflow.ring();
    expect(overflow.handed).toHaveLength(2);
    await world.pass(5_000);
    expect(world.core.runs(DESTINATION, 1)).toMatchObject([
      { received: 6, accepted: 3, rejected: 3, delivered: 1 },
    ]);
  });

  it("takes a batch of any size, and hands a long queue on in pieces, in order", async ({
    expect,
  }) => {
    const { world, overflow } = await setUp();
    const updates = Array.from({ length: 1_000 }, (_, i) => ({
      prospectId: i + 1,
      fields: { title: { value: "x".repeat(2_000) } },
    }));
    overflow.core.store("user-1", batch(1, "", { updates, empty: 1 }));
    overflow.core.store("user-1", batch(1_000, "last"));
    expect(overflow.core.waiting()).toBe(1_001);
    await overflow.ring();
    expect(overflow.handed.length).toBeGreaterThan(1);
    const seqs = overflow.handed.flat().map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(world.core.runs(DESTINATION, 1)).toMatchObject([{ received: 1_002, accepted: 1_002 }]);
    expect(world.core.status().backlog.pending).toBe(1_000);
    await world.pass(600_000);
    expect(world.held.get(1_000)).toEqual({ title: "last" });
  });

  it("keeps the order of a batch that it cuts", async ({ expect }) => {
    const { world, overflow } = await setUp();
    const updates = Array.from({ length: 1_000 }, (_, i) => ({
      prospectId: i + 100,
      fields: { title: { value: "x".repeat(1_000) } },
    }));
    updates[400] = { prospectId: 7, fields: { title: { value: "first" } } };
    updates[510] = { prospectId: 7, fields: { title: { value: "last" } } };
    overflow.core.store("user-1", batch(1, "", { updates }));
    await overflow.ring();
    expect(overflow.handed.flat().length).toBeGreaterThan(1);
    expect(world.core.prospect(7)?.pending).toMatchObject([{ value: "last" }]);
  });

  it("waits while the user's backlog is full", async ({ expect }) => {
    const { world, overflow } = await setUp();
    overflow.core.store("user-1", batch(7, "CFO"));
    const { core } = world;
    world.core = Object.assign(Object.create(core), {
      acceptOverflow: () => ({ ok: false, retryAfterMs: 60_000 }),
    });
    await overflow.ring();
    expect(overflow.alarmAt).toBe(world.now + 60_000);
    expect(overflow.core.waiting()).toBe(1);
    world.core = core;
    await overflow.ring();
    expect(overflow.core.waiting()).toBe(0);
  });
});

describe("a batch that comes too late", () => {
  it("is not taken, so that it cannot overrule what took the other way", async ({ expect }) => {
    const { world } = await setUp();
    const until = world.now - 1;
    expect(world.core.accept(batch(7, "old"), until)).toEqual({ ok: false, reason: "too_late" });
    expect(world.core.status().backlog.pending).toBe(0);
  });
});
