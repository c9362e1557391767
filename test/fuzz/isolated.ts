/**
 * Tries inputs in a thread of their own and watches it.
 *
 * Promises: an input that never ends is noticed and named, be it a loop that blocks its thread or a promise that is
 * never settled; the next input finds a new thread.
 * @module
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { Explored, Tried } from "./target.ts";

const LOOK_EVERY_MS = 100;

const failure = z.object({ rule: z.string(), detail: z.string(), input: z.unknown() });
const explored = z.object({
  inputs: z.int(),
  outcomes: z.record(z.string(), z.int()),
  slowestMs: z.number(),
  failure: failure.nullable(),
});
const tried = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), outcome: z.string() }),
  z.object({ ok: z.literal(false), rule: z.string(), detail: z.string() }),
]);

/** What came of a job. */
export type Ended<T> =
  | { readonly ended: true; readonly result: T }
  | {
      readonly ended: false;
      /** Where the input is that did not end, counted from 0. */
      readonly place: number;
      readonly rule: "an input ends in time" | "an input leaves its thread alive";
      readonly detail: string;
    };

export class Isolated {
  readonly #limitMs: number;
  /** Inputs begun and ended, counted by the thread; readable while it blocks. */
  readonly #started = new Int32Array(new SharedArrayBuffer(4));
  readonly #ended = new Int32Array(new SharedArrayBuffer(4));
  #thread: Worker | null = null;

  /** @param limitMs for one input */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Inputs that the job under way has ended. */
  get done(): number {
    return Atomics.load(this.#ended, 0);
  }

  /** @param known rules whose breaking is no news */
  explore(
    target: string,
    seed: number,
    inputs: number,
    known: readonly string[] = [],
  ): Promise<Ended<Explored>> {
    return this.#run({ kind: "explore", target, seed, inputs, known }, explored);
  }

  replay(target: string, input: unknown): Promise<Ended<Tried>> {
    return this.#run({ kind: "replay", target, input }, tried);
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = null;
  }

  async #run<T>(job: object, schema: z.ZodType<T>): Promise<Ended<T>> {
    const thread = (this.#thread ??= this.#newThread());
    Atomics.store(this.#started, 0, 0);
    Atomics.store(this.#ended, 0, 0);
    const watch = this.#watch();
    const listening = new AbortController();
    const { signal } = listening;
    const answer = once(thread, "message", { signal }).then(([message]): unknown => message);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage(job);
    try {
      const result = await Promise.race([answer.catch(deathOf), watch.stuck]);
      if (result !== STUCK && !(result instanceof Dead)) {
        return { ended: true, result: schema.parse(result) };
      }
      await this.close();
      const place = Math.max(0, Atomics.load(this.#started, 0) - 1);
      return result === STUCK
        ? { ended: false, place, rule: "an input ends in time", detail: `${this.#limitMs} ms` }
        : { ended: false, place, rule: "an input leaves its thread alive", detail: result.why };
    } finally {
      watch.stop();
      listening.abort();
    }
  }

  /** Resolves once an input has taken longer than the limit. */
  #watch(): { readonly stuck: Promise<typeof STUCK>; readonly stop: () => void } {
    let since = performance.now();
    let place = 0;
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<typeof STUCK>((resolve) => {
      timer = setInterval(() => {
        const started = Atomics.load(this.#started, 0);
        if (started !== place || started === this.done) since = performance.now();
        place = started;
        if (performance.now() - since > this.#limitMs) resolve(STUCK);
      }, LOOK_EVERY_MS);
    });
    return { stuck, stop: () => clearInterval(timer) };
  }

  #newThread(): Worker {
    const workerData = { started: this.#started, ended: this.#ended };
    // Flags of the process that runs tests are not for this thread.
    return new Worker(new URL("thread.ts", import.meta.url), { workerData, execArgv: [] });
  }
}

const STUCK = Symbol("stuck");

/** `once` rejects with the error that ended the thread. */
function deathOf(error: unknown): Dead {
  return new Dead(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

class Dead {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}
