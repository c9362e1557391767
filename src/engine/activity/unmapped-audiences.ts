/**
 * Audiences that were seen in the stream and that nobody had mapped.
 *
 * Promises: however many requests bring an audience, its row is written once a minute at most; a destination has
 * `SEEN_MAX` rows at most. What was counted since the last write is lost where the object stops meanwhile: it is there
 * to offer audiences, not to account for them.
 * @module
 */
import { z } from "zod";
import { SEEN_MAX, type SeenAudience } from "../../mapping/seen-audiences.ts";
import type { ListedSeenAudience } from "../api.ts";
import type { Database } from "../../durable/database.ts";

const WRITE_EVERY_MS = 60_000;
/** An audience that was not seen for so long makes room for another one. */
const STALE_MS = 7 * 24 * 3_600_000;
/** Nobody needs to be offered what was not seen for so long. */
const KEPT_MS = 30 * 24 * 3_600_000;

const seenRow = z.object({
  namespace: z.string(),
  audience_id: z.string(),
  name: z.string().nullable(),
  profiles: z.number(),
  last_seen_at: z.number(),
});

/** An audience as it is counted in memory. */
interface Known {
  readonly namespace: string;
  readonly id: string;
  name: string | null;
  lastSeenAt: number;
  writtenAt: number;
  /** Profiles that are not written yet. */
  pending: number;
}

export class SeenAudienceStore {
  readonly #db: Database;
  readonly #byDestination = new Map<string, Map<string, Known>>();

  constructor(db: Database) {
    this.#db = db;
  }

  note(destinationId: string, seen: readonly SeenAudience[], now: number): void {
    if (seen.length === 0) return;
    const known = this.#known(destinationId);
    for (const { namespace, id, name, profiles } of seen) {
      const key = keyOf(namespace, id);
      let audience = known.get(key);
      if (!audience) {
        if (known.size >= SEEN_MAX && !this.#dropStale(destinationId, known, now)) continue;
        const nothing = { name: null, lastSeenAt: now, writtenAt: -Infinity, pending: 0 };
        audience = { namespace, id, ...nothing };
        known.set(key, audience);
      }
      audience.pending += profiles;
      audience.lastSeenAt = now;
      audience.name = name ?? audience.name;
      if (now - audience.writtenAt >= WRITE_EVERY_MS) this.#write(destinationId, audience);
    }
  }

  /** Those that most profiles brought come first. */
  list(destinationId: string): readonly ListedSeenAudience[] {
    for (const audience of this.#known(destinationId).values()) {
      if (audience.pending > 0) this.#write(destinationId, audience);
    }
    return this.#db
      .all(
        `SELECT * FROM seen_audiences WHERE destination_id = ?
         ORDER BY profiles DESC, namespace, audience_id`,
        destinationId,
      )
      .map((row) => {
        const { audience_id: id, last_seen_at: lastSeenAt, ...rest } = seenRow.parse(row);
        return { id, lastSeenAt, ...rest };
      });
  }

  forget(destinationId: string): void {
    this.#byDestination.delete(destinationId);
    this.#db.all(`DELETE FROM seen_audiences WHERE destination_id = ?`, destinationId);
  }

  prune(now: number): void {
    this.#byDestination.clear();
    this.#db.all(`DELETE FROM seen_audiences WHERE last_seen_at < ?`, now - KEPT_MS);
  }

  #known(destinationId: string): Map<string, Known> {
    const before = this.#byDestination.get(destinationId);
    if (before) return before;
    const rows = this.#db
      .all(`SELECT * FROM seen_audiences WHERE destination_id = ?`, destinationId)
      .map((row) => seenRow.parse(row));
    const known = new Map(
      rows.map(({ namespace, audience_id: id, name, last_seen_at: at }) => [
        keyOf(namespace, id),
        { namespace, id, name, lastSeenAt: at, writtenAt: at, pending: 0 },
      ]),
    );
    this.#byDestination.set(destinationId, known);
    return known;
  }

  #write(destinationId: string, audience: Known): void {
    this.#db.all(
      `INSERT INTO seen_audiences
         (destination_id, namespace, audience_id, name, profiles, last_seen_at)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (destination_id, namespace, audience_id) DO UPDATE SET
         name = coalesce(excluded.name, name),
         profiles = profiles + excluded.profiles,
         last_seen_at = excluded.last_seen_at`,
      destinationId,
      audience.namespace,
      audience.id,
      audience.name,
      audience.pending,
      audience.lastSeenAt,
    );
    audience.writtenAt = audience.lastSeenAt;
    audience.pending = 0;
  }

  /** Whether there was one to drop. */
  #dropStale(destinationId: string, known: Map<string, Known>, now: number): boolean {
    for (const [key, { namespace, id, lastSeenAt }] of known) {
      if (now - lastSeenAt < STALE_MS) continue;
      known.delete(key);
      this.#db.all(
        `DELETE FROM seen_audiences
         WHERE destination_id = ? AND namespace = ? AND audience_id = ?`,
        destinationId,
        namespace,
        id,
      );
      return true;
    }
    return false;
  }
}

function keyOf(namespace: string, id: string): string {
  return `${namespace}\n${id}`;
}
