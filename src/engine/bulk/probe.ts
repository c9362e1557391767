/**
 * A modify whose values Outreach refused, or of which it took nothing: two of its prospects are sent alone. Both refused alike, that is all of theirs'
 * reason, and none of the others costs a call. Where one is taken, the values are good: the others go together again, and
 * no more in modifies for a while where that happens again and again. Otherwise each is told its own.
 * @module
 */
import { reject } from "../model/call.ts";
import { changeSetOf } from "../model/change-set.ts";
import { withoutValues } from "../model/outreach-words.ts";
import { valuesOf } from "../model/prospect.ts";
import type { Step } from "../model/events.ts";
import type { CallError, InFlight, Prospect } from "../model/prospect.ts";
import { CALL_RUNS_MAX_MS } from "../model/retry.ts";
import { patchProspect } from "../../outreach/client.ts";
import type { Ended, Patched } from "../../outreach/client.ts";
import { CallEnds, errorOf, refusedStep } from "../calls/settle.ts";
import type { Pass } from "../connection/connection.ts";
import { groupKeyOf } from "../failures/reason-rules.ts";
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
  readonly #ends: CallEnds;

  constructor(tools: JobTools, settling: Settling) {
    this.#tools = tools;
    this.#settling = settling;
    this.#ends = new CallEnds(tools.ports, tools.stores, tools.connection);
  }

  /**
   * Takes one prospect out of a job and sends it alone. Any may be the one: those next to each other may have been deleted
   * together.
   */
  async tryOne(job: Job, pass: Pass, now: number): Promise<void> {
    const { prospects, jobs } = this.#tools.stores;
    const ids = prospects.idsInJob(job.id);
    const id = ids[Math.floor(this.#tools.ports.random() * ids.length)];
    const [tried] = id === undefined ? [] : prospects.findAll([id]);
    if (!tried?.inFlight) return jobs.save({ ...job, state: "releasing_single", nextAt: now });
    const { job: _job, ...load } = tried.inFlight;
    const alone = { ...tried, inFlight: { ...load, startedAt: now } };
    const attributes = valuesOf(load.fields);
    // Where its end is never heard of, it may run until then.
    const underWay = { ...job, nextAt: now + CALL_RUNS_MAX_MS };
    const ended = await this.#tools.calls.make(
      "patch",
      underWay,
      pass,
      now,
      (caller) => patchProspect(caller, tried.id, attributes),
      () => this.#tools.stores.outbox.save([{ prospect: alone, events: [] }], now),
    );
    this.#tools.stores.outbox.transaction(() => {
      const told = this.#tools.calls.ended(ended, pass);
      this.#ends.settle(tried.id, told, pass);
      jobs.save(this.#concluded(job, load.fields, told));
    });
  }

  #concluded(job: Job, fields: InFlight["fields"], { outcome, at }: Ended<Patched>): Job {
    const answered = { ...job, nextAt: at, looks: job.looks + 1, failingSince: null };
    const singly = { ...job, state: "releasing_single", nextAt: at } as const;
    const next = answered.looks < TRIES ? answered : singly;
    if (outcome.kind === "ok") {
      // Of one that ran, its prospects are asked; one that was refused brought them nothing.
      const state = job.remoteId === null ? "releasing" : "reading";
      return { ...answered, state, looks: 0, trouble: MODIFY_TO_BLAME };
    }
    if (outcome.kind !== "rejected") return this.#tools.calls.again(job, outcome, at) ?? singly;
    if (outcome.status === 404) return next;
    if (outcome.status !== 422) return singly;
    const refusal = errorOf(outcome, at);
    if (!job.refusal) return { ...next, refusal };
    if (!isAlike(fields, job.refusal, refusal)) return singly;
    const ofAll = { ...refusal, detail: wordsForAll(fields, job.refusal, refusal) };
    return { ...answered, state: "refusing", changeSet: changeSetOf(fields), refusal: ofAll };
  }

  /** What was refused of two is refused of all that were to be told the same; any others go alone. */
  refuse(job: Job, refusal: CallError, pass: Pass, now: number): Promise<void> {
    return this.#settling.inSlices(job, pass, (before) =>
      changeSetOf(before.inFlight?.fields ?? {}) === job.changeSet
        ? (this.#refusedInPart(job, before, refusal, now) ??
          reject(before, refusal, job.remoteId !== null))
        : release(before, now, true),
    );
  }

  /** Where one attribute is accused, or statuses go beside others, the rest goes on. A job that ran may have brought it. */
  #refusedInPart(job: Job, before: Prospect, refusal: CallError, now: number): Step | null {
    if (job.remoteId !== null || refusal.status === null) return null;
    const { status, code, detail, pointer } = refusal;
    const said = { code, detail, pointer };
    const outcome = { kind: "rejected", status, ...said, errors: [said] } as const;
    return refusedStep(before, outcome, now, this.#tools.ports.hash);
  }
}

/** Whether two prospects were refused the same values for the same reason, whatever of their own it names. */
function isAlike(fields: InFlight["fields"], one: CallError, other: CallError): boolean {
  return groupKeyOf({ fields, error: one }) === groupKeyOf({ fields, error: other });
}

/** What is said to all names nothing of a single one. */
function wordsForAll(fields: InFlight["fields"], one: CallError, other: CallError): string {
  return one.detail === other.detail ? one.detail : withoutValues(other.detail, fields);
}
