/**
 * How what waits goes next: plans are made of what is due and what may be used, and hold for a while, because counting a
 * large backlog takes its time. Estimates go by the same plans.
 * @module
 */
import { isUrgent } from "../model/lane.ts";
import { goesSoon, JOB_MIN, jobsFor, plan } from "./plan-rules.ts";
import type { DueView, JobCount, JobPlan, Means, Plan } from "./plan-rules.ts";
import type { BulkDelivery } from "./bulk-delivery.ts";
import type { StoredQueue } from "../outbox/due.ts";
import { GATHER_MS } from "../outbox/schedule.ts";
import type { Outbound } from "../calls/outbound.ts";
import type { BulkStores } from "./bulk-stores.ts";
import type { Turns } from "../outbox/schedule.ts";

interface Planned {
  readonly plan: Plan;
  readonly due: DueView;
  readonly means: Means;
  /** Queues whose prospects go singly, because no job would take them. */
  readonly singly: ReadonlySet<number>;
  readonly madeAt: number;
  readonly until: number;
}

/** How what waits is sent, as it is planned now. */
export interface Outlook {
  /** Which queues' prospects go in calls of their own. */
  readonly goesSingly: (queue: StoredQueue) => boolean;
  /** The jobs that so many of the others come to. */
  readonly jobsFor: (prospects: number) => JobCount;
  /** When the first of those may be begun. */
  readonly jobsFrom: number;
}

const NONE: ReadonlySet<number> = new Set();
const NO_JOBS: JobCount = { modifies: 0, upserts: 0, leftOver: 0 };

/** A plan for a large backlog holds for so long, because counting one takes its time. */
const PLAN_HOLDS_MS = 2_000;
/** How long it goes unnoticed that enough has gathered for a job. */
const GATHERING_HOLDS_MS = 30_000;

export class Planning {
  readonly #stores: BulkStores;
  readonly #outbound: Outbound;
  readonly #turns: Turns;
  readonly #bulk: BulkDelivery;
  /** The job that prospects are being put into. */
  #gathering: JobPlan | null = null;
  #planned: Planned | null = null;
  /** The plan that estimates go by while none is being carried out. */
  #foreseen: Planned | null = null;

  constructor(stores: BulkStores, outbound: Outbound, turns: Turns, bulk: BulkDelivery) {
    this.#stores = stores;
    this.#outbound = outbound;
    this.#turns = turns;
    this.#bulk = bulk;
  }

  /** How what is due goes next. */
  plan(now: number): Plan {
    const budget = this.#outbound.forPlanning(now);
    if (this.#stores.backlog.size().pending <= goesSoon(budget)) return { kind: "patch" };
    if (this.#outbound.isHeld()) return { kind: "patch" };
    if (this.#gathering) return { kind: "patch_single", next: this.#gathering };
    if (!this.#planned || now >= this.#planned.until) this.#planned = this.#newPlan(now, now);
    return this.#planned.plan;
  }

  /** Until when the plan holds that is being carried out. */
  get holdsUntil(): number | null {
    return this.#planned?.until ?? null;
  }

  /** Which queues' prospects go in calls of their own: all, or what must go alone, what is urgent, and what no job would take. */
  goesSingly(chosen: Plan, now: number): (queue: StoredQueue) => boolean {
    const isKept = this.#outbound.urgentOnlyUntil(now) !== null;
    const goesSingly = this.#goesSingly(chosen, this.#planned?.singly ?? NONE, now);
    return (queue) => goesSingly(queue) && (!isKept || isUrgent(queue.lane));
  }

  #goesSingly(
    chosen: Plan,
    singly: ReadonlySet<number>,
    now: number,
  ): (queue: StoredQueue) => boolean {
    if (chosen.kind === "patch") return () => true;
    const mayHurry = this.#outbound.mayHurry(now);
    return ({ queue, company, lane }) =>
      company === "alone" || (mayHurry && isUrgent(lane)) || singly.has(queue);
  }

  /** Prospects are being put into a job, or no longer (null): meanwhile there is no other plan. */
  gathers(jobPlan: JobPlan | null): void {
    this.#gathering = jobPlan;
  }

  /** A step of a job has changed what is due or what may be used. */
  planAnew(): void {
    this.#planned = null;
  }

  /** How what waits is sent, as it is planned now. */
  outlook(now: number): Outlook {
    const expected = this.#expected(now);
    const { pending } = this.#stores.backlog.size();
    const { modifies, upserts } = expected
      ? jobsFor(expected.due, expected.means, pending)
      : NO_JOBS;
    if (!expected || modifies + upserts === 0) {
      return { goesSingly: () => true, jobsFor: () => NO_JOBS, jobsFrom: now };
    }
    const { plan: chosen, due, means, singly, madeAt } = expected;
    return {
      goesSingly: this.#goesSingly(chosen, singly, now),
      jobsFor: (prospects) => jobsFor(due, means, prospects),
      jobsFrom: chosen.kind === "gather_more" ? madeAt + chosen.forMs : now,
    };
  }

  /** A plan that is a little old will do: every request asks, and to make one takes longer than to store a request. */
  #expected(now: number): Planned | null {
    const { pending } = this.#stores.backlog.size();
    if (pending <= goesSoon(this.#outbound.forPlanning(now))) return null;
    if (this.#planned && now <= this.#planned.until) return this.#planned;
    if (!this.#foreseen || now > this.#foreseen.until) {
      this.#foreseen = this.#newPlan(now, now + GATHER_MS);
    }
    return this.#foreseen;
  }

  /** @param dueBy what is due by then is planned for */
  #newPlan(now: number, dueBy: number): Planned {
    const { planningView } = this.#stores;
    const means = this.#bulk.means(now);
    const upsert = means.upsertMax > 0 ? this.#bulk.mayUpsert(now) : () => false;
    // Where only equal values travel together, those that too few share do not wait behind others' groups.
    const singly = planningView.scattered(dueBy, (queue) => !upsert(queue), JOB_MIN);
    const goInJobs = ({ company, queue }: StoredQueue): boolean =>
      company === "together" && !singly.has(queue);
    const turn = this.#turns.queue(dueBy, goInJobs);
    const due = planningView.of(dueBy, turn, { goInJobs, upsert });
    // An upsert of others would not serve the one whose turn it is.
    const upsertMax = turn === null || upsert(turn) ? means.upsertMax : 0;
    const decided = plan(due, { ...means, upsertMax }, this.#outbound.forPlanning(now));
    return { plan: decided, due, means, singly, madeAt: now, until: now + holdsMs(decided) };
  }
}

function holdsMs(decided: Plan): number {
  if (decided.kind !== "gather_more") return PLAN_HOLDS_MS;
  return Math.min(decided.forMs, GATHERING_HOLDS_MS);
}
