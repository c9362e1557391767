/**
 * Bulk jobs from their beginning to their end: prospects are put into one, it is sent, followed, and what came of it is
 * read back. Its prospects are in a call until then, so that no other call of theirs can leave.
 *
 * Promises: what a job did not bring is sent in calls of their own, so that each prospect gets its own reason; where it
 * is not known whether Outreach took a job, or what came of it, that is looked up and never assumed.
 * @module
 */
import { z } from "zod";
import { isSampled, itemsLeft, refused, whyNot, withItems } from "../delivery/bulk-means.ts";
import { changeSetOf } from "../delivery/change-set.ts";
import type { Jobs } from "../delivery/forecast.ts";
import { firstLookMs, nextLookMs, timed } from "../delivery/job-timing.ts";
import { CALLS_PER_JOB, JOBS_MAX } from "../delivery/plan.ts";
import type { JobPlan, Means } from "../delivery/plan.ts";
import { arrive, depart, giveBack } from "../delivery/call.ts";
import type { Prospect, Step } from "../delivery/prospect.ts";
import { fieldValue } from "../delivery/prospect-update.ts";
import type { FieldValue } from "../delivery/prospect-update.ts";
import { isSameValue } from "../delivery/same-value.ts";
import {
  confirmBatch,
  pollJob,
  readProspects,
  recentBatches,
  startModify,
  startUpsert,
} from "../outreach/bulk.ts";
import type { BulkKind, RemoteJob } from "../outreach/bulk.ts";
import type { Caller, Ended, HeldAttributes, Outcome } from "../outreach/client.ts";
import type { CallKind } from "./api.ts";
import type { Connection, Pass } from "./connection.ts";
import type { Job } from "./job-store.ts";
import type { Outbound } from "./outbound.ts";
import type { Ports } from "./ports.ts";
import { jsonOf } from "./prospect-store.ts";
import type { BulkMeans } from "./state-store.ts";
import { UpsertChecks } from "./upsert-checks.ts";
import type { Change, Stores } from "./stores.ts";
import type { Turns } from "./turns.ts";

/** Prospects that are worked on in one turn: some 30 ms, so that requests hardly notice. */
const SLICE = 500;
/** Records of an upsert are taken in smaller steps, between which the size of its body is looked at. */
const UPSERT_SLICE = 20;
/** Prospects that are read back at once: their ids make a URL of some 4 kB at most. */
const READ_BACK_PAGE = 400;
/** What a job takes beyond its first look, before one has shown it. */
const NEW_JOB_MS = 1_000;
/** How much a new measurement counts in the time from a job's start to its end. */
const CYCLE_WEIGHT = 0.3;
/** In place of `readUpTo`: nobody is sure that the job is ours. */
const UNSURE = -1;
/** Records of a destination that find out whether upserts work for it. */
const CHECK_SIZE = 5;
/** A body of records is kept below this; how much Outreach takes is not known. */
const UPSERT_MAX_CHARS = 900_000;
/** Prospects that are read back of a job that went well. */
const SAMPLE = 100;
/** Between looks for a job whose answer was lost, and after a look that failed. */
const AGAIN_MS = 30_000;
/** Looks after which a job that is not to be found was not taken. */
const FIND_LOOKS = 3;
/** An import cannot be looked for: whatever may have become of it has come to its end by then. */
const LOST_IMPORT_MS = 15 * 60_000;
/** A job that has not ended by then never will. */
const JOB_MAX_MS = 24 * 3_600_000;
/** Outreach's clock and ours. */
const CLOCK_SKEW_MS = 5_000;

/** As `changeSetOf` writes it. */
const changeSet = jsonOf(z.array(z.tuple([z.string(), fieldValue])));

type Call<T> = (caller: Caller) => Promise<Ended<T>>;

export class BulkDelivery {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #outbound: Outbound;
  readonly #connection: Connection;
  readonly #turns: Turns;
  readonly #checks: UpsertChecks;
  #lastBegunAt = -Infinity;
  /** Jobs that are being worked on right now. */
  readonly #busy = new Set<number>();

  constructor(
    ports: Ports,
    stores: Stores,
    outbound: Outbound,
    connection: Connection,
    turns: Turns,
  ) {
    this.#ports = ports;
    this.#stores = stores;
    this.#outbound = outbound;
    this.#connection = connection;
    this.#turns = turns;
    this.#checks = new UpsertChecks(stores.state, connection);
  }

  /** What may be used now. */
  means(now: number): Means {
    const { state, jobs } = this.#stores;
    const { modify, upsert } = state.read("bulk");
    const { scopes } = this.#connection;
    const left = itemsLeft(state.read("bulkItems"), this.#ports.bulkItemsPerDay, now);
    const max = (kind: BulkKind, means: BulkMeans): number =>
      whyNot(kind, means, scopes, left, now) === null ? Math.min(means.max, left) : 0;
    const open = jobs.open();
    // While it is being found out whether upserts work, nothing is spent on what they might carry.
    const isChecking = open.some(({ isCheck }) => isCheck);
    return {
      modifyMax: max("modify", modify),
      upsertMax: max("upsert", upsert),
      jobsOpen: isChecking ? JOBS_MAX : open.length,
      sinceJobMs: now - this.#lastBegunAt,
    };
  }

  /** What a forecast needs to know, where one job after the other is like this one. */
  outlook({ kind, prospects }: JobPlan, now: number): Jobs {
    const ends = this.endsAt(now);
    const means = this.#stores.state.read("bulk")[kind];
    const perJob = Math.max(1, Math.min(prospects, means.max));
    return {
      kind: "jobs",
      perJob,
      callsPerJob: CALLS_PER_JOB,
      jobMs: jobMs(means, perJob),
      slotsFreeAt: Array.from({ length: JOBS_MAX }, (_, i) => ends[i] ?? now),
    };
  }

  /** When the jobs that are open are expected to have ended. */
  endsAt(now: number): readonly number[] {
    return this.#stores.jobs
      .open()
      .map((job) => Math.max(now, job.startedAt + jobMs(this.#meansOf(job), job.size)));
  }

  /** The job that is to be looked at now. */
  next(now: number): Job | null {
    return (
      this.#stores.jobs.open().find((job) => job.nextAt <= now && !this.#busy.has(job.id)) ?? null
    );
  }

  /** When a job is to be looked at; null where none waits for a time. */
  nextAt(): number | null {
    return this.#stores.jobs.open().find((job) => !this.#busy.has(job.id))?.nextAt ?? null;
  }

  /** After a restart: a job that was being gathered was not sent; of one that was being sent nobody knows. */
  recover(now: number): void {
    for (const job of this.#stores.jobs.open()) {
      if (job.state === "gathering") this.#save({ ...job, state: "releasing", nextAt: now });
      if (job.state === "sending") this.#lost(job, now);
    }
  }

  /** Puts prospects into a new job. Its call leaves by itself, when the limiter lets it. */
  async gather(plan: JobPlan, now: number): Promise<void> {
    const { jobs } = this.#stores;
    const key = plan.kind === "modify" ? plan.key : null;
    const [first] = this.#due(key, now, 1, 0, null);
    if (!first?.waiting) return;
    const { destinationId } = first.waiting;
    // Whoever's records were not checked yet sends a few of them first.
    const isCheck = key === null && !this.#checks.passed().has(destinationId);
    const wanted = isCheck ? CHECK_SIZE : plan.prospects;
    const of = key === null ? this.#mayCarry({ isCheck, destinationId }) : null;
    if (!isCheck) this.#lastBegunAt = now;
    let job = this.#stores.transaction(() =>
      jobs.add({ kind: plan.kind, destinationId, isCheck }, now),
    );
    await this.#working(job, async () => {
      for (let chars = 0; job.size < wanted && chars < UPSERT_MAX_CHARS; await this.#ports.turn()) {
        const limit = Math.min(key === null ? UPSERT_SLICE : SLICE, wanted - job.size);
        const slice = this.#stores.transaction(() =>
          this.#gatherSlice(job, key, this.#due(key, now, limit, CALLS_PER_JOB / wanted, of)),
        );
        if (slice.looked === 0) break;
        job = slice.job;
        if (key === null) chars += slice.chars;
      }
      this.#stores.transaction(() => {
        if (job.size === 0) jobs.remove(job.id);
        else this.#save({ ...job, state: "ready", nextAt: now });
      });
    });
  }

  /**
   * The next prospects for a job: those with its key, wherever they wait, or whose turn it is.
   * @param calls what one of them takes of a call
   * @param of numbers of the destinations whose prospects it may carry; null for all
   */
  #due(
    key: number | null,
    now: number,
    limit: number,
    calls: number,
    of: ReadonlySet<number> | null,
  ): readonly Prospect[] {
    if (key !== null) return this.#stores.prospects.dueWithKey(key, now, limit);
    const turn = this.#turns.next(now, limit, "together", of);
    if (!turn) return [];
    if (calls > 0) this.#turns.served(turn.queue, turn.prospects.length * calls);
    return turn.prospects;
  }

  /** A check carries records of its destination alone; an upsert, those of every destination whose check was passed. */
  #mayCarry({ isCheck, destinationId }: Pick<Job, "isCheck" | "destinationId">): Set<number> {
    const ids = isCheck ? [destinationId] : [...this.#checks.passed()];
    return new Set(ids.map((id) => this.#stores.destinations.numberOf(id)));
  }

  #gatherSlice(job: Job, key: number | null, due: readonly Prospect[]) {
    const now = job.startedAt;
    const changes: Change[] = [];
    const steps: Step[] = [];
    let { changeSet: shared, size } = job;
    let chars = 0;
    for (const before of due) {
      if (!before.waiting) continue;
      const set = changeSetOf(before.waiting.fields);
      if (key !== null) shared ??= set;
      if (key !== null && set !== shared) {
        // Another set that has the same key by chance.
        changes.push({
          before,
          after: { ...before, waiting: { ...before.waiting, single: true } },
        });
        continue;
      }
      const departure = depart(before, now, this.#ports.hash, job.id);
      changes.push({ before, after: departure.prospect });
      steps.push(departure);
      if (departure.kind === "call") {
        size += 1;
        chars += set.length;
      }
    }
    this.#stores.saveProspects(changes, now);
    this.#stores.decided(steps, now);
    const gathered = { ...job, changeSet: shared, size };
    this.#save(gathered);
    return { job: gathered, looked: due.length, chars };
  }

  /** Whether the next step of a job is a call to Outreach. */
  static isCall({ state }: Job): boolean {
    return state !== "settling" && state !== "releasing" && state !== "releasing_single";
  }

  /** Whether the next step of a job only finds out what came of it, and may so wait for its turn. */
  static isVerification({ state }: Job): boolean {
    return state === "reading";
  }

  /** Takes a job's next step. */
  step(job: Job, pass: Pass, now: number): Promise<void> {
    return this.#working(job, async () => {
      if (isForeign(job, pass)) return this.#readLater(job, pass, now);
      switch (job.state) {
        case "ready":
          return this.#send(job, pass, now);
        case "finding":
          return this.#find(job, pass, now);
        case "running":
          return this.#look(job, pass, now);
        case "sampling":
        case "reading":
          return this.#readBack(job, pass, now);
        case "settling":
          return this.#inSlices(job, pass, (before) => arrive(before, null, now, this.#ports.hash));
        case "releasing":
        case "releasing_single":
          return this.#inSlices(job, pass, (before) => this.#released(before, job, now));
        case "gathering":
        case "sending":
          throw new Error("a job that is being worked on was worked on again");
      }
    });
  }

  async #working(job: Job, work: () => Promise<void>): Promise<void> {
    this.#busy.add(job.id);
    try {
      await work();
    } finally {
      this.#busy.delete(job.id);
    }
  }

  /** Somebody else was connected since it was sent: once it must have ended, its prospects are read as theirs. */
  #readLater(job: Job, { account }: Pass, now: number): void {
    const nextAt = Math.max(now, job.startedAt + LOST_IMPORT_MS);
    // A check of somebody else's records says nothing of theirs.
    const state = job.isCheck ? "releasing_single" : "reading";
    this.#save({ ...job, account, state, nextAt, looks: 0, readUpTo: 0 });
  }

  async #send(ready: Job, pass: Pass, now: number): Promise<void> {
    const { state } = this.#stores;
    const job = { ...ready, account: pass.account };
    const start = this.#callOf(job);
    const kind = job.kind === "modify" ? "bulk_modify" : "bulk_upsert";
    const ended = await this.#call(kind, { ...job, state: "sending" }, pass, now, start, () => {
      state.write("bulkItems", withItems(state.read("bulkItems"), job.size, now));
    });
    this.#stores.transaction(() => {
      const { outcome, at } = this.#ended(ended, pass);
      if (outcome.kind === "ok") {
        const { id: remoteId } = outcome.value;
        const nextAt = at + firstLookMs(this.#meansOf(job).last, job);
        this.#save({ ...job, state: "running", remoteId, startedAt: at, nextAt, looks: 0 });
      } else if (outcome.kind === "rejected") this.#refused(job, outcome, at);
      else if (outcome.kind === "failed") this.#lost(job, at);
      // Nobody is to blame, and nothing was taken: it goes once the connection or the limiter lets it.
      else this.#save({ ...job, state: "ready", nextAt: at });
    });
  }

  #callOf(job: Job): Call<RemoteJob> {
    const { prospects } = this.#stores;
    if (job.kind === "modify") {
      const attributes = Object.fromEntries(changeSet.parse(job.changeSet ?? "[]"));
      const ids = prospects.idsInJob(job.id);
      return (caller) => startModify(caller, attributes, ids);
    }
    const records = prospects.inJob(job.id, 0, job.size).map(({ id, inCall }) => ({
      id,
      attributes: valuesOf(inCall?.fields ?? {}),
    }));
    return (caller) =>
      startUpsert(caller, records, `outreach-edge-${job.id}-${job.startedAt}.json`);
  }

  #refused(job: Job, answer: Extract<Outcome<never>, { kind: "rejected" }>, at: number): void {
    const { status, code, detail } = answer;
    this.#ports.log("bulk_refused", { kind: job.kind, status, code, records: job.size });
    if (job.isCheck) this.#checkFailed(job, detail, at);
    else this.#setMeans(job, refused(this.#meansOf(job), { status, detail }, job.size, at));
    // A value is to blame: each prospect will be told its own reason.
    const state = status === 422 ? "releasing_single" : "releasing";
    this.#save({ ...job, state, nextAt: at });
  }

  #meansOf({ kind }: Job): BulkMeans {
    return this.#stores.state.read("bulk")[kind];
  }

  #setMeans({ kind }: Job, means: BulkMeans): void {
    const { state } = this.#stores;
    state.write("bulk", { ...state.read("bulk"), [kind]: means });
  }

  #lost(job: Job, at: number): void {
    if (job.kind === "modify") {
      this.#save({ ...job, state: "finding", nextAt: at + AGAIN_MS, looks: 0 });
    } else {
      this.#save({ ...job, state: "reading", nextAt: at + LOST_IMPORT_MS, looks: 0, readUpTo: 0 });
    }
  }

  /** Looks for a batch that Outreach may have taken, although its answer did not come. */
  async #find(job: Job, pass: Pass, now: number): Promise<void> {
    const ended = await this.#call("find_batch", job, pass, now, recentBatches);
    this.#stores.transaction(() => {
      const { outcome, at } = this.#ended(ended, pass);
      if (outcome.kind === "rejected") {
        return this.#save({ ...job, state: "reading", nextAt: at, looks: 0, readUpTo: 0 });
      }
      if (outcome.kind !== "ok") return this.#again(job, outcome, at);
      const taken = new Set(this.#stores.jobs.open().map(({ remoteId }) => remoteId));
      const found = outcome.value.find(
        ({ id, createdAt, total }) =>
          !taken.has(id) &&
          (createdAt ?? 0) >= job.startedAt - CLOCK_SKEW_MS &&
          (total === null || total === job.size),
      );
      if (found) {
        // It may be somebody else's after all: what came of it is read back, whatever it says.
        const running = { state: "running", readUpTo: UNSURE } as const;
        this.#save({ ...job, ...running, remoteId: found.id, nextAt: at, looks: 0 });
      } else if (job.looks + 1 < FIND_LOOKS) {
        this.#save({ ...job, looks: job.looks + 1, nextAt: at + AGAIN_MS });
      } else this.#save({ ...job, state: "reading", nextAt: at, looks: 0, readUpTo: 0 });
    });
  }

  /** Looks how far Outreach is with a job. */
  async #look(job: Job, pass: Pass, now: number): Promise<void> {
    const id = job.remoteId ?? "";
    const ended = await this.#call("poll_job", job, pass, now, (caller) =>
      pollJob(caller, job.kind, id),
    );
    const isConfirming = ended.outcome.kind === "ok" && ended.outcome.value.state === "confirming";
    this.#stores.transaction(() => {
      const { outcome, at } = this.#ended(ended, pass);
      const readAll = { ...job, state: "reading", nextAt: at, looks: 0, readUpTo: 0 } as const;
      if (outcome.kind === "rejected") return this.#save({ ...readAll, nextAt: at + AGAIN_MS });
      if (outcome.kind !== "ok") return this.#again(job, outcome, at);
      const { state, failures, total } = outcome.value;
      if (state === "finished") {
        const wentWell =
          failures === 0 &&
          (total === null || total === job.size) &&
          !job.isCheck &&
          job.readUpTo !== UNSURE;
        const before = this.#meansOf(job);
        const last = timed(before.last, { ...job, tookMs: at - job.startedAt });
        const means = { ...before, last };
        // A check is too small to tell how long others take.
        if (!job.isCheck) this.#setMeans(job, means);
        const next = isSampled(means, job.id) ? "sampling" : "settling";
        return this.#save(wentWell ? { ...readAll, state: next } : readAll);
      }
      if (state === "ended_otherwise") return this.#save(readAll);
      if (at - job.startedAt > JOB_MAX_MS) return this.#save(readAll);
      const ranMs = at - job.startedAt;
      const looks = job.looks + 1;
      const look = { size: job.size, looks, elapsedMs: ranMs };
      const nextAt = at + nextLookMs(this.#meansOf(job).last, look);
      this.#save({ ...job, looks, ranMs, nextAt });
    });
    if (isConfirming) await this.#confirm(job, pass, this.#ports.now());
  }

  async #confirm(job: Job, pass: Pass, now: number): Promise<void> {
    if (this.#outbound.clearance(now).kind === "wait") return;
    const current = this.#stores.jobs.open().find(({ id }) => id === job.id) ?? job;
    const ended = await this.#call("confirm_batch", current, pass, now, (caller) =>
      confirmBatch(caller, job.remoteId ?? ""),
    );
    this.#stores.transaction(() => this.#ended(ended, pass));
  }

  /** Reads prospects of a job back: some of one that went well, each of any other. */
  async #readBack(job: Job, pass: Pass, now: number): Promise<void> {
    const isSample = job.state === "sampling";
    const read = isSample
      ? this.#sampleOf(job)
      : this.#stores.prospects.inJob(job.id, job.readUpTo, READ_BACK_PAGE);
    if (read.length === 0) return this.#end(job, now);
    if (BulkDelivery.isVerification(job)) this.#turns.verified();
    const ids = read.map(({ id }) => id);
    const fields = [...new Set(read.flatMap(({ inCall }) => Object.keys(inCall?.fields ?? {})))];
    const ended = await this.#call("read_back", job, pass, now, (caller) =>
      readProspects(caller, ids, fields),
    );
    this.#stores.transaction(() => {
      const { outcome, at } = this.#ended(ended, pass);
      if (outcome.kind === "rejected") {
        // Outreach does not let itself be asked: calls of their own tell what each prospect's values come to.
        if (job.isCheck) this.#checkFailed(job, outcome.detail, at);
        return this.#save({ ...job, state: "releasing_single", nextAt: at });
      }
      if (outcome.kind !== "ok") return this.#again(job, outcome, at);
      // New values may have come to wait meanwhile.
      const current = this.#stores.prospects.findAll(ids);
      const came = current.filter((prospect) => holds(prospect, outcome.value.get(prospect.id)));
      const allCame = came.length === ids.length;
      if (isSample) {
        const state = allCame ? "settling" : "reading";
        const means = this.#meansOf(job);
        this.#setMeans(job, { ...means, goodSamples: allCame ? means.goodSamples + 1 : 0 });
        this.#save({ ...job, state, nextAt: at, looks: 0, readUpTo: 0 });
        return;
      }
      if (job.isCheck) this.#checked(job, allCame, at);
      const arrived = new Set(came);
      this.#settle(current, at, (before) =>
        arrived.has(before)
          ? arrive(before, outcome.value.get(before.id) ?? null, at, this.#ports.hash)
          : giveBack(before, {
              ...NOT_TRIED,
              dueAt: at,
              now: at,
              mayHaveApplied: true,
              single: true,
            }),
      );
      this.#save({ ...job, readUpTo: ids.at(-1) ?? job.readUpTo, nextAt: at, looks: 0 });
    });
  }

  /** Prospects from all over a job, not those with the lowest ids. */
  #sampleOf(job: Job): readonly Prospect[] {
    const ids = this.#stores.prospects.idsInJob(job.id);
    const step = Math.max(1, Math.floor(ids.length / SAMPLE));
    return this.#stores.prospects.findAll(ids.filter((_, i) => i % step === 0).slice(-SAMPLE));
  }

  #checked(job: Job, passed: boolean, at: number): void {
    if (!passed) return this.#checkFailed(job, NOT_APPLIED, at);
    this.#checks.ended(job.destinationId, at, null);
    this.#ports.log("bulk_upsert_check", { destinationId: job.destinationId, passed: 1 });
  }

  /** Upserts are not used for a while, whosever records they would carry. */
  #checkFailed(job: Job, why: string, at: number): void {
    const detail = `A check on a few prospects failed: ${why}`;
    this.#setMeans(job, refused(this.#meansOf(job), { status: null, detail }, 0, at));
    this.#checks.ended(job.destinationId, at, why);
    this.#ports.log("bulk_upsert_check", { destinationId: job.destinationId, passed: 0 });
  }

  #end(job: Job, now: number): void {
    this.#stores.transaction(() => {
      this.#stores.jobs.remove(job.id);
      this.#measureCycle(job, now);
    });
  }

  #measureCycle(job: Job, now: number): void {
    if (job.isCheck || job.state === "releasing" || job.state === "releasing_single") return;
    const means = this.#meansOf(job);
    const tookMs = now - job.startedAt;
    const before = means.cycleMs ?? tookMs;
    this.#setMeans(job, { ...means, cycleMs: before + (tookMs - before) * CYCLE_WEIGHT });
  }

  #released(before: Prospect, job: Job, now: number) {
    const single = job.state === "releasing_single";
    const how = {
      ...NOT_TRIED,
      dueAt: now,
      now,
      // Released singly, some of them may have been brought up to date.
      mayHaveApplied: single,
      ...(single && { single: true as const }),
    };
    return giveBack(before, how);
  }

  /** Changes all prospects of a job, a slice a turn, and ends it. */
  async #inSlices(job: Job, pass: Pass, change: (before: Prospect) => Step): Promise<void> {
    for (;;) {
      if (pass.account !== this.#connection.account) return;
      const slice = this.#stores.prospects.inJob(job.id, 0, SLICE);
      if (slice.length === 0) break;
      this.#stores.transaction(() => this.#settle(slice, this.#ports.now(), change));
      await this.#ports.turn();
    }
    this.#end(job, this.#ports.now());
  }

  #settle(prospects: readonly Prospect[], at: number, change: (before: Prospect) => Step): void {
    const steps = prospects.map(change);
    const changes = steps.flatMap(({ prospect: after }, i) => {
      const before = prospects[i];
      return before ? [{ before, after }] : [];
    });
    this.#stores.saveProspects(changes, at);
    this.#stores.decided(steps, at);
  }

  /** Makes a job's call: written down, with the job as it is while the call is under way, before it leaves. */
  #call<T>(
    kind: CallKind,
    job: Job,
    pass: Pass,
    now: number,
    call: Call<T>,
    also: () => void = () => {},
  ): Promise<Ended<T>> {
    this.#stores.transaction(() => {
      this.#save(job);
      this.#outbound.leave(now, kind, job.destinationId);
      this.#stores.runs.add(job.destinationId, now, { calls: 1 });
      also();
    });
    return this.#outbound.make(pass, call);
  }

  #ended<T>(ended: Ended<T>, pass: Pass): Ended<T> {
    this.#outbound.ended(ended, pass, null);
    // What the answer says is not of the prospects of whoever is connected by now.
    return pass.account === this.#connection.account ? ended : { ...ended, outcome: OF_OTHERS };
  }

  /** A look that brought nothing is taken again later. */
  #again(job: Job, outcome: Outcome<unknown>, at: number): void {
    const isBlameless = outcome.kind !== "failed" && outcome.kind !== "rejected";
    this.#save({ ...job, nextAt: isBlameless ? at : at + AGAIN_MS });
  }

  #save(job: Job): void {
    this.#stores.jobs.save(job);
  }
}

const OF_OTHERS = {
  kind: "failed",
  status: null,
  code: "account_changed",
  detail: "Another Outreach user was connected while the call was under way.",
  mayBeRunning: true,
} as const;

/** Whether it was sent as somebody else than is connected now, and prospects are still to be told by it. */
function isForeign({ account, state }: Job, pass: Pass): boolean {
  const isBefore = state === "ready" || state === "releasing" || state === "releasing_single";
  return !isBefore && account !== pass.account;
}

/** How long a job of that size is expected to take. */
function jobMs({ cycleMs, last }: BulkMeans, size: number): number {
  return cycleMs ?? NEW_JOB_MS + firstLookMs(last, { id: 1, size });
}

const NOT_APPLIED =
  "Outreach said that it was done, and did not hold afterwards what it had been sent.";
const NOT_TRIED = { countsAsAttempt: false, error: null } as const;

function valuesOf(fields: Readonly<Record<string, { readonly value: FieldValue }>>) {
  return Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));
}

/** Whether Outreach holds all that a call was to bring. */
function holds({ inCall }: Prospect, held: HeldAttributes | undefined): boolean {
  if (!held || !inCall) return false;
  return Object.entries(inCall.fields).every(([name, { value }]) => isSameValue(value, held[name]));
}
