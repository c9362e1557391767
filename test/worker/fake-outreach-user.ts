/**
 * An Outreach user's object as routes see it: it remembers what it was asked and answers what a test sets.
 * @module
 */
import { vi } from "vitest";
import { missingScopes } from "../../src/engine/bulk/limits-rules.ts";
import type {
  BulkKindStatus,
  BulkStatus,
  OutreachUserApi,
  UserStatus,
} from "../../src/engine/api.ts";
import type { OverflowApi } from "../../src/overflow/api.ts";

/** What bulk jobs need, nothing of which is granted. */
const NO_SCOPES = ["batches.read", "batches.write", "imports.read", "imports.write"];
export const NO_BULK: BulkStatus = {
  modify: bulkKind(NO_SCOPES.slice(0, 2), 100_000),
  upsert: bulkKind(NO_SCOPES.slice(2), 500),
  checks: [],
  itemsToday: 0,
  itemsPerDay: 5_000_000,
  jobs: [],
};

export function bulkKind(missing: readonly string[], largestJob: number): BulkKindStatus {
  const whyNot = missing.length > 0 ? "scopes_missing" : null;
  return { whyNot, missingScopes: missing, refusedUntil: null, lastRefused: null, largestJob };
}

const NOTHING_DELIVERED = { delivered: 0, p50Ms: null, p95Ms: null, p99Ms: null };

export const CONNECTED: UserStatus = {
  connection: {
    status: "connected",
    detail: null,
    connectedAt: Date.UTC(2026, 10, 23, 9),
    accessTokenExpiresAt: Date.UTC(2026, 10, 23, 16),
    identity: {
      userId: 3,
      email: "ada@example.com",
      name: "Ada Lovelace",
      scopes: ["prospects.read", "prospects.write"],
      customFieldLabels: { "4": "Spring webinar", "5": "Newsletter" },
    },
    missingScopes: [],
  },
  budget: {
    limit: 10_000,
    remaining: 9_100,
    resetsAt: Date.UTC(2026, 10, 23, 15),
    reserved: 500,
    windowMs: 3_600_000,
    usedByOthers: 12,
  },
  backlog: {
    pending: 2,
    inFlight: 1,
    oldestAcceptedAt: Date.UTC(2026, 10, 23, 13, 59),
    drainsAt: Date.UTC(2026, 10, 23, 14, 1),
  },
  calls: {
    lastHour: 888,
    today: 5_000,
    lastYear: 90_000,
    lastYearByOthers: 12_000,
    yearlyAllowance: 250_000,
  },
  bulk: NO_BULK,
  freshness: { delivered: 400, p50Ms: 1_350, p95Ms: 2_330, p99Ms: 5_800 },
  paused: null,
  storage: { bytes: 100_000, limitBytes: 10_000_000_000, level: "roomy" },
  quarantined: 0,
  safeMode: null,
};

export const DISCONNECTED: UserStatus = {
  ...CONNECTED,
  connection: {
    status: "disconnected",
    detail: "No Outreach user has signed in yet. Open the connect link.",
    connectedAt: null,
    accessTokenExpiresAt: null,
    identity: null,
    missingScopes: [],
  },
  budget: { ...CONNECTED.budget, resetsAt: null, usedByOthers: null },
  backlog: { pending: 0, inFlight: 0, oldestAcceptedAt: null, drainsAt: null },
  paused: { reason: "disconnected", until: null },
};

/** Connected, with these scopes granted. */
export function withScopes(scopes: readonly string[]): UserStatus {
  const { connection } = CONNECTED;
  const identity = connection.identity && { ...connection.identity, scopes };
  const bulk = {
    ...NO_BULK,
    modify: bulkKind(missingScopes("modify", scopes), 100_000),
    upsert: bulkKind(missingScopes("upsert", scopes), 500),
  };
  return { ...CONNECTED, connection: { ...connection, identity }, bulk };
}

/** The fake's methods are vitest mocks: a test reads their calls and sets their answers. */
export function fakeOutreachUser() {
  return {
    accept: vi.fn<OutreachUserApi["accept"]>(async () => ({
      ok: true,
      expectedBy: Date.UTC(2026, 10, 23, 14, 0, 5),
    })),
    acceptOverflow: vi.fn<OutreachUserApi["acceptOverflow"]>(async () => ({ ok: true })),
    status: vi.fn<OutreachUserApi["status"]>(async () => DISCONNECTED),
    quarantine: vi.fn<OutreachUserApi["quarantine"]>(async () => []),
    calls: vi.fn<OutreachUserApi["calls"]>(async () => ({
      spans: [],
      days: [],
      yearlyAllowance: null,
    })),
    glance: vi.fn<OutreachUserApi["glance"]>(async () => ({ status: DISCONNECTED, failures: {} })),
    setYearlyAllowance: vi.fn<OutreachUserApi["setYearlyAllowance"]>(async () => {}),
    pause: vi.fn<OutreachUserApi["pause"]>(async () => {}),
    resume: vi.fn<OutreachUserApi["resume"]>(async () => {}),
    prospect: vi.fn<OutreachUserApi["prospect"]>(async () => null),
    activity: vi.fn<OutreachUserApi["activity"]>(async () => ({
      minutes: [],
      freshness: { lastHour: NOTHING_DELIVERED, lastDay: NOTHING_DELIVERED },
      tail: [],
    })),
    hurry: vi.fn<OutreachUserApi["hurry"]>(async () => null),
    forgetTold: vi.fn<OutreachUserApi["forgetTold"]>(async () => null),
    prospects: vi.fn<OutreachUserApi["prospects"]>(async () => []),
    runs: vi.fn<OutreachUserApi["runs"]>(async () => []),
    audiences: vi.fn<OutreachUserApi["audiences"]>(async () => []),
    seenAudiences: vi.fn<OutreachUserApi["seenAudiences"]>(async () => []),
    failures: vi.fn<OutreachUserApi["failures"]>(async () => ({
      failures: [],
      total: 0,
      next: null,
    })),
    failureGroups: vi.fn<OutreachUserApi["failureGroups"]>(async () => ({
      groups: [],
      groupsCount: 0,
      total: 0,
      ungrouped: 0,
    })),
    replay: vi.fn<OutreachUserApi["replay"]>(async () => ({ replayed: 0 })),
    discardFailures: vi.fn<OutreachUserApi["discardFailures"]>(async () => ({ discarded: 0 })),
    discardFailure: vi.fn<OutreachUserApi["discardFailure"]>(async () => false),
    forgetDestination: vi.fn<OutreachUserApi["forgetDestination"]>(async () => {}),
    setDelivery: vi.fn<OutreachUserApi["setDelivery"]>(async () => {}),
    setAlerts: vi.fn<OutreachUserApi["setAlerts"]>(async () => {}),
    rename: vi.fn<OutreachUserApi["rename"]>(async () => {}),
    alerts: vi.fn<OutreachUserApi["alerts"]>(async () => ({ open: [], deliveries: [] })),
    testAlert: vi.fn<OutreachUserApi["testAlert"]>(async () => ({
      ok: true,
      status: 200,
      excerpt: "ok",
    })),
    beginConnection: vi.fn<OutreachUserApi["beginConnection"]>(async () => ({
      authorizeUrl: "http://outreach.test/oauth/authorize?state=x",
    })),
    completeConnection: vi.fn<OutreachUserApi["completeConnection"]>(async () => ({
      ok: true,
      identity: null,
    })),
    disconnect: vi.fn<OutreachUserApi["disconnect"]>(async () => {}),
    destroy: vi.fn<OutreachUserApi["destroy"]>(async () => {}),
  } satisfies OutreachUserApi;
}

/** All of a user's overflow objects as one. */
export function fakeOverflow() {
  return {
    store: vi.fn<OverflowApi["store"]>(async () => ({ ok: true })),
    waiting: vi.fn<OverflowApi["waiting"]>(async () => 0),
    destroy: vi.fn<OverflowApi["destroy"]>(async () => {}),
  } satisfies OverflowApi;
}
