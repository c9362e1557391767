/**
 * Batches that wait to be handed on, in the order in which they came.
 * @module
 */
import { z } from "zod";
import { fieldValue } from "../engine/model/prospect-update.ts";
import { acceptedProfiles } from "../engine/api/intake.ts";
import type { IncomingBatch, OverflowBatch } from "../engine/api.ts";
import type { Database } from "../durable/database.ts";
import type { Migration } from "../engine/migrations.ts";
import { jsonOf } from "../durable/json-column.ts";

export const MIGRATIONS: readonly Migration[] = [
  {
    id: "001_first_tables",
    statements: [
      `CREATE TABLE batches (
         seq INTEGER PRIMARY KEY AUTOINCREMENT,
         outreach_user_id TEXT NOT NULL,
         arrival INTEGER NOT NULL,
         updates INTEGER NOT NULL,
         batch TEXT NOT NULL
       ) STRICT`,
    ],
  },
];

/** A row may have 2 MB; a batch is cut where it is longer than this. */
const BATCH_MAX_CHARS = 500_000;
/** Batches that are handed on in one call: up to this long, together. */
const HAND_ON_MAX_CHARS = 1_000_000;

const update = z.object({
  prospectId: z.number(),
  fields: z.record(
    z.string(),
    z.object({
      value: fieldValue,
      at: z.number().exactOptional(),
      audience: z
        .object({ namespace: z.string(), id: z.string(), status: z.enum(["realized", "exited"]) })
        .exactOptional(),
      consent: z
        .object({ says: z.enum(["in", "out"]), sticky: z.literal(true).exactOptional() })
        .exactOptional(),
    }),
  ),
});
const incomingBatch = z.object({
  destinationId: z.string(),
  updates: z.array(update),
  profiles: z.number().exactOptional(),
  empty: z.number(),
  rejected: z.record(z.string(), z.number()),
  seen: z
    .array(
      z.object({
        namespace: z.string(),
        id: z.string(),
        name: z.string().exactOptional(),
        profiles: z.number(),
      }),
    )
    .exactOptional(),
  single: z.literal(true).exactOptional(),
  weight: z.number().exactOptional(),
});
const batchRow = z
  .object({
    seq: z.number(),
    arrival: z.number(),
    batch: jsonOf(incomingBatch.extend({ from: z.number() })),
  })
  .transform(({ batch: { from, ...batch }, ...row }) => ({ ...row, from, batch }));

export class BatchStore {
  readonly #db: Database;
  /** Kept beside the table, because adding it up reads every row. */
  #waiting: number | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Updates, and profiles without any, that wait. */
  waiting(): number {
    this.#waiting ??= this.#number(`SELECT total(updates) AS n FROM batches`) ?? 0;
    return this.#waiting;
  }

  lastArrival(): number {
    return this.#number(`SELECT arrival AS n FROM batches ORDER BY seq DESC LIMIT 1`) ?? 0;
  }

  add(outreachUserId: string, arrival: number, batch: IncomingBatch): void {
    const before = this.waiting();
    let from = 0;
    for (const part of cut(batch)) {
      this.#db.all(
        `INSERT INTO batches (outreach_user_id, arrival, updates, batch) VALUES (?, ?, ?, ?)`,
        outreachUserId,
        arrival,
        part.updates.length,
        JSON.stringify({ ...part, from }),
      );
      from += part.updates.length;
    }
    this.#waiting = before + batch.updates.length;
  }

  /** The oldest batches, as many as one call takes; null where none wait. */
  next(): { readonly outreachUserId: string; readonly batches: readonly OverflowBatch[] } | null {
    const [first] = this.#db.all(`SELECT outreach_user_id FROM batches ORDER BY seq LIMIT 1`);
    if (!first) return null;
    const outreachUserId = z.string().parse(first["outreach_user_id"]);
    const rows = this.#db.all(
      `SELECT seq, arrival, batch FROM (
         SELECT seq, arrival, batch, sum(length(batch)) OVER (ORDER BY seq) AS chars FROM batches LIMIT 1000
       ) WHERE chars <= ? OR seq = (SELECT min(seq) FROM batches)`,
      HAND_ON_MAX_CHARS,
    );
    return { outreachUserId, batches: rows.map((row) => batchRow.parse(row)) };
  }

  /** Removes what was handed on. */
  remove(upTo: number): void {
    this.#db.all(`DELETE FROM batches WHERE seq <= ?`, upTo);
    this.#waiting = null;
  }

  #number(statement: string): number | null {
    const found = this.#db.all(statement)[0]?.["n"];
    return typeof found === "number" ? found : null;
  }
}

/** Halves a batch until each part fits into a row. Its counts go with the first part. */
function cut(batch: IncomingBatch): readonly IncomingBatch[] {
  const { updates, seen: _, ...rest } = batch;
  if (updates.length < 2 || JSON.stringify(batch).length <= BATCH_MAX_CHARS) return [batch];
  const half = Math.ceil(updates.length / 2);
  return [
    ...cut({ ...batch, updates: updates.slice(0, half), profiles: acceptedProfiles(batch) }),
    ...cut({ ...rest, updates: updates.slice(half), profiles: 0, empty: 0, rejected: {} }),
  ];
}
