/**
 * How an Outreach user fares, for people: status, ledger, and what went on lately.
 * @module
 */
import type { Activity, BulkKindStatus, CallLedger, Glance, UserStatus } from "../api.ts";
import type { StorageBudget } from "./storage-budget.ts";
import type { Breaker } from "./breaker.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import { readOr } from "../quarantine/fault.ts";
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
  readonly quarantine: Quarantine;
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
  readonly breaker: Breaker;
  readonly storage: StorageBudget;
}

const UNKNOWN_CONNECTION: UserStatus["connection"] = {
  status: "disconnected",
  detail: "What is kept of the connection cannot be read by this version. Nothing of it is lost.",
  connectedAt: null,
  accessTokenExpiresAt: null,
  identity: null,
  missingScopes: [],
};
const UNKNOWN_CALLS: UserStatus["calls"] = {
  lastHour: 0,
  today: 0,
  lastYear: 0,
  lastYearByOthers: 0,
  yearlyAllowance: null,
};
const NOTHING_DELIVERED: UserStatus["freshness"] = {
  delivered: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
};

function unknownBudget({ limiter: { limit, windowMs } }: Ports): UserStatus["budget"] {
  return { limit, remaining: 0, resetsAt: null, reserved: 0, windowMs, usedByOthers: null };
}

function unknownBulk({ bulkItemsPerDay: itemsPerDay }: Ports): UserStatus["bulk"] {
  const kind: BulkKindStatus = {
    whyNot: "scopes_missing",
    missingScopes: [],
    refusedUntil: null,
    lastRefused: null,
    largestJob: 0,
  };
  return { modify: kind, upsert: kind, checks: [], itemsToday: 0, itemsPerDay, jobs: [] };
}

export class Report {
  readonly #of: Reported;

  constructor(of: Reported) {
    this.#of = of;
  }

  /** Each part by itself: one that cannot be read must not hide the others. */
  status(): UserStatus {
    const { ports, stores, connection, outbound, upsertChecks, loop, breaker } = this.#of;
    const { quarantine } = stores;
    const now = ports.now();
    return {
      connection: readOr(UNKNOWN_CONNECTION, () => connection.status()),
      budget: readOr(unknownBudget(ports), () => outbound.budget(now)),
      backlog: this.#backlog(now),
      calls: readOr(UNKNOWN_CALLS, () => ({
        lastHour: stores.minutes.calls(now),
        ...stores.calls.counts(now),
        yearlyAllowance: outbound.yearlyAllowance,
      })),
      bulk: readOr(unknownBulk(ports), () =>
        bulkStatus(ports, stores, connection, upsertChecks, now),
      ),
      freshness: readOr(NOTHING_DELIVERED, () => stores.minutes.freshness("hour", now)),
      paused: readOr(null, () => loop.pause(now)),
      storage: this.#storage(now),
      quarantined: quarantine.count(),
      safeMode: breaker.safeMode(),
    };
  }

  #storage(now: number): UserStatus["storage"] {
    const { storage } = this.#of;
    const { used: bytes, limit: limitBytes } = storage.bytes(now);
    return { bytes, limitBytes, level: storage.level(now) };
  }

  #backlog(now: number): UserStatus["backlog"] {
    const { stores, estimates } = this.#of;
    const { pending, inFlight } = stores.backlog.size();
    return {
      pending,
      inFlight,
      oldestAcceptedAt: stores.prospects.oldestAcceptedAt(),
      drainsAt: readOr(null, () => estimates.drainsAt(now, stores.demand.pace(now))),
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
