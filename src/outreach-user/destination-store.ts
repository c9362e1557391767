/**
 * The destinations that updates came from: a short number for each, for indexes, and its weight beside the others.
 * @module
 */
import { z } from "zod";
import type { Database } from "./database.ts";

const row = z.object({ id: z.number(), destination_id: z.string(), weight: z.number() });

interface Known {
  readonly number: number;
  readonly weight: number;
}

export class DestinationStore {
  readonly #db: Database;
  /** The whole table, which is small; null: read it again. */
  #known: Map<string, Known> | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The destination's number; a new one where it has none yet. */
  numberOf(destinationId: string): number {
    return this.#all().get(destinationId)?.number ?? this.#save(destinationId, 1);
  }

  /** Remembers a destination's weight. */
  weigh(destinationId: string, weight: number): void {
    if (this.#all().get(destinationId)?.weight !== weight) this.#save(destinationId, weight);
  }

  /** The weight of the destination that has a number. */
  weightOf(number: number): number {
    return [...this.#all().values()].find((one) => one.number === number)?.weight ?? 1;
  }

  /** After a transaction that was undone. */
  reread(): void {
    this.#known = null;
  }

  #save(destinationId: string, weight: number): number {
    const [saved] = this.#db.all(
      `INSERT INTO destinations (destination_id, weight) VALUES (?, ?)
       ON CONFLICT (destination_id) DO UPDATE SET weight = excluded.weight RETURNING *`,
      destinationId,
      weight,
    );
    const { id } = row.parse(saved);
    this.#all().set(destinationId, { number: id, weight });
    return id;
  }

  #all(): Map<string, Known> {
    this.#known ??= new Map(
      this.#db
        .all(`SELECT * FROM destinations`)
        .map((one) => row.parse(one))
        .map(({ id, destination_id, weight }) => [destination_id, { number: id, weight }]),
    );
    return this.#known;
  }
}
