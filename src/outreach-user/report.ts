/**
 * How an Outreach user fares, for people: status, ledger, what went on lately, and when what waits will be there.
 * @module
 */
import { drainsAt } from "../delivery/forecast.ts";
import type { Activity, CallLedger, Glance, UserStatus } from "./api.ts";
import { bulkStatus } from "./bulk/bulk-status.ts";
import type { UpsertChecks } from "./bulk/upsert-checks.ts";
import type { Connection } from "./connection.ts";
import type { DeliveryLoop } from "./delivery-loop.ts";
import { GATHER_MS } from "./intake.ts";
import { MINUTES_MAX } from "./minute-store.ts";
import type { Outbound } from "./outbound.ts";
import type { Ports } from "./ports.ts";
import type { Stores } from "./stores.ts";

/** What there is to report of. */
export interface Reported {
  readonly ports: Ports;
  readonly stores: Stores;
  readonly connection: Connection;
  readonly outbound: Outbound;
  readonly upsertChecks: UpsertChecks;
  readonly loop: DeliveryLoop;
}

export class Report {
  readonly #of: Reported;

  constructor(of: Reported) {
    this.#of = of;
  }

  status(): UserStatus {
    const { ports, stores, connection, outbound, upsertChecks, loop } = this.#of;
    const { state, prospects, calls, minutes } = stores;
    const now = ports.now();
    return {
      connection: connection.status(),
      budget: outbound.budget(now),
      backlog: {
        ...stores.backlog(),
        oldestAcceptedAt: prospects.oldestAcceptedAt(),
        drainsAt: this.drainsAt(now, stores.demand.pace(now)),
      },
      calls: {
        lastHour: minutes.calls(now),
        ...calls.counts(now),
        yearlyAllowance: state.read("yearlyAllowance"),
      },
      bulk: bulkStatus(ports, stores, connection, upsertChecks, now),
      freshness: minutes.freshness("hour", now),
      paused: loop.pause(now),
    };
  }

  calls(span: "hour" | "day", limit: number): CallLedger {
    const { state, calls } = this.#of.stores;
    const yearlyAllowance = state.read("yearlyAllowance");
    return { ...calls.ledger(span, limit, this.#of.ports.now()), yearlyAllowance };
  }

  glance(): Glance {
    return { status: this.status(), failures: this.#of.stores.failures.counts() };
  }

  activity(count: number): Activity {
    const now = this.#of.ports.now();
    const { minutes, tail } = this.#of.stores;
    const shown = minutes.last(Math.min(count, MINUTES_MAX), now, this.#of.stores.unfinished());
    return {
      minutes: shown.map(({ freshness: _freshness, ...minute }) => minute),
      freshness: {
        lastHour: minutes.freshness("hour", now),
        lastDay: minutes.freshness("day", now),
      },
      tail: tail.events,
    };
  }

  /**
   * When what waits will be at Outreach, epoch ms. Null where nothing waits, and where nobody knows: nothing can be sent until a person connects the user, or changes
   * come as fast as they leave.
   * @param arrivalsPerMs 0 for those that wait already
   */
  drainsAt(now: number, arrivalsPerMs: number): number | null {
    const pause = this.#of.loop.pause(now);
    if (pause !== null && pause.until === null) return null;
    const { pending, inFlight } = this.#of.stores.backlog();
    if (pending + inFlight === 0) return null;
    const { way, notBefore } = this.#of.loop.outlook(now, pending);
    const startAt = Math.max(now + GATHER_MS, notBefore, pause?.until ?? 0);
    const isShut = pause?.reason === "rate_limited" && way.kind === "singles";
    const sentAt = drainsAt({
      now,
      prospects: pending,
      startAt,
      arrivalsPerMs,
      way: isShut ? { ...way, room: 0 } : way,
      allowance: this.#of.outbound.allowance(now),
    });
    return sentAt && Math.max(sentAt, ...this.#of.loop.jobsEndAt(now));
  }
}
