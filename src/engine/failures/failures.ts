/**
 * What Outreach refused for good, kept with its values until it is replayed, discarded or overruled by a newer value.
 * @module
 */
import { z } from "zod";
import type { EngineEvent, Fold } from "../model/events.ts";
import { withoutOverruled } from "../model/prospect.ts";
import type { Fields, Order } from "../model/prospect.ts";
import { bySource } from "../model/sources.ts";
import type { Failure, FailurePage, FailureSelection } from "../api.ts";
import type { AudienceStore } from "../activity/audiences.ts";
import type { SqlRow } from "../../durable/database.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import { groupKeyOf } from "./reason-rules.ts";
import { chosen, isId, listed, readFailure } from "./failure-row.ts";
import type { StoredFailure } from "./failure-row.ts";

/** What is taken at once: values may be long. */
const TAKEN_MAX_CHARS = 4_000_000;
/** To count more would keep requests waiting. */
const COUNTED_MAX = 1_000;

export class FailureStore implements Fold {
  readonly #db: ObservedDatabase;
  readonly #audiences: AudienceStore;
  readonly #quarantine: Quarantine;
  /** Whether any is listed; null: look. Most of the time none is, and every request asks. */
  #isAnyListed: boolean | null = null;

  constructor(db: ObservedDatabase, audiences: AudienceStore, quarantine: Quarantine) {
    this.#db = db;
    this.#audiences = audiences;
    this.#quarantine = quarantine;
    db.onRollback(() => (this.#isAnyListed = null));
  }

  get #hasAny(): boolean {
    this.#isAnyListed ??= this.#db.all(`SELECT 1 FROM failures LIMIT 1`).length > 0;
    return this.#isAnyListed;
  }

  /** A failure that was set aside came back. */
  recheck(): void {
    this.#isAnyListed = null;
  }

  #read(rows: readonly SqlRow[]): readonly StoredFailure[] {
    return this.#quarantine.read("failures", rows, readFailure);
  }

  /** Lists what was rejected, and takes off the list what Outreach holds by now or a newer failure takes the place of. */
  apply(events: readonly EngineEvent[]): void {
    const held = new Map<number, Fields<Order>>();
    const later = new Map<number, Fields<Order>>();
    for (const event of events) {
      const values = valuesIn(event);
      if (!values) continue;
      note(later, values.prospectId, values.fields);
      if (event.kind !== "rejected") note(held, values.prospectId, values.fields);
    }
    this.#overrule(later);
    for (const event of events) {
      if (event.kind !== "rejected") continue;
      const { prospectId, error, attempts, acceptedAt } = event;
      const left = withoutOverruled(event.fields, held.get(prospectId) ?? {});
      for (const [destinationId, fields] of bySource({ ...event, fields: left })) {
        this.#add({ destinationId, prospectId, fields, error, attempts, acceptedAt });
      }
    }
  }

  #add(failure: Omit<StoredFailure, "id">): void {
    this.#db.all(
      `INSERT INTO failures
         (destination_id, prospect_id, fields, error, attempts, accepted_at, group_key)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      failure.destinationId,
      failure.prospectId,
      JSON.stringify(failure.fields),
      JSON.stringify(failure.error),
      failure.attempts,
      failure.acceptedAt,
      groupKeyOf(failure),
    );
    this.#isAnyListed = true;
    this.#audiences.addFailed([failure.fields], 1);
  }

  /** Takes out of prospects' failures what later values overrule; a failure with nothing left is gone. */
  #overrule(later: ReadonlyMap<number, Fields<Order>>): void {
    if (later.size === 0 || !this.#hasAny) return;
    const rows = this.#db.all(
      `SELECT * FROM failures WHERE prospect_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify([...later.keys()]),
    );
    for (const failure of this.#read(rows)) {
      const left = withoutOverruled(failure.fields, later.get(failure.prospectId) ?? {});
      if (Object.keys(left).length === Object.keys(failure.fields).length) continue;
      this.#audiences.addFailed([failure.fields], -1);
      if (Object.keys(left).length === 0) {
        this.#isAnyListed = null;
        this.#db.all(`DELETE FROM failures WHERE id = ?`, failure.id);
      } else {
        this.#db.all(
          `UPDATE failures SET fields = ?, group_key = ? WHERE id = ?`,
          JSON.stringify(left),
          groupKeyOf({ ...failure, fields: left }),
          failure.id,
        );
        this.#audiences.addFailed([left], 1);
      }
    }
  }

  /** The failure that was listed last, of whatever destination; 0 where none ever was. */
  lastId(): number {
    const [row] = this.#db.all(`SELECT max(id) AS n FROM failures`);
    return z.object({ n: z.number().nullable() }).parse(row).n ?? 0;
  }

  /** Of these prospects, those that have failures. */
  amongThose(prospectIds: readonly number[]): ReadonlySet<number> {
    const rows = this.#db.all(
      `SELECT DISTINCT prospect_id FROM failures
       WHERE prospect_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(prospectIds),
    );
    return new Set(rows.map((row) => z.number().parse(row["prospect_id"])));
  }

  /**
   * Removes failures and gives them back: the oldest of those chosen, up to the id `upTo`; at most `limit`, and no more
   * than fit into memory well.
   */
  take(
    destinationId: string,
    { which, upTo, limit }: { which: FailureSelection; upTo: number; limit: number },
  ): { readonly failures: readonly StoredFailure[]; readonly more: boolean } {
    const { where, bindings } = chosen(destinationId, which, upTo);
    const rows = this.#db.all(
      `SELECT * FROM failures WHERE id IN (
         SELECT id FROM (
           SELECT id, sum(length(fields)) OVER (ORDER BY id) AS upTo, length(fields) AS own
           FROM (SELECT id, fields FROM failures WHERE ${where} ORDER BY id LIMIT ?)
         ) WHERE upTo = own OR upTo <= ${TAKEN_MAX_CHARS}
       ) ORDER BY id`,
      ...bindings,
      limit,
    );
    const failures = this.#read(rows);
    this.#isAnyListed = null;
    this.#db.all(
      `DELETE FROM failures WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(failures.map(({ id }) => id)),
    );
    this.#audiences.addFailed(
      failures.map(({ fields }) => fields),
      -1,
    );
    const more = this.#db.all(`SELECT 1 FROM failures WHERE ${where} LIMIT 1`, ...bindings);
    return { failures, more: more.length > 0 };
  }

  /** The newest failures of one prospect, of whatever destination. */
  ofProspect(prospectId: number, limit: number): readonly (Failure & { destinationId: string })[] {
    const rows = this.#db.all(
      `SELECT * FROM failures WHERE prospect_id = ? ORDER BY id DESC LIMIT ?`,
      prospectId,
      limit,
    );
    return this.#read(rows).map((failure) => ({
      ...listed(failure),
      destinationId: failure.destinationId,
    }));
  }

  /** The newest first, of one group or of all. */
  page(
    destinationId: string,
    { limit, after, group = null }: { limit: number; after: string | null; group?: string | null },
  ): FailurePage {
    const before = after !== null && isId(after) ? Number(after) - 1 : Number.MAX_SAFE_INTEGER;
    const which = group === null ? null : { group };
    const { where, bindings } = chosen(destinationId, which, before);
    const rows = this.#db.all(
      `SELECT * FROM failures WHERE ${where} ORDER BY id DESC LIMIT ?`,
      ...bindings,
      limit + 1,
    );
    const failures = this.#read(rows.slice(0, limit)).map(listed);
    const last = rows.length > limit ? rows[limit - 1]?.["id"] : undefined;
    const next = typeof last === "number" ? String(last) : null;
    return { failures, total: this.count(destinationId, which), next };
  }

  /** @param upTo the highest id that counts */
  count(
    destinationId: string,
    which: FailureSelection = null,
    upTo = Number.MAX_SAFE_INTEGER,
  ): number {
    const { where, bindings } = chosen(destinationId, which, upTo);
    const [row] = this.#db.all(`SELECT count(*) AS n FROM failures WHERE ${where}`, ...bindings);
    return z.object({ n: z.number() }).parse(row).n;
  }

  /** Failures since then that are still listed, by Outreach's id of the error; of many, the newest. */
  countByReason(destinationId: string, since: number): Readonly<Record<string, number>> {
    const rows = this.#db.all(
      `SELECT error ->> '$.code' AS code, count(*) AS n FROM (
         SELECT error FROM failures WHERE destination_id = ? ORDER BY id DESC LIMIT ${COUNTED_MAX}
       ) WHERE json_valid(error) AND error ->> '$.at' >= ? GROUP BY code`,
      destinationId,
      since,
    );
    const counts = rows.map((row) => z.object({ code: z.string(), n: z.number() }).parse(row));
    return Object.fromEntries(counts.map(({ code, n }) => [code, n]));
  }

  /** By destination. */
  counts(): Readonly<Record<string, number>> {
    const rows = this.#db
      .all(`SELECT destination_id, count(*) AS n FROM failures GROUP BY destination_id`)
      .map((row) => z.object({ destination_id: z.string(), n: z.number() }).parse(row));
    return Object.fromEntries(rows.map(({ destination_id, n }) => [destination_id, n]));
  }
}

function note(of: Map<number, Fields<Order>>, prospectId: number, fields: Fields<Order>): void {
  if (Object.keys(fields).length > 0) of.set(prospectId, { ...of.get(prospectId), ...fields });
}

/** The values that an event tells to be held by Outreach or rejected: what they overrule of older failures is over. */
function valuesIn(event: EngineEvent): { prospectId: number; fields: Fields<Order> } | null {
  if (event.kind === "accepted" || event.kind === "replayed") {
    return { prospectId: event.prospectId, fields: event.unchanged };
  }
  const tells = event.kind === "held" || event.kind === "acknowledged" || event.kind === "rejected";
  return tells ? event : null;
}
