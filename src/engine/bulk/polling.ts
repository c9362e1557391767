/**
 * Follows a job at Outreach: finds one whose answer was lost, looks how far each is, confirms a batch that asks for it.
 * @module
 */
import { AGAIN_MIN_MS, lostJobEndsAt } from "./timing-rules.ts";
import { confirmBatch, pollJob, recentBatches } from "../../outreach/bulk.ts";
import type { Pass } from "../connection/connection.ts";
import { notOurs, readOnceEnded } from "./job.ts";
import type { Job } from "./job.ts";
import type { JobTools } from "./job-tools.ts";

/** Looks after which a job that is not to be found was not taken. */
const FIND_LOOKS = 3;
/** A job that has not ended by then never will. */
const JOB_MAX_MS = 24 * 3_600_000;
const NOT_TOLD = "Outreach did not tell how far it was.";
const NOT_FINISHED = "Outreach ended it before it was done.";
const NEVER_ENDED = "Outreach had not ended it after a day.";
/** Outreach's clock and ours. */
const CLOCK_SKEW_MS = 5_000;

export class Following {
  readonly #tools: JobTools;

  constructor(tools: JobTools) {
    this.#tools = tools;
  }

  /** Looks for a batch that Outreach may have taken, although its answer did not come. */
  async find(job: Job, pass: Pass, now: number): Promise<void> {
    const { jobs } = this.#tools.stores;
    const ended = await this.#tools.calls.make("find_batch", job, pass, now, recentBatches);
    this.#tools.stores.outbox.transaction(() => {
      const { outcome, at } = this.#tools.calls.ended(ended, pass);
      if (outcome.kind === "rejected") return jobs.save(readOnceEnded(job, at));
      if (outcome.kind !== "ok") {
        return jobs.save(this.#tools.calls.again(job, outcome, at) ?? readOnceEnded(job, at));
      }
      const taken = new Set(jobs.open().map(({ remoteId }) => remoteId));
      // The newest come first; of several, ours is the one that came earliest after its call had left.
      const fitting = outcome.value.filter(
        ({ id, action, createdAt, total }) =>
          !taken.has(id) &&
          (action === null || /modify/i.test(action)) &&
          (createdAt ?? 0) >= job.startedAt - CLOCK_SKEW_MS &&
          (total === null || total === job.size),
      );
      const found = fitting.findLast(({ total }) => total !== null) ?? fitting.at(-1);
      if (found) {
        // It may be somebody else's after all: what its prospects hold will tell, whatever it says.
        const running = { state: "running", isOurs: false } as const;
        const { id: remoteId } = found;
        jobs.save({ ...job, ...running, remoteId, nextAt: at, looks: 0, failingSince: null });
      } else if (job.looks + 1 < FIND_LOOKS) {
        const looks = job.looks + 1;
        jobs.save({ ...job, looks, nextAt: at + AGAIN_MIN_MS, failingSince: null });
      } else jobs.save(readOnceEnded(job, at));
    });
  }

  /** Looks how far Outreach is with a job. */
  async look(job: Job, pass: Pass, now: number): Promise<void> {
    const { jobs } = this.#tools.stores;
    const id = job.remoteId ?? "";
    const ended = await this.#tools.calls.make("poll_job", job, pass, now, (caller) =>
      pollJob(caller, job.kind, id),
    );
    // What may be somebody else's waits for that person's word.
    const isConfirming =
      job.isOurs && ended.outcome.kind === "ok" && ended.outcome.value.state === "confirming";
    this.#tools.stores.outbox.transaction(() => {
      const { outcome, at } = this.#tools.calls.ended(ended, pass);
      if (outcome.kind === "rejected") return this.#lost(job, outcome.detail, at);
      if (outcome.kind !== "ok") {
        const again = this.#tools.calls.again(job, outcome, at);
        return again ? jobs.save(again) : this.#lost(job, NOT_TOLD, at);
      }
      const seen = { ...job, nextAt: at, failingSince: null };
      const readAll = { ...seen, state: "reading", looks: 0 } as const;
      const { state, failures, total } = outcome.value;
      if (state === "finished") {
        const wentWell =
          failures === 0 && (total === null || total === job.size) && !job.isCheck && job.isOurs;
        if (job.isOurs) this.#tools.kinds.finished(job, at);
        const next = this.#tools.kinds.isSampled(job) ? "sampling" : "settling";
        if (wentWell) return jobs.save({ ...readAll, state: next });
        // All had the same values: two of them tell the reason.
        const isRefused = job.kind === "modify" && job.isOurs && failures === job.size;
        return jobs.save(isRefused ? { ...readAll, state: "trying" } : readAll);
      }
      if (state === "ended_otherwise") return jobs.save({ ...readAll, trouble: NOT_FINISHED });
      const elapsedMs = at - job.startedAt;
      if (elapsedMs > JOB_MAX_MS) {
        this.#tools.kinds.refused(job, { status: null, detail: NEVER_ENDED }, at);
        return jobs.save({ ...readAll, trouble: NEVER_ENDED });
      }
      // Ours has ended by then, and so this one is somebody else's.
      if (!job.isOurs && at >= lostJobEndsAt(job)) return jobs.save(notOurs(job, at));
      const looks = job.looks + 1;
      const nextAt = at + this.#tools.kinds.nextLookMs(job, looks, elapsedMs);
      jobs.save({ ...seen, looks, nextAt, ranMs: job.isOurs ? elapsedMs : job.ranMs });
    });
    if (isConfirming) await this.#confirm(job, pass, this.#tools.ports.now());
  }

  async #confirm(job: Job, pass: Pass, now: number): Promise<void> {
    if (!this.#tools.calls.mayLeave(now)) return;
    const current = this.#tools.stores.jobs.open().find(({ id }) => id === job.id) ?? job;
    const ended = await this.#tools.calls.make("confirm_batch", current, pass, now, (caller) =>
      confirmBatch(caller, job.remoteId ?? ""),
    );
    this.#tools.stores.outbox.transaction(() => {
      const { outcome, at } = this.#tools.calls.ended(ended, pass);
      // It never begins; what its prospects hold is read as of one that was not taken.
      if (outcome.kind === "rejected") {
        this.#lost({ ...current, remoteId: null }, outcome.detail, at);
      }
    });
  }

  /** Nobody can tell any more how far a job is: what its prospects hold will tell what came of it. */
  #lost(job: Job, detail: string, at: number): void {
    const { kinds, stores } = this.#tools;
    if (job.isCheck) kinds.checked(job, at, detail);
    const state = job.isCheck ? "releasing_single" : "reading";
    stores.jobs.save({ ...readOnceEnded(job, at), state, trouble: detail });
  }
}
