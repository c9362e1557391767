/**
 * A modify whose values Outreach refused: two of its prospects are sent alone. Both refused alike, that is all of theirs'
 * reason, and none of the others costs a call. Where one is taken, the values are good: the others go together again, and
 * no more in modifies for a while where that happens again and again. Otherwise each is told its own.
 * @module
 */
import { arrive, giveBack, setAside } from "../../delivery/call.ts";
import { changeSetOf } from "../../delivery/change-set.ts";
import { withoutValues } from "../../delivery/outreach-words.ts";
import type { CallError, InCall, Prospect } from "../../delivery/prospect.ts";
import { CALL_RUNS_MAX_MS } from "../../delivery/retry.ts";
import { patchProspect } from "../../outreach/client.ts";
import type { HeldAttributes, Outcome } from "../../outreach/client.ts";
import type { Pass } from "../connection.ts";
import { groupKeyOf } from "../failure-reason.ts";
import { valuesOf } from "./job-calls.ts";
import type { Job } from "./job.ts";
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

  /**
   * Takes one prospect out of a job and sends it alone. Any may be the one: those next to each other may have been deleted
   * together.
   */
  async tryOne(job: Job, pass: Pass, now: number): Promise<void> {
    const { prospects, jobs } = this.#tools.stores;
    const ids = prospects.idsInJob(job.id);
    const id = ids[Math.floor(this.#tools.ports.chance() * ids.length)];
    const [tried] = id === undefined ? [] : prospects.findAll([id]);
    if (!tried?.inCall) return jobs.save({ ...job, state: "releasing_single", nextAt: now });
    const attributes = valuesOf(tried.inCall.fields);
    const { job: _job, ...load } = tried.inCall;
    const alone = { ...tried, inCall: { ...load, startedAt: now } };
    // Where its end is never heard of, it may run until then.
    const underWay = { ...job, nextAt: now + CALL_RUNS_MAX_MS };
    const ended = await this.#tools.calls.make(
      "patch",
      underWay,
      pass,
      now,
      (caller) => patchProspect(caller, tried.id, attributes),
      () => this.#tools.stores.saveProspects([{ before: tried, after: alone }], now),
    );
    this.#tools.stores.transaction(() => {
      const { outcome, at } = this.#tools.calls.ended(ended, pass, false);
      // New values may have come to wait meanwhile.
      const [before] = prospects.findAll([tried.id]);
      if (before?.inCall) this.#concluded(job, before, before.inCall, outcome, at);
    });
  }

  #concluded(
    job: Job,
    before: Prospect,
    { fields }: InCall,
    outcome: Outcome<HeldAttributes>,
    at: number,
  ): void {
    const { jobs } = this.#tools.stores;
    const answered = { ...job, nextAt: at, looks: job.looks + 1, failingSince: null };
    const singly = { ...job, state: "releasing_single", nextAt: at } as const;
    const next = answered.looks < TRIES ? answered : singly;
    if (outcome.kind === "ok") {
      this.#settling.settle([before], at, (one) =>
        arrive(one, outcome.value, at, this.#tools.ports.hash),
      );
      jobs.save({ ...answered, state: "releasing", trouble: MODIFY_TO_BLAME });
    } else if (outcome.kind === "rejected") {
      const { status, code, detail, pointer } = outcome;
      const refusal = { at, status, code, detail, pointer };
      this.#settling.settle([before], at, (one) => setAside(one, refusal, false));
      if (status === 404) jobs.save(next);
      else if (status !== 422) jobs.save(singly);
      else if (!job.refusal) jobs.save({ ...next, refusal });
      else if (isAlike(fields, job.refusal, refusal)) {
        const changeSet = changeSetOf(fields);
        const ofAll = { ...refusal, detail: wordsForAll(fields, job.refusal, refusal) };
        jobs.save({ ...answered, state: "refusing", changeSet, refusal: ofAll });
      } else jobs.save(singly);
    } else {
      const error = errorOf(outcome, at);
      const didFail = error !== null;
      this.#settling.settle([before], at, (one) =>
        giveBack(one, {
          countsAsAttempt: didFail,
          mayHaveApplied: didFail,
          error,
          dueAt: didFail ? at + CALL_RUNS_MAX_MS : at,
          now: at,
          single: true,
        }),
      );
      jobs.save(this.#tools.calls.again(job, outcome, at) ?? singly);
    }
  }

  /** What was refused of two is refused of all that were to be told the same; any others go alone. */
  refuse(job: Job, refusal: CallError, pass: Pass, now: number): Promise<void> {
    // How long it took says nothing of jobs that are taken.
    return this.#settling.inSlices({ ...job, state: "releasing" }, pass, (before) =>
      changeSetOf(before.inCall?.fields ?? {}) === job.changeSet
        ? setAside(before, refusal, false)
        : release(before, now, { single: true, mayHaveApplied: true }),
    );
  }
}

function errorOf(outcome: Outcome<never>, at: number): CallError | null {
  if (outcome.kind !== "failed") return null;
  const { status, code, detail } = outcome;
  return { at, status, code, detail, pointer: null };
}

/** Whether two prospects were refused the same values for the same reason, whatever of their own it names. */
function isAlike(fields: InCall["fields"], one: CallError, other: CallError): boolean {
  return groupKeyOf({ fields, error: one }) === groupKeyOf({ fields, error: other });
}

/** What is said to all names nothing of a single one. */
function wordsForAll(fields: InCall["fields"], one: CallError, other: CallError): string {
  return one.detail === other.detail ? one.detail : withoutValues(other.detail, fields);
}
