/**
 * Time as a world has it: it moves from one happening to the next, and only when the world lets it.
 * @module
 */

/** Ten times what the busiest of worlds needs. */
const EVENTS_MAX = 500_000;

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** Something that may ring, and knows when: an object's alarm. */
export interface Bell {
  /** By true time; null where it is not set. */
  readonly ringsAt: () => number | null;
  readonly ring: () => void;
}

export class Timeline {
  now: number;
  /** Done before each happening, at its time. */
  onMove: () => void = () => undefined;
  readonly #bells: Bell[] = [];
  #happenings: Happening[] = [];
  #order = 0;
  #events = 0;

  constructor(start: number) {
    this.now = start;
  }

  hang(bell: Bell): void {
    this.#bells.push(bell);
  }

  at(afterMs: number, happen: () => void): void {
    this.#happenings.push({ at: this.now + afterMs, order: ++this.#order, happen });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(ms, resolve));
  }

  async passUntil(until: number): Promise<void> {
    while (await this.#moved(until)) continue;
    this.now = Math.max(this.now, until);
    this.onMove();
  }

  /** Lets time go by until the work is done. */
  async whileAtWork<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const end = (): void => void (state.done = true);
    work.then(end, end);
    for (;;) {
      await settle();
      if (state.done) return work;
      if (!(await this.#moved(Infinity))) throw new Error("rule 5: somebody waits for nothing");
    }
  }

  async #moved(until: number): Promise<boolean> {
    await settle();
    const next = this.#takeNext(until);
    if (!next) return false;
    this.now = Math.max(this.now, next.at);
    this.onMove();
    next.happen();
    if (++this.#events > EVENTS_MAX) throw new Error("rule 5: it goes on and on");
    return true;
  }

  #takeNext(until: number): Happening | null {
    let best: Happening | null = null;
    for (const { ringsAt, ring } of this.#bells) {
      const at = ringsAt();
      if (at !== null && (!best || at < best.at)) best = { at, order: Infinity, happen: ring };
    }
    for (const one of this.#happenings) {
      if (!best || one.at < best.at || (one.at === best.at && one.order < best.order)) best = one;
    }
    if (!best || best.at > until) return null;
    const taken = best;
    this.#happenings = this.#happenings.filter((one) => one !== taken);
    return taken;
  }
}

/** Everything that is ready to run runs before time goes on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}
