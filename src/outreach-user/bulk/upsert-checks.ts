/**
 * Whether bulk upserts may carry a destination's records: only after a check on a few of its own showed, by reading them
 * back, that Outreach does with them what is documented. Nobody is known to use upserts, so nothing is taken on trust.
 * @module
 */
import type { Connection } from "../connection.ts";
import type { PieceValue, StateStore } from "../state-store.ts";

type Check = PieceValue<"upsertChecks">[number];

export class UpsertChecks {
  readonly #state: StateStore;
  readonly #connection: Connection;

  constructor(state: StateStore, connection: Connection) {
    this.#state = state;
    this.#connection = connection;
  }

  /** The last check of each destination, with the prospects of whoever is connected. */
  all(): readonly Check[] {
    const { account } = this.#connection;
    return this.#state.read("upsertChecks").filter((check) => check.account === account);
  }

  /** Destinations whose records may go in upserts. */
  passed(): ReadonlySet<string> {
    const passed = this.all().filter((check) => check.passed);
    return new Set(passed.map(({ destinationId }) => destinationId));
  }

  /** @param failure why the check failed; null where it passed */
  ended(destinationId: string, at: number, failure: string | null): void {
    const { account } = this.#connection;
    const check = { destinationId, account, passed: failure === null, at, detail: failure };
    this.#state.write("upsertChecks", [...this.#without(destinationId), check]);
  }

  /** Of a destination that was deleted nothing is kept. */
  forget(destinationId: string): void {
    this.#state.write("upsertChecks", this.#without(destinationId));
  }

  #without(destinationId: string): Check[] {
    return this.#state
      .read("upsertChecks")
      .filter((check) => check.destinationId !== destinationId);
  }
}
