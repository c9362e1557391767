/**
 * Reads prospects of a job back, some of one that Outreach says went well, each of any other, and compares them with what
 * the job was to bring.
 * @module
 */
import { acknowledge } from "../model/call.ts";
import { lostJobEndsAt } from "./timing-rules.ts";
import type { Fields, Prospect, PendingField } from "../model/prospect.ts";
import { isSameButForForm, isSameValue } from "../model/same-value.ts";
import { readProspects } from "../../outreach/bulk.ts";
import type { HeldAttributes } from "../../outreach/client.ts";
import type { Pass } from "../connection/connection.ts";
import { notOurs, READ_BACK_PAGE, readOnceEnded } from "./job.ts";
import type { Job } from "./job.ts";
import type { JobTools } from "./job-tools.ts";
import { release } from "./settling.ts";
import type { Settling } from "./settling.ts";

/** Prospects that are read back of a job that went well. */
const SAMPLE = 100;

const NOT_READ = "Outreach did not let the prospects be read back.";
const NOT_APPLIED =
  "Outreach said that it was done, and did not hold afterwards what it had been sent.";

export class ReadingBack {
  readonly #tools: JobTools;
  readonly #settling: Settling;

  constructor(tools: JobTools, settling: Settling) {
    this.#tools = tools;
    this.#settling = settling;
  }

  /** Reads the sample of a job, or the next page of its prospects; one that has none left is ended. */
  async read(job: Job, pass: Pass, now: number): Promise<void> {
    const isSample = job.state === "sampling";
    const read = isSample
      ? this.#sampleOf(job)
      : this.#tools.stores.prospects.inJob(job.id, job.readUpTo, READ_BACK_PAGE);
    if (read.length === 0) return this.#ended(job, now);
    if (!isSample) this.#tools.turns.verified();
    const ids = read.map(({ id }) => id);
    const fields = [
      ...new Set(read.flatMap(({ inFlight }) => Object.keys(inFlight?.fields ?? {}))),
    ];
    const ended = await this.#tools.calls.make("read_back", job, pass, now, (caller) =>
      readProspects(caller, ids, fields),
    );
    this.#tools.stores.outbox.transaction(() => {
      const { jobs, prospects } = this.#tools.stores;
      const { outcome, at } = this.#tools.calls.ended(ended, pass);
      // Where the batch is somebody else's, ours may yet begin, and overwrite what its prospects were told meanwhile.
      const mayRun = !job.isOurs && at < lostJobEndsAt(job);
      if (outcome.kind !== "ok") {
        const again =
          outcome.kind === "rejected" ? null : this.#tools.calls.again(job, outcome, at);
        if (again) return jobs.save(again);
        if (mayRun) return jobs.save(readOnceEnded(job, at));
        if (job.isCheck) this.#tools.kinds.checked(job, at, NOT_READ);
        // Outreach does not let itself be asked. Its word that all went well stands; otherwise calls of their own tell what
        // each prospect's values come to.
        if (isSample) return jobs.save({ ...job, state: "settling", nextAt: at });
        const trouble = job.trouble ?? NOT_READ;
        return jobs.save({ ...job, state: "releasing_single", nextAt: at, trouble });
      }
      // New values may have come to wait meanwhile.
      const current = prospects.findAll(ids);
      // Of a job that ended well, what Outreach shows in a form of its own is no other value: it took most, and those that it
      // did not take hold something else.
      const isSame = job.trouble === null || job.isCheck ? isSameButForForm : isSameValue;
      const came = current.filter(({ id, inFlight }) =>
        holds(outcome.value.get(id), inFlight?.fields, isSame),
      );
      const allCame = came.length === ids.length;
      if (isSample) {
        const next = allCame
          ? ({ state: "settling" } as const)
          : ({ state: "reading", trouble: NOT_APPLIED } as const);
        this.#tools.kinds.sampled(job, allCame);
        if (job.kind === "upsert") this.#sampled(job, read, new Set(came.map(({ id }) => id)), at);
        jobs.save({ ...job, ...next, nextAt: at, looks: 0, failingSince: null });
        return;
      }
      if (!allCame && mayRun) return jobs.save(notOurs(job, at));
      if (job.isCheck) this.#tools.kinds.checked(job, at, allCame ? null : NOT_APPLIED);
      const arrived = new Set(came);
      // Where the others have theirs, these have reasons of their own. Otherwise the job is to blame: they may travel
      // together again, once all are read.
      const single = job.trouble === null || arrived.size * 2 >= current.length;
      this.#settling.settle(single ? current : came, at, (before) =>
        arrived.has(before)
          ? acknowledge(before, outcome.value.get(before.id) ?? null, at, this.#tools.ports.hash)
          : release(before, at, true),
      );
      const readUpTo = ids.at(-1) ?? job.readUpTo;
      const brought = job.brought + arrived.size;
      jobs.save({
        ...job,
        readUpTo,
        brought,
        nextAt: at,
        looks: 0,
        failingSince: null,
        isOurs: true,
      });
    });
  }

  /** All of a job's prospects were read. */
  #ended(job: Job, now: number): void {
    const { prospects, jobs } = this.#tools.stores;
    if (prospects.inJob(job.id, 0, 1).length === 0) return this.#settling.end(job, now);
    jobs.save({ ...job, state: "releasing", nextAt: now });
  }

  /** An upsert carries records of several destinations: each one's check holds by its own. */
  #sampled(job: Job, sample: readonly Prospect[], came: ReadonlySet<number>, at: number): void {
    const bad = new Set(sample.filter(({ id }) => !came.has(id)).map(destinationOf));
    for (const destinationId of new Set(sample.map(destinationOf))) {
      const isRevoked = this.#tools.checks.sampled(destinationId, !bad.has(destinationId));
      if (isRevoked) this.#tools.kinds.checked({ ...job, destinationId }, at, NOT_APPLIED);
    }
  }

  /** Prospects from all over a job, not those with the lowest ids. */
  #sampleOf(job: Job): readonly Prospect[] {
    const ids = this.#tools.stores.prospects.idsInJob(job.id);
    const step = Math.max(1, Math.floor(ids.length / SAMPLE));
    return this.#tools.stores.prospects.findAll(
      ids.filter((_, i) => i % step === 0).slice(-SAMPLE),
    );
  }
}

function destinationOf({ inFlight }: Prospect): string {
  return inFlight?.destinationId ?? "";
}

/** Whether Outreach holds all that a call was to bring. */
function holds(
  held: HeldAttributes | undefined,
  brought: Fields<PendingField> | undefined,
  isSame: typeof isSameValue,
): boolean {
  if (!held || !brought) return false;
  return Object.entries(brought).every(([name, { value }]) => isSame(value, held[name]));
}
