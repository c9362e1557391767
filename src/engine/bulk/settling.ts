/**
 * Takes prospects out of a job, slice by slice: they have what it was to bring, or wait again. A job that has none left is
 * ended.
 * @module
 */
import { acknowledge, requeue } from "../model/call.ts";
import type { Step } from "../model/events.ts";
import type { Prospect } from "../model/prospect.ts";
import type { Pass } from "../connection/connection.ts";
import type { Job } from "./job.ts";
import type { JobTools } from "./job-tools.ts";

/** Prospects that are worked on in one turn: some 30 ms, so that requests hardly notice. */
export const SLICE = 500;

export class Settling {
  readonly #tools: JobTools;

  constructor(tools: JobTools) {
    this.#tools = tools;
  }

  /** All prospects of a job have what it was to bring. */
  arrived(job: Job, pass: Pass, now: number): Promise<void> {
    return this.inSlices({ ...job, brought: job.size }, pass, (before) =>
      acknowledge(before, null, now, this.#tools.ports.hash),
    );
  }

  /** All prospects of a job wait again; where they are released singly, each for a call of its own. */
  released(job: Job, pass: Pass, now: number): Promise<void> {
    const single = job.state === "releasing_single";
    return this.inSlices(job, pass, (before) => release(before, now, single));
  }

  /** Changes prospects of a job. */
  settle(prospects: readonly Prospect[], at: number, change: (before: Prospect) => Step): void {
    this.#tools.stores.outbox.save(prospects.map(change), at);
  }

  /** No prospect is in the job any more. */
  end(job: Job, now: number): void {
    this.#tools.stores.outbox.transaction(() => {
      this.#tools.stores.jobs.remove(job.id);
      this.#tools.kinds.ended(job, now);
    });
  }

  /** Changes all prospects of a job, a slice a turn, and ends it. */
  async inSlices(job: Job, pass: Pass, change: (before: Prospect) => Step): Promise<void> {
    for (;;) {
      if (pass.account !== this.#tools.connection.account) return;
      const slice = this.#tools.stores.prospects.inJob(job.id, 0, SLICE);
      if (slice.length === 0) break;
      this.#tools.stores.outbox.transaction(() =>
        this.settle(slice, this.#tools.ports.now(), change),
      );
      await this.#tools.ports.turn();
    }
    this.end(job, this.#tools.ports.now());
  }
}

/**
 * A prospect whose job brought it nothing, as far as is known, waits again, and is not to blame.
 * @param single whether it goes in a call of its own next
 */
export function release(before: Prospect, now: number, single: boolean): Step {
  return requeue(before, {
    reason: "not_applied",
    countsAsAttempt: false,
    error: null,
    dueAt: now,
    now,
    mayHaveApplied: true,
    ...(single && { single: true as const }),
  });
}
