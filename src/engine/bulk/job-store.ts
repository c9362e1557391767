/**
 * Bulk jobs that are under way: what each is doing and when it is to be looked at next.
 * @module
 */
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import { jobRow } from "./job.ts";
import type { Job } from "./job.ts";

export class JobStore {
  readonly #db: ObservedDatabase;
  readonly #quarantine: Quarantine;
  /** Asked for with each request; null: read them again. */
  #open: readonly Job[] | null = null;

  constructor(db: ObservedDatabase, quarantine: Quarantine) {
    this.#db = db;
    this.#quarantine = quarantine;
    db.onRollback(() => (this.#open = null));
  }

  add(job: Pick<Job, "kind" | "destinationId" | "isCheck">, now: number): Job {
    this.#open = null;
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
    this.#open = null;
    this.#db.all(
      `UPDATE jobs SET state = ?, remote_id = ?, change_set = ?, size = ?, started_at = ?, next_at = ?, looks = ?, read_up_to = ?, account = ?, ran_ms = ?, refusal = ?, failing_since = ?, trouble = ?, brought = ?, is_ours = ? WHERE id = ?`,
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
      job.trouble,
      job.brought,
      Number(job.isOurs),
      job.id,
    );
  }

  /** Recalls those that were not sent, and those that may turn out not to have been taken. */
  recall(): void {
    this.#open = null;
    this.#db.all(`UPDATE jobs SET recalled = 1 WHERE state IN ('gathering', 'ready', 'sending')`);
  }

  remove(id: number): void {
    this.#open = null;
    this.#db.all(`DELETE FROM jobs WHERE id = ?`, id);
  }

  /** All that are open, the one to be looked at first in front. */
  open(): readonly Job[] {
    this.#open ??= this.#quarantine.read(
      "jobs",
      this.#db.all(`SELECT * FROM jobs ORDER BY next_at, id`),
      (row) => jobRow.parse(row),
    );
    return this.#open;
  }
}
