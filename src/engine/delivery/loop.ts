/**
 * The loop that empties the outbox: finds what comes next, a prospect's own call, a step of a bulk job, a new token,
 * a change of how what waits is to go, or the question who signed in, and has it done; several calls are under way at once, never two of one prospect. It runs while
 * there is something to send and ends with the time at which to go on.
 * @module
 */
import type { JobOutlook, Jobs } from "../bulk/job-estimate-rules.ts";
import type { JobCount, JobPlan } from "../bulk/plan-rules.ts";
import type { Prospect } from "../model/prospect.ts";
import { whoAmI } from "../../outreach/client.ts";
import type { Pause } from "../api.ts";
import { BulkDelivery } from "../bulk/bulk-delivery.ts";
import type { Asked } from "../bulk/job-estimates.ts";
import type { Job } from "../bulk/job.ts";
import type { UpsertChecks } from "../bulk/upsert-checks.ts";
import { CONCURRENT_CALLS } from "../budget/call-pace.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { Outbound } from "../calls/outbound.ts";
import { Planning } from "../bulk/planning.ts";
import type { Outlook } from "../bulk/planning.ts";
import type { Ports } from "../ports.ts";
import type { StoredQueue } from "../outbox/due.ts";
import { readFailure } from "../failures/failure-row.ts";
import { readProspect } from "../outbox/prospect-row.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import { SingleCalls } from "../calls/single-updates.ts";
import { earliest } from "../earliest.ts";
import type { BulkStores } from "../bulk/bulk-stores.ts";
import { Switching } from "../bulk/requeue-after-change.ts";
import { Turns } from "../outbox/schedule.ts";

/** An alarm may run for 15 minutes; the loop hands over to the next one well before. */
const RUN_MAX_MS = 10 * 60_000;
/** An alarm may make 10,000 fetches; a run ends at half of them, so that what is under way then has room. */
const RUN_MAX_FETCHES = 5_000;

type Next =
  | {
      readonly kind: "send";
      readonly prospect: Prospect;
      readonly queue: StoredQueue;
      readonly pass: Pass;
    }
  | { readonly kind: "identify"; readonly pass: Pass }
  | { readonly kind: "gather"; readonly plan: JobPlan }
  | { readonly kind: "job"; readonly job: Job; readonly pass: Pass }
  | { readonly kind: "refresh" }
  | { readonly kind: "switch" }
  /** Nothing to do before `until`; null: nothing at all until something arrives or ends. */
  | { readonly kind: "wait"; readonly until: number | null };

/** The tables that the loop works on. */
interface LoopStores extends BulkStores {
  readonly quarantine: Quarantine;
}

export class DeliveryLoop {
  readonly #ports: Ports;
  readonly #stores: LoopStores;
  readonly #connection: Connection;
  readonly #outbound: Outbound;
  readonly #underWay = new Set<Promise<void>>();
  readonly #turns: Turns;
  readonly #singles: SingleCalls;
  readonly #bulk: BulkDelivery;
  readonly #planning: Planning;
  readonly #switching: Switching;
  readonly #onEnded: () => void;
  #isSwitching = false;
  #refreshing = false;
  #identifying = false;

  /** @param onEnded a call has ended, or another piece of work: for whoever watches what becomes of it */
  constructor(
    ports: Ports,
    stores: LoopStores,
    connection: Connection,
    outbound: Outbound,
    upsertChecks: UpsertChecks,
    onEnded: () => void,
  ) {
    this.#onEnded = onEnded;
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
    this.#outbound = outbound;
    this.#turns = new Turns(stores.due);
    this.#switching = new Switching(stores);
    this.#singles = new SingleCalls(ports, stores, connection, outbound, this.#turns);
    this.#bulk = new BulkDelivery(ports, stores, outbound, connection, this.#turns, upsertChecks);
    this.#planning = new Planning(stores, outbound, this.#turns, this.#bulk);
  }

  /** Sends what may be sent. Must not be called again before it has ended. */
  async run(): Promise<void> {
    const stopAt = this.#ports.now() + RUN_MAX_MS;
    let fetches = 0;
    for (;;) {
      const now = this.#ports.now();
      const isOver = now >= stopAt || fetches >= RUN_MAX_FETCHES;
      const isBusy = this.#underWay.size >= CONCURRENT_CALLS;
      const next: Next = isOver || isBusy ? { kind: "wait", until: null } : this.#next(now);
      if (next.kind !== "wait") {
        this.#start(next, now);
        if (next.kind !== "gather" && next.kind !== "switch") fetches += 1;
      } else if (this.#underWay.size === 0) return;
      else {
        await Promise.race(this.#underWay);
        this.#onEnded();
      }
    }
  }

  /** When the loop should run next; null where only an arrival or a person brings work. */
  wakeAt(now: number): number | null {
    const keepAliveAt = this.#connection.keepAliveAt();
    const next = this.#next(now);
    const workAt = next.kind === "wait" ? next.until : now;
    if (workAt === null || keepAliveAt === null) return workAt ?? keepAliveAt;
    return Math.min(workAt, keepAliveAt);
  }

  /** Why nothing is being sent, for people. */
  pause(now: number): Pause | null {
    const step = this.#connection.step(now);
    if (step.kind === "blocked") return step.pause;
    const clearance = this.#outbound.clearance(now);
    return clearance.kind === "wait" ? clearance.pause : this.#connection.unanswered();
  }

  /** How what waits is sent, as it is planned now. */
  outlook(now: number): Outlook {
    return this.#planning.outlook(now);
  }

  /** What a forecast needs to know of so many jobs, which carry so many prospects. */
  jobsWay(jobs: JobCount, prospects: number, asked: Asked): Jobs {
    return this.#bulk.outlook(jobs, prospects, asked);
  }

  /** What the bulk jobs that are under way are expected to come to, by their ids. */
  jobOutlooks(asked: Asked): ReadonlyMap<number, JobOutlook> {
    return this.#bulk.outlooks(asked);
  }

  /** After a restart: nobody knows what became of the calls that were under way. What was set aside is looked at again. */
  recover(now: number): void {
    const { quarantine } = this.#stores;
    this.#stores.outbox.transaction(() => {
      quarantine.putBack("prospects", readProspect);
      quarantine.putBack("failures", readFailure);
      this.#singles.recover(now);
      this.#bulk.recover(now);
      this.#outbound.restarted(now);
    });
  }

  #next(now: number): Next {
    if (!this.#isSwitching && this.#switching.isPending) return { kind: "switch" };
    const dueAt = earliest(this.#stores.due.nextAt(), this.#bulk.nextAt());
    const step = this.#connection.step(now);
    if (step.kind === "blocked") {
      const { until } = step;
      return {
        kind: "wait",
        until: dueAt !== null && until !== null ? Math.max(dueAt, until) : null,
      };
    }
    if (step.kind === "refresh") return this.#nextRefresh(dueAt, now);
    const mustIdentify = this.#mustIdentify(now);
    // Whose prospects they are is being asked, or will be: nothing leaves before, and nothing is settled.
    const { isIdentified } = this.#connection;
    if (!isIdentified && !mustIdentify) {
      return { kind: "wait", until: this.#identifying ? null : this.#connection.identifyDueAt() };
    }
    const job = this.#bulk.next(now);
    if (isIdentified && job && !BulkDelivery.isCall(job)) {
      return { kind: "job", job, pass: step.pass };
    }
    if (!mustIdentify && (dueAt === null || dueAt > now)) return { kind: "wait", until: dueAt };
    const clearance = this.#outbound.clearance(now);
    if (clearance.kind === "wait") return { kind: "wait", until: clearance.until };
    if (mustIdentify) return { kind: "identify", pass: step.pass };
    const probe = this.#outbound.isHeld() ? this.#nextProbe(step.pass, now) : null;
    if (probe) return probe;
    if (!job) return this.#nextOfBacklog(step.pass, now);
    if (BulkDelivery.isVerification(job) && !this.#turns.isVerifications(now)) {
      const next = this.#nextOfBacklog(step.pass, now);
      if (next.kind !== "wait") return next;
    }
    return { kind: "job", job, pass: step.pass };
  }

  /** While calls are held, one prospect finds out whether it is over: one that has not failed where one is due. */
  #nextProbe(pass: Pass, now: number): Next | null {
    if (this.#switching.isPending) return null;
    const untried = this.#stores.due.newestUntried(now);
    if (untried) return { kind: "send", ...untried, pass };
    const turn = this.#turns.next(now, 1);
    const [prospect] = turn?.prospects ?? [];
    return turn && prospect ? { kind: "send", prospect, queue: turn.queue, pass } : null;
  }

  #nextOfBacklog(pass: Pass, now: number): Next {
    // Nothing goes as its destination was set before.
    if (this.#switching.isPending) return { kind: "wait", until: null };
    const chosen = this.#planning.plan(now);
    const goesInJob = chosen.kind === "modify" || chosen.kind === "upsert";
    // Those that a job lets go slice by slice had better go in one again.
    if (goesInJob && !this.#bulk.isReleasing()) return { kind: "gather", plan: chosen };
    const goesSingly = this.#planning.goesSingly(chosen, now);
    const turn = this.#turns.next(now, 1, goesSingly);
    const [prospect] = turn?.prospects ?? [];
    if (turn && prospect) return { kind: "send", prospect, queue: turn.queue, pass };
    // What else is due goes with the next job.
    const later = this.#stores.due
      .queues()
      .filter((queue) => goesSingly(queue) && queue.firstDueAt > now);
    const singleAt = later.reduce<number | null>((at, q) => earliest(at, q.firstDueAt), null);
    const planAt = chosen.kind === "gather_more" ? this.#planning.holdsUntil : null;
    const jobAt = earliest(this.#bulk.nextAt(), this.#bulk.overdueAt(now));
    const times = [singleAt, planAt, this.#outbound.urgentOnlyUntil(now), jobAt];
    return { kind: "wait", until: times.reduce(earliest, null) };
  }

  /** A token is renewed when there is something to send with it, or to keep the connection alive. */
  #nextRefresh(dueAt: number | null, now: number): Next {
    if (this.#refreshing) return { kind: "wait", until: null };
    const keepAliveAt = this.#connection.keepAliveAt();
    const { isIdentified } = this.#connection;
    const neededAt = earliest(isIdentified ? null : this.#connection.identifyDueAt(), dueAt);
    if (neededAt !== null && neededAt <= now) return { kind: "refresh" };
    if (keepAliveAt !== null && keepAliveAt <= now) return { kind: "refresh" };
    return { kind: "wait", until: neededAt };
  }

  #mustIdentify(now: number): boolean {
    if (this.#identifying) return false;
    const identifyDueAt = this.#connection.identifyDueAt();
    if (identifyDueAt === null || now < identifyDueAt) return false;
    return !this.#connection.isIdentified || this.#stores.backlog.size().pending > 0;
  }

  #start(next: Exclude<Next, { kind: "wait" }>, now: number): void {
    const tracked: Promise<void> = this.#work(next, now).finally(() =>
      this.#underWay.delete(tracked),
    );
    this.#underWay.add(tracked);
    // The loop hears of the first that fails and ends; the others fail unheard.
    tracked.catch(() => undefined);
  }

  #work(next: Exclude<Next, { kind: "wait" }>, now: number): Promise<void> {
    switch (next.kind) {
      case "send":
        return this.#singles.send(next.prospect, next.queue, next.pass, now);
      case "identify":
        return this.#identify(next.pass, now);
      case "refresh":
        return this.#refresh();
      case "switch":
        return this.#switch(now);
      case "gather":
        return this.#gather(next.plan, now);
      case "job":
        return this.#bulk.step(next.job, next.pass, now).finally(() => this.#planning.planAnew());
    }
  }

  async #gather(jobPlan: JobPlan, now: number): Promise<void> {
    this.#planning.gathers(jobPlan);
    try {
      await this.#bulk.gather(jobPlan, now);
    } finally {
      this.#planning.gathers(null);
      this.#planning.planAnew();
    }
  }

  async #switch(now: number): Promise<void> {
    this.#isSwitching = true;
    try {
      this.#stores.outbox.transaction(() => this.#switching.slice(now));
      await this.#ports.turn();
    } finally {
      this.#isSwitching = false;
      this.#planning.planAnew();
    }
  }

  async #refresh(): Promise<void> {
    this.#refreshing = true;
    try {
      await this.#connection.refresh();
    } finally {
      this.#refreshing = false;
    }
  }

  /** Finds out who has just signed in, if a call may leave now; otherwise the loop does it when one may. */
  async identifyNow(): Promise<void> {
    const next = this.#next(this.#ports.now());
    if (next.kind === "identify") await this.#identify(next.pass, this.#ports.now());
  }

  /** Finds out who the token belongs to and what the custom fields are called. */
  async #identify(pass: Pass, now: number): Promise<void> {
    this.#identifying = true;
    try {
      this.#stores.outbox.transaction(() => this.#outbound.leave(now, "identify", null));
      const ended = await this.#outbound.make(pass, whoAmI);
      this.#stores.outbox.transaction(() => {
        this.#outbound.ended(ended, pass, ended.at - now);
        const { outcome } = ended;
        if (outcome.kind === "ok") this.#connection.identified(pass, outcome.value, ended.at);
        if (outcome.kind === "rejected" || outcome.kind === "blocked") {
          this.#connection.identified(pass, null, ended.at);
        }
        if (outcome.kind === "failed") this.#connection.notIdentified(pass, ended.at);
      });
    } finally {
      this.#identifying = false;
    }
  }
}
