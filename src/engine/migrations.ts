/**
 * The object's tables. Migrations are append-only, and from version 0.2 on they only add: each is recorded with its text,
 * and an object whose record differs from this list refuses to start rather than run on a schema nobody wrote.
 * docs/storage.md explains each table.
 * @module
 */
import { z } from "zod";
import type { Database } from "../durable/database.ts";
import { jsonOf } from "../durable/json-column.ts";

export interface Migration {
  readonly id: string;
  readonly statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    id: "001_first_tables",
    statements: [
      `CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
      `CREATE TABLE prospects (
         id INTEGER PRIMARY KEY,
         due_at INTEGER,
         accepted_at INTEGER,
         waiting TEXT,
         in_call TEXT,
         known TEXT NOT NULL,
         last_delivery TEXT,
         last_error TEXT
       ) STRICT`,
      `CREATE INDEX prospects_due ON prospects (due_at) WHERE due_at IS NOT NULL AND in_call IS NULL`,
      `CREATE INDEX prospects_accepted ON prospects (accepted_at) WHERE accepted_at IS NOT NULL`,
      `CREATE INDEX prospects_in_call ON prospects (id) WHERE in_call IS NOT NULL`,
      `CREATE TABLE audiences (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         destination_id TEXT NOT NULL,
         namespace TEXT NOT NULL,
         audience_id TEXT NOT NULL,
         field TEXT NOT NULL,
         members INTEGER NOT NULL DEFAULT 0,
         exited INTEGER NOT NULL DEFAULT 0,
         pending INTEGER NOT NULL DEFAULT 0,
         failed INTEGER NOT NULL DEFAULT 0,
         UNIQUE (destination_id, namespace, audience_id, field)
       ) STRICT`,
      `CREATE TABLE failures (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         destination_id TEXT NOT NULL,
         prospect_id INTEGER NOT NULL,
         fields TEXT NOT NULL,
         error TEXT NOT NULL,
         attempts INTEGER NOT NULL,
         accepted_at INTEGER NOT NULL
       ) STRICT`,
      `CREATE INDEX failures_of_destination ON failures (destination_id, id)`,
      `CREATE INDEX failures_of_prospect ON failures (prospect_id)`,
      `CREATE TABLE runs (
         destination_id TEXT NOT NULL,
         started_at INTEGER NOT NULL,
         received INTEGER NOT NULL DEFAULT 0,
         accepted INTEGER NOT NULL DEFAULT 0,
         coalesced INTEGER NOT NULL DEFAULT 0,
         unchanged INTEGER NOT NULL DEFAULT 0,
         delivered INTEGER NOT NULL DEFAULT 0,
         failed INTEGER NOT NULL DEFAULT 0,
         replayed INTEGER NOT NULL DEFAULT 0,
         discarded INTEGER NOT NULL DEFAULT 0,
         calls INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (destination_id, started_at)
       ) STRICT, WITHOUT ROWID`,
      `CREATE TABLE rejections (
         destination_id TEXT NOT NULL,
         started_at INTEGER NOT NULL,
         code TEXT NOT NULL,
         profiles INTEGER NOT NULL,
         PRIMARY KEY (destination_id, started_at, code)
       ) STRICT, WITHOUT ROWID`,
      `CREATE TABLE calls (
         started_at INTEGER NOT NULL,
         span_ms INTEGER NOT NULL,
         calls INTEGER NOT NULL,
         PRIMARY KEY (span_ms, started_at)
       ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    id: "002_overflows",
    statements: [
      `CREATE TABLE overflows (
         overflow TEXT PRIMARY KEY,
         taken_up_to INTEGER NOT NULL
       ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    id: "003_jobs",
    statements: [
      `ALTER TABLE prospects ADD COLUMN change_key INTEGER`,
      `ALTER TABLE prospects ADD COLUMN job INTEGER`,
      `CREATE INDEX prospects_change ON prospects (change_key, due_at) WHERE change_key IS NOT NULL`,
      `CREATE INDEX prospects_together ON prospects (due_at, change_key) WHERE change_key IS NOT NULL`,
      `CREATE INDEX prospects_alone ON prospects (due_at)
       WHERE change_key IS NULL AND due_at IS NOT NULL AND in_call IS NULL`,
      `CREATE INDEX prospects_job ON prospects (job, id) WHERE job IS NOT NULL`,
      `CREATE TABLE jobs (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         kind TEXT NOT NULL,
         state TEXT NOT NULL,
         remote_id TEXT,
         change_set TEXT,
         destination_id TEXT NOT NULL,
         size INTEGER NOT NULL,
         is_check INTEGER NOT NULL,
         started_at INTEGER NOT NULL,
         next_at INTEGER NOT NULL,
         looks INTEGER NOT NULL,
         read_up_to INTEGER NOT NULL
       ) STRICT`,
    ],
  },
  {
    id: "004_job_account",
    statements: [`ALTER TABLE jobs ADD COLUMN account TEXT NOT NULL DEFAULT ''`],
  },
  {
    id: "005_order_of_service",
    statements: [
      `CREATE TABLE destinations (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         destination_id TEXT NOT NULL UNIQUE,
         weight INTEGER NOT NULL DEFAULT 1
       ) STRICT`,
      `ALTER TABLE prospects ADD COLUMN queue INTEGER`,
      `INSERT INTO destinations (destination_id)
       SELECT DISTINCT waiting ->> 'destinationId' FROM prospects WHERE waiting IS NOT NULL`,
      // What waited before there were lanes is taken for changed attributes.
      `UPDATE prospects SET queue = 2 + 8 * (
         SELECT id FROM destinations WHERE destination_id = waiting ->> 'destinationId'
       ) WHERE waiting IS NOT NULL`,
      `DROP INDEX prospects_due`,
      `DROP INDEX prospects_together`,
      `DROP INDEX prospects_alone`,
      `CREATE INDEX prospects_together ON prospects (queue, due_at) WHERE change_key IS NOT NULL`,
      `CREATE INDEX prospects_alone ON prospects (queue, due_at)
       WHERE change_key IS NULL AND due_at IS NOT NULL AND in_call IS NULL`,
      `ALTER TABLE jobs ADD COLUMN ran_ms INTEGER`,
    ],
  },
  {
    id: "006_alerts",
    statements: [
      `CREATE TABLE alert_settings (
         destination_id TEXT PRIMARY KEY,
         revision INTEGER NOT NULL,
         about TEXT NOT NULL,
         rules TEXT NOT NULL,
         sealed_url TEXT NOT NULL,
         sealed_secret TEXT
       ) STRICT, WITHOUT ROWID`,
      `CREATE TABLE open_alerts (
         destination_id TEXT NOT NULL,
         kind TEXT NOT NULL,
         opened_at INTEGER NOT NULL,
         PRIMARY KEY (destination_id, kind)
       ) STRICT, WITHOUT ROWID`,
      `CREATE TABLE alert_deliveries (
         seq INTEGER PRIMARY KEY AUTOINCREMENT,
         id TEXT NOT NULL,
         destination_id TEXT NOT NULL,
         kind TEXT NOT NULL,
         state TEXT,
         made_at INTEGER NOT NULL,
         body TEXT NOT NULL,
         tries INTEGER NOT NULL,
         next_at INTEGER,
         tried_at INTEGER,
         status INTEGER,
         outcome TEXT NOT NULL
       ) STRICT`,
      `CREATE INDEX alert_deliveries_of_destination ON alert_deliveries (destination_id, seq)`,
      `CREATE INDEX alert_deliveries_next ON alert_deliveries (destination_id, seq, next_at)
       WHERE next_at IS NOT NULL`,
    ],
  },
  {
    id: "007_story_and_minutes",
    statements: [
      `ALTER TABLE prospects ADD COLUMN story TEXT NOT NULL DEFAULT ''`,
      `CREATE TABLE minutes (
         started_at INTEGER PRIMARY KEY,
         accepted INTEGER NOT NULL,
         delivered INTEGER NOT NULL,
         failed INTEGER NOT NULL,
         calls INTEGER NOT NULL,
         waiting INTEGER NOT NULL,
         freshness TEXT NOT NULL
       ) STRICT`,
    ],
  },
  {
    id: "009_ledger",
    statements: [
      `CREATE TABLE ledger (
         span_ms INTEGER NOT NULL,
         started_at INTEGER NOT NULL,
         kind TEXT NOT NULL,
         destination_id TEXT NOT NULL,
         calls INTEGER NOT NULL,
         PRIMARY KEY (span_ms, started_at, kind, destination_id)
       ) STRICT, WITHOUT ROWID`,
      `INSERT INTO ledger (span_ms, started_at, kind, destination_id, calls)
       SELECT span_ms, started_at, 'unknown', '', calls FROM calls WHERE span_ms = 86400000`,
      `DELETE FROM calls WHERE span_ms = 86400000`,
    ],
  },
  {
    id: "010_seen_audiences",
    statements: [
      `CREATE TABLE seen_audiences (
         destination_id TEXT NOT NULL,
         namespace TEXT NOT NULL,
         audience_id TEXT NOT NULL,
         name TEXT,
         profiles INTEGER NOT NULL,
         last_seen_at INTEGER NOT NULL,
         PRIMARY KEY (destination_id, namespace, audience_id)
       ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    id: "011_failure_groups",
    statements: [
      `ALTER TABLE failures ADD COLUMN group_key INTEGER`,
      `CREATE INDEX failures_group ON failures (destination_id, group_key, id)`,
      `CREATE INDEX failures_ungrouped ON failures (id) WHERE group_key IS NULL`,
    ],
  },
  {
    id: "012_job_refusal",
    statements: [`ALTER TABLE jobs ADD COLUMN refusal TEXT`],
  },
  {
    id: "013_calls_in_minutes",
    statements: [
      `INSERT INTO minutes (started_at, accepted, delivered, failed, calls, waiting, freshness)
       SELECT started_at, 0, 0, 0, calls, 0, '[]' FROM calls WHERE span_ms = 60000
       ON CONFLICT (started_at) DO UPDATE SET calls = excluded.calls`,
      `DROP TABLE calls`,
    ],
  },
  {
    id: "014_job_failing",
    statements: [`ALTER TABLE jobs ADD COLUMN failing_since INTEGER`],
  },
  {
    id: "015_destination_delivery",
    statements: [
      `ALTER TABLE destinations ADD COLUMN single INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE destinations ADD COLUMN rejoining INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE destinations ADD COLUMN revision INTEGER NOT NULL DEFAULT 0`,
    ],
  },
  {
    id: "016_switching",
    statements: [
      `ALTER TABLE destinations RENAME COLUMN rejoining TO switching`,
      `ALTER TABLE jobs ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0`,
    ],
  },
  {
    id: "017_job_trouble",
    statements: [
      `ALTER TABLE jobs ADD COLUMN trouble TEXT`,
      `ALTER TABLE jobs ADD COLUMN brought INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE jobs ADD COLUMN is_ours INTEGER NOT NULL DEFAULT 1`,
      // A batch that may be somebody else's was kept as one that was read up to before the first prospect.
      `UPDATE jobs SET is_ours = 0, read_up_to = 0 WHERE read_up_to < 0`,
    ],
  },
  {
    id: "018_settings_heard",
    statements: [
      `ALTER TABLE destinations ADD COLUMN heard_at INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE alert_settings ADD COLUMN heard_at INTEGER NOT NULL DEFAULT 0`,
    ],
  },
  {
    id: "019_quarantine",
    statements: [
      `CREATE TABLE quarantine (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         source TEXT NOT NULL,
         row_id INTEGER NOT NULL,
         raw TEXT NOT NULL,
         reason TEXT NOT NULL,
         at INTEGER NOT NULL
       ) STRICT`,
    ],
  },
];

/** What a later version may have done to the tables without harm to this one: it only added. */
const ADDS = /^\s*(CREATE (TABLE|(UNIQUE )?INDEX)|ALTER TABLE \w+ ADD COLUMN)\s/i;

/**
 * Brings the object's tables up to date. Where a later version was here and only added, the tables serve this one as well:
 * a release can be taken back.
 * @param upTo id of the last migration to apply, for tests that insert old data and then go on
 * @throws where a recorded migration is not the one in this list, or a later version changed what this one reads
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[] = MIGRATIONS,
  upTo?: string,
): void {
  db.all(
    `CREATE TABLE IF NOT EXISTS migrations (
       id TEXT PRIMARY KEY,
       statements TEXT NOT NULL
     ) STRICT, WITHOUT ROWID`,
  );
  const applied = db
    .all(`SELECT id, statements FROM migrations ORDER BY id`)
    .map((row) => recorded.parse(row));
  for (const [index, { id, statements }] of applied.entries()) {
    const own = migrations[index];
    if (own ? own.id === id && isSame(own.statements, statements) : statements.every(isAddition)) {
      continue;
    }
    throw new Error(
      `The object's migration ${id} is not one that this code can work on. Deploy the version that wrote it, or newer. Nothing was changed.`,
    );
  }
  const last = upTo ? migrations.findIndex(({ id }) => id === upTo) + 1 : migrations.length;
  for (const { id, statements } of migrations.slice(applied.length, last)) {
    db.transaction(() => {
      for (const statement of statements) db.all(statement);
      db.all(
        `INSERT INTO migrations (id, statements) VALUES (?, ?)`,
        id,
        JSON.stringify(statements),
      );
    });
  }
}

const recorded = z.object({ id: z.string(), statements: jsonOf(z.array(z.string())) });

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isAddition(statement: string): boolean {
  return ADDS.test(statement);
}
