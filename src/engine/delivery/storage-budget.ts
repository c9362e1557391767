/**
 * Watches how full the object's storage is, and makes room by pruning what is only worth having: first the older part of
 * histories, then what Outreach is known to hold of prospects that were not touched for long.
 *
 * A prospect that was pruned is as one never heard of: a repeat of what Outreach holds costs a call. Members of audiences
 * are kept, because they are counted.
 * @module
 */
import { z } from "zod";
import type { Ports } from "../ports.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { ProspectStore } from "../outbox/prospects.ts";
import { storageLevel } from "./storage-rules.ts";
import type { StorageLevel } from "./storage-rules.ts";

/** To go through all prospects in vain is not for every run. */
const IN_VAIN_MS = 3_600_000;
/** To ask for the size costs two reads. */
const WATCH_MS = 1_000;
/** Rows that are looked at in one turn: some 30 ms, so that requests hardly notice. */
const SLICE = 2_000;
/** What is left of a history. */
const STORY_CHARS = 200;
const DAY_MS = 24 * 3_600_000;
/** How long a prospect must not have been touched: less where more time did not make enough room. */
const UNTOUCHED_MS = [180, 90, 30, 7, 1, 0].map((days) => days * DAY_MS);

const lastRow = z.object({ n: z.number().nullable() });

interface StorageStores {
  readonly db: ObservedDatabase;
  readonly prospects: ProspectStore;
}

export class StorageBudget {
  readonly #ports: Ports;
  readonly #stores: StorageStores;
  /** What could be pruned is; it is looked at again then. */
  #prunedUntil = 0;
  #seen: { readonly at: number; readonly used: number } | null = null;

  constructor(ports: Ports, stores: StorageStores) {
    this.#ports = ports;
    this.#stores = stores;
  }

  /** Bytes that are stored, as of this second, and how many may be. */
  bytes(now: number): { readonly used: number; readonly limit: number } {
    if (!this.#seen || Math.abs(now - this.#seen.at) >= WATCH_MS) {
      this.#seen = { at: now, used: this.#stores.db.size() };
    }
    return { used: this.#seen.used, limit: this.#ports.storageBytes };
  }

  level(now: number): StorageLevel {
    const level = storageLevel(this.bytes(now));
    // Where room is short histories stop growing.
    this.#stores.prospects.tellsStories = level === "roomy" || level === "pruning";
    return level;
  }

  /** Whether something is to be pruned now. */
  isDue(now: number): boolean {
    return this.level(now) !== "roomy" && now >= this.#prunedUntil;
  }

  /** Prunes until there is room again, or nothing is left to prune. Requests have their turn in between. */
  async prune(): Promise<void> {
    if (!this.isDue(this.#ports.now())) return;
    const work = [
      (after: number) => this.#shortenStories(after),
      ...UNTOUCHED_MS.map((ms) => (after: number) => this.#forgetUntouched(after, ms)),
    ];
    for (const slice of work) {
      for (let after: number | null = 0; after !== null; await this.#ports.turn()) {
        after = slice(after);
        if (!this.#isShort()) return;
      }
    }
    this.#prunedUntil = this.#ports.now() + IN_VAIN_MS;
    this.#ports.log("storage_short", { bytes: this.#stores.db.size() });
  }

  #isShort(): boolean {
    this.#seen = null;
    return this.level(this.#ports.now()) !== "roomy";
  }

  /** @returns up to which prospect it came; null at the end */
  #shortenStories(after: number): number | null {
    return this.#slice(after, (upTo) => {
      this.#stores.db.all(
        `UPDATE prospects SET story = substr(story, 1, ${STORY_CHARS})
         WHERE id > ? AND id <= ? AND length(story) > ${STORY_CHARS}`,
        after,
        upTo,
      );
    });
  }

  #forgetUntouched(after: number, ms: number): number | null {
    const before = this.#ports.now() - ms;
    return this.#slice(after, (upTo) => {
      this.#stores.db.all(
        `DELETE FROM prospects WHERE id > ? AND id <= ? AND accepted_at IS NULL
         AND instr(known, '"membership"') = 0 AND coalesce(last_delivery ->> '$.at', 0) <= ?`,
        after,
        upTo,
        before,
      );
    });
  }

  #slice(after: number, work: (upTo: number) => void): number | null {
    const [row] = this.#stores.db.all(
      `SELECT max(id) AS n FROM (SELECT id FROM prospects WHERE id > ? ORDER BY id LIMIT ${SLICE})`,
      after,
    );
    const upTo = lastRow.parse(row).n;
    if (upTo !== null) this.#stores.db.transaction(() => work(upTo));
    return upTo;
  }
}
