/**
 * Every call to Outreach's API leaves through here: the limiter is asked first, the call is written down before it
 * leaves, and what its answer says of the budget, of the token and of Outreach's health is written down before
 * anything else is done about it.
 * @module
 */
import * as allowance from "../budget/allowance-rules.ts";
import * as limiter from "../budget/limiter/limiter-rules.ts";
import { othersSeen, usuallyByOthers, withWindow } from "../budget/limiter/others-rules.ts";
import type { OthersByWindow } from "../budget/limiter/others-rules.ts";
import type { BudgetView, Singles } from "../budget/savings-rules.ts";
import {
  bothSavings,
  keptForUrgent,
  singlesPace,
  urgentOnlyUntil,
  urgentPace,
  windowSavings,
} from "../budget/savings-rules.ts";
import type { CallEvent } from "../model/events.ts";
import type { Caller, Ended, Outcome } from "../../outreach/client.ts";
import type { CallKind, Pause } from "../api.ts";
import {
  allowancePiece,
  limiterPiece,
  msPerCallPiece,
  othersPiece,
  yearlyAllowancePiece,
} from "../budget/state.ts";
import { CallPace } from "../budget/call-pace.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { Ports } from "../ports.ts";
import { maintenanceUntilPiece, pausedSincePiece } from "./state.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { DemandWatch } from "../budget/demand.ts";
import type { CallStore } from "../budget/ledger.ts";
import type { Blame } from "./blame.ts";
import type { DueStore } from "../outbox/due.ts";
import type { Outbox } from "../outbox/outbox.ts";

/** Whether a call may leave, and when to ask again where not; null: when a call that is out has ended. */
export type Clearance =
  | { readonly kind: "clear" }
  | { readonly kind: "wait"; readonly until: number | null; readonly pause: Pause | null };

/** The tables that every call is written down in. */
export interface OutboundStores {
  readonly blame: Blame;
  readonly due: DueStore;
  readonly db: ObservedDatabase;
  readonly outbox: Outbox;
  readonly calls: CallStore;
  readonly demand: DemandWatch;
}

export class Outbound {
  readonly #ports: Ports;
  readonly #stores: OutboundStores;
  readonly #connection: Connection;
  readonly #pace: CallPace;
  readonly #limiter;
  readonly #others;
  readonly #yearlyAllowance;
  readonly #earned;
  readonly #pausedSince;
  readonly #maintenanceUntil;
  #answeredAt = -Infinity;
  /** In memory: after a restart, it is learned anew. */
  #othersByWindow: OthersByWindow = [];

  constructor(ports: Ports, stores: OutboundStores, connection: Connection) {
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
    const { db } = stores;
    this.#limiter = limiterPiece(db);
    this.#others = othersPiece(db);
    this.#yearlyAllowance = yearlyAllowancePiece(db);
    this.#earned = allowancePiece(db);
    this.#pausedSince = pausedSincePiece(db);
    this.#maintenanceUntil = maintenanceUntilPiece(db);
    this.#pace = new CallPace(msPerCallPiece(db));
  }

  /** Whether Outreach and the budget allow a call now. The token is the connection's business. */
  clearance(now: number): Clearance {
    if (this.#pausedSince.read() !== null) return PAUSED;
    const maintenanceUntil = this.#maintenanceUntil.read();
    if (maintenanceUntil !== null && now < maintenanceUntil) {
      return waitFor("outreach_maintenance", maintenanceUntil);
    }
    const budget = this.#limiter.read();
    const { heldFor } = this.#stores.blame;
    if (heldFor !== null) {
      const probeAt = this.#stores.blame.probeAt(this.#stores.due.untriedDueAt());
      if (now < probeAt) return waitFor(HELD_BECAUSE[heldFor], probeAt);
      if (budget.out > 0) return { kind: "wait", until: null, pause: null };
    }
    if (this.#connection.isRefused && budget.out > 0) {
      return { kind: "wait", until: null, pause: null };
    }
    const yearly = this.#allowance(now);
    if (yearly) {
      const earnedAt = allowance.opensAt(yearly.state, yearly.calls);
      const freeAt = this.#stores.calls.yearOpensAt(yearly.calls, now);
      const opensAt = Math.max(earnedAt ?? 0, freeAt ?? 0);
      if (opensAt > 0) return waitFor("yearly_allowance", opensAt);
    }
    const room = limiter.room(budget, this.#ports.limiter, now);
    if (room.calls > 0) return { kind: "clear" };
    if (room.opensAt === null) return { kind: "wait", until: null, pause: null };
    // A moment that has passed while it was computed would have the caller ask again at once, for ever.
    return waitFor("rate_limited", Math.max(room.opensAt, now + 1));
  }

  /** When Outreach last gave a call a useful answer, since the object began. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Whether everybody's calls are held, so that one at a time finds out whether it is over. */
  isHeld(): boolean {
    return this.#stores.blame.heldFor !== null;
  }

  /** A person stops delivery. */
  pause(now: number): void {
    this.#pausedSince.write(now);
  }

  /** A person has it go on; what Outreach's limit forbids stays forbidden. */
  resume(): void {
    this.#stores.outbox.transaction(() => {
      this.#pausedSince.write(null);
      this.#maintenanceUntil.write(null);
      this.#stores.blame.forget();
    });
  }

  /**
   * Writes a call down. Must be followed by `make` without anything in between that waits.
   * @param destinationId whom it counts for; null for none
   */
  leave(now: number, kind: CallKind, destinationId: string | null): void {
    const { calls } = this.#stores;
    this.#limiter.write(limiter.callLeaves(this.#limiter.read()));
    const yearly = this.#allowance(now);
    calls.add(now, kind, destinationId);
    this.#stores.outbox.tell([{ kind: "called", destinationId }], now);
    if (yearly) this.#earned.write(allowance.spent(yearly.state, 1));
  }

  /** Makes the call that `leave` wrote down. */
  make<T>(pass: Pass, call: (caller: Caller) => Promise<Ended<T>>): Promise<Ended<T>> {
    const { application, network, now } = this.#ports;
    return call({ baseUrl: application.baseUrl, accessToken: pass.accessToken, network, now });
  }

  /**
   * Writes down what the end of a call says of everything but its prospect.
   * @param tookMs null for a call that says nothing of the pace of usual ones
   */
  ended<T>({ outcome, leftAt, at, rateLimit }: Ended<T>, pass: Pass, tookMs: number | null): void {
    const answer = { leftAt, at, window: rateLimit, refused: outcome.kind === "rate_limited" };
    const budget = limiter.callEnded(this.#limiter.read(), this.#ports.limiter, answer);
    this.#limiter.write(budget);
    this.#watchOthers(budget, at);
    this.#countOthers(budget, answer);
    this.#stores.outbox.tell(eventsOf(outcome), at);
    if (outcome.kind === "failed" || outcome.kind === "blocked") return;
    if (outcome.kind === "maintenance") {
      this.#maintenanceUntil.write(this.#stores.blame.maintained(outcome.until, at));
      return;
    }
    this.#stores.blame.answered();
    if (outcome.kind === "unauthorized") this.#connection.refused(pass.generation, leftAt, at);
    if (outcome.kind === "ok" || outcome.kind === "rejected") {
      this.#connection.accepted(pass.generation);
      this.#answeredAt = at;
    }
    if (outcome.kind === "ok" && tookMs !== null) this.#pace.took(tookMs);
  }

  #watchOthers(budget: limiter.LimiterState, at: number): void {
    const {
      usedByOthers: calls,
      resetsAt,
      windowMs,
    } = limiter.budget(budget, this.#ports.limiter, at);
    if (calls === null || resetsAt === null) return;
    this.#othersByWindow = withWindow(this.#othersByWindow, { resetsAt, calls }, windowMs);
  }

  /** Written only where they grew: most answers show nothing new. */
  #countOthers(budget: limiter.LimiterState, answer: limiter.Answer): void {
    const { calls } = this.#stores;
    const others = othersSeen(this.#others.read(), budget, this.#ports.limiter, answer);
    if (others.calls === 0) return;
    this.#others.write(others.state);
    const yearly = this.#allowance(answer.at);
    if (yearly) this.#earned.write(allowance.spent(yearly.state, others.calls));
    calls.addOthers(answer.at, others.calls);
  }

  /** After a restart: calls that were out cannot be heard of any more. */
  restarted(now: number): void {
    this.#limiter.write(limiter.restarted(this.#limiter.read(), this.#ports.limiter, now));
  }

  budget(now: number) {
    return limiter.budget(this.#limiter.read(), this.#ports.limiter, now);
  }

  /** What is left to plan with: of the window's calls, and of a yearly allowance. */
  forPlanning(now: number): BudgetView {
    const settings = this.#ports.limiter;
    const budget = this.#limiter.read();
    const { limit, reserved, windowMs, resetsAt, remaining } = limiter.budget(
      budget,
      settings,
      now,
    );
    // Between two windows one call looks what the next one holds; what it will hold is planned with.
    const open = limiter.room(budget, settings, now).calls;
    const room = resetsAt === null ? Math.max(open, remaining - reserved) : open;
    const window = { room, windowMs, perWindow: limit - reserved };
    const yearly = this.#allowance(now);
    const strain = this.#stores.demand.strain(singlesPace(window), now);
    return {
      ...window,
      msPerCall: this.#pace.msPerCall,
      savings: bothSavings(
        yearly && allowance.savings(yearly.state, yearly.calls),
        windowSavings(window, resetsAt === null ? null : resetsAt - now, strain),
      ),
    };
  }

  /** Until when only what is urgent may have calls of its own; null where all may. */
  urgentOnlyUntil(now: number): number | null {
    const { limit, reserved, windowMs, resetsAt } = this.budget(now);
    const { calls: room } = limiter.room(this.#limiter.read(), this.#ports.limiter, now);
    return urgentOnlyUntil({ room, windowMs, perWindow: limit - reserved }, resetsAt, now);
  }

  /** Whether exits and entries may leave in calls of their own although others go in jobs. */
  mayHurry(now: number): boolean {
    const { limit, reserved, windowMs } = this.budget(now);
    const earnedPerMs = this.allowance(now)?.earnedPerMs ?? null;
    const pace = urgentPace({ windowMs, perWindow: limit - reserved }, earnedPerMs);
    return !this.#stores.demand.urgentStrain(pace, now).isHigh;
  }

  /** What a forecast of calls of one prospect each needs to know. */
  singles(now: number): Singles {
    const { limit, remaining, reserved, windowMs, resetsAt, usedByOthers } = this.budget(now);
    const others = usuallyByOthers(this.#othersByWindow);
    return {
      kind: "singles",
      // A window that has just begun shows nothing of them yet.
      room: Math.max(0, remaining - reserved - (usedByOthers === null ? others : 0)),
      resetsAt: resetsAt ?? now + windowMs,
      windowMs,
      callsPerWindow: limit - reserved - others,
      keptPerWindow: keptForUrgent(windowMs, limit - reserved),
      msPerCall: this.#pace.msPerCall,
    };
  }

  /** Calls a year that a person set; null where none. */
  get yearlyAllowance(): number | null {
    return this.#yearlyAllowance.read();
  }

  setYearlyAllowance(calls: number | null): void {
    this.#yearlyAllowance.write(calls);
  }

  /** How many calls a yearly allowance leaves, and how fast more are earned; null where none is set. */
  allowance(now: number) {
    const yearly = this.#allowance(now);
    return yearly && allowance.pace(yearly.state, yearly.calls);
  }

  #allowance(now: number): { calls: number; state: allowance.AllowanceState } | null {
    const { calls: ledger } = this.#stores;
    const calls = this.#yearlyAllowance.read();
    if (calls === null) return null;
    const earned = allowance.earned(this.#earned.read(), calls, now);
    return { calls, state: allowance.within(earned, calls, ledger.spentInYear(now)) };
  }
}

/** What a call's end tells of Outreach, where it ended badly. */
function eventsOf(outcome: Outcome<unknown>): readonly CallEvent[] {
  const nothing = { kind: "call_ended_badly", until: null, status: null, code: null } as const;
  switch (outcome.kind) {
    case "rate_limited":
    case "unauthorized":
      return [{ ...nothing, how: outcome.kind }];
    case "maintenance":
      return [{ ...nothing, how: outcome.kind, until: outcome.until }];
    case "blocked":
    case "failed":
      return [{ ...nothing, how: "call_failed", status: outcome.status, code: outcome.code }];
    case "ok":
    case "rejected":
      return [];
  }
}

const PAUSED: Clearance = {
  kind: "wait",
  until: null,
  pause: { reason: "paused", until: null },
};

const HELD_BECAUSE = { outreach: "outreach_failing", gateway: "gateway_refusing" } as const;

function waitFor(reason: Pause["reason"], until: number): Clearance {
  return { kind: "wait", until, pause: { reason, until } };
}
