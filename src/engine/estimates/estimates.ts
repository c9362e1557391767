/**
 * When what waits will be at Outreach: all of it, and what a request has just brought. Goes by the plan, the open jobs and the
 * order of service; made for every request, so nothing here costs more the more waits.
 * @module
 */
import { drainsAt } from "./forecast-rules.ts";
import type { Part } from "./forecast-rules.ts";
import type { JobOutlook, Jobs } from "../bulk/job-estimate-rules.ts";
import { isUrgent } from "../model/lane.ts";
import { servedBy } from "../outbox/fair-queuing-rules.ts";
import { CONCURRENT_CALLS } from "../budget/call-pace.ts";
import type { Pause } from "../api.ts";
import type { Asked } from "../bulk/job-estimates.ts";
import type { JobCount } from "../bulk/plan-rules.ts";
import type { DueStore, Place } from "../outbox/due.ts";
import { GATHER_MS } from "../outbox/schedule.ts";
import type { Outbound } from "../calls/outbound.ts";
import type { Outlook } from "../bulk/planning.ts";
import type { FilledQueue } from "../outbox/queue-sizes.ts";
import type { Backlog } from "../outbox/queue-sizes.ts";

/** How things stand, for estimates. */
interface Standing {
  readonly now: number;
  /** When something may leave. */
  readonly startAt: number;
  /** From a call's leaving to its answer. */
  readonly callMs: number;
  /** Whether the window that is open has nothing left. */
  readonly isShut: boolean;
  readonly outlook: Outlook;
  readonly jobs: ReadonlyMap<number, JobOutlook>;
}

/** Prospects that are sent, by how they go. */
interface Sent {
  readonly singly: number;
  readonly inJobs: number;
  /** All that wait for jobs, which tell what jobs there are. */
  readonly forJobs: number;
  readonly arrivalsPerMs: number;
  /** Whether those that go singly may have the calls that are kept for what is urgent. */
  readonly hurries: boolean;
}

/** What estimates go by. */
interface EstimateStores {
  readonly backlog: Backlog;
  readonly due: DueStore;
}

/** How what waits is sent. */
interface Delivery {
  pause(now: number): Pause | null;
  outlook(now: number): Outlook;
  jobsWay(jobs: JobCount, prospects: number, asked: Asked): Jobs;
  jobOutlooks(asked: Asked): ReadonlyMap<number, JobOutlook>;
}

export class Estimates {
  readonly #stores: EstimateStores;
  readonly #outbound: Outbound;
  readonly #loop: Delivery;

  constructor(stores: EstimateStores, outbound: Outbound, loop: Delivery) {
    this.#stores = stores;
    this.#outbound = outbound;
    this.#loop = loop;
  }

  /**
   * When all that waits will be at Outreach, epoch ms. Null where nothing waits, and where nobody knows: nothing can be sent until a
   * person connects the user, a job takes much longer than others did, or changes come as fast as they leave.
   * @param arrivalsPerMs 0 for those that wait already
   */
  drainsAt(now: number, arrivalsPerMs: number): number | null {
    const { pending, inFlight } = this.#stores.backlog.size();
    if (pending + inFlight === 0) return null;
    const standing = this.#standing(now);
    if (!standing) return null;
    const { outlook, callMs } = standing;
    const queues = this.#stores.backlog.queues();
    const inJobs = sizeOf(queues.filter((queue) => !outlook.goesSingly(queue)));
    const parts = this.#parts(standing, {
      singly: sizeOf(queues) - inJobs,
      inJobs,
      forJobs: inJobs,
      arrivalsPerMs,
      hurries: false,
    });
    const jobs = [...standing.jobs.values()];
    const sentAt = this.#sentAt(standing, parts);
    // What failed waits until it is tried again.
    const triedAt = queues.map(({ lastDueAt }) => lastDueAt + callMs);
    return latest([now + callMs, sentAt, ...jobs.map(({ endsAt }) => endsAt), ...triedAt]);
  }

  /**
   * When prospects that a request has just brought will be at Outreach, as far as it depends on what came before. Null where nobody
   * knows.
   */
  expectedBy(now: number, prospectIds: readonly number[]): number | null {
    const places = this.#stores.due.placesOf(prospectIds);
    if (places.length === 0) return now;
    const standing = this.#standing(now);
    if (!standing) return null;
    return latest(places.map((place) => this.#arrivesAt(place, standing)));
  }

  #arrivesAt({ queue, inFlight, job, prospects }: Place, standing: Standing): number | null {
    const { now, callMs, outlook } = standing;
    const open = job === null ? undefined : standing.jobs.get(job);
    // What is in a call has to come out of it before the next one leaves.
    const freeAt = open ? open.endsAt : inFlight ? now + callMs : now;
    if (freeAt === null || !queue) return freeAt;
    const queues = this.#stores.backlog.queues();
    const found = queues.find((one) => one.queue === queue.queue && one.company === queue.company);
    const own: FilledQueue = inFlight || !found ? { ...queue, prospects } : found;
    const goesSingly = outlook.goesSingly(own);
    const hurries = goesSingly && isUrgent(own.lane);
    // What is not urgent leaves alone what is kept for what is.
    const isKept = hurries && this.#outbound.urgentOnlyUntil(now) !== null;
    const beside = queues.filter(
      (one) => outlook.goesSingly(one) === goesSingly && (!isKept || isUrgent(one.lane)),
    );
    const served = Math.min(servedBy(own, beside, now), Math.max(prospects, sizeOf(beside)));
    const parts = this.#parts(
      { ...standing, startAt: Math.max(standing.startAt, freeAt) },
      {
        singly: goesSingly ? served : 0,
        inJobs: goesSingly ? 0 : served,
        forJobs: goesSingly ? 0 : Math.max(served, sizeOf(beside)),
        arrivalsPerMs: 0,
        hurries,
      },
    );
    return latest([this.#sentAt(standing, parts), queue.lastDueAt]);
  }

  /** Null where nobody knows when something may leave. */
  #standing(now: number): Standing | null {
    const pause = this.#loop.pause(now);
    if (pause !== null && pause.until === null) return null;
    const startAt = Math.max(now + GATHER_MS, pause?.until ?? 0);
    const callMs = this.#outbound.singles(now).msPerCall * CONCURRENT_CALLS;
    const asked = { now, startAt, callMs };
    return {
      ...asked,
      isShut: pause?.reason === "rate_limited",
      outlook: this.#loop.outlook(now),
      jobs: this.#loop.jobOutlooks(asked),
    };
  }

  /** What goes singly, and what goes in jobs beside it. */
  #parts(standing: Standing, sent: Sent): readonly Part[] {
    const { now, startAt, isShut, outlook } = standing;
    const { inJobs, forJobs } = sent;
    const count = outlook.jobsFor(forJobs);
    const hasJobs = count.modifies + count.upserts > 0;
    const leftOver = hasJobs ? (count.leftOver * inJobs) / Math.max(1, forJobs) : inJobs;
    const usual = this.#outbound.singles(now);
    const singles = {
      ...usual,
      ...(isShut && { room: 0 }),
      ...(sent.hurries && { keptPerWindow: 0 }),
    };
    const all = sent.singly + inJobs;
    const part = (prospects: number, from: number, way: Part["way"]): Part => ({
      prospects,
      startAt: from,
      arrivalsPerMs: (sent.arrivalsPerMs * prospects) / Math.max(1, all),
      way,
    });
    const parts = [
      part(sent.singly + leftOver, startAt, singles),
      ...(hasJobs
        ? [
            part(
              inJobs - leftOver,
              Math.max(startAt, outlook.jobsFrom),
              this.#loop.jobsWay(count, forJobs - count.leftOver, standing),
            ),
          ]
        : []),
    ];
    return parts.filter(({ prospects }) => prospects > 0);
  }

  #sentAt({ now, jobs }: Standing, parts: readonly Part[]): number | null {
    const callsOwed = [...jobs.values()].reduce((sum, { calls }) => sum + calls, 0);
    return drainsAt({ now, parts, callsOwed, allowance: this.#outbound.allowance(now) });
  }
}

/** Null where one of them is not known. */
function latest(times: readonly (number | null)[]): number | null {
  let last = -Infinity;
  for (const time of times) {
    if (time === null) return null;
    last = Math.max(last, time);
  }
  return Math.round(last);
}

function sizeOf(queues: readonly FilledQueue[]): number {
  return queues.reduce((sum, { prospects }) => sum + prospects, 0);
}
