/**
 * Counters of each audience: how many prospects Outreach was told to be in it or out of it, and how many wait or
 * failed.
 * @module
 */
import { z } from "zod";
import type { EngineEvent, Fold } from "../model/events.ts";
import type { Fields, PendingField } from "../model/prospect.ts";
import type { AudienceCounts } from "../api.ts";
import type { SqlRow } from "../../durable/database.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";

const idRow = z.object({ id: z.number() });
const countsRow = z.object({
  namespace: z.string(),
  audience_id: z.string(),
  field: z.string(),
  members: z.number(),
  exited: z.number(),
  pending: z.number(),
  failed: z.number(),
});

/** Many times what a customer maps. */
const IDS_MAX = 10_000;

export class AudienceStore implements Fold {
  readonly #db: ObservedDatabase;
  /** Rows that were looked up, by what they are found by. */
  readonly #ids = new Map<string, number>();

  constructor(db: ObservedDatabase) {
    this.#db = db;
    db.onRollback(() => this.#ids.clear());
  }

  /** The row of an audience that a destination writes into a custom field; made where there is none yet. */
  idOf(destinationId: string, namespace: string, audienceId: string, field: string): number {
    const key = [destinationId, namespace, audienceId, field];
    const name = JSON.stringify(key);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const { id } = idRow.parse(this.#find(key) ?? this.#make(key));
    if (this.#ids.size >= IDS_MAX) this.#ids.clear();
    this.#ids.set(name, id);
    return id;
  }

  #find(key: readonly string[]): SqlRow | undefined {
    const [found] = this.#db.all(
      `SELECT id FROM audiences
       WHERE destination_id = ? AND namespace = ? AND audience_id = ? AND field = ?`,
      ...key,
    );
    return found;
  }

  #make(key: readonly string[]): SqlRow | undefined {
    const [made] = this.#db.all(
      `INSERT INTO audiences (destination_id, namespace, audience_id, field)
       VALUES (?, ?, ?, ?) RETURNING id`,
      ...key,
    );
    return made;
  }

  apply(events: readonly EngineEvent[]): void {
    const changes = new Map<number, { members: number; exited: number; pending: number }>();
    for (const event of events) {
      if (event.kind !== "audience_changed") continue;
      const sum = changes.get(event.audience) ?? { members: 0, exited: 0, pending: 0 };
      sum.members += event.members;
      sum.exited += event.exited;
      sum.pending += event.pending;
      changes.set(event.audience, sum);
    }
    for (const [id, { members, exited, pending }] of changes) {
      if (!members && !exited && !pending) continue;
      this.#db.all(
        `UPDATE audiences SET members = members + ?, exited = exited + ?, pending = pending + ?
         WHERE id = ?`,
        members,
        exited,
        pending,
        id,
      );
    }
  }

  /** Counts fields of failures that were listed (`by` 1) or are no longer (`by` -1). */
  addFailed(failures: readonly Fields<PendingField>[], by: 1 | -1): void {
    const counts = new Map<number, number>();
    for (const { membership } of failures.flatMap((fields) => Object.values(fields))) {
      if (!membership) continue;
      counts.set(membership.audience, (counts.get(membership.audience) ?? 0) + by);
    }
    for (const [id, count] of counts) {
      this.#db.all(`UPDATE audiences SET failed = failed + ? WHERE id = ?`, count, id);
    }
  }

  list(destinationId: string): readonly AudienceCounts[] {
    return this.#db
      .all(`SELECT * FROM audiences WHERE destination_id = ? ORDER BY id`, destinationId)
      .map((row) => {
        const { audience_id, field, ...rest } = countsRow.parse(row);
        return { id: audience_id, mappingId: Number(field.replace("custom", "")), ...rest };
      });
  }

  forget(destinationId: string): void {
    this.#ids.clear();
    this.#db.all(`DELETE FROM audiences WHERE destination_id = ?`, destinationId);
  }
}
