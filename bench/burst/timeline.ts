/**
 * Virtual time, and objects that work on one request after the other, as Durable Objects do.
 * @module
 */

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

export class Timeline {
  now: number;
  readonly #events: Event[] = [];

  constructor(now: number) {
    this.now = now;
  }

  /** Events of one moment happen in the order in which they were added. */
  at(at: number, happen: () => void): void {
    let low = 0;
    for (let high = this.#events.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { at, happen });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve));
  }

  /** Lets time go by until nothing more is to happen before `until`. */
  async run(until: number): Promise<void> {
    for (;;) {
      for (let i = 0; i < SETTLE_TURNS; i++) await Promise.resolve();
      const next = this.#events.at(-1);
      if (!next || next.at > until) break;
      this.#events.pop();
      this.now = Math.max(this.now, next.at);
      next.happen();
    }
    this.now = until;
  }
}

/** Turns of the microtask queue after which a chain of promises as long as any here has run. */
const SETTLE_TURNS = 20;

/** An object that takes so long for each request, one after the other. */
export class Serial {
  readonly #timeline: Timeline;
  readonly #serviceMs: number;
  #freeAt = 0;
  isDown = false;

  constructor(timeline: Timeline, serviceMs: number) {
    this.#timeline = timeline;
    this.#serviceMs = serviceMs;
  }

  /** @throws as the platform does, where the object is down or too many requests wait for it */
  do<T>(work: () => T): Promise<T> {
    const { now } = this.#timeline;
    const startsAt = Math.max(now, this.#freeAt);
    if (this.isDown || startsAt - now > OVERLOADED_MS) {
      return Promise.reject(new Error("Durable Object is overloaded."));
    }
    this.#freeAt = startsAt + this.#serviceMs;
    return new Promise((resolve, reject) => {
      this.#timeline.at(this.#freeAt, () => {
        if (this.isDown) reject(new Error("Durable Object was reset."));
        else resolve(work());
      });
    });
  }
}

/** The platform refuses requests to an object whose queue has grown this long. */
const OVERLOADED_MS = 10_000;
