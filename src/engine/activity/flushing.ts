/**
 * Writes what is counted in memory: a second after it was counted at the latest, and when the loop ends. A kill loses that
 * second's figures, and nothing else.
 * @module
 */
import type { Ports } from "../ports.ts";

const FLUSH_MS = 1_000;

/** Whoever counts in memory. */
export interface Counting {
  /** Writes what was counted and is not written yet; nothing where nothing was. */
  write(): void;
}

export class Flushing {
  readonly #ports: Pick<Ports, "later" | "log">;
  readonly #counting: readonly Counting[];
  #isScheduled = false;

  constructor(ports: Pick<Ports, "later" | "log">, counting: readonly Counting[]) {
    this.#ports = ports;
    this.#counting = counting;
  }

  /** Something may have been counted. */
  soon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#ports.later(FLUSH_MS, () => {
      this.#isScheduled = false;
      try {
        this.now();
      } catch {
        // They stay in memory, and are written with the next ones.
        this.#ports.log("counts_not_written");
      }
    });
  }

  now(): void {
    for (const counting of this.#counting) counting.write();
  }
}
