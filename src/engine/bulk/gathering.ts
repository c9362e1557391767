/**
 * Puts prospects into a job, slice by slice: those with equal values into a modify, those whose turn it is into an upsert.
 * @module
 */
import { dispatch } from "../model/call.ts";
import { changeSetOf } from "../model/change-set.ts";
import type { JobPlan } from "./plan-rules.ts";
import type { Step } from "../model/events.ts";
import { goSingly } from "../model/manual.ts";
import type { Prospect } from "../model/prospect.ts";
import { CALLS_PER_JOB } from "../budget/savings-rules.ts";
import type { StoredQueue } from "../outbox/due.ts";
import type { Job } from "./job.ts";
import type { JobTools } from "./job-tools.ts";
import { SLICE } from "./settling.ts";

/** Records of an upsert are taken in smaller steps, between which the size of its body is looked at. */
const UPSERT_SLICE = 20;
/** Records of a destination that find out whether upserts work for it. */
const CHECK_SIZE = 5;
/** A body of records is kept below this; how much Outreach takes is not known. */
const UPSERT_MAX_CHARS = 900_000;

/** A job that is there and still empty. */
interface Begun {
  readonly job: Job;
  /** Which values its prospects share, as a number to find them by; null where each has its own. */
  readonly key: number | null;
  /** How many prospects it is to carry. */
  readonly wanted: number;
  /** Which queues' prospects an upsert may carry. */
  readonly may: May;
}

type May = (queue: StoredQueue) => boolean;

export class Gathering {
  readonly #tools: JobTools;

  constructor(tools: JobTools) {
    this.#tools = tools;
  }

  /** Adds the job that a plan comes to; null where nothing is due for it any more. */
  begin(plan: JobPlan, now: number): Begun | null {
    const { jobs } = this.#tools.stores;
    const key = plan.kind === "modify" ? plan.key : null;
    const [first] = this.#due(key, now, 1, 0, this.mayUpsert(now));
    if (!first?.pending) return null;
    const { destinationId } = first.pending;
    // Whoever's records were not checked yet sends a few of them first.
    const isCheck = key === null && !this.#tools.checks.passed().has(destinationId);
    const wanted = isCheck ? CHECK_SIZE : plan.prospects;
    const may = this.#mayCarry({ isCheck, destinationId });
    if (!isCheck) this.#tools.kinds.begun(now);
    const turn = key === null ? null : this.#tools.turns.queue(now, may);
    if (turn) this.#tools.turns.served(turn, CALLS_PER_JOB);
    const job = this.#tools.stores.outbox.transaction(() =>
      jobs.add({ kind: plan.kind, destinationId, isCheck }, now),
    );
    return { job, key, wanted, may };
  }

  /** Puts prospects into it, until it has enough or none is due any more. */
  async fill({ job: begun, key, wanted, may }: Begun, now: number): Promise<void> {
    const { jobs } = this.#tools.stores;
    let job = begun;
    for (
      let chars = 0;
      job.size < wanted && chars < UPSERT_MAX_CHARS;
      await this.#tools.ports.turn()
    ) {
      const limit = Math.min(key === null ? UPSERT_SLICE : SLICE, wanted - job.size);
      const slice = this.#tools.stores.outbox.transaction(() =>
        this.#gatherSlice(job, key, this.#due(key, now, limit, CALLS_PER_JOB / wanted, may)),
      );
      if (slice.looked === 0) break;
      job = slice.job;
      if (key === null) chars += slice.chars;
    }
    this.#tools.stores.outbox.transaction(() => {
      if (job.size === 0) jobs.remove(job.id);
      else jobs.save({ ...job, state: "ready", nextAt: now });
    });
  }

  /**
   * The next prospects for a job: those with its key, wherever they wait, or whose turn it is.
   * @param calls what one of them takes of a call
   * @param may which queues' turn it may be
   */
  #due(
    key: number | null,
    now: number,
    limit: number,
    calls: number,
    may: May,
  ): readonly Prospect[] {
    if (key !== null) return this.#tools.stores.due.withKey(key, now, limit);
    const turn = this.#tools.turns.next(now, limit, may);
    if (!turn) return [];
    if (calls > 0) this.#tools.turns.served(turn.queue, turn.prospects.length * calls);
    return turn.prospects;
  }

  /** A check carries records of its destination alone; an upsert, those of every destination whose check was passed. */
  #mayCarry({ isCheck, destinationId }: Pick<Job, "isCheck" | "destinationId">): May {
    const numbers = this.#numbersOf(isCheck ? [destinationId] : this.#tools.checks.passed());
    return ({ company, destination }) => company === "together" && numbers.has(destination);
  }

  /** Which queues' prospects may go in upserts, or in the check that comes before. */
  mayUpsert(now: number): May {
    const failed = this.#numbersOf(this.#tools.checks.failed(now));
    return ({ company, destination }) => company === "together" && !failed.has(destination);
  }

  #numbersOf(ids: Iterable<string>): ReadonlySet<number> {
    const { destinations } = this.#tools.stores;
    return new Set([...ids].map((id) => destinations.numberOf(id)));
  }

  #gatherSlice(job: Job, key: number | null, due: readonly Prospect[]) {
    const now = job.startedAt;
    const steps: Step[] = [];
    let { changeSet: shared, size } = job;
    let chars = 0;
    for (const before of due) {
      if (!before.pending) continue;
      const set = changeSetOf(before.pending.fields);
      if (key !== null) shared ??= set;
      if (key !== null && set !== shared) {
        // Another set that has the same key by chance.
        steps.push(goSingly(before));
        continue;
      }
      const departure = dispatch(before, now, this.#tools.ports.hash, job.id);
      steps.push(departure);
      if (departure.attributes !== null) {
        size += 1;
        chars += set.length;
      }
    }
    this.#tools.stores.outbox.save(steps, now);
    const gathered = { ...job, changeSet: shared, size };
    this.#tools.stores.jobs.save(gathered);
    return { job: gathered, looked: due.length, chars };
  }
}
