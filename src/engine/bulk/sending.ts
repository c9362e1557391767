/**
 * Sends a job that is ready. Where Outreach refuses it, its prospects go another way; where the answer is lost, it is found
 * out whether it was taken.
 * @module
 */
import { z } from "zod";
import { AGAIN_MIN_MS } from "./timing-rules.ts";
import type { Held } from "../model/evidence.ts";
import { valuesOf } from "../model/prospect.ts";
import { fieldValue } from "../model/prospect-update.ts";
import { startModify, startUpsert } from "../../outreach/bulk.ts";
import type { RemoteJob } from "../../outreach/bulk.ts";
import type { Outcome } from "../../outreach/client.ts";
import type { Pass } from "../connection/connection.ts";
import { jsonOf } from "../../durable/json-column.ts";
import type { Call } from "./job-calls.ts";
import { readOnceEnded } from "./job.ts";
import type { Job } from "./job.ts";
import type { JobTools } from "./job-tools.ts";

/** As `changeSetOf` writes it. */
const changeSet = jsonOf(z.array(z.tuple([z.string(), fieldValue])));

/** Statuses that tell that jobs of a kind are not open to the user at all, whosever records they carry. */
const NOT_OPEN: ReadonlySet<number> = new Set([403, 404]);

type Refused = Extract<Outcome<never>, { kind: "rejected" | "blocked" }>;

export class Sending {
  readonly #tools: JobTools;

  constructor(tools: JobTools) {
    this.#tools = tools;
  }

  async send(ready: Job, pass: Pass, now: number): Promise<void> {
    const { bulkLimits, jobs } = this.#tools.stores;
    const job = { ...ready, account: pass.account, startedAt: now };
    const start = this.#callOf(job);
    const kind = job.kind === "modify" ? "bulk_modify" : "bulk_upsert";
    const underWay = { ...job, state: "sending" } as const;
    const count = (items: number): void => bulkLimits.sent(items, now);
    const ended = await this.#tools.calls.make(kind, underWay, pass, now, start, () =>
      count(job.size),
    );
    this.#tools.stores.outbox.transaction(() => {
      const { outcome, at } = this.#tools.calls.ended(ended, pass);
      if (outcome.kind !== "ok" && outcome.kind !== "failed") count(-job.size);
      if (outcome.kind === "ok") {
        const { id: remoteId } = outcome.value;
        const nextAt = at + this.#tools.kinds.firstLookMs(job);
        jobs.save({ ...job, state: "running", remoteId, startedAt: at, nextAt, looks: 0 });
        this.#tools.stores.blame.taken(at);
      } else if (outcome.kind === "rejected") {
        this.#tools.stores.blame.taken(at);
        this.#refused(job, outcome, at);
      } else if (outcome.kind === "blocked") {
        this.#accuse(job, "gateway", ended);
        this.#refused(job, outcome, at);
      } else if (outcome.kind === "failed") {
        this.#accuse(job, "outreach", ended);
        this.lost(job, outcome.detail, at);
      }
      // Nobody is to blame, and nothing was taken: it goes once the connection or the limiter lets it.
      else jobs.save({ ...job, state: "ready", startedAt: ready.startedAt, nextAt: at });
    });
  }

  /** Nobody knows whether Outreach took it: a batch can be looked for, of an import its prospects can be read back. */
  lost(job: Job, trouble: string, at: number): void {
    const { jobs } = this.#tools.stores;
    if (job.kind === "modify") {
      jobs.save({ ...job, trouble, state: "finding", nextAt: at + AGAIN_MIN_MS, looks: 0 });
    } else {
      jobs.save({ ...readOnceEnded(job, at), trouble });
    }
  }

  #callOf(job: Job): Call<RemoteJob> {
    const { prospects } = this.#tools.stores;
    if (job.kind === "modify") {
      const attributes = Object.fromEntries(changeSet.parse(job.changeSet ?? "[]"));
      const ids = prospects.idsInJob(job.id);
      return (caller) => startModify(caller, attributes, ids);
    }
    const records = prospects.inJob(job.id, 0, job.size).map(({ id, inFlight }) => ({
      id,
      attributes: valuesOf(inFlight?.fields ?? {}),
    }));
    return (caller) =>
      startUpsert(caller, records, `outreach-edge-${job.id}-${job.startedAt}.json`);
  }

  #accuse({ id }: Job, accused: Held, { leftAt, at }: { leftAt: number; at: number }): void {
    this.#tools.stores.blame.accuse({ accused, by: -id, leftAt, at }, this.#tools.ports.random());
  }

  #refused(job: Job, answer: Refused, at: number): void {
    const { kind, status, code, detail } = answer;
    this.#tools.ports.log("bulk_refused", { kind: job.kind, status, code, records: job.size });
    if (job.isCheck) this.#tools.kinds.checked(job, at, detail);
    if (!job.isCheck || NOT_OPEN.has(status)) {
      this.#tools.kinds.refused(job, { kind, status, detail }, at);
    }
    // A value is to blame, it seems. Where all have the same, two prospects tell the reason; otherwise each will be told its own.
    const apart = job.kind === "modify" ? "trying" : "releasing_single";
    const state = status === 422 ? apart : "releasing";
    this.#tools.stores.jobs.save({ ...job, state, nextAt: at, looks: 0 });
  }
}
