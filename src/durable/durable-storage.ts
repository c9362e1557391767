/**
 * Cloudflare's storage of an object, as the stores and the cores use it.
 * @module
 */
import type { Database } from "./database.ts";
import type { Alarm } from "./alarm.ts";

export function databaseOf(storage: DurableObjectStorage): Database {
  return {
    all: (statement, ...bindings) => storage.sql.exec(statement, ...bindings).toArray(),
    size: () => storage.sql.databaseSize,
    transaction: (work) => storage.transactionSync(work),
  };
}

/**
 * The object's alarm, with its time at hand without an `await`, so that rows and their alarm are written in one
 * turn and become durable together.
 */
export class StoredAlarm implements Alarm {
  readonly #storage: DurableObjectStorage;
  #at: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  loaded(at: number | null): void {
    this.#at = at;
  }

  /** The platform takes an alarm away when it goes off. */
  fired(): void {
    this.#at = null;
  }

  at(): number | null {
    return this.#at;
  }

  set(at: number | null): void {
    this.#at = at;
    // A write like any other: nothing leaves the object before it is durable, so nobody needs to wait for it.
    void (at === null ? this.#storage.deleteAlarm() : this.#storage.setAlarm(at));
  }
}
