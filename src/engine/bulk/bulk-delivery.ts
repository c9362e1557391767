/**
 * Bulk jobs from their beginning to their end: prospects are put into one (`gathering.ts`), it is sent (`sending.ts`),
 * followed (`following.ts`), and what came of it is read back (`reading-back.ts`) and settled (`settling.ts`). Its
 * prospects are in a call until then, so that no other call of theirs can leave.
 *
 * Promises: what a job did not bring is sent in calls of their own, so that each prospect gets its own reason, or that of
 * one for all where Outreach refuses the values that they share (`trial.ts`), or together again where something stood in the
 * job's way; where it is not known whether Outreach took a job, or what came of it, that is looked up and never assumed.
 * @module
 */
import { lostJobEndsAt } from "./timing-rules.ts";
import type { JobOutlook, Jobs } from "./job-estimate-rules.ts";
import type { JobCount, JobPlan, Means } from "./plan-rules.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { StoredQueue } from "../outbox/due.ts";
import type { Outbound } from "../calls/outbound.ts";
import type { Ports } from "../ports.ts";
import type { BulkStores } from "./bulk-stores.ts";
import type { Turns } from "../outbox/schedule.ts";
import { Following } from "./polling.ts";
import { Gathering } from "./gathering.ts";
import { JobCalls } from "./job-calls.ts";
import { JobKinds } from "./job-kinds.ts";
import { JobOutlooks } from "./job-estimates.ts";
import type { Asked } from "./job-estimates.ts";
import type { Job } from "./job.ts";
import { ReadingBack } from "./read-back.ts";
import { Sending } from "./sending.ts";
import { Settling } from "./settling.ts";
import { Trial } from "./probe.ts";
import type { UpsertChecks } from "./upsert-checks.ts";

export class BulkDelivery {
  readonly #stores: BulkStores;
  readonly #kinds: JobKinds;
  readonly #outlooks: JobOutlooks;
  readonly #gathering: Gathering;
  readonly #sending: Sending;
  readonly #following: Following;
  readonly #readingBack: ReadingBack;
  readonly #settling: Settling;
  readonly #trial: Trial;
  /** Jobs that are being worked on right now. */
  readonly #busy = new Set<number>();

  constructor(
    ports: Ports,
    stores: BulkStores,
    outbound: Outbound,
    connection: Connection,
    turns: Turns,
    checks: UpsertChecks,
  ) {
    this.#outlooks = new JobOutlooks(stores);
    const kinds = new JobKinds(ports, stores, connection, checks, this.#outlooks);
    const calls = new JobCalls(stores, outbound, connection);
    const tools = { ports, stores, connection, turns, kinds, calls, checks };
    this.#stores = stores;
    this.#kinds = kinds;
    this.#gathering = new Gathering(tools);
    this.#sending = new Sending(tools);
    this.#following = new Following(tools);
    this.#settling = new Settling(tools);
    this.#trial = new Trial(tools, this.#settling);
    this.#readingBack = new ReadingBack(tools, this.#settling);
  }

  /** What may be used now. */
  means(now: number): Means {
    return this.#kinds.means(now);
  }

  /** Which queues' prospects upserts may carry. */
  mayUpsert(now: number): (queue: StoredQueue) => boolean {
    return this.#gathering.mayUpsert(now);
  }

  /** What a forecast needs to know of so many jobs, which carry so many prospects. */
  outlook(jobs: JobCount, prospects: number, asked: Asked): Jobs {
    return this.#outlooks.ofMany(jobs, prospects, asked);
  }

  /** What the jobs that are open are expected to come to, by their ids. */
  outlooks(asked: Asked): ReadonlyMap<number, JobOutlook> {
    return this.#outlooks.ofOpen(asked);
  }

  /** The job that is to be looked at now. */
  next(now: number): Job | null {
    const { jobs } = this.#stores;
    const job = jobs.open().find(({ nextAt, id }) => nextAt <= now && !this.#busy.has(id)) ?? null;
    const isGivenUp = job?.state === "ready" && job.isRecalled;
    return isGivenUp ? { ...job, state: "releasing" } : job;
  }

  /** When a job is to be looked at; null where none waits for a time. */
  nextAt(): number | null {
    return this.#stores.jobs.open().find((job) => !this.#busy.has(job.id))?.nextAt ?? null;
  }

  /** Whether a job is letting its prospects go, to travel together again. */
  isReleasing(): boolean {
    return this.#stores.jobs
      .open()
      .some(({ id, state }) => state === "releasing" && this.#busy.has(id));
  }

  /** When the next job takes so long that others go without waiting for it; null where none does. */
  overdueAt(now: number): number | null {
    return this.#outlooks.overdueAt(now);
  }

  /** Whether the next step of a job is a call to Outreach. */
  static isCall({ state }: Job): boolean {
    return !NO_CALLS.has(state);
  }

  /** Whether the next step of a job only finds out what came of it, and may so wait for its turn. */
  static isVerification({ state }: Job): boolean {
    return state === "reading";
  }

  /** After a restart: a job that was being gathered was not sent; of one that was being sent nobody knows. */
  recover(now: number): void {
    const { jobs } = this.#stores;
    for (const job of jobs.open()) {
      if (job.state === "gathering") jobs.save({ ...job, state: "releasing", nextAt: now });
      if (job.state === "sending") this.#sending.lost(job, CUT_OFF, now);
    }
  }

  /** Puts prospects into a new job. Its call leaves by itself, when the limiter lets it. */
  async gather(plan: JobPlan, now: number): Promise<void> {
    const begun = this.#gathering.begin(plan, now);
    if (begun) await this.#working(begun.job, () => this.#gathering.fill(begun, now));
  }

  /** Takes a job's next step. */
  step(job: Job, pass: Pass, now: number): Promise<void> {
    return this.#working(job, async () => {
      if (isForeign(job, pass)) return this.#releaseLater(job, pass, now);
      switch (job.state) {
        case "ready":
          return this.#sending.send(job, pass, now);
        case "finding":
          return this.#following.find(job, pass, now);
        case "running":
          return this.#following.look(job, pass, now);
        case "sampling":
        case "reading":
          return this.#readingBack.read(job, pass, now);
        case "trying":
          return this.#trial.tryOne(job, pass, now);
        case "refusing":
          return this.#refuse(job, pass, now);
        case "settling":
          return this.#settling.arrived(job, pass, now);
        case "releasing":
        case "releasing_single":
          return this.#settling.released(job, pass, now);
        case "gathering":
        case "sending":
          throw new Error("a job that is being worked on was worked on again");
      }
    });
  }

  #refuse(job: Job, pass: Pass, now: number): Promise<void> {
    if (!job.refusal) throw new Error("a job is refused without a reason");
    return this.#trial.refuse(job, job.refusal, pass, now);
  }

  async #working(job: Job, work: () => Promise<void>): Promise<void> {
    this.#busy.add(job.id);
    try {
      await work();
    } finally {
      this.#busy.delete(job.id);
    }
  }

  /** Somebody else was connected since it was sent: its prospects wait again as theirs, once it must have ended. */
  #releaseLater(job: Job, { account }: Pass, now: number): void {
    const hasEnded = job.state === "trying" || job.state === "refusing";
    const nextAt = hasEnded ? now : Math.max(now, lostJobEndsAt(job));
    this.#stores.jobs.save({ ...job, account, state: "releasing", nextAt });
  }
}

const CUT_OFF = "The connector was cut off while it sent it.";

/** Steps that are no calls to Outreach. */
const NO_CALLS: ReadonlySet<Job["state"]> = new Set([
  "refusing",
  "settling",
  "releasing",
  "releasing_single",
]);

/** Whether it was sent as somebody else than is connected now, and prospects are still to be told by it. */
function isForeign({ account, state }: Job, pass: Pass): boolean {
  const isBefore = state === "ready" || state === "releasing" || state === "releasing_single";
  return !isBefore && account !== pass.account;
}
