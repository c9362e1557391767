/**
 * A modify whose values Outreach refused: two of its prospects are sent alone. Both refused alike, that is all of theirs'
 * reason, and none of the others costs a call. Where one is taken, the values are good: the others go together again, and
 * no more in modifies for a while where that happens again and again. Otherwise each is told its own.
 * @module
 */
import { arrive, setAside } from "../../delivery/call.ts";
import { changeSetOf } from "../../delivery/change-set.ts";
import type { CallError, Prospect } from "../../delivery/prospect.ts";
import { CALL_RUNS_MAX_MS } from "../../delivery/retry.ts";
import { patchProspect } from "../../outreach/client.ts";
import type { HeldAttributes, Outcome } from "../../outreach/client.ts";
import type { Pass } from "../connection.ts";
import { AGAIN_MS, valuesOf } from "./job-calls.ts";
import type { Job } from "./job-store.ts";
import type { JobTools } from "./job-tools.ts";
import { release } from "./settling.ts";
import type { Settling } from "./settling.ts";

/** After so many prospects that say nothing certain of the values each is sent alone. */
const TRIES = 3;
const MODIFY_TO_BLAME = "It was refused for its values, and one of its prospects alone was not.";

export class Trial {
  readonly #tools: JobTools;
  readonly #settling: Settling;

  constructor(tools: JobTools, settling: Settling) {
    this.#tools = tools;
    this.#settling = settling;
  }

  /** Sends one prospect of a job alone. */
  async tryOne(job: Job, pass: Pass, now: number): Promise<void> {
    const { prospects, jobs } = this.#tools.stores;
    const [tried] = prospects.inJob(job.id, 0, 1);
    if (!tried?.inCall) return jobs.save({ ...job, state: "releasing_single", nextAt: now });
    const attributes = valuesOf(tried.inCall.fields);
    // Where its end is never heard of, it may run until then.
    const underWay = { ...job, nextAt: now + CALL_RUNS_MAX_MS };
    const ended = await this.#tools.calls.make("patch", underWay, pass, now, (caller) =>
      patchProspect(caller, tried.id, attributes),
    );
    this.#tools.stores.transaction(() => {
      const { outcome, at } = this.#tools.calls.ended(ended, pass, false);
      // New values may have come to wait meanwhile.
      const [before] = prospects.findAll([tried.id]);
      if (before?.inCall) this.#concluded(job, before, outcome, at);
    });
  }

  #concluded(job: Job, before: Prospect, outcome: Outcome<HeldAttributes>, at: number): void {
    const { jobs } = this.#tools.stores;
    const singly = { ...job, state: "releasing_single", nextAt: at } as const;
    const next = job.looks + 1 < TRIES ? { ...job, looks: job.looks + 1, nextAt: at } : singly;
    if (outcome.kind === "ok") {
      this.#settling.settle([before], at, (one) =>
        arrive(one, outcome.value, at, this.#tools.ports.hash),
      );
      this.#tools.kinds.wentAstray(job, MODIFY_TO_BLAME, at);
      jobs.save({ ...job, state: "releasing", nextAt: at });
    } else if (outcome.kind === "rejected") {
      const { status, code, detail, pointer } = outcome;
      const refusal = { at, status, code, detail, pointer };
      const changeSet = changeSetOf(before.inCall?.fields ?? {});
      this.#settling.settle([before], at, (one) => setAside(one, refusal, false));
      if (status === 404) jobs.save(next);
      else if (status !== 422) jobs.save(singly);
      else if (!job.refusal) jobs.save({ ...next, refusal });
      else if (isAlike(job.refusal, refusal)) {
        jobs.save({ ...job, state: "refusing", nextAt: at, changeSet, refusal });
      } else jobs.save(singly);
    } else if (outcome.kind === "failed") {
      jobs.save({ ...next, nextAt: at + Math.max(AGAIN_MS, CALL_RUNS_MAX_MS) });
    } else jobs.save({ ...job, nextAt: at });
  }

  /** What was refused of two is refused of all that were to be told the same; any others go alone. */
  refuse(job: Job, refusal: CallError, pass: Pass, now: number): Promise<void> {
    // How long it took says nothing of jobs that are taken.
    return this.#settling.inSlices({ ...job, state: "releasing" }, pass, (before) =>
      changeSetOf(before.inCall?.fields ?? {}) === job.changeSet
        ? setAside(before, refusal, false)
        : release(before, now, true),
    );
  }
}

function isAlike(a: CallError, b: CallError): boolean {
  return (
    a.status === b.status && a.code === b.code && a.detail === b.detail && a.pointer === b.pointer
  );
}
