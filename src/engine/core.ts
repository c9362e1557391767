/**
 * An Outreach user's delivery, whole: intake, outbox, limiter, tokens and the loop that empties the outbox, on
 * whatever storage, clock and network it is given. The Durable Object wraps exactly one of these; simulations and
 * tests run the same code.
 * @module
 */
import type {
  Activity,
  AcceptResult,
  AlertSettings,
  AlertsStatus,
  AlertTest,
  AudienceCounts,
  CallLedger,
  ConnectResult,
  DestinationDelivery,
  FailureGroups,
  FailurePage,
  FailureRest,
  FailureSelection,
  FailureStep,
  Glance,
  IncomingBatch,
  ListedSeenAudience,
  OverflowBatch,
  OutreachUserMethods,
  OverflowResult,
  ProspectDetail,
  TooLate,
  ProspectStatus,
  QuarantinedRow,
  Run,
  UserStatus,
} from "./api.ts";
import { Alerts } from "./alerts/alerts.ts";
import { UpsertChecks } from "./bulk/upsert-checks.ts";
import { ByHand } from "./delivery/manual.ts";
import { Connection } from "./connection/connection.ts";
import { Breaker } from "./delivery/breaker.ts";
import { DeliveryLoop } from "./delivery/loop.ts";
import { Flushing } from "./activity/flushing.ts";
import { Estimates } from "./estimates/estimates.ts";
import { FailureWork } from "./failures/actions.ts";
import { Housekeeping } from "./delivery/housekeeping.ts";
import { BACKLOG_MAX, Intake } from "./delivery/intake.ts";
import { migrate } from "./migrations.ts";
import { Outbound } from "./calls/outbound.ts";
import type { Ports } from "./ports.ts";
import { Report } from "./delivery/report.ts";
import { observed } from "../durable/observed-database.ts";
import type { ObservedDatabase } from "../durable/observed-database.ts";
import { AudienceStore } from "./activity/audiences.ts";
import { LiveTail } from "./activity/feed.ts";
import { MinuteStore } from "./activity/minutes.ts";
import { RunStore } from "./activity/runs.ts";
import { SeenAudienceStore } from "./activity/unmapped-audiences.ts";
import { AlertStore } from "./alerts/store.ts";
import { DemandWatch } from "./budget/demand.ts";
import { CallStore } from "./budget/ledger.ts";
import { Blame } from "./calls/blame.ts";
import { JobStore } from "./bulk/job-store.ts";
import { PlanningView } from "./bulk/planning-view.ts";
import { BulkLimits } from "./bulk/state.ts";
import { OverflowCursors } from "./delivery/overflow-cursors.ts";
import { FailureStore } from "./failures/failures.ts";
import { FailureGroupStore } from "./failures/groups.ts";
import { DestinationStore } from "./outbox/destinations.ts";
import { DueStore } from "./outbox/due.ts";
import { Outbox } from "./outbox/outbox.ts";
import { ProspectStore } from "./outbox/prospects.ts";
import { Backlog } from "./outbox/queue-sizes.ts";
import { readOr } from "./quarantine/fault.ts";
import { Quarantine } from "./quarantine/quarantine.ts";
import type { Recovery } from "./delivery/recovery.ts";
import { StorageBudget } from "./delivery/storage-budget.ts";
import { mustNotWait } from "./delivery/storage-rules.ts";
import { isDiskFull } from "./outbox/make-room.ts";
import { Waking } from "./delivery/waking.ts";

/** When the outbox is full the sender should wait for about this long. */
const FULL_RETRY_MS = 60_000;

const BACKLOG_FULL: AcceptResult = {
  ok: false,
  reason: "backlog_full",
  retryAfterMs: FULL_RETRY_MS,
};

export class OutreachUserCore implements OutreachUserMethods {
  readonly #ports: Ports;
  readonly #stores: ReturnType<typeof openStores>;
  readonly #connection: Connection;
  readonly #outbound: Outbound;
  readonly #intake: Intake;
  readonly #failureWork: FailureWork;
  readonly #loop: DeliveryLoop;
  readonly #alerts: Alerts;
  readonly #estimates: Estimates;
  readonly #report: Report;
  readonly #byHand: ByHand;
  readonly #housekeeping: Housekeeping;
  readonly #flushing: Flushing;
  readonly #waking: Waking;
  readonly #storage: StorageBudget;

  /** Brings the tables up to date and reads nothing of what is in them: `rearm` and the alarm go on with it. */
  constructor(platform: Ports) {
    migrate(platform.db);
    this.#stores = openStores(observed(platform.db), platform.now);
    const { db } = this.#stores;
    this.#connection = new Connection(platform, db);
    const ports: Ports = {
      ...platform,
      // What one Outreach user was told says nothing of what another one's organisation holds.
      hash: (prospectId, field, value, like) =>
        platform.hash(prospectId, `${this.#connection.account}:${field}`, value, like),
    };
    this.#ports = ports;
    this.#outbound = new Outbound(ports, this.#stores, this.#connection);
    this.#intake = new Intake(ports, this.#stores);
    this.#failureWork = new FailureWork(ports, this.#stores);
    const sources = {
      connection: () => this.#connection.status(),
      pause: (now: number) => this.#loop.pause(now),
    };
    this.#byHand = new ByHand(ports, this.#stores);
    this.#alerts = new Alerts(ports, this.#stores, sources, () => this.#waking.setAlarm());
    this.#stores.outbox.register(this.#alerts);
    const upsertChecks = new UpsertChecks(db, this.#connection);
    this.#loop = new DeliveryLoop(
      ports,
      this.#stores,
      this.#connection,
      this.#outbound,
      upsertChecks,
      () => {
        this.#flushing.soon();
        this.#alerts.noted(ports.now());
        this.#alerts.tick();
      },
    );
    this.#estimates = new Estimates(this.#stores, this.#outbound, this.#loop);
    const breaker = new Breaker(db);
    this.#storage = new StorageBudget(ports, this.#stores);
    this.#report = new Report({
      ports,
      stores: this.#stores,
      connection: this.#connection,
      outbound: this.#outbound,
      upsertChecks,
      loop: this.#loop,
      estimates: this.#estimates,
      breaker,
      storage: this.#storage,
    });
    this.#housekeeping = new Housekeeping(ports, this.#stores, upsertChecks);
    this.#flushing = new Flushing(ports, [this.#stores.minutes, this.#stores.runs]);
    this.#waking = new Waking({
      flushing: this.#flushing,
      ports,
      stores: this.#stores,
      loop: this.#loop,
      alerts: this.#alerts,
      housekeeping: this.#housekeeping,
      breaker,
      storage: this.#storage,
    });
    this.#stores.tail.apply([{ kind: "started" }], ports.now());
  }

  accept(batch: IncomingBatch, until = Infinity): AcceptResult | TooLate {
    const now = this.#ports.now();
    if (now > until) return { ok: false, reason: "too_late" };
    const fitting = this.#thatFits(batch, now);
    try {
      if (fitting) this.#intake.accept(fitting, now);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return BACKLOG_FULL;
    }
    this.#flushing.soon();
    this.rearm();
    // What was taken of it is; to send all of it again does no harm.
    if (fitting !== batch) return BACKLOG_FULL;
    const prospectIds = batch.updates.map(({ prospectId }) => prospectId);
    // What is stored is, although nobody can tell when it will leave.
    const expectedBy = readOr(null, () => this.#estimates.expectedBy(now, prospectIds));
    return { ok: true, expectedBy };
  }

  /** What of a batch may be stored now: all of it, those that cannot wait, or null. */
  #thatFits(batch: IncomingBatch, now: number): IncomingBatch | null {
    if (this.#stores.backlog.size().pending >= BACKLOG_MAX) return null;
    const level = this.#storage.level(now);
    if (level === "full") return null;
    if (level !== "tight") return batch;
    const waiting = this.#stores.prospects.waitingOf(batch.updates.map((one) => one.prospectId));
    const updates = batch.updates.filter(
      (update) => mustNotWait(update) || waiting.has(update.prospectId),
    );
    if (updates.length === batch.updates.length) return batch;
    return updates.length === 0 ? null : { ...batch, updates, empty: 0, rejected: {} };
  }

  acceptOverflow(overflow: string, batches: readonly OverflowBatch[]): OverflowResult {
    const level = this.#storage.level(this.#ports.now());
    const isFull = this.#stores.backlog.size().pending >= BACKLOG_MAX;
    if (isFull || level === "tight" || level === "full") {
      return { ok: false, retryAfterMs: FULL_RETRY_MS };
    }
    this.#intake.acceptOverflow(overflow, batches, this.#ports.now());
    this.#flushing.soon();
    this.rearm();
    return { ok: true };
  }

  /** The alarm went off. Where this throws, the object must be started anew. */
  wake(): Promise<void> {
    return this.#waking.wake();
  }

  /** Sets the alarm where work waits and none is set, one was lost, or it is set too late. */
  rearm(): void {
    this.#waking.rearm();
  }

  status(): UserStatus {
    return this.#report.status();
  }

  /** Rows that could not be read, the newest first. */
  quarantine(limit: number): readonly QuarantinedRow[] {
    return this.#stores.quarantine.list(limit);
  }

  calls(span: "hour" | "day", limit: number): CallLedger {
    return this.#report.calls(span, limit);
  }

  glance(): Glance {
    return this.#report.glance();
  }

  setYearlyAllowance(calls: number | null): void {
    this.#outbound.setYearlyAllowance(calls);
    this.rearm();
  }

  activity(minutes: number): Activity {
    return this.#report.activity(minutes);
  }

  pause(): void {
    const now = this.#ports.now();
    this.#outbound.pause(now);
    this.#stores.outbox.tell([{ kind: "paused" }], now);
  }

  resume(): void {
    this.#outbound.resume();
    this.#stores.outbox.tell([{ kind: "resumed" }], this.#ports.now());
    this.rearm();
  }

  prospect(prospectId: number): ProspectDetail | null {
    return this.#byHand.detail(prospectId);
  }

  hurry(prospectId: number): ProspectDetail | null {
    const detail = this.#byHand.hurry(prospectId);
    this.rearm();
    return detail;
  }

  forgetTold(prospectId: number): ProspectDetail | null {
    return this.#byHand.forgetTold(prospectId);
  }

  prospects(prospectIds: readonly number[]): readonly ProspectStatus[] {
    return this.#byHand.statuses(prospectIds);
  }

  runs(destinationId: string, limit: number): readonly Run[] {
    return this.#stores.runs.list(destinationId, limit);
  }

  audiences(destinationId: string): readonly AudienceCounts[] {
    return this.#stores.audiences.list(destinationId);
  }

  seenAudiences(destinationId: string): readonly ListedSeenAudience[] {
    return this.#stores.seenAudiences.list(destinationId);
  }

  failures(
    destinationId: string,
    page: { limit: number; after: string | null; group?: string | null },
  ): FailurePage {
    return this.#stores.failures.page(destinationId, page);
  }

  failureGroups(destinationId: string, limit: number): FailureGroups {
    return this.#stores.failureGroups.list(destinationId, limit);
  }

  async replay(
    destinationId: string,
    which: FailureSelection,
    step?: FailureStep,
  ): Promise<{ readonly replayed: number; readonly rest?: FailureRest }> {
    const { done, ...rest } = await this.#failureWork.replay(destinationId, which, step);
    this.#flushing.soon();
    this.rearm();
    return { replayed: done, ...rest };
  }

  async discardFailures(
    destinationId: string,
    which: FailureSelection,
    step?: FailureStep,
  ): Promise<{ readonly discarded: number; readonly rest?: FailureRest }> {
    const { done, ...rest } = await this.#failureWork.discard(destinationId, which, step);
    this.#flushing.soon();
    return { discarded: done, ...rest };
  }

  discardFailure(destinationId: string, failureId: string): boolean {
    this.#flushing.soon();
    return this.#failureWork.discardOne(destinationId, failureId);
  }

  async forgetDestination(destinationId: string): Promise<void> {
    await this.#housekeeping.forgetDestination(destinationId, this.#ports.now());
    this.#alerts.changed(this.#ports.now());
  }

  setDelivery(destinationId: string, delivery: DestinationDelivery): void {
    this.#intake.set(destinationId, delivery, this.#ports.now());
    this.rearm();
  }

  setAlerts(destinationId: string, settings: AlertSettings | null): void {
    this.#alerts.set(destinationId, settings);
    this.rearm();
  }

  rename(name: string): void {
    this.#alerts.rename(name);
  }

  alerts(destinationId: string): AlertsStatus {
    return this.#alerts.status(destinationId);
  }

  testAlert(destinationId: string): Promise<AlertTest> {
    return this.#alerts.test(destinationId);
  }

  beginConnection(redirectUri: string): { authorizeUrl: string } {
    return { authorizeUrl: this.#connection.begin(redirectUri) };
  }

  async completeConnection(query: string, redirectUri: string): Promise<ConnectResult> {
    const result = await this.#connection.complete(query, redirectUri);
    if (!result.ok) return result;
    await this.#loop.identifyNow();
    this.#alerts.noted(this.#ports.now());
    this.rearm();
    return { ok: true, identity: this.#connection.status().identity };
  }

  disconnect(): void {
    this.#connection.disconnect();
    this.#alerts.noted(this.#ports.now());
    this.rearm();
  }
}

/** Every table, and the outbox with whoever counts or shows what happens. Each room is given those that it needs. */
export function openStores(db: ObservedDatabase, now: () => number) {
  const recovery: Recovery = { isDue: true };
  /** A row was set aside, or came back. */
  const rowMoved = (table: QuarantinedRow["table"]): void => {
    backlog.recount();
    due.changed();
    failures.recheck();
    if (table === "jobs") recovery.isDue = true;
  };
  const quarantine = new Quarantine(db, now, rowMoved);
  const destinations = new DestinationStore(db);
  const due = new DueStore(db, destinations, quarantine);
  const prospects = new ProspectStore(db, due, quarantine);
  const backlog = new Backlog(db, due);
  const audiences = new AudienceStore(db);
  const runs = new RunStore(db);
  const failures = new FailureStore(db, audiences, quarantine);
  const demand = new DemandWatch();
  const tail = new LiveTail();
  const minutes = new MinuteStore(db, () => backlog.unfinished());
  const folds = [audiences, runs, failures, demand, tail, minutes];
  return {
    db,
    outbox: new Outbox(db, prospects, backlog, folds),
    quarantine,
    recovery,
    destinations,
    due,
    prospects,
    backlog,
    audiences,
    runs,
    failures,
    demand,
    tail,
    minutes,
    failureGroups: new FailureGroupStore(db, quarantine),
    seenAudiences: new SeenAudienceStore(db),
    calls: new CallStore(db),
    blame: new Blame(db),
    jobs: new JobStore(db, quarantine),
    bulkLimits: new BulkLimits(db),
    planningView: new PlanningView(db, due),
    alerts: new AlertStore(db),
    overflows: new OverflowCursors(db),
  };
}
