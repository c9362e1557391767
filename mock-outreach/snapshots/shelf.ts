/**
 * Snapshots by their names. They outlive resets.
 * @module
 */
import type { SavedWorld } from "./format.ts";

/** Each holds what its world held: more are rather forgotten than needed. */
export const SNAPSHOTS_MAX = 100;

export class Shelf {
  readonly #snapshots = new Map<string, SavedWorld>();
  #lastNumber = 0;

  /**
   * Keeps the world; one of the same name is replaced.
   * @param name left out, the next number that is free
   * @returns its name; null where there are too many already
   */
  put(saved: SavedWorld, name: string = this.#nextNumber()): string | null {
    if (!this.#snapshots.has(name) && this.#snapshots.size >= SNAPSHOTS_MAX) return null;
    this.#snapshots.set(name, saved);
    return name;
  }

  get(name: string): SavedWorld | undefined {
    return this.#snapshots.get(name);
  }

  /** In the order in which they were first taken. */
  list(): readonly (readonly [name: string, saved: SavedWorld])[] {
    return [...this.#snapshots];
  }

  /** @returns whether there was one of this name */
  remove(name: string): boolean {
    return this.#snapshots.delete(name);
  }

  #nextNumber(): string {
    do this.#lastNumber += 1;
    while (this.#snapshots.has(String(this.#lastNumber)));
    return String(this.#lastNumber);
  }
}
