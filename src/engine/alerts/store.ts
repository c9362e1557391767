/**
 * Alerts of the object's destinations: what is wanted, what is open, and the messages that are delivered.
 * @module
 */
import { z } from "zod";
import type { AlertAbout, AlertMessage } from "./message.ts";
import { ALERT_KINDS, alertRules, type AlertKind, type AlertState } from "./alert-rules.ts";
import type { AlertDelivery, AlertOutcome } from "../api.ts";
import type { Database, SqlRow } from "../../durable/database.ts";
import { jsonOf } from "../../durable/json-column.ts";
import { replaces } from "../outbox/revisions.ts";

/** Messages that are listed of a destination; older ones are forgotten. */
const LISTED_MAX = 50;

const named = z.object({ id: z.string(), name: z.string() });
const about = z.object({ destination: named, outreachUser: named, baseUrl: z.string() });
const kind = z.enum(ALERT_KINDS);

const settingsRow = z
  .object({
    destination_id: z.string(),
    revision: z.number(),
    heard_at: z.number(),
    about: jsonOf(about),
    rules: jsonOf(alertRules),
    sealed_url: z.string(),
    sealed_secret: z.string().nullable(),
  })
  .transform((row) => ({
    destinationId: row.destination_id,
    revision: row.revision,
    heardAt: row.heard_at,
    about: row.about,
    rules: row.rules,
    sealedUrl: row.sealed_url,
    sealedSecret: row.sealed_secret,
  }));
export type StoredAlertSettings = z.infer<typeof settingsRow>;

const openRow = z.object({ kind, opened_at: z.number() });

const nextRow = z.object({ next_at: z.number().nullable() });

const deliveryRow = z
  .object({
    seq: z.number(),
    id: z.string(),
    destination_id: z.string(),
    kind: z.union([kind, z.literal("test")]),
    state: z.enum(["opened", "resolved"]).nullable(),
    made_at: z.number(),
    body: z.string(),
    tries: z.number(),
    next_at: z.number().nullable(),
    tried_at: z.number().nullable(),
    status: z.number().nullable(),
    outcome: z.enum(["waiting", "delivered", "given_up", "unreadable"]),
  })
  .transform((row) => ({
    seq: row.seq,
    destinationId: row.destination_id,
    message: { id: row.id, body: row.body },
    listed: {
      id: row.id,
      kind: row.kind,
      state: row.state,
      madeAt: row.made_at,
      tries: row.tries,
      triedAt: row.tried_at,
      status: row.status,
      outcome: row.outcome,
      nextAt: row.next_at,
    } satisfies AlertDelivery,
  }));
export type StoredDelivery = z.infer<typeof deliveryRow>;

export class AlertStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  isEmpty(): boolean {
    return this.#db.all(`SELECT 1 FROM alert_settings LIMIT 1`).length === 0;
  }

  settings(): readonly StoredAlertSettings[] {
    return this.#db.all(`SELECT * FROM alert_settings`).map((row) => settingsRow.parse(row));
  }

  find(destinationId: string): StoredAlertSettings | null {
    const [row] = this.#db.all(
      `SELECT * FROM alert_settings WHERE destination_id = ?`,
      destinationId,
    );
    return row ? settingsRow.parse(row) : null;
  }

  /** Stores what is wanted, unless something newer is known. What waits goes to the new address at once. */
  set(settings: StoredAlertSettings): void {
    const known = this.find(settings.destinationId);
    if (known && !replaces(settings, known)) return;
    this.#db.all(
      `INSERT OR REPLACE INTO alert_settings
         (destination_id, revision, heard_at, about, rules, sealed_url, sealed_secret)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      settings.destinationId,
      settings.revision,
      settings.heardAt,
      JSON.stringify(settings.about),
      JSON.stringify(settings.rules),
      settings.sealedUrl,
      settings.sealedSecret,
    );
    this.#db.all(
      `UPDATE alert_deliveries SET next_at = ? WHERE destination_id = ? AND next_at IS NOT NULL`,
      settings.heardAt,
      settings.destinationId,
    );
  }

  /** Changes whose alerts they are, without anything else. */
  setAbout(destinationId: string, changed: AlertAbout): void {
    this.#db.all(
      `UPDATE alert_settings SET about = ? WHERE destination_id = ?`,
      JSON.stringify(changed),
      destinationId,
    );
  }

  /** No more alerts: what is open and what waits is dropped, what was delivered stays listed. */
  unset(destinationId: string): void {
    this.#db.all(`DELETE FROM alert_settings WHERE destination_id = ?`, destinationId);
    this.#db.all(`DELETE FROM open_alerts WHERE destination_id = ?`, destinationId);
    this.#db.all(
      `DELETE FROM alert_deliveries WHERE destination_id = ? AND next_at IS NOT NULL`,
      destinationId,
    );
  }

  forget(destinationId: string): void {
    this.unset(destinationId);
    this.#db.all(`DELETE FROM alert_deliveries WHERE destination_id = ?`, destinationId);
  }

  /** Since when each open alert has been so. */
  open(destinationId: string): ReadonlyMap<AlertKind, number> {
    const rows = this.#db.all(
      `SELECT kind, opened_at FROM open_alerts WHERE destination_id = ?`,
      destinationId,
    );
    return new Map(
      rows.map((row) => {
        const parsed = openRow.parse(row);
        return [parsed.kind, parsed.opened_at];
      }),
    );
  }

  isAnyOpen(): boolean {
    return this.#db.all(`SELECT 1 FROM open_alerts LIMIT 1`).length > 0;
  }

  setOpen(destinationId: string, opened: AlertKind, at: number): void {
    this.#db.all(
      `INSERT INTO open_alerts (destination_id, kind, opened_at) VALUES (?, ?, ?)`,
      destinationId,
      opened,
      at,
    );
  }

  setResolved(destinationId: string, resolved: AlertKind): void {
    this.#db.all(
      `DELETE FROM open_alerts WHERE destination_id = ? AND kind = ?`,
      destinationId,
      resolved,
    );
  }

  /** Lists a message, to be delivered from `nextAt` on; null: it was. */
  add(
    destinationId: string,
    { id, body }: AlertMessage,
    of: { kind: AlertKind | "test"; state: AlertState | null; madeAt: number },
    end: { nextAt: number | null; outcome: AlertOutcome; status: number | null },
  ): void {
    const isTried = end.nextAt === null;
    this.#db.all(
      `INSERT INTO alert_deliveries
         (id, destination_id, kind, state, made_at, body, tries, next_at, tried_at, status, outcome)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      destinationId,
      of.kind,
      of.state,
      of.madeAt,
      body,
      isTried ? 1 : 0,
      end.nextAt,
      isTried ? of.madeAt : null,
      end.status,
      end.outcome,
    );
    this.#db.all(
      `DELETE FROM alert_deliveries WHERE destination_id = ?1 AND next_at IS NULL AND seq <= (
         SELECT seq FROM alert_deliveries WHERE destination_id = ?1
         ORDER BY seq DESC LIMIT 1 OFFSET ${LISTED_MAX})`,
      destinationId,
    );
  }

  /** The message that each destination is told next: they arrive in the order in which they were made. */
  heads(): readonly StoredDelivery[] {
    return this.#db
      .all(
        `SELECT * FROM alert_deliveries WHERE seq IN (
           SELECT min(seq) FROM alert_deliveries WHERE next_at IS NOT NULL GROUP BY destination_id
         ) ORDER BY next_at, seq`,
      )
      .map(readDelivery);
  }

  /** A try leaves; should nothing be heard of it, the next one leaves at `nextAt`. */
  leaves(seq: number, now: number, nextAt: number): void {
    this.#db.all(
      `UPDATE alert_deliveries SET tries = tries + 1, tried_at = ?, next_at = ? WHERE seq = ?`,
      now,
      nextAt,
      seq,
    );
  }

  /** When a message may leave next; null where it waits no more. */
  nextAt(seq: number): number | null {
    const [row] = this.#db.all(`SELECT next_at FROM alert_deliveries WHERE seq = ?`, seq);
    return row ? nextRow.parse(row).next_at : null;
  }

  ended(
    seq: number,
    end: { status: number | null; outcome: AlertOutcome; nextAt: number | null },
  ): void {
    this.#db.all(
      `UPDATE alert_deliveries SET status = ?, outcome = ?, next_at = ? WHERE seq = ?`,
      end.status,
      end.outcome,
      end.nextAt,
      seq,
    );
  }

  list(destinationId: string): readonly AlertDelivery[] {
    return this.#db
      .all(
        `SELECT * FROM alert_deliveries WHERE destination_id = ? ORDER BY seq DESC LIMIT ?`,
        destinationId,
        LISTED_MAX,
      )
      .map((row) => readDelivery(row).listed);
  }
}

function readDelivery(row: SqlRow): StoredDelivery {
  return deliveryRow.parse(row);
}
