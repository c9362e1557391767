import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "vitest";
import { destinationSettings } from "../../src/registry/settings.ts";
import type { Database } from "../../src/durable/database.ts";
import { MIGRATIONS, migrate } from "../../src/engine/migrations.ts";
import { OverflowCore } from "../../src/overflow/core.ts";
import { memoryDatabase, sqliteBehind } from "../support/sqlite.ts";
import { START, World } from "../support/world.ts";

const FIXTURES = new URL("../fixtures/0.1.0/", import.meta.url);
/** The last migration of version 0.1.0, whose later ones may only add. */
const LAST_OF_010 = "018_settings_heard";

/** A prospect with something pending, as its row was at every version of the table. */
function insertPending(db: Database): void {
  const has = (table: string, column: string): boolean =>
    db.all(`SELECT 1 FROM pragma_table_info(?) WHERE name = ?`, table, column).length > 0;
  const pending = JSON.stringify({
    fields: { title: { value: "CTO", at: START, arrival: START } },
    destinationId: "destination-1",
    acceptedAt: START,
    attempts: 0,
    failingSince: null,
    dueAt: START,
  });
  db.all(
    `INSERT INTO prospects (id, due_at, accepted_at, waiting, known) VALUES (7, ?, ?, ?, '{}')`,
    START,
    START,
    pending,
  );
  if (!has("prospects", "queue")) return;
  db.all(`INSERT INTO destinations (destination_id) VALUES ('destination-1')`);
  db.all(`UPDATE prospects SET queue = 8 * (SELECT id FROM destinations) + 2`);
}

describe("the object's migrations", () => {
  it("bring the tables of every earlier version up to date, and what was pending is delivered", async ({
    expect,
  }) => {
    for (const { id } of MIGRATIONS) {
      const db = memoryDatabase();
      migrate(db, MIGRATIONS, id);
      insertPending(db);
      const world = new World(db);
      await world.connect();
      await world.pass(60_000);
      expect(world.patches, id).toMatchObject([{ id: 7, attributes: { title: "CTO" } }]);
    }
  });

  it("only add, from version 0.1.0 on", ({ expect }) => {
    const later = MIGRATIONS.slice(MIGRATIONS.findIndex(({ id }) => id === LAST_OF_010) + 1);
    const db = memoryDatabase();
    migrate(db);
    // A version that knows the older ones alone starts on what the later ones made of the tables.
    const known = MIGRATIONS.slice(0, MIGRATIONS.length - later.length);
    expect(() => migrate(db, known)).not.toThrow();
  });

  it("refuse tables that a later version changed, and leave them as they are", ({ expect }) => {
    const db = memoryDatabase();
    migrate(db, [...MIGRATIONS, { id: "999_later", statements: [`DROP TABLE runs`] }]);
    const before = db.all(`SELECT * FROM sqlite_master`);
    expect(() => migrate(db)).toThrow("999_later");
    expect(db.all(`SELECT * FROM sqlite_master`)).toEqual(before);
  });

  it("are refused by version 0.1.0, which leaves the tables as they are", async ({ expect }) => {
    const of010: unknown = await import(new URL("migrations.mjs", FIXTURES).href);
    const db = memoryDatabase();
    migrate(db, [...MIGRATIONS, { id: "999_later", statements: [`CREATE TABLE later (id)`] }]);
    const before = db.all(`SELECT * FROM sqlite_master`);
    expect(() => (of010 as { migrate: typeof migrate }).migrate(db)).toThrow("append-only");
    expect(db.all(`SELECT * FROM sqlite_master`)).toEqual(before);
  });

  it("refuse one that was changed after it was applied", ({ expect }) => {
    const db = memoryDatabase();
    migrate(db);
    const [first, ...others] = MIGRATIONS;
    const changed = [{ id: first?.id ?? "", statements: [`SELECT 1`] }, ...others];
    expect(() => migrate(db, changed)).toThrow("001_first_tables");
  });
});

describe("an overflow object's database of version 0.1.0", () => {
  it("hands on what it holds", async ({ expect }) => {
    const sqlite = new DatabaseSync(":memory:");
    sqlite.exec(readFileSync(new URL("overflow.sql", FIXTURES), "utf8"));
    const handed: number[] = [];
    const core = new OverflowCore({
      db: sqliteBehind(sqlite),
      now: () => START + 86_400_000,
      alarm: { at: () => null, set: () => undefined },
      log: () => undefined,
      handOn: async (_user, batches) => {
        handed.push(...batches.flatMap(({ batch }) => batch.updates.map((one) => one.prospectId)));
        return { ok: true };
      },
    });
    await core.wake();
    expect(handed).toEqual([60, 61, 62, 60, 61]);
  });
});

describe("D1 of version 0.1.0", () => {
  it("takes the migrations that came later, and its settings are read", ({ expect }) => {
    const sqlite = new DatabaseSync(":memory:");
    sqlite.exec(readFileSync(new URL("d1.sql", FIXTURES), "utf8"));
    const folder = new URL("../../migrations/", import.meta.url);
    const later = readdirSync(folder).filter((name) => name > "0004_sign_in.sql");
    for (const name of later.toSorted()) sqlite.exec(readFileSync(new URL(name, folder), "utf8"));
    const settings = sqlite
      .prepare(`SELECT settings FROM destinations ORDER BY id`)
      .all()
      .map((row) => destinationSettings.parse(JSON.parse(String(row["settings"]))));
    expect(settings).toMatchObject([
      { audiences: [{ id: "a", mappingId: 4 }] },
      { statusValues: { realized: "yes", exited: "no" }, weight: 3 },
    ]);
  });
});
