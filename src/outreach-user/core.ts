/**
 * An Outreach user's delivery, whole: intake, outbox, limiter, tokens and the loop that empties the outbox, on
 * whatever storage, clock and network it is given. The Durable Object wraps exactly one of these; simulations and
 * tests run the same code.
 * @module
 */
import { drainsAt } from "../delivery/forecast.ts";
import { forgetTold, hurry } from "../delivery/by-hand.ts";
import type { Prospect } from "../delivery/prospect.ts";
import type { StoryEvent } from "../delivery/story.ts";
import type {
  Activity,
  AcceptResult,
  AlertSettings,
  AlertsStatus,
  AlertTest,
  AudienceCounts,
  CallLedger,
  ConnectResult,
  FailureGroups,
  FailurePage,
  FailureRest,
  FailureSelection,
  FailureStep,
  Glance,
  IncomingBatch,
  ListedSeenAudience,
  OverflowBatch,
  OverflowResult,
  ProspectDetail,
  TooLate,
  ProspectStatus,
  Run,
  UserStatus,
} from "./api.ts";
import { Alerts } from "./alerts.ts";
import { bulkStatus } from "./bulk/bulk-status.ts";
import { UpsertChecks } from "./bulk/upsert-checks.ts";
import { Connection } from "./connection.ts";
import { DeliveryLoop } from "./delivery-loop.ts";
import { FailureWork } from "./failure-work.ts";
import { BACKLOG_MAX, GATHER_MS, Intake } from "./intake.ts";
import { migrate } from "./migrations.ts";
import { describeProspect, withStory } from "./prospect-view.ts";
import { MINUTES_MAX } from "./minute-store.ts";
import { Outbound } from "./outbound.ts";
import type { Ports } from "./ports.ts";
import { soonest } from "./soonest.ts";
import { Stores } from "./stores.ts";

/**
 * Set first thing when the alarm goes off: a run that dies on the way is taken up again after this time, although
 * an alarm that throws too often is given up by the platform.
 */
const WATCHDOG_MS = 30_000;
/** An alarm that is overdue by this much was lost. */
const ALARM_GRACE_MS = 60_000;
/** When the outbox is full the sender should wait for about this long. */
const FULL_RETRY_MS = 60_000;
const PRUNE_EVERY_MS = 24 * 3_600_000;
/** What waited for a destination when it was deleted has ended by then: a week of tries, and a day. */
const FORGOTTEN_MS = 8 * 24 * 3_600_000;
/** Nobody deletes more in that time. */
const FORGOTTEN_MAX = 1_000;
/** Failures that are shown of one prospect. */
const FAILURES_SHOWN = 20;

export class OutreachUserCore {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #connection: Connection;
  readonly #outbound: Outbound;
  readonly #upsertChecks: UpsertChecks;
  readonly #intake: Intake;
  readonly #failureWork: FailureWork;
  readonly #loop: DeliveryLoop;
  readonly #alerts: Alerts;
  #running = false;

  /** Brings the tables up to date and recovers what a restart interrupted. */
  constructor(platform: Ports) {
    migrate(platform.db);
    this.#stores = new Stores(platform.db);
    this.#connection = new Connection(platform, this.#stores.state);
    const ports: Ports = {
      ...platform,
      // What one Outreach user was told says nothing of what another one's organisation holds.
      hash: (prospectId, field, value) =>
        platform.hash(prospectId, `${this.#connection.account}:${field}`, value),
    };
    this.#ports = ports;
    this.#outbound = new Outbound(ports, this.#stores, this.#connection);
    this.#intake = new Intake(ports, this.#stores);
    this.#failureWork = new FailureWork(ports, this.#stores);
    const sources = {
      connection: () => this.#connection.status(),
      pause: (now: number) => this.#loop.pause(now),
    };
    this.#alerts = new Alerts(ports, this.#stores, sources, () => this.#setAlarm());
    this.#upsertChecks = new UpsertChecks(this.#stores.state, this.#connection);
    this.#loop = new DeliveryLoop(
      ports,
      this.#stores,
      this.#connection,
      this.#outbound,
      this.#upsertChecks,
      () => {
        this.#alerts.noted(ports.now());
        this.#alerts.tick();
      },
    );
    this.#loop.recover(ports.now());
    this.#stores.tail.add({ at: ports.now(), kind: "started", count: 0 });
  }

  accept(batch: IncomingBatch, until = Infinity): AcceptResult | TooLate {
    const now = this.#ports.now();
    if (now > until) return { ok: false, reason: "too_late" };
    if (this.#stores.backlog().pending >= BACKLOG_MAX) {
      return { ok: false, reason: "backlog_full", retryAfterMs: FULL_RETRY_MS };
    }
    this.#intake.accept(batch, now);
    const { pending, inFlight } = this.#stores.backlog();
    if (pending + inFlight > 0) this.#alerts.waiting(now);
    if (Object.keys(batch.rejected).length > 0 || this.#alerts.isAnyOpen()) this.#alerts.noted(now);
    this.rearm();
    return { ok: true, expectedBy: pending + inFlight === 0 ? now : this.#drainsAt(now, 0) };
  }

  acceptOverflow(overflow: string, batches: readonly OverflowBatch[]): OverflowResult {
    if (this.#stores.backlog().pending >= BACKLOG_MAX) {
      return { ok: false, retryAfterMs: FULL_RETRY_MS };
    }
    this.#intake.acceptOverflow(overflow, batches, this.#ports.now());
    this.#alerts.noted(this.#ports.now());
    this.rearm();
    return { ok: true };
  }

  /**
   * The alarm went off: sends what may be sent, then sets the alarm for what remains. Where it throws, the watchdog
   * stays set, and the object must be started anew: nobody can say what its calls under way became.
   */
  async wake(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#ports.alarm.set(this.#ports.now() + WATCHDOG_MS);
    this.#prune(this.#ports.now());
    this.#alerts.tick();
    await this.#loop.run();
    this.#running = false;
    this.#alerts.tick();
    this.#stores.minutes.write(this.#ports.now());
    if (!this.#stores.failureGroups.isComplete) this.#stores.failureGroups.complete();
    this.#setAlarm();
  }

  #setAlarm(): void {
    if (this.#running) return;
    this.#ports.alarm.set(this.#wakeAt(this.#ports.now()));
  }

  #wakeAt(now: number): number | null {
    // What is left for the next turn needs the next alarm, which lets requests come in between.
    if (!this.#stores.failureGroups.isComplete) return now + 1;
    return inFuture(soonest(this.#loop.wakeAt(now), this.#alerts.wakeAt()), now);
  }

  /** Sets the alarm where work waits and none is set, one was lost, or it is set too late. */
  rearm(): void {
    if (this.#running) return;
    const now = this.#ports.now();
    const wanted = this.#wakeAt(now);
    if (wanted === null) return;
    const armed = this.#ports.alarm.at();
    if (armed === null || armed > wanted || armed < now - ALARM_GRACE_MS) {
      this.#ports.alarm.set(wanted);
    }
  }

  status(): UserStatus {
    const now = this.#ports.now();
    const { state, prospects, calls, minutes } = this.#stores;
    const connection = this.#connection.status();
    return {
      connection,
      budget: this.#outbound.budget(now),
      backlog: {
        ...this.#stores.backlog(),
        oldestAcceptedAt: prospects.oldestAcceptedAt(),
        drainsAt: this.#drainsAt(now, this.#stores.demand.pace(now)),
      },
      calls: {
        lastHour: minutes.calls(now),
        ...calls.counts(now),
        yearlyAllowance: state.read("yearlyAllowance"),
      },
      bulk: bulkStatus(this.#ports, this.#stores, this.#connection, this.#upsertChecks, now),
      freshness: minutes.freshness("hour", now),
      paused: this.#loop.pause(now),
    };
  }

  calls(span: "hour" | "day", limit: number): CallLedger {
    const { state, calls } = this.#stores;
    const yearlyAllowance = state.read("yearlyAllowance");
    return { ...calls.ledger(span, limit, this.#ports.now()), yearlyAllowance };
  }

  glance(): Glance {
    return { status: this.status(), failures: this.#stores.failures.counts() };
  }

  setYearlyAllowance(calls: number | null): void {
    this.#stores.state.write("yearlyAllowance", calls);
    this.rearm();
  }

  activity(count: number): Activity {
    const now = this.#ports.now();
    const { minutes, tail } = this.#stores;
    const shown = minutes.last(Math.min(count, MINUTES_MAX), now, this.#stores.unfinished());
    return {
      minutes: shown.map(({ freshness: _freshness, ...minute }) => minute),
      freshness: {
        lastHour: minutes.freshness("hour", now),
        lastDay: minutes.freshness("day", now),
      },
      tail: tail.events,
    };
  }

  pause(): void {
    const now = this.#ports.now();
    this.#outbound.pause(now);
    this.#stores.tail.add({ at: now, kind: "paused", count: 0 });
  }

  resume(): void {
    this.#outbound.resume();
    this.#stores.tail.add({ at: this.#ports.now(), kind: "resumed", count: 0 });
    this.#alerts.noted(this.#ports.now());
    this.rearm();
  }

  prospect(prospectId: number): ProspectDetail | null {
    const { prospects, failures } = this.#stores;
    const prospect = prospects.find(prospectId);
    if (!prospect) return null;
    const listed = failures.ofProspect(prospectId, FAILURES_SHOWN);
    return withStory(prospect, prospects.storyOf(prospectId), listed);
  }

  hurry(prospectId: number): ProspectDetail | null {
    const now = this.#ports.now();
    return this.#byHand(prospectId, (before) => {
      const after = hurry(before, now);
      const until = after.waiting?.dueAt ?? now;
      return after === before ? null : { after, event: { kind: "hurried", at: now, until } };
    });
  }

  forgetTold(prospectId: number): ProspectDetail | null {
    const event = { kind: "forgotten", at: this.#ports.now() } as const;
    return this.#byHand(prospectId, (before) => ({ after: forgetTold(before), event }));
  }

  /** Changes a prospect as a person wants it. @param change null where there is nothing to change */
  #byHand(
    prospectId: number,
    change: (before: Prospect) => { after: Prospect; event: StoryEvent } | null,
  ): ProspectDetail | null {
    this.#stores.transaction(() => {
      const before = this.#stores.prospects.find(prospectId);
      const changed = before && change(before);
      if (!changed) return;
      const { after, event } = changed;
      this.#stores.saveProspects([{ before, after, events: [event] }], event.at);
    });
    this.rearm();
    return this.prospect(prospectId);
  }

  prospects(prospectIds: readonly number[]): readonly ProspectStatus[] {
    const { prospects, failures } = this.#stores;
    const failed = failures.amongThose(prospectIds);
    return prospects
      .findAll(prospectIds)
      .map((prospect) => describeProspect(prospect, failed.has(prospect.id)));
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
    single = false,
    step?: FailureStep,
  ): Promise<{ readonly replayed: number; readonly rest?: FailureRest }> {
    const { done, ...rest } = await this.#failureWork.replay(destinationId, which, single, step);
    this.#alerts.noted(this.#ports.now());
    this.rearm();
    return { replayed: done, ...rest };
  }

  async discardFailures(
    destinationId: string,
    which: FailureSelection,
    step?: FailureStep,
  ): Promise<{ readonly discarded: number; readonly rest?: FailureRest }> {
    const { done, ...rest } = await this.#failureWork.discard(destinationId, which, step);
    return { discarded: done, ...rest };
  }

  discardFailure(destinationId: string, failureId: string): boolean {
    return this.#failureWork.discardOne(destinationId, failureId);
  }

  forgetDestination(destinationId: string): void {
    const { state } = this.#stores;
    this.#stores.transaction(() => {
      this.#forget(destinationId);
      this.#upsertChecks.forget(destinationId);
      const forgotten = state.read("forgotten").slice(1 - FORGOTTEN_MAX);
      state.write("forgotten", [...forgotten, { destinationId, at: this.#ports.now() }]);
    });
    this.#alerts.changed(this.#ports.now());
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

  #forget(destinationId: string): void {
    const { failures, audiences, seenAudiences, runs, alerts } = this.#stores;
    alerts.forget(destinationId);
    seenAudiences.forget(destinationId);
    failures.forget(destinationId);
    audiences.forget(destinationId);
    runs.forget(destinationId);
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

  /**
   * Null where nothing waits, and where nobody knows: nothing can be sent until a person connects the user, or changes
   * come as fast as they leave.
   * @param arrivalsPerMs 0 for those that wait already
   */
  #drainsAt(now: number, arrivalsPerMs: number): number | null {
    const pause = this.#loop.pause(now);
    if (pause !== null && pause.until === null) return null;
    const { pending, inFlight } = this.#stores.backlog();
    if (pending + inFlight === 0) return null;
    const { way, notBefore } = this.#loop.outlook(now, pending);
    const startAt = Math.max(now + GATHER_MS, notBefore, pause?.until ?? 0);
    const isShut = pause?.reason === "rate_limited" && way.kind === "singles";
    const sentAt = drainsAt({
      now,
      prospects: pending,
      startAt,
      arrivalsPerMs,
      way: isShut ? { ...way, room: 0 } : way,
      allowance: this.#outbound.allowance(now),
    });
    return sentAt && Math.max(sentAt, ...this.#loop.jobsEndAt(now));
  }

  #prune(now: number): void {
    const { state, runs, calls, minutes, seenAudiences } = this.#stores;
    if (now - state.read("prunedAt") < PRUNE_EVERY_MS) return;
    this.#stores.transaction(() => {
      runs.prune(now);
      calls.prune(now);
      minutes.prune(now);
      seenAudiences.prune(now);
      // What waited for a destination when it was deleted went on, and may have left runs and failures behind.
      const forgotten = state.read("forgotten");
      for (const { destinationId } of forgotten) this.#forget(destinationId);
      const kept = forgotten.filter(({ at }) => now - at < FORGOTTEN_MS);
      if (kept.length < forgotten.length) state.write("forgotten", kept);
      state.write("prunedAt", now);
    });
  }
}

/** An alarm for a moment that has passed may be lost, so it is set for just after now. */
function inFuture(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(at, now + 1);
}
