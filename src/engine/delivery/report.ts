/**
 * How an Outreach user fares, for people: status, ledger, and what went on lately.
 * @module
 */
import type { Activity, CallLedger, Glance, UserStatus } from "../api.ts";
import { bulkStatus } from "../bulk/bulk-status.ts";
import type { UpsertChecks } from "../bulk/upsert-checks.ts";
import type { Connection } from "../connection/connection.ts";
import type { DeliveryLoop } from "./loop.ts";
import type { Estimates } from "../estimates/estimates.ts";
import { MINUTES_MAX } from "../activity/minutes.ts";
import type { Outbound } from "../calls/outbound.ts";
import type { Ports } from "../ports.ts";
import type { LiveTail } from "../activity/feed.ts";
import type { MinuteStore } from "../activity/minutes.ts";
import type { DemandWatch } from "../budget/demand.ts";
import type { CallStore } from "../budget/ledger.ts";
import type { BulkStores } from "../bulk/bulk-stores.ts";
import type { FailureStore } from "../failures/failures.ts";

/** The tables that are reported of. */
interface ReportStores extends BulkStores {
  readonly calls: CallStore;
  readonly minutes: MinuteStore;
  readonly demand: DemandWatch;
  readonly failures: FailureStore;
  readonly tail: LiveTail;
}

/** What there is to report of. */
export interface Reported {
  readonly ports: Ports;
  readonly stores: ReportStores;
  readonly connection: Connection;
  readonly outbound: Outbound;
  readonly upsertChecks: UpsertChecks;
  readonly loop: DeliveryLoop;
  readonly estimates: Estimates;
}

export class Report {
  readonly #of: Reported;

  constructor(of: Reported) {
    this.#of = of;
  }

  status(): UserStatus {
    const { ports, stores, connection, outbound, upsertChecks, loop, estimates } = this.#of;
    const { prospects, calls, minutes } = stores;
    const now = ports.now();
    return {
      connection: connection.status(),
      budget: outbound.budget(now),
      backlog: {
        ...stores.backlog.size(),
        oldestAcceptedAt: prospects.oldestAcceptedAt(),
        drainsAt: estimates.drainsAt(now, stores.demand.pace(now)),
      },
      calls: {
        lastHour: minutes.calls(now),
        ...calls.counts(now),
        yearlyAllowance: outbound.yearlyAllowance,
      },
      bulk: bulkStatus(ports, stores, connection, upsertChecks, now),
      freshness: minutes.freshness("hour", now),
      paused: loop.pause(now),
    };
  }

  calls(span: "hour" | "day", limit: number): CallLedger {
    const { yearlyAllowance } = this.#of.outbound;
    const { calls } = this.#of.stores;
    return { ...calls.ledger(span, limit, this.#of.ports.now()), yearlyAllowance };
  }

  glance(): Glance {
    return { status: this.status(), failures: this.#of.stores.failures.counts() };
  }

  activity(count: number): Activity {
    const now = this.#of.ports.now();
    const { minutes, tail } = this.#of.stores;
    const shown = minutes.last(Math.min(count, MINUTES_MAX), now);
    return {
      minutes: shown.map(({ freshness: _freshness, ...minute }) => minute),
      freshness: {
        lastHour: minutes.freshness("hour", now),
        lastDay: minutes.freshness("day", now),
      },
      tail: tail.events,
    };
  }
}
