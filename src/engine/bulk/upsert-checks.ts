/**
 * Whether bulk upserts may carry a destination's records: only after a check on a few of its own showed, by reading them
 * back, that Outreach does with them what is documented, and while samples of later jobs do not show otherwise. Nobody is known to use upserts, so nothing is taken on trust.
 * @module
 */
import { REFUSED_MS } from "./limits-rules.ts";
import type { Connection } from "../connection/connection.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { Piece } from "../../durable/piece.ts";
import { upsertChecksPiece } from "./state.ts";
import type { StoredCheck } from "./state.ts";

/** One may be of a prospect that somebody changed meanwhile; so many in a row show that jobs do not what they say. */
const BAD_SAMPLES_MAX = 2;

/** When a check that failed may be made anew; null for one that was passed. */
export function againAt({ passed, at }: Pick<StoredCheck, "passed" | "at">): number | null {
  return passed ? null : at + REFUSED_MS;
}

export class UpsertChecks {
  readonly #stored: Piece<StoredCheck[]>;
  readonly #connection: Connection;

  constructor(db: ObservedDatabase, connection: Connection) {
    this.#stored = upsertChecksPiece(db);
    this.#connection = connection;
  }

  /** The last check of each destination, with the prospects of whoever is connected. */
  all(): readonly StoredCheck[] {
    const { account } = this.#connection;
    return this.#stored.read().filter((check) => check.account === account);
  }

  /** Destinations whose records may go in upserts. */
  passed(): ReadonlySet<string> {
    const passed = this.all().filter((check) => check.passed);
    return new Set(passed.map(({ destinationId }) => destinationId));
  }

  /** Destinations whose records may not go in upserts for now, because their check failed within a day. */
  failed(now: number): ReadonlySet<string> {
    const failed = this.all().filter((check) => (againAt(check) ?? now) > now);
    return new Set(failed.map(({ destinationId }) => destinationId));
  }

  /** @param failure why the check failed; null where it passed */
  ended(destinationId: string, at: number, failure: string | null): void {
    const { account } = this.#connection;
    const check = {
      destinationId,
      account,
      passed: failure === null,
      at,
      detail: failure,
      badSamples: 0,
    };
    this.#stored.write([...this.#without(destinationId), check]);
  }

  /**
   * Records of a destination that was checked were read back after a job that went well.
   * @param isGood whether all were as they should be
   * @returns whether the check no longer holds: several samples in a row were not
   */
  sampled(destinationId: string, isGood: boolean): boolean {
    const check = this.all().find((one) => one.destinationId === destinationId && one.passed);
    const badSamples = check && !isGood ? check.badSamples + 1 : 0;
    if (!check || badSamples === check.badSamples) return false;
    this.#stored.write([...this.#without(destinationId), { ...check, badSamples }]);
    return badSamples >= BAD_SAMPLES_MAX;
  }

  /** Of a destination that was deleted nothing is kept. */
  forget(destinationId: string): void {
    this.#stored.write(this.#without(destinationId));
  }

  #without(destinationId: string): StoredCheck[] {
    return this.#stored.read().filter((check) => check.destinationId !== destinationId);
  }
}
