import { describe, it } from "vitest";
import { z } from "zod";
import type { Database } from "../../../src/durable/database.ts";
import { observed } from "../../../src/durable/observed-database.ts";
import { piece } from "../../../src/durable/piece.ts";
import { memoryDatabase } from "../../support/sqlite.ts";

const counter = z.object({ n: z.number() });

function setUp() {
  const stored = memoryDatabase();
  stored.all(`CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL)`);
  const statements: string[] = [];
  const watched: Database = {
    all(statement, ...bindings) {
      statements.push(statement.trimStart().slice(0, 6));
      return stored.all(statement, ...bindings);
    },
    size: () => stored.size(),
    transaction: (work) => stored.transaction(work),
  };
  const db = observed(watched);
  const open = () => piece(observed(stored), "counter", counter, { n: 0 });
  return { db, statements, open, counted: piece(db, "counter", counter, { n: 0 }) };
}

describe("a piece of state", () => {
  it("is read once, and is its initial value before it was written", ({ expect }) => {
    const { counted, statements } = setUp();
    expect([counted.read(), counted.read()]).toEqual([{ n: 0 }, { n: 0 }]);
    expect(statements).toEqual(["SELECT"]);
  });

  it("is written through, and read by the next life", ({ expect }) => {
    const { counted, open, statements } = setUp();
    counted.write({ n: 1 });
    expect(counted.read()).toEqual({ n: 1 });
    expect(open().read()).toEqual({ n: 1 });
    expect(statements).toEqual(["SELECT", "INSERT"]);
  });

  it("writes nothing where it is stored already", ({ expect }) => {
    const { counted, statements } = setUp();
    for (let i = 0; i < 3; i++) counted.write({ n: 1 });
    expect(statements).toEqual(["SELECT", "INSERT"]);
  });

  it("forgets what a transaction wrote that was undone", ({ expect }) => {
    const { db, counted } = setUp();
    counted.write({ n: 1 });
    const failing = (): void =>
      db.transaction(() => {
        counted.write({ n: 2 });
        throw new Error("the disk is full");
      });
    expect(failing).toThrow("the disk is full");
    expect(counted.read()).toEqual({ n: 1 });
  });

  it("does not store what could not be read back", ({ expect }) => {
    const { counted } = setUp();
    expect(() => counted.write({ n: Infinity })).toThrow("expected number");
    expect(counted.read()).toEqual({ n: 0 });
  });
});
