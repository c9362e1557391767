/**
 * How long bulk jobs take, those that are open and those to come, and when one takes too long for anybody to wait for it.
 * @module
 */
import { callsOfJobs } from "./limits-rules.ts";
import { cycleMs } from "./cycle-rules.ts";
import { jobOutlook } from "./job-estimate-rules.ts";
import type { JobOutlook, Jobs, Step } from "./job-estimate-rules.ts";
import { firstLookMs } from "./timing-rules.ts";
import { JOBS_MAX } from "./plan-rules.ts";
import type { JobCount } from "./plan-rules.ts";
import type { BulkKind } from "../../outreach/bulk.ts";
import { earliest } from "../earliest.ts";
import type { BulkMeans } from "./state.ts";
import type { BulkStores } from "./bulk-stores.ts";
import { READ_BACK_PAGE } from "./job.ts";
import type { Job } from "./job.ts";

/** What a job takes besides its records, before one has shown it (assumed: it is not documented). */
const NEW_JOB_MS = 10_000;
/** A job that takes longer than this, and so many times as long as others, holds nobody up. */
const OVERDUE_MIN_MS = 3 * 60_000;
const OVERDUE_TIMES = 4;

/** What is asked of the jobs that are open. */
export interface Asked {
  readonly now: number;
  /** When a call may leave: now, or the end of a pause. */
  readonly startAt: number;
  /** From a call's leaving to its answer. */
  readonly callMs: number;
}

export class JobOutlooks {
  readonly #stores: BulkStores;

  constructor(stores: BulkStores) {
    this.#stores = stores;
  }

  /** Whether a job takes so much longer than others did that nothing should wait for it but its own prospects. */
  isOverdue(job: Job, now: number): boolean {
    const at = this.#overdueAt(job);
    return at !== null && now >= at;
  }

  /** When the next of those that are open will be overdue; null where none will be. */
  overdueAt(now: number): number | null {
    return this.#stores.jobs
      .open()
      .map((job) => this.#overdueAt(job))
      .filter((at) => at !== null && at > now)
      .reduce(earliest, null);
  }

  #overdueAt({ kind, state, size, startedAt }: Job): number | null {
    if (state === "gathering" || state === "ready") return null;
    const expectedMs = jobMs(this.#of(kind), size);
    return startedAt + Math.round(Math.max(OVERDUE_MIN_MS, expectedMs * OVERDUE_TIMES));
  }

  /** What a forecast needs to know of so many jobs, which carry so many prospects. */
  ofMany({ modifies, upserts }: JobCount, prospects: number, asked: Asked): Jobs {
    const { now } = asked;
    const open = this.#stores.jobs.open().filter((job) => !this.isOverdue(job, now));
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
  ofOpen(asked: Asked): ReadonlyMap<number, JobOutlook> {
    return new Map(
      this.#stores.jobs.open().map((job) => [job.id, this.#outlookOf(job, asked)] as const),
    );
  }

  #outlookOf(job: Job, { now, startAt, callMs }: Asked): JobOutlook {
    const prospects = Math.min(job.size, this.#stores.backlog.size().inFlight);
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

  #of(kind: BulkKind): BulkMeans {
    return this.#stores.bulkLimits.of(kind);
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
