/**
 * What storage is used for, because rows are most of the bill. `npm run bench:ingest` counts the same in workerd, where
 * entries of indexes count as rows too.
 */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { FieldUpdate } from "../../src/engine/model/prospect-update.ts";
import { World } from "../support/world.ts";

const QUALIFIED_AT = Date.UTC(2026, 10, 1);
const changesRow = z.object({ n: z.number() });

/** Five attributes and two audiences. */
function fieldsOf(value: string): Record<string, FieldUpdate> {
  const status = "realized" as const;
  const membership = (id: string): FieldUpdate => ({
    value: "member",
    at: QUALIFIED_AT,
    audience: { namespace: "ups", id, status },
  });
  return {
    firstName: { value: `Ada ${value}` },
    lastName: { value: `Lovelace ${value}` },
    title: { value: `Analyst ${value}` },
    company: { value: `Engines ${value}` },
    emails: { value: [`${value}@example.com`] },
    custom4: membership("audience-a"),
    custom5: membership("audience-b"),
  };
}

/** A world, and a way to count the statements and the rows that some work takes. */
class Counted {
  readonly world: World;
  #statements = 0;
  readonly #all: World["db"]["all"];

  constructor(world: World) {
    this.world = world;
    this.#all = world.db.all.bind(world.db);
    world.db.all = (statement, ...bindings) => {
      this.#statements += 1;
      return this.#all(statement, ...bindings);
    };
  }

  async during(work: () => Promise<void> | void) {
    const before = this.#rows();
    this.#statements = 0;
    await work();
    const statements = this.#statements;
    return { statements, rows: this.#rows() - before };
  }

  /** One request for so many prospects. */
  request(first: number, count: number, value: string) {
    return this.during(() =>
      this.world.acceptUpdates(
        Array.from({ length: count }, (_, i) => ({
          prospectId: first + i,
          fields: fieldsOf(value),
        })),
      ),
    );
  }

  #rows(): number {
    return changesRow.parse(this.#all(`SELECT total_changes() AS n`)[0]).n;
  }
}

/** A user of whom 100 prospects are delivered and 100 wait, paused, long enough after its start. */
async function setUp(): Promise<Counted> {
  const world = await World.connected();
  const counted = new Counted(world);
  await counted.request(1, 100, "a");
  await world.pass(60_000);
  world.core.pause();
  await counted.request(1_001, 100, "a");
  await world.pass(600_000);
  // The first request after a while looks up what the others find in memory.
  await counted.request(5_000, 1, "a");
  return counted;
}

/** The budget of a request: so many statements at most, and so many rows. */
function atMost(statements: number, rows: number) {
  const isWithin = (n: unknown): boolean => typeof n === "number" && n <= statements;
  return { statements: expect.toSatisfy(isWithin), rows };
}

describe("what storage is used for", () => {
  it("is three statements for a repeat, and a row each", async () => {
    const counted = await setUp();
    expect(await counted.request(1, 1, "a")).toEqual(atMost(3, 1));
    expect(await counted.request(1, 100, "a")).toEqual(atMost(3, 100));
  });

  it("is three statements for merged updates, and a row each", async () => {
    const counted = await setUp();
    expect(await counted.request(1_001, 1, "b")).toEqual(atMost(3, 1));
    expect(await counted.request(1_001, 100, "c")).toEqual(atMost(3, 100));
  });

  it("is five statements for new prospects: a row each, and one for each audience", async () => {
    const counted = await setUp();
    expect(await counted.request(2_001, 1, "a")).toEqual(atMost(5, 3));
    expect(await counted.request(3_001, 100, "a")).toEqual(atMost(5, 102));
  });

  it("is a row a second at most for what is counted, and one for arrivals", async () => {
    const counted = await setUp();
    const second = await counted.during(async () => {
      for (let i = 0; i < 50; i++) await counted.request(1, 1, "a");
      await counted.world.pass(1_000);
    });
    expect(second.rows).toBeLessThanOrEqual(50 + 3);
  });

  it("is few rows for a delivery", async () => {
    const counted = await setUp();
    const one = await counted.during(async () => {
      counted.world.core.resume();
      await counted.world.pass(60_000);
    });
    expect(counted.world.patches.length).toBeGreaterThan(150);
    const delivered = 101;
    expect(one.statements / delivered).toBeLessThan(12);
    expect(one.rows / delivered).toBeLessThan(9);
  });
});
