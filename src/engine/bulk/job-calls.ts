/**
 * A job's calls to Outreach. Each is written down before it leaves, together with the job as it is while the call is
 * under way, so that a restart finds it.
 * @module
 */
import { lookAgainAt } from "./timing-rules.ts";
import type { Caller, Ended, Outcome } from "../../outreach/client.ts";
import type { CallKind } from "../api.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { Outbound } from "../calls/outbound.ts";
import type { BulkStores } from "./bulk-stores.ts";
import type { Job } from "./job.ts";

export type Call<T> = (caller: Caller) => Promise<Ended<T>>;

export class JobCalls {
  readonly #stores: BulkStores;
  readonly #outbound: Outbound;
  readonly #connection: Connection;

  constructor(stores: BulkStores, outbound: Outbound, connection: Connection) {
    this.#stores = stores;
    this.#outbound = outbound;
    this.#connection = connection;
  }

  /** Whether a call may leave beside the one that the loop has cleared. */
  mayLeave(now: number): boolean {
    return this.#outbound.clearance(now).kind !== "wait";
  }

  /**
   * Makes a job's call.
   * @param job as it is while the call is under way
   * @param also what is written down with it
   */
  make<T>(
    kind: CallKind,
    job: Job,
    pass: Pass,
    now: number,
    call: Call<T>,
    also: () => void = () => {},
  ): Promise<Ended<T>> {
    this.#stores.outbox.transaction(() => {
      this.#stores.jobs.save(job);
      this.#outbound.leave(now, kind, job.destinationId);
      also();
    });
    return this.#outbound.make(pass, call);
  }

  /**
   * Writes down what a call's end says of the budget and the token, and gives what it says of the job. That a poll fails
   * says nothing of whether prospects can be reached.
   */
  ended<T>(ended: Ended<T>, pass: Pass): Ended<T> {
    this.#outbound.ended(ended, pass, null);
    // What the answer says is not of the prospects of whoever is connected by now.
    return pass.account === this.#connection.account ? ended : { ...ended, outcome: OF_OTHERS };
  }

  /** A job whose look brought nothing, to be taken again later; null where that is of no use any more. */
  again(job: Job, outcome: Outcome<unknown>, at: number): Job | null {
    if (outcome.kind !== "failed" && outcome.kind !== "blocked") return { ...job, nextAt: at };
    const failingSince = job.failingSince ?? at;
    // An answer that cannot be read tells that Outreach is there.
    const isUp = outcome.status !== null && outcome.status < 500;
    const nextAt = lookAgainAt(failingSince, isUp ? at : this.#outbound.answeredAt, at);
    return nextAt === null ? null : { ...job, failingSince, nextAt };
  }
}

const OF_OTHERS = {
  kind: "failed",
  status: null,
  code: "account_changed",
  detail: "Another Outreach user was connected while the call was under way.",
  mayBeRunning: true,
} as const;
