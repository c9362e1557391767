/**
 * The bulk jobs of a world. Nothing runs by itself: whoever is about to look calls `catchUp` first.
 * @module
 */
import type { Clock } from "../clock.ts";
import type { JobEffect } from "../faults/rules.ts";
import { randomFrom } from "../random.ts";
import type { MockSettings } from "../settings.ts";
import type { Call } from "../traffic/journal.ts";
import type { Tally } from "../traffic/tally.ts";
import type { SavedWorld } from "../snapshots/format.ts";
import { Agenda } from "./agenda.ts";
import { type CarryOut, type ItemResult, Job, type JobOrder } from "./job.ts";

/** What decides how a job goes, besides its order. */
export interface Start {
  /** The call that started it. */
  readonly call: Call;
  /** Whether somebody has to confirm it first. */
  readonly waits?: boolean;
  /** A fault that strikes it. */
  readonly fault: JobEffect | null;
}

const DAY_MS = 86_400_000;

export class Jobs {
  readonly #settings: MockSettings;
  readonly #clock: Clock;
  readonly #tally: Tally;
  readonly #batches = new JobList();
  readonly #imports = new JobList();
  readonly #calls = new Map<Job, Call>();
  /** By the journal's number of the call that started it. */
  readonly #byCall = new Map<number, Job>();
  /** Jobs that have not ended. */
  readonly #open = new Set<Job>();
  #dueAt = Number.POSITIVE_INFINITY;
  #today = { day: 0, items: 0 };
  /** Jobs of whose items a fault rule makes a share fail. */
  readonly #struck: {
    readonly type: JobOrder["type"];
    readonly id: number;
    readonly share: number;
  }[] = [];
  readonly #carryOut: CarryOut;

  constructor(settings: MockSettings, clock: Clock, tally: Tally, carryOut: CarryOut) {
    this.#settings = settings;
    this.#clock = clock;
    this.#tally = tally;
    this.#carryOut = carryOut;
  }

  get batches(): JobList {
    return this.#batches;
  }

  get imports(): JobList {
    return this.#imports;
  }

  /** The job that a call started, by the call's number in the journal. */
  startedBy(callId: number): Job | undefined {
    return this.#byCall.get(callId);
  }

  /** How many more items of batches the organisation has today. (That a day is one of UTC is assumed.) */
  itemsLeftToday(): number {
    const { day, items } = this.#today;
    const used = day === this.#day() ? items : 0;
    return Math.max(0, this.#settings.bulkItemsPerDay - used);
  }

  start(order: JobOrder, { call, waits = false, fault }: Start): Job {
    const { bulkDelaySeconds, bulkItemsPerSecond } = this.#settings;
    const { type } = order;
    const list = this.#listOf(type);
    const lateS = fault?.outcome === "late" ? fault.seconds : 0;
    const isStuck = fault?.outcome === "stuck";
    const pace = {
      delayMs: isStuck ? Number.POSITIVE_INFINITY : (bulkDelaySeconds + lateS) * 1_000,
      itemMs: 1_000 / bulkItemsPerSecond,
    };
    const share = fault?.outcome === "partial" ? fault.share : 0;
    if (share > 0) this.#struck.push({ type, id: list.size + 1, share });
    const doomed = fault?.outcome === "failed" ? "The job failed by a fault rule." : null;
    const at = this.#clock.now();
    const job = list.add((id) => {
      const carryOut = this.#strikes(type, id, 0);
      return new Job({ id, order, at, pace, waits, doomed, carryOut });
    });
    if (order.type === "batch") this.#spend(job.total);
    this.#calls.set(job, call);
    this.#byCall.set(call.id, job);
    this.#open.add(job);
    if (!waits) this.#getUnderWay(job);
    return job;
  }

  confirm(job: Job): void {
    job.confirm(this.#clock.now());
    this.#getUnderWay(job);
  }

  cancel(job: Job): void {
    job.cancel(this.#clock.now());
    this.#close(job);
  }

  /** Carries out whatever was due by now, of all jobs in the order of their moments. */
  catchUp(): void {
    const now = this.#clock.now();
    if (this.#dueAt > now) return;
    const agenda = new Agenda<Job>();
    for (const [order, job] of [...this.#open].entries()) {
      if (job.dueAt < Number.POSITIVE_INFINITY) agenda.add(job, order);
    }
    while (agenda.dueAt <= now) {
      const turn = agenda.take();
      if (!turn) break;
      // Until another job's turn comes, one goes on by itself.
      this.#run(turn.job, Math.min(now, agenda.dueAt));
      if (turn.job.isOpen) agenda.add(turn.job, turn.order);
    }
    this.#dueAt = agenda.dueAt;
  }

  #run(job: Job, until: number): void {
    const call = this.#calls.get(job);
    job.runUntil(until, (prospectId) => {
      if (call) this.#tally.release(call, prospectId);
    });
    if (!job.isOpen) this.#close(job);
  }

  /** From here on, its prospects are under way. */
  #getUnderWay(job: Job): void {
    const call = this.#calls.get(job);
    if (call) this.#tally.keep(call);
    this.#dueAt = Math.min(this.#dueAt, job.dueAt);
  }

  #close(job: Job): void {
    const call = this.#calls.get(job);
    if (call) this.#tally.releaseAll(call);
    this.#calls.delete(job);
    this.#open.delete(job);
  }

  save(): SavedWorld["jobs"] {
    return {
      batches: this.#batches.save(),
      imports: this.#imports.save(),
      struck: [...this.#struck],
      today: this.#today,
    };
  }

  /** @param callOf finds a call in the journal, which was brought back before */
  load(saved: SavedWorld["jobs"], callOf: (id: number) => Call | undefined): void {
    this.#struck.push(...saved.struck);
    this.#today = saved.today;
    for (const each of [...saved.batches, ...saved.imports]) {
      const { type, callId } = each.order;
      const job = Job.restore(each, this.#strikes(type, each.id, each.done));
      this.#listOf(type).add(() => job);
      this.#byCall.set(callId, job);
      const call = callOf(callId);
      if (!job.isOpen) continue;
      this.#open.add(job);
      if (call) this.#calls.set(job, call);
      if (job.state !== "confirming") this.#getUnderWay(job);
      if (call) for (const id of job.released()) this.#tally.release(call, id);
    }
  }

  #listOf(type: JobOrder["type"]): JobList {
    return type === "batch" ? this.#batches : this.#imports;
  }

  /** How a job's items are carried out: some fail where a fault rule says so, by a chance of the job's own. */
  #strikes(type: JobOrder["type"], id: number, done: number): CarryOut {
    const share = this.#struck.find((struck) => struck.type === type && struck.id === id)?.share;
    if (share === undefined) return this.#carryOut;
    const random = randomFrom(`${this.#settings.randomSeed}/faults/${type}/${id}`);
    for (let i = 0; i < done; i++) random();
    return (order, place, at) => (random() < share ? STRUCK : this.#carryOut(order, place, at));
  }

  #spend(items: number): void {
    const used = this.#settings.bulkItemsPerDay - this.itemsLeftToday();
    this.#today = { day: this.#day(), items: used + items };
  }

  #day(): number {
    return Math.floor(this.#clock.now() / DAY_MS);
  }
}

/** Jobs of one kind. Items are numbered on from one job to the next. */
class JobList {
  readonly #jobs: { readonly job: Job; readonly firstItemId: number }[] = [];
  #lastItemId = 0;

  get size(): number {
    return this.#jobs.length;
  }

  get lastItemId(): number {
    return this.#lastItemId;
  }

  add(create: (id: number) => Job): Job {
    const job = create(this.#jobs.length + 1);
    this.#jobs.push({ job, firstItemId: this.#lastItemId + 1 });
    this.#lastItemId += job.total;
    return job;
  }

  save(): SavedWorld["jobs"]["batches"] {
    return this.#jobs.map(({ job }) => job.save());
  }

  get(id: number): Job | undefined {
    return this.#jobs[id - 1]?.job;
  }

  /** In the order in which they were started. */
  *[Symbol.iterator](): Generator<Job> {
    for (const { job } of this.#jobs) yield job;
  }

  /** The ids of a job's items run from this number. */
  firstItemId(id: number): number {
    return this.#jobs[id - 1]?.firstItemId ?? 0;
  }

  /** The job that an item belongs to, and its place there. */
  findItem(itemId: number): { readonly job: Job; readonly place: number } | undefined {
    if (itemId < 1 || itemId > this.#lastItemId || !Number.isInteger(itemId)) return undefined;
    const found = this.#jobs.findLast(({ firstItemId }) => firstItemId <= itemId);
    return found && { job: found.job, place: itemId - found.firstItemId };
  }
}

export type { JobList };

const STRUCK: ItemResult = { failure: "The item failed by a fault rule.", isDupe: false };
