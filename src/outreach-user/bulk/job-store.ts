/**
 * Bulk jobs that are under way: what each is doing and when it is to be looked at next.
 * @module
 */
import { z } from "zod";
import type { BulkKind } from "../../outreach/bulk.ts";
import { JOB_STATES } from "../api.ts";
import type { Database } from "../database.ts";
import { jsonOf } from "../json-column.ts";
import { callError } from "../prospect-row.ts";

const jobState = z.enum(JOB_STATES);

const kind: z.ZodType<BulkKind> = z.enum(["modify", "upsert"]);
const jobRow = z
  .object({
    id: z.number(),
    kind,
    state: jobState,
    remote_id: z.string().nullable(),
    change_set: z.string().nullable(),
    destination_id: z.string(),
    size: z.number(),
    is_check: z.number(),
    recalled: z.number(),
    started_at: z.number(),
    next_at: z.number(),
    looks: z.number(),
    read_up_to: z.number(),
    account: z.string(),
    ran_ms: z.number().nullable(),
    refusal: jsonOf(callError).nullable(),
    failing_since: z.number().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    /** Outreach's id of the batch or import; null until it is known. */
    remoteId: row.remote_id,
    /** What a modify sets, as `changeSetOf` gives it. */
    changeSet: row.change_set,
    /** The destination that its calls are counted for. */
    destinationId: row.destination_id,
    size: row.size,
    /** Whether it is there to find out if upserts work for its destination. */
    isCheck: row.is_check === 1,
    /** Whether some of its prospects may have to go singly by now: it is given up where it was not sent. */
    isRecalled: row.recalled === 1,
    /** When its call's answer came; until then when its call left, and before, when its gathering began. */
    startedAt: row.started_at,
    /** When it is to be looked at next. */
    nextAt: row.next_at,
    /** How often this step was tried. */
    looks: row.looks,
    /** Prospect id up to which it was read back. */
    readUpTo: row.read_up_to,
    /** Whose job it is, as `Connection.account` says; empty before its call leaves. */
    account: row.account,
    /** How long after its start it was last seen at work; null where it never was. */
    ranMs: row.ran_ms,
    /** What Outreach refused one of its prospects with, tried alone; null where it did not. */
    refusal: row.refusal,
    /** Since when its looks have failed; null where the last one did not. */
    failingSince: row.failing_since,
  }));
export type Job = Readonly<z.output<typeof jobRow>>;

export class JobStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(job: Pick<Job, "kind" | "destinationId" | "isCheck">, now: number): Job {
    const [row] = this.#db.all(
      `INSERT INTO jobs (kind, state, remote_id, change_set, destination_id, size, is_check, started_at, next_at, looks, read_up_to)
       VALUES (?, 'gathering', NULL, NULL, ?, 0, ?, ?, ?, 0, 0) RETURNING *`,
      job.kind,
      job.destinationId,
      Number(job.isCheck),
      now,
      now,
    );
    return jobRow.parse(row);
  }

  save(job: Job): void {
    this.#db.all(
      `UPDATE jobs SET state = ?, remote_id = ?, change_set = ?, size = ?, started_at = ?, next_at = ?, looks = ?, read_up_to = ?, account = ?, ran_ms = ?, refusal = ?, failing_since = ? WHERE id = ?`,
      job.state,
      job.remoteId,
      job.changeSet,
      job.size,
      job.startedAt,
      job.nextAt,
      job.looks,
      job.readUpTo,
      job.account,
      job.ranMs,
      job.refusal && JSON.stringify(job.refusal),
      job.failingSince,
      job.id,
    );
  }

  /** Recalls those that were not sent, and those that may turn out not to have been taken. */
  recall(): void {
    this.#db.all(`UPDATE jobs SET recalled = 1 WHERE state IN ('gathering', 'ready', 'sending')`);
  }

  remove(id: number): void {
    this.#db.all(`DELETE FROM jobs WHERE id = ?`, id);
  }

  /** All that are open, the one to be looked at first in front. */
  open(): readonly Job[] {
    return this.#db.all(`SELECT * FROM jobs ORDER BY next_at, id`).map((row) => jobRow.parse(row));
  }
}
