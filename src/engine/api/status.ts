/**
 * How an Outreach user fares: its connection, budget and backlog, and what its delivery did lately.
 * @module
 */
import type { Freshness } from "../activity/freshness-rules.ts";
import type { Minute } from "../activity/minute-rules.ts";
import type { TailEvent } from "../activity/feed-rules.ts";
import type { BulkStatus } from "./bulk.ts";
import type { StorageLevel } from "../delivery/storage-rules.ts";
import type { SafeMode } from "./quarantine.ts";
import type { ConnectionStatus } from "./connection.ts";

/** Why nothing is being sent, in the order in which they are looked at. */
export type PauseReason =
  | "paused"
  | "disconnected"
  | "reconnect_required"
  | "token_refresh_waiting"
  /** Not renewed for hours, and the access token has ended. */
  | "token_refresh_failing"
  /** Outreach answers 401 although the token is new. */
  | "token_refused"
  | "outreach_maintenance"
  | "rate_limited"
  | "yearly_allowance"
  | "outreach_failing"
  /** Something before Outreach turns every call away. */
  | "gateway_refusing";

export interface Pause {
  readonly reason: PauseReason;
  /** When it will be tried again by itself; null where a person has to act. */
  readonly until: number | null;
}

export interface UserStatus {
  readonly connection: ConnectionStatus;
  readonly budget: {
    readonly limit: number;
    readonly remaining: number;
    readonly resetsAt: number | null;
    readonly reserved: number;
    readonly windowMs: number;
    /** Calls in this window that somebody else made: limit − remaining − our own. Null until Outreach has told. */
    readonly usedByOthers: number | null;
  };
  readonly backlog: {
    /** Prospects with fields that wait. */
    readonly pending: number;
    readonly inFlight: number;
    /** Since when the oldest of them waits: its acceptance, or its replay. */
    readonly oldestAcceptedAt: number | null;
    /** When all of it is expected at Outreach; null where nothing waits or nobody knows. */
    readonly drainsAt: number | null;
  };
  readonly calls: {
    /** Of the last sixty minutes, less those of the second before a restart. */
    readonly lastHour: number;
    readonly today: number;
    readonly lastYear: number;
    /** The least that others spent as the same Outreach user. */
    readonly lastYearByOthers: number;
    readonly yearlyAllowance: number | null;
  };
  readonly bulk: BulkStatus;
  /** From acceptance, or replay, until Outreach holds it, of what was delivered in the last hour. */
  readonly freshness: Freshness;
  readonly paused: Pause | null;
  /** How much its storage holds and may hold, and what that means for new updates. */
  readonly storage: {
    readonly bytes: number;
    readonly limitBytes: number;
    readonly level: StorageLevel;
  };
  /** Rows of its storage that could not be read and were set aside. */
  readonly quarantined: number;
  /** Why the loop rests although it has work; null while it runs. What cannot be read then is told as unknown. */
  readonly safeMode: SafeMode | null;
}

/** An Outreach user at a glance: its own object alone is asked, so what overflow objects hold does not count. */
export interface Glance {
  readonly status: UserStatus;
  /** Failures that are listed, by destination; those without are left out. */
  readonly failures: Readonly<Record<string, number>>;
}

/** What an Outreach user's delivery did lately. */
export interface Activity {
  /** Without gaps, the oldest first; the last one is under way. */
  readonly minutes: readonly Omit<Minute, "freshness">[];
  readonly freshness: { readonly lastHour: Freshness; readonly lastDay: Freshness };
  /** The newest first. In memory only: it begins anew when the object does. */
  readonly tail: readonly TailEvent[];
}
