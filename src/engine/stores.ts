/**
 * The object's stores over one database, and the step that changes prospects and everything that is counted of
 * them together.
 * @module
 */
import type { EngineEvent, Fold, ProspectEvent, Step } from "./model/events.ts";
import type { Prospect } from "./model/prospect.ts";
import { storyOf } from "./model/history.ts";
import { tell } from "./model/history-text.ts";
import { AlertStore } from "./alerts/store.ts";
import { AudienceStore } from "./activity/audiences.ts";
import { Blame } from "./calls/blame.ts";
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
import { Backlog } from "./outbox/queue-sizes.ts";
import { RunStore } from "./activity/runs.ts";
import { SeenAudienceStore } from "./activity/unmapped-audiences.ts";
import { BulkLimits } from "./bulk/state.ts";
import { LiveTail } from "./activity/feed.ts";

/** What steps made of a prospect. */
interface Saved extends Step {
  /** As it was read; left out, all of it is written. */
  readonly before?: Prospect;
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
  readonly blame: Blame;
  readonly demand = new DemandWatch();
  readonly alerts: AlertStore;
  readonly minutes: MinuteStore;
  readonly tail = new LiveTail();
  readonly backlog: Backlog;
  readonly db: ObservedDatabase;
  readonly #folds: readonly Fold[];

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
    this.blame = new Blame(db);
    this.overflows = new OverflowCursors(db);
    this.jobs = new JobStore(db);
    this.alerts = new AlertStore(db);
    this.backlog = new Backlog(db, this.due);
    this.minutes = new MinuteStore(db, () => this.backlog.unfinished());
    // The minutes tell how many wait once the others have counted.
    this.#folds = [
      this.backlog,
      this.audiences,
      this.runs,
      this.failures,
      this.demand,
      this.tail,
      this.minutes,
    ];
  }

  /** Runs `work`, all of it or nothing. */
  transaction<T>(work: () => T): T {
    const undo = [this.minutes.savepoint(), this.runs.savepoint()];
    try {
      return this.db.transaction(work);
    } catch (error) {
      for (const takeBack of undo) takeBack();
      throw error;
    }
  }

  /**
   * Saves what steps made of prospects, and tells what happened to whoever counts or shows it.
   * @param also what happened besides
   */
  saveProspects(steps: readonly Saved[], now: number, also: readonly EngineEvent[] = []): void {
    // Before the rows change, for they may have to be counted.
    this.backlog.count();
    this.prospects.save(
      steps
        .filter(({ before, prospect }) => before !== prospect)
        .map(({ events, ...step }) => ({ ...step, told: tell(storyOf(events, now)) })),
    );
    this.tell([...steps.flatMap(({ events }) => events), ...also], now);
  }

  /** Tells what happened to prospects that do not change. */
  tellProspects(events: ReadonlyMap<number, readonly ProspectEvent[]>, now: number): void {
    this.prospects.tell(new Map([...events].map(([id, of]) => [id, tell(storyOf(of, now))])));
    this.tell([...events.values()].flat(), now);
  }

  /** Tells what happened, where it is about no prospect. */
  tell(events: readonly EngineEvent[], now: number): void {
    if (events.length === 0) return;
    for (const fold of this.#folds) fold.apply(events, now);
  }

  /** All that waits for a destination goes as it is set. */
  switched(destination: KnownDestination): void {
    this.destinations.switched(destination);
    // Those that waited as it was set before are elsewhere now.
    this.backlog.recount();
  }
}
