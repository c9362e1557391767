/**
 * What is known of each kind of bulk job: whether it may be used, how large one may be, how long one takes. Learned from
 * what Outreach refused, and from the jobs that ended.
 * @module
 */
import {
  finished,
  isInDoubt,
  isSampled,
  itemsLeft,
  refused,
  wentAstray,
  whyNot,
  withLooks,
} from "./limits-rules.ts";
import type { Answer } from "./limits-rules.ts";
import { settledIn } from "./cycle-rules.ts";
import { firstLookMs, nextLookMs, timed } from "./timing-rules.ts";
import type { Means } from "./plan-rules.ts";
import type { BulkKind } from "../../outreach/bulk.ts";
import type { Connection } from "../connection/connection.ts";
import type { Ports } from "../ports.ts";
import type { BulkMeans } from "./state.ts";
import type { BulkStores } from "./bulk-stores.ts";
import { broughtMost } from "./job.ts";
import type { Job } from "./job.ts";
import type { JobOutlooks } from "./job-estimates.ts";
import type { UpsertChecks } from "./upsert-checks.ts";

/** So many may be open, those that nobody waits for among them; then prospects go singly. */
const OPEN_MAX = 6;

export class JobKinds {
  readonly #ports: Ports;
  readonly #stores: BulkStores;
  readonly #connection: Connection;
  readonly #checks: UpsertChecks;
  readonly #outlooks: JobOutlooks;
  #lastBegunAt = -Infinity;

  constructor(
    ports: Ports,
    stores: BulkStores,
    connection: Connection,
    checks: UpsertChecks,
    outlooks: JobOutlooks,
  ) {
    this.#outlooks = outlooks;
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
    this.#checks = checks;
  }

  /** What may be used now. */
  means(now: number): Means {
    const { bulkLimits, jobs } = this.#stores;
    const { scopes } = this.#connection;
    const left = itemsLeft(bulkLimits.items, this.#ports.bulkItemsPerDay, now);
    const open = jobs.open();
    const isFull = open.length >= OPEN_MAX;
    const max = (kind: BulkKind): number => {
      const means = this.#of(kind);
      const troubled = open.filter((job) => job.kind === kind && job.trouble !== null);
      if (isFull || isInDoubt(means, troubled.length)) return 0;
      return whyNot(kind, means, scopes, left, now) === null ? Math.min(means.max, left) : 0;
    };
    const prompt = open.filter((job) => !this.#outlooks.isOverdue(job, now));
    const checks = open.filter(({ isCheck }) => isCheck);
    return {
      modifyMax: max("modify"),
      // A check that hangs tells that upserts had better not be waited for.
      upsertMax: checks.every((job) => prompt.includes(job)) ? max("upsert") : 0,
      jobsOpen: prompt.length,
      isChecking: checks.length > 0,
      sinceJobMs: now - this.#lastBegunAt,
    };
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

  /** Outreach refused a job for good, or did not come to an end with it. */
  refused(job: Job, answer: Answer, at: number): void {
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
    return this.#stores.bulkLimits.of(kind);
  }

  #set({ kind }: Job, means: BulkMeans): void {
    this.#stores.bulkLimits.set(kind, means);
  }
}
