/**
 * The destinations that updates came from: a short number for each, for indexes, and how its updates travel.
 * @module
 */
import { z } from "zod";
import type { DestinationDelivery } from "./api.ts";
import type { Database } from "./database.ts";

const row = z.object({
  id: z.number(),
  destination_id: z.string(),
  weight: z.number(),
  single: z.number(),
  rejoining: z.number(),
  revision: z.number(),
});

interface Settings {
  readonly weight: number;
  /** Whether each prospect goes in a call of its own. */
  readonly single: boolean;
  /** Whether what waits in calls of its own, as it was set before, is still to be put together with others. */
  readonly rejoining: boolean;
  readonly revision: number;
}

interface Known extends Settings {
  readonly number: number;
}

const UNSET: Settings = { weight: 1, single: false, rejoining: false, revision: 0 };

export class DestinationStore {
  readonly #db: Database;
  /** The whole table, which is small; null: read it again. */
  #known: Map<string, Known> | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The destination's number; a new one where it has none yet. */
  numberOf(destinationId: string): number {
    return this.#all().get(destinationId)?.number ?? this.#save(destinationId, UNSET);
  }

  /** Remembers how a destination's updates travel, and says whether that is new. Older settings than those that are known are passed over. */
  set(destinationId: string, delivery: DestinationDelivery): boolean {
    const { weight = 1, single = false, revision = 0 } = delivery;
    const known = this.#all().get(destinationId);
    const before = known ?? UNSET;
    if (known && revision < before.revision) return false;
    const isSame =
      weight === before.weight && single === before.single && revision === before.revision;
    if (known && isSame) return false;
    const rejoining = !single && (before.single || before.rejoining);
    this.#save(destinationId, { weight, single, rejoining, revision });
    return true;
  }

  /** The weight of the destination that has a number. */
  weightOf(number: number): number {
    return this.#byNumber(number)?.weight ?? 1;
  }

  /** Whether each of a destination's prospects goes in a call of its own. */
  isSingle(destinationId: string): boolean {
    return this.#all().get(destinationId)?.single ?? false;
  }

  /** The same of the destination that has a number. */
  goesSingly(number: number): boolean {
    return this.#byNumber(number)?.single ?? false;
  }

  /** The number of a destination whose prospects wait singly, and no longer have to; null where there is none. */
  rejoining(): number | null {
    return [...this.#all().values()].find((one) => one.rejoining)?.number ?? null;
  }

  /** All that waited singly may travel with others. */
  rejoined(number: number): void {
    for (const [destinationId, known] of this.#all()) {
      if (known.number === number) this.#save(destinationId, { ...known, rejoining: false });
    }
  }

  /** After a transaction that was undone. */
  reread(): void {
    this.#known = null;
  }

  #byNumber(number: number): Known | undefined {
    return [...this.#all().values()].find((one) => one.number === number);
  }

  #save(destinationId: string, { weight, single, rejoining, revision }: Settings): number {
    const [saved] = this.#db.all(
      `INSERT INTO destinations (destination_id, weight, single, rejoining, revision)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (destination_id) DO UPDATE SET weight = excluded.weight,
         single = excluded.single, rejoining = excluded.rejoining, revision = excluded.revision
       RETURNING *`,
      destinationId,
      weight,
      Number(single),
      Number(rejoining),
      revision,
    );
    const known = knownOf(row.parse(saved));
    this.#all().set(destinationId, known);
    return known.number;
  }

  #all(): Map<string, Known> {
    this.#known ??= new Map(
      this.#db
        .all(`SELECT * FROM destinations`)
        .map((one) => row.parse(one))
        .map((one) => [one.destination_id, knownOf(one)]),
    );
    return this.#known;
  }
}

function knownOf({ id, weight, single, rejoining, revision }: z.infer<typeof row>): Known {
  return { number: id, weight, single: single === 1, rejoining: rejoining === 1, revision };
}
