/**
 * What is known of each kind of bulk job: whether it may be used, how large one may be, how long one takes. Learned from
 * what Outreach refused, and from the jobs that ended.
 * @module
 */
import {
  callsOfJobs,
  finished,
  isInDoubt,
  isSampled,
  itemsLeft,
  refused,
  wentAstray,
  whyNot,
  withLooks,
} from "../../delivery/bulk-means.ts";
import type { Jobs } from "../../delivery/forecast.ts";
import { cycleMs, settledIn } from "../../delivery/job-cycle.ts";
import { jobOutlook } from "../../delivery/job-outlook.ts";
import type { JobOutlook, Step } from "../../delivery/job-outlook.ts";
import { firstLookMs, nextLookMs, timed } from "../../delivery/job-timing.ts";
import { JOBS_MAX } from "../../delivery/plan.ts";
import type { JobCount, Means } from "../../delivery/plan.ts";
import type { BulkKind } from "../../outreach/bulk.ts";
import type { Connection } from "../connection.ts";
import type { Ports } from "../ports.ts";
import type { BulkMeans } from "../state-store.ts";
import type { Stores } from "../stores.ts";
import { broughtMost, READ_BACK_PAGE } from "./job.ts";
import type { Job } from "./job.ts";
import type { UpsertChecks } from "./upsert-checks.ts";

/** What a job takes besides its records, before one has shown it (assumed: it is not documented). */
const NEW_JOB_MS = 10_000;
/** A job that takes longer than this, and so many times as long as others, holds nobody up. */
const OVERDUE_MIN_MS = 3 * 60_000;
const OVERDUE_TIMES = 4;
/** So many may be open with those; then prospects go singly. */
const OPEN_MAX = 6;

/** What is asked of the jobs that are open. */
export interface Asked {
  readonly now: number;
  /** When a call may leave: now, or the end of a pause. */
  readonly startAt: number;
  /** From a call's leaving to its answer. */
  readonly callMs: number;
}

export class JobKinds {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #connection: Connection;
  readonly #checks: UpsertChecks;
  #lastBegunAt = -Infinity;

  constructor(ports: Ports, stores: Stores, connection: Connection, checks: UpsertChecks) {
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
    this.#checks = checks;
  }

  /** What may be used now. */
  means(now: number): Means {
    const { state, jobs } = this.#stores;
    const { modify, upsert } = state.read("bulk");
    const { scopes } = this.#connection;
    const left = itemsLeft(state.read("bulkItems"), this.#ports.bulkItemsPerDay, now);
    const open = jobs.open();
    const isFull = open.length >= OPEN_MAX;
    const max = (kind: BulkKind, means: BulkMeans): number => {
      const troubled = open.filter((job) => job.kind === kind && job.trouble !== null);
      if (isFull || isInDoubt(means, troubled.length)) return 0;
      return whyNot(kind, means, scopes, left, now) === null ? Math.min(means.max, left) : 0;
    };
    const prompt = open.filter((job) => !this.#isOverdue(job, now));
    const checks = open.filter(({ isCheck }) => isCheck);
    return {
      modifyMax: max("modify", modify),
      // A check that hangs tells that upserts had better not be waited for.
      upsertMax: checks.every((job) => prompt.includes(job)) ? max("upsert", upsert) : 0,
      jobsOpen: prompt.length,
      isChecking: checks.length > 0,
      sinceJobMs: now - this.#lastBegunAt,
    };
  }

  /** Whether a job takes so much longer than others did that nothing should wait for it but its own prospects. */
  #isOverdue(job: Job, now: number): boolean {
    if (job.state === "gathering" || job.state === "ready") return false;
    const expectedMs = jobMs(this.#of(job.kind), job.size);
    return now - job.startedAt > Math.max(OVERDUE_MIN_MS, expectedMs * OVERDUE_TIMES);
  }

  /** What a forecast needs to know of so many jobs, which carry so many prospects. */
  outlook({ modifies, upserts }: JobCount, prospects: number, asked: Asked): Jobs {
    const { now } = asked;
    const open = this.#stores.jobs.open().filter((job) => !this.#isOverdue(job, now));
    const ends = open.map((job) => this.#outlookOf(job, asked).endsAt ?? Math.max(now, job.nextAt));
    const jobs = Math.max(1, modifies + upserts);
    const perJob = Math.max(1, prospects / jobs);
    // No less than those that are open have been seen to take.
    const eachMs = (kind: BulkKind): number =>
      open
        .filter((job) => job.kind === kind && job.size <= perJob)
        .reduce((ms, { ranMs }) => Math.max(ms, ranMs ?? 0), jobMs(this.#of(kind), perJob));
    const inAll = (each: (kind: BulkKind) => number): number =>
      modifies * each("modify") + upserts * each("upsert");
    return {
      kind: "jobs",
      perJob,
      callsPerJob: inAll((kind) => callsOfJobs(this.#of(kind), jobs)) / jobs,
      jobMs: Math.max(1, inAll(eachMs) / jobs),
      slotsFreeAt: Array.from({ length: JOBS_MAX }, (_, i) => ends[i] ?? now),
    };
  }

  /** What the jobs that are open are expected to come to, by their ids. */
  outlooks(asked: Asked): ReadonlyMap<number, JobOutlook> {
    return new Map(
      this.#stores.jobs.open().map((job) => [job.id, this.#outlookOf(job, asked)] as const),
    );
  }

  #outlookOf(job: Job, { now, startAt, callMs }: Asked): JobOutlook {
    const prospects = Math.min(job.size, this.#stores.backlog().inFlight);
    const open = {
      ...job,
      step: STEPS[job.state],
      expectedMs: jobMs(this.#of(job.kind), job.size),
      isMissing: job.kind === "modify" && job.remoteId === null,
      pages: Math.ceil(prospects / READ_BACK_PAGE),
      callMs,
    };
    return jobOutlook(open, startAt, now);
  }

  /** How long after its start a job is looked at first. */
  firstLookMs(job: Job): number {
    return firstLookMs(this.#of(job.kind).last, job);
  }

  /**
   * How long until the next look at a job that was not done yet.
   * @param looks how often it was looked at, the last time `elapsedMs` after its start
   */
  nextLookMs({ kind, size }: Job, looks: number, elapsedMs: number): number {
    return nextLookMs(this.#of(kind).last, { size, looks, elapsedMs });
  }

  /** Whether prospects of a job are to be read back that Outreach says went well. */
  isSampled({ kind, id }: Job): boolean {
    return isSampled(this.#of(kind), id);
  }

  /** A job begins that is no check. */
  begun(now: number): void {
    this.#lastBegunAt = now;
  }

  /** Outreach refused a job for good. */
  refused(job: Job, answer: { status: number | null; detail: string }, at: number): void {
    this.#set(job, refused(this.#of(job.kind), answer, job.size, at));
  }

  /** A job was seen to have ended at Outreach. */
  finished(job: Job, at: number): void {
    // A check is too small to tell how long others take.
    if (job.isCheck) return;
    const known = finished(this.#of(job.kind), job.kind, job.size, at);
    const means = withLooks(known, job.looks + 1);
    this.#set(job, {
      ...means,
      last: timed(means.last, { ...job, tookMs: at - job.startedAt }),
    });
  }

  /** @param isGood whether all that was read back of a job that went well was as it should be */
  sampled(job: Job, isGood: boolean): void {
    const means = this.#of(job.kind);
    this.#set(job, { ...means, goodSamples: isGood ? means.goodSamples + 1 : 0 });
  }

  /**
   * A check of a destination's records ended. Where it failed upserts do not carry them for a while.
   * @param failure why it failed; null where it passed
   */
  checked(job: Job, at: number, failure: string | null): void {
    const { destinationId } = job;
    this.#checks.ended(destinationId, at, failure);
    this.#ports.log("bulk_upsert_check", { destinationId, passed: Number(failure === null) });
  }

  /** All prospects of a job are settled: what it came to counts, and how long it took where nothing was in its way. */
  ended(job: Job, now: number): void {
    if (job.isCheck) return;
    const { kind, size, brought, startedAt, trouble } = job;
    const means = this.#of(kind);
    if (broughtMost(job)) {
      const { cycle } = means;
      const tookMs = now - startedAt;
      const known = trouble === null ? settledIn(cycle, { size, tookMs }) : cycle;
      this.#set(job, { ...means, astray: 0, cycle: known });
    } else if (trouble !== null) {
      this.#ports.log("bulk_astray", { kind, records: size, brought });
      const words = `Several jobs in a row came to nothing. Of the last: ${trouble}`;
      this.#set(job, wentAstray(means, words, now));
    }
  }

  #of(kind: BulkKind): BulkMeans {
    return this.#stores.state.read("bulk")[kind];
  }

  #set({ kind }: Job, means: BulkMeans): void {
    const { state } = this.#stores;
    state.write("bulk", { ...state.read("bulk"), [kind]: means });
  }
}

/** How long a job of that size is expected to take. */
function jobMs({ cycle, last }: BulkMeans, size: number): number {
  return cycle ? cycleMs(cycle, size) : NEW_JOB_MS + firstLookMs(last, { id: 1, size });
}

const STEPS: Readonly<Record<Job["state"], Step>> = {
  gathering: "unsent",
  ready: "unsent",
  sending: "working",
  running: "working",
  finding: "sought",
  reading: "read",
  sampling: "settled",
  trying: "settled",
  refusing: "settled",
  settling: "settled",
  releasing: "settled",
  releasing_single: "settled",
};
