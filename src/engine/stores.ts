/**
 * The object's stores over one database, and the step that changes prospects and everything that is counted of
 * them together.
 * @module
 */
import { tallyChange } from "./model/audience-tally.ts";
import type { Tally } from "./model/audience-tally.ts";
import { NO_DELIVERIES, withDelivery } from "./activity/freshness-rules.ts";
import { waitsSince, withoutOverruled } from "./model/prospect.ts";
import type { Fields, Order, Prospect, Step } from "./model/prospect.ts";
import type { Happened } from "./activity/minute-rules.ts";
import { bySource } from "./model/sources.ts";
import { callEvents } from "./model/history.ts";
import type { Setback, StoryEvent } from "./model/history.ts";
import { tell } from "./model/history-text.ts";
import { AlertStore } from "./alerts/store.ts";
import { AudienceStore } from "./activity/audiences.ts";
import { JobStore } from "./bulk/job-store.ts";
import { CallStore } from "./budget/ledger.ts";
import type { ObservedDatabase } from "../durable/observed-database.ts";
import { DemandWatch } from "./bulk/demand.ts";
import { DestinationStore } from "./outbox/destinations.ts";
import type { KnownDestination } from "./outbox/destinations.ts";
import { DueStore } from "./outbox/due.ts";
import { FailureGroupStore } from "./failures/groups.ts";
import { FailureStore } from "./failures/failures.ts";
import { MinuteStore } from "./activity/minutes.ts";
import { OverflowCursors } from "./delivery/overflow-cursors.ts";
import { PlanningView } from "./bulk/planning-view.ts";
import { ProspectStore } from "./outbox/prospects.ts";
import type { BacklogSize } from "./outbox/prospects.ts";
import { countQueues, sizeOf, withChanges } from "./outbox/queue-sizes.ts";
import type { FilledQueue, QueueSizes } from "./outbox/queue-sizes.ts";
import { RunStore } from "./activity/runs.ts";
import { SeenAudienceStore } from "./activity/unmapped-audiences.ts";
import { BulkLimits } from "./bulk/state.ts";
import { LiveTail } from "./activity/feed.ts";

/** A prospect before and after a step. */
export interface Change {
  readonly before: Prospect;
  readonly after: Prospect;
  /** What happened, where it was something else than that a call began or ended. */
  readonly events?: readonly StoryEvent[];
}

export class Stores {
  readonly destinations: DestinationStore;
  readonly due: DueStore;
  readonly planningView: PlanningView;
  readonly prospects: ProspectStore;
  readonly audiences: AudienceStore;
  readonly seenAudiences: SeenAudienceStore;
  readonly failures: FailureStore;
  readonly failureGroups: FailureGroupStore;
  readonly runs: RunStore;
  readonly calls: CallStore;
  readonly bulkLimits: BulkLimits;
  readonly overflows: OverflowCursors;
  readonly jobs: JobStore;
  readonly demand = new DemandWatch();
  readonly alerts: AlertStore;
  readonly minutes: MinuteStore;
  readonly tail = new LiveTail();
  readonly db: ObservedDatabase;
  /** Kept beside the table because counting a million rows for every request would be slow; null: count again. */
  #backlog: BacklogSize | null = null;
  /** The same, for each queue. */
  #queueSizes: QueueSizes | null = null;

  constructor(db: ObservedDatabase) {
    this.db = db;
    this.destinations = new DestinationStore(db);
    this.due = new DueStore(db, this.destinations);
    this.planningView = new PlanningView(db, this.due);
    this.prospects = new ProspectStore(db, this.due);
    this.audiences = new AudienceStore(db);
    this.seenAudiences = new SeenAudienceStore(db);
    this.failures = new FailureStore(db, this.audiences);
    this.failureGroups = new FailureGroupStore(db);
    this.runs = new RunStore(db);
    this.calls = new CallStore(db);
    this.bulkLimits = new BulkLimits(db);
    this.overflows = new OverflowCursors(db);
    this.jobs = new JobStore(db);
    this.alerts = new AlertStore(db);
    this.minutes = new MinuteStore(db);
    db.onRollback(() => {
      this.#backlog = null;
      this.#queueSizes = null;
    });
  }

  /** Runs `work`, all of it or nothing. */
  transaction<T>(work: () => T): T {
    const undoMinutes = this.minutes.savepoint();
    try {
      return this.db.transaction(work);
    } catch (error) {
      undoMinutes();
      throw error;
    }
  }

  /**
   * Saves changed prospects, what happened to them, and what they change in their audiences and in the backlog.
   * @param why why calls brought nothing, where neither their prospects nor a job is to blame
   */
  saveProspects(changes: readonly Change[], now: number, why?: Setback): void {
    // Before the rows change, for they may have to be counted.
    let { pending, inFlight } = this.backlog();
    const queueSizes = this.#sizes();
    const events = changes.map(
      (change) => change.events ?? callEvents(change.before, change.after, now, why),
    );
    this.prospects.save(
      changes.map(({ after }, i) => ({ prospect: after, told: tell(events[i] ?? []) })),
    );
    const tally = new Map<number, Tally>();
    for (const { before, after } of changes) {
      inFlight += Number(after.inFlight !== null) - Number(before.inFlight !== null);
      pending += Number(isPending(after)) - Number(isPending(before));
      for (const [audience, change] of tallyChange(before, after)) {
        tally.set(audience, sum(tally.get(audience), change));
      }
    }
    this.audiences.add(tally);
    this.#backlog = { pending, inFlight };
    this.#queueSizes = withChanges(queueSizes, changes, this.due);
    this.#count(changes, events, now);
  }

  /** All that waits for a destination goes as it is set. */
  switched(destination: KnownDestination): void {
    this.destinations.switched(destination);
    // Those that waited as it was set before are elsewhere now.
    this.#queueSizes = null;
  }

  /** Counts in the minute, and shows to those who watch, what was delivered and what was refused. */
  #count(
    changes: readonly Change[],
    events: readonly (readonly StoryEvent[])[],
    now: number,
  ): void {
    let [delivered, failed, freshness] = [0, 0, NO_DELIVERIES];
    for (const [i, { before }] of changes.entries()) {
      for (const event of events[i] ?? []) {
        this.tail.told(event, before.id);
        if (event.kind === "delivered") {
          delivered += 1;
          freshness = withDelivery(
            freshness,
            now - (before.inFlight ? waitsSince(before.inFlight) : now),
          );
        }
        if (event.kind === "refused" && event.fields.length > 0) failed += 1;
      }
    }
    this.happened(now, { delivered, failed, ...(delivered > 0 && { freshness }) });
  }

  /** Counts what happened in the present minute. */
  happened(now: number, happened: Partial<Happened>): void {
    this.minutes.add(now, happened, this.unfinished());
  }

  /** Prospects that wait or are in a call. */
  unfinished(): number {
    const { pending, inFlight } = this.backlog();
    return pending + inFlight;
  }

  /** Counts what steps decided, lists what failed, and takes off the list what newer values overrule. */
  decided(steps: readonly Step[], now: number): void {
    this.runs.addFates(
      now,
      steps.flatMap(({ fates }) => fates),
    );
    const settled = new Map<number, Fields<Order>>();
    const later = new Map<number, Fields<Order>>();
    for (const { prospect, settled: fields, failed } of steps) {
      const { id } = prospect;
      if (failed || !isEmpty(fields)) {
        settled.set(id, { ...settled.get(id), ...fields });
        later.set(id, { ...later.get(id), ...fields, ...failed?.fields });
      }
    }
    this.failures.overrule(later);
    for (const { prospect, failed } of steps) {
      if (!failed) continue;
      const { attempts, acceptedAt, error } = failed;
      const left = withoutOverruled(failed.fields, settled.get(prospect.id) ?? {});
      const { id: prospectId } = prospect;
      for (const [destinationId, fields] of bySource({ ...failed, fields: left })) {
        this.failures.add({ destinationId, prospectId, fields, error, attempts, acceptedAt });
      }
    }
  }

  /** Every queue in which something waits, and how many wait in it. */
  waiting(): readonly FilledQueue[] {
    const sizes = this.#sizes();
    return this.due.queues().map((queue) => ({ ...queue, prospects: sizeOf(sizes, queue) }));
  }

  #sizes(): QueueSizes {
    this.#queueSizes ??= countQueues(this.db);
    return this.#queueSizes;
  }

  /** How many prospects wait, and how many are in a call. */
  backlog(): BacklogSize {
    this.#backlog ??= this.prospects.countBacklog();
    return this.#backlog;
  }
}

function isEmpty(fields: Fields<unknown>): boolean {
  return Object.keys(fields).length === 0;
}

/** A prospect counts once: as in flight while a call is under way, else as pending while something waits. */
function isPending(prospect: Prospect): boolean {
  return prospect.inFlight === null && prospect.pending !== null;
}

function sum(a: Tally | undefined, b: Tally): Tally {
  return {
    members: (a?.members ?? 0) + b.members,
    exited: (a?.exited ?? 0) + b.exited,
    pending: (a?.pending ?? 0) + b.pending,
  };
}
