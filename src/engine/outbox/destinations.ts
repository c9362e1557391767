/**
 * The destinations that updates came from: a short number for each, for indexes, and how its updates travel.
 * @module
 */
import { z } from "zod";
import type { DestinationDelivery } from "../api.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { replaces, type Told } from "./revisions.ts";

const row = z.object({
  id: z.number(),
  destination_id: z.string(),
  weight: z.number(),
  single: z.number(),
  switching: z.number(),
  revision: z.number(),
  heard_at: z.number(),
});

interface Settings extends Told {
  readonly weight: number;
  /** Whether each prospect goes in a call of its own. */
  readonly single: boolean;
  /** Whether some of what waits may still be kept for calls of its own, or not, as it was set before. */
  readonly switching: boolean;
}

export interface KnownDestination extends Settings {
  readonly id: string;
  readonly number: number;
}

const UNSET: Settings = { weight: 1, single: false, switching: false, revision: 0, heardAt: 0 };

export class DestinationStore {
  readonly #db: ObservedDatabase;
  /** The whole table, which is small; null: read it again. */
  #known: Map<string, KnownDestination> | null = null;
  /** Asked for with each row that is written; null: look again. */
  #singles: ReadonlySet<string> | null = null;

  constructor(db: ObservedDatabase) {
    this.#db = db;
    db.onRollback(() => {
      this.#known = null;
      this.#singles = null;
    });
  }

  /** The destination's number; a new one where it has none yet. */
  numberOf(destinationId: string): number {
    return this.#all().get(destinationId)?.number ?? this.#save(destinationId, UNSET);
  }

  /**
   * Remembers how a destination's updates travel, and says whether that is new.
   * @param heardAt when it was told, epoch ms
   */
  set(destinationId: string, delivery: DestinationDelivery, heardAt: number): boolean {
    const { weight = 1, single = false, revision = 0 } = delivery;
    const known = this.#all().get(destinationId);
    const before = known ?? UNSET;
    if (known && !replaces({ revision, heardAt }, known)) return false;
    const isSame =
      weight === before.weight && single === before.single && revision === before.revision;
    if (known && isSame) return false;
    // Nothing of one that was not known waits.
    const switching = before.switching || (known !== undefined && single !== before.single);
    this.#save(destinationId, { weight, single, switching, revision, heardAt });
    return true;
  }

  /** The weight of the destination that has a number. */
  weightOf(number: number): number {
    return this.#byNumber(number)?.weight ?? 1;
  }

  /** Destinations whose prospects each go in a call of their own. */
  get singles(): ReadonlySet<string> {
    this.#singles ??= new Set(
      [...this.#all().values()].filter(({ single }) => single).map(({ id }) => id),
    );
    return this.#singles;
  }

  /** A destination of which some prospects may still wait as it was set before; null where there is none. */
  switching(): KnownDestination | null {
    return [...this.#all().values()].find((one) => one.switching) ?? null;
  }

  /** All that waits for a destination goes as it is set. */
  switched(destination: KnownDestination): void {
    this.#save(destination.id, { ...destination, switching: false });
  }

  #byNumber(number: number): KnownDestination | undefined {
    return [...this.#all().values()].find((one) => one.number === number);
  }

  #save(destinationId: string, settings: Settings): number {
    const { weight, single, switching, revision, heardAt } = settings;
    const [saved] = this.#db.all(
      `INSERT INTO destinations (destination_id, weight, single, switching, revision, heard_at)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (destination_id) DO UPDATE SET weight = excluded.weight,
         single = excluded.single, switching = excluded.switching, revision = excluded.revision,
         heard_at = excluded.heard_at
       RETURNING *`,
      destinationId,
      weight,
      Number(single),
      Number(switching),
      revision,
      heardAt,
    );
    const known = knownOf(row.parse(saved));
    this.#all().set(destinationId, known);
    this.#singles = null;
    return known.number;
  }

  #all(): Map<string, KnownDestination> {
    this.#known ??= new Map(
      this.#db
        .all(`SELECT * FROM destinations`)
        .map((one) => row.parse(one))
        .map((one) => [one.destination_id, knownOf(one)]),
    );
    return this.#known;
  }
}

function knownOf(one: z.infer<typeof row>): KnownDestination {
  return {
    id: one.destination_id,
    number: one.id,
    weight: one.weight,
    single: one.single === 1,
    switching: one.switching === 1,
    revision: one.revision,
    heardAt: one.heard_at,
  };
}
