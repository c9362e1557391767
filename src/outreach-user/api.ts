/**
 * What the Worker may ask of an `OutreachUser` object: its RPC methods and what they answer.
 * Expected outcomes are tagged unions; an exception means a bug or a platform failure.
 * Every time is in milliseconds since the epoch; routes turn it into ISO 8601.
 * @module
 */
import type { AlertAbout } from "../alerts/message.ts";
import type { AlertKind, AlertRules, AlertState } from "../alerts/rules.ts";
import type { Refusal, WhyNot } from "../delivery/bulk-means.ts";
import type { Freshness } from "../delivery/freshness.ts";
import type { Lane } from "../delivery/lane.ts";
import type { Minute } from "../delivery/minutes.ts";
import type { FieldValue, ProspectUpdate } from "../delivery/prospect-update.ts";
import type { SeenAudience } from "../mapping/seen-audiences.ts";
import type { StoryEvent } from "../delivery/story.ts";
import type { TailEvent } from "../delivery/tail.ts";
import type { BulkKind } from "../outreach/bulk.ts";

/** The profiles of one request that came through mapping, and the counts of all of them. */
export interface IncomingBatch {
  readonly destinationId: string;
  /** In the order of the request's body: of two values for one field, the later one wins. */
  readonly updates: readonly ProspectUpdate[];
  /** Profiles that mapping accepted but that say nothing about a mapped attribute or audience. */
  readonly empty: number;
  /** Profiles turned away before they came here, by rejection code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Audiences that these profiles are in and that are not mapped. */
  readonly seen?: readonly SeenAudience[];
  /** Whether each prospect goes in a call of its own, as the destination wants it. */
  readonly single?: true;
  /** The destination's part of the calls beside other destinations' weights; 1 where it is left out. */
  readonly weight?: number;
}

export type AcceptResult =
  | {
      readonly ok: true;
      /** Epoch ms; null while nobody can tell: the user is not connected, or its object is overloaded. */
      readonly expectedBy: number | null;
    }
  | {
      readonly ok: false;
      /** Too much waits already, or no object stored it in time. */
      readonly reason: "backlog_full" | "overloaded";
      readonly retryAfterMs: number;
    };

/** Nothing was stored: the batch came after the time until which its sender wanted it taken. */
export interface TooLate {
  readonly ok: false;
  readonly reason: "too_late";
}

/** A batch that took the way over an overflow object. */
export interface OverflowBatch {
  /** Its place among that object's batches; each is taken once. */
  readonly seq: number;
  /** When it was accepted there, epoch ms. */
  readonly arrival: number;
  /** How many updates of the same request came before these. */
  readonly from: number;
  readonly batch: IncomingBatch;
}

export type OverflowResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly retryAfterMs: number };

/** Why nothing is being sent, in the order in which they are looked at. */
export type PauseReason =
  | "paused"
  | "disconnected"
  | "reconnect_required"
  | "token_refresh_waiting"
  | "outreach_maintenance"
  | "rate_limited"
  | "yearly_allowance"
  | "outreach_failing";

export interface Pause {
  readonly reason: PauseReason;
  /** When it will be tried again by itself; null where a person has to act. */
  readonly until: number | null;
}

/** What `GET /api/v2` told of the connected user. */
export interface OutreachIdentity {
  readonly userId: number | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly scopes: readonly string[];
  /** Labels of custom fields, keyed by number 1 to 150; a number without a label is missing. */
  readonly customFieldLabels: Readonly<Record<string, string>>;
}

export interface ConnectionStatus {
  readonly status: "connected" | "disconnected" | "reconnect_required";
  /** Why a person is needed, and what to do; null while connected. */
  readonly detail: string | null;
  readonly connectedAt: number | null;
  readonly accessTokenExpiresAt: number | null;
  readonly identity: OutreachIdentity | null;
  /** Scopes that are needed and were not granted, each with what it is needed for. */
  readonly missingScopes: readonly { readonly scope: string; readonly neededFor: string }[];
}

export interface BulkKindStatus {
  /** Why jobs of this kind may not be used; null where they may. */
  readonly whyNot: WhyNot | null;
  /** Scopes that they need and Outreach did not grant. */
  readonly missingScopes: readonly string[];
  /** Until when they are not tried again after Outreach refused one; null where they may be. */
  readonly refusedUntil: number | null;
  /** The last refusal, in Outreach's words; null where there was none. */
  readonly lastRefused: Refusal | null;
  /** Prospects that one job takes. */
  readonly largestJob: number;
}

/** What a check on a few of a destination's own records showed of bulk upserts. */
export interface UpsertCheck {
  readonly destinationId: string;
  readonly state: "running" | "passed" | "failed";
  /** When it began, while it runs; when it ended, otherwise. */
  readonly at: number;
  /** Why it failed; null otherwise. */
  readonly detail: string | null;
}

/**
 * A job's steps, in their usual order.
 * - `gathering`: prospects are being put into it; nothing was sent.
 * - `ready`: it waits for its call.
 * - `sending`: its call is under way, or was when the object died.
 * - `finding`: nobody knows whether Outreach took it; it is looked for.
 * - `running`: Outreach works on it.
 * - `sampling`: Outreach says that all went well; some prospects are read back.
 * - `settling`: it went well; its prospects are told so.
 * - `reading`: each of its prospects is read back, to see what came of it.
 * - `trying`: Outreach refused the values that its prospects share; one of them is sent alone.
 * - `refusing`: that one was refused too; so are the others.
 * - `releasing`: it came to nothing; its prospects wait again. `releasing_single`: each for a call of its own.
 */
export const JOB_STATES = [
  "gathering",
  "ready",
  "sending",
  "finding",
  "running",
  "sampling",
  "settling",
  "reading",
  "trying",
  "refusing",
  "releasing",
  "releasing_single",
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A bulk job that is under way. */
export interface BulkJob {
  readonly kind: BulkKind;
  readonly state: JobState;
  /** Whether it is there to find out if upserts work for its destination. */
  readonly isCheck: boolean;
  /** The destination that its calls count for. */
  readonly destinationId: string;
  readonly prospects: number;
  readonly startedAt: number;
  readonly nextLookAt: number;
}

export interface BulkStatus {
  readonly modify: BulkKindStatus;
  readonly upsert: BulkKindStatus;
  /** One a destination; a destination without one was not checked yet. */
  readonly checks: readonly UpsertCheck[];
  /** Records that were sent in bulk today (UTC). */
  readonly itemsToday: number;
  /** How many may be. */
  readonly itemsPerDay: number;
  readonly jobs: readonly BulkJob[];
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
    readonly oldestAcceptedAt: number | null;
    readonly drainsAt: number | null;
  };
  readonly calls: {
    /** Of the last sixty minutes, less those of the second before a restart. */
    readonly lastHour: number;
    readonly today: number;
    readonly lastYear: number;
    readonly yearlyAllowance: number | null;
  };
  readonly bulk: BulkStatus;
  /** From acceptance until Outreach holds it, of what was delivered in the last hour. */
  readonly freshness: Freshness;
  readonly paused: Pause | null;
}

/**
 * What a call to Outreach was for.
 * - `patch`: one prospect brought up to date.
 * - `bulk_modify`, `bulk_upsert`: a job started.
 * - `poll_job`: a look how far Outreach is with a job. `confirm_batch`: its go-ahead for one.
 * - `find_batch`: a look for a job whose answer was lost.
 * - `read_back`: prospects of a job read, to see what came of it.
 * - `identify`: who is connected, and what custom fields are called.
 * - `unknown`: made before kinds were told apart.
 */
export const CALL_KINDS = [
  "patch",
  "bulk_modify",
  "bulk_upsert",
  "poll_job",
  "confirm_batch",
  "find_batch",
  "read_back",
  "identify",
  "unknown",
] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** An hour or a day (UTC) of calls. */
export interface CallSpan {
  readonly startedAt: number;
  /** Our own. */
  readonly calls: number;
  readonly byKind: Readonly<Partial<Record<CallKind, number>>>;
  /** By the destination that they were made for; those for none, `identify` among them, are left out. */
  readonly byDestination: Readonly<Record<string, number>>;
  /** Calls that people and other programs were seen to make on the same Outreach user; not among `calls`. */
  readonly byOthers: number;
}

export interface CallLedger {
  /** Those with calls, newest first. */
  readonly spans: readonly CallSpan[];
  /** The last 365 days with calls, oldest first. */
  readonly days: readonly Pick<CallSpan, "startedAt" | "calls" | "byOthers">[];
  readonly yearlyAllowance: number | null;
}

/** What an Outreach user's delivery did lately. */
export interface Activity {
  /** Without gaps, the oldest first; the last one is under way. */
  readonly minutes: readonly Omit<Minute, "freshness">[];
  readonly freshness: { readonly lastHour: Freshness; readonly lastDay: Freshness };
  /** The newest first. In memory only: it begins anew when the object does. */
  readonly tail: readonly TailEvent[];
}

/** An Outreach user at a glance: its own object alone is asked, so what overflow objects hold does not count. */
export interface Glance {
  readonly status: UserStatus;
  /** Failures that are listed, by destination; those without are left out. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface ProspectStatus {
  readonly prospectId: number;
  readonly pending: readonly {
    readonly field: string;
    readonly value: FieldValue;
    readonly at: number;
    readonly inFlight: boolean;
  }[];
  readonly acceptedAt: number | null;
  readonly nextAttemptAt: number | null;
  readonly attempts: number;
  /** Whether some of its values are listed as failures. */
  readonly hasFailures: boolean;
  readonly lastDelivery: { readonly at: number; readonly fields: readonly string[] } | null;
  readonly lastError: CallError | null;
}

/** All that is known of one prospect. */
export interface ProspectDetail extends ProspectStatus {
  /** In which lane it waits; null where nothing does. */
  readonly lane: Lane | null;
  /** What became of its updates, the newest event first; the oldest ones are dropped. */
  readonly history: readonly StoryEvent[];
  /** What Outreach holds, as far as that is known; the values themselves are not kept. */
  readonly held: readonly HeldField[];
  /** The newest of its failures, of whatever destination. */
  readonly failures: readonly (Failure & { readonly destinationId: string })[];
}

export interface HeldField {
  readonly field: string;
  /** When its last value became true. */
  readonly at: number;
  /**
   * `told`: Outreach took the value. `differs`: it took it, and answered that it holds another one. `uncertain`: nobody
   * knows, because a call had no clear end, a value was refused, or a person had it forgotten.
   */
  readonly state: "told" | "differs" | "uncertain";
  /** When Outreach was last told it, and by which bulk job; null where the history does not go back that far. */
  readonly told: { readonly at: number; readonly job: number | null } | null;
}

/** Why a call did not bring its prospect up to date, in Outreach's words where it answered. */
export interface CallError {
  readonly at: number;
  /** HTTP status, or null where there was no answer. */
  readonly status: number | null;
  /** Outreach's error id (`validationError`), or ours (`timeout`, `connection_lost`). */
  readonly code: string;
  readonly detail: string;
  readonly pointer: string | null;
}

/** One hour of one destination. `accepted + replayed = coalesced + unchanged + delivered + failed + still waiting`. */
export interface Run {
  /** The hour's first millisecond. */
  readonly startedAt: number;
  readonly received: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Accepted updates that another one, waiting or later, carries or overrules. */
  readonly coalesced: number;
  readonly unchanged: number;
  readonly delivered: number;
  readonly failed: number;
  readonly replayed: number;
  readonly discarded: number;
  readonly calls: number;
  readonly rejectedByCode: Readonly<Record<string, number>>;
}

export interface AudienceCounts {
  readonly namespace: string;
  readonly id: string;
  readonly mappingId: number;
  readonly members: number;
  readonly exited: number;
  readonly pending: number;
  readonly failed: number;
}

/** An audience that was seen in the stream and was not mapped then. */
export interface ListedSeenAudience {
  readonly namespace: string;
  readonly id: string;
  readonly name: string | null;
  /** Profiles that were received with it; one that came twice counts twice. */
  readonly profiles: number;
  readonly lastSeenAt: number;
}

export interface Failure {
  readonly id: string;
  readonly prospectId: number;
  /** Names of the attributes that were not delivered. */
  readonly fields: readonly string[];
  readonly error: CallError;
  readonly attempts: number;
  readonly acceptedAt: number;
}

/** How the id of a failure reads, which is its page's cursor as well, and the key of a group. */
export const FAILURE_ID = /^\d{1,16}$/;

/** Failures of one kind: of one attribute, refused in the same words. */
export interface FailureGroup {
  readonly key: string;
  readonly count: number;
  /** The attribute that is to blame; null where it may be any of several. */
  readonly field: string | null;
  /** Some of them, at least one, the newest first. */
  readonly newest: readonly Failure[];
}

export interface FailureGroups {
  /** In the order of their newest failures. */
  readonly groups: readonly FailureGroup[];
  /** All groups that there are. */
  readonly groupsCount: number;
  /** All failures that there are. */
  readonly total: number;
  /** Those among them that were listed before there were groups and are in none yet: each gets its own within minutes. */
  readonly ungrouped: number;
}

/** Failures by their ids, a group of them, or all of the destination's: null. */
export type FailureSelection = readonly string[] | { readonly group: string } | null;

/** A part of the work on many failures. */
export interface FailureStep {
  readonly limit: number;
  /** The last failure that was listed when the work began, as the step before told; null in the first. */
  readonly upTo: string | null;
}

/** What is left after a step. */
export interface FailureRest {
  readonly upTo: string;
  readonly left: number;
}

export interface FailurePage {
  readonly failures: readonly Failure[];
  /** All of the group, or of the destination. */
  readonly total: number;
  /** Pass as `after` to go on; null at the end. */
  readonly next: string | null;
}

/** A destination's alerts, as its settings want them now. */
export interface AlertSettings {
  /** Counts changes of the destination: what is older than what is known is passed over. */
  readonly revision: number;
  readonly about: AlertAbout;
  readonly rules: AlertRules;
  readonly url: string;
  /** Null where alerts are not signed. */
  readonly signingSecret: string | null;
}

/** One message to a destination's webhook, and what became of it. */
export interface AlertDelivery {
  readonly id: string;
  readonly kind: AlertKind | "test";
  /** Null for a test. */
  readonly state: AlertState | null;
  readonly madeAt: number;
  readonly tries: number;
  readonly triedAt: number | null;
  /** What the receiver answered last; null where it did not. */
  readonly status: number | null;
  readonly outcome: AlertOutcome;
  /** When it is tried again; null where it is not. */
  readonly nextAt: number | null;
}

/** `unreadable`: the stored address cannot be read with this ENCRYPTION_KEY. */
export type AlertOutcome = "waiting" | "delivered" | "given_up" | "unreadable";

export interface AlertsStatus {
  readonly open: readonly { readonly kind: AlertKind; readonly openedAt: number }[];
  /** The newest first. */
  readonly deliveries: readonly AlertDelivery[];
}

/** What a receiver answered to a test. */
export type AlertTest =
  | { readonly ok: true; readonly status: number; readonly excerpt: string }
  | {
      readonly ok: false;
      readonly reason: "not_set" | "unreadable" | "timeout" | "connection_lost";
    };

export type ConnectResult =
  | { readonly ok: true; readonly identity: OutreachIdentity | null }
  | {
      readonly ok: false;
      readonly reason: "unknown_state" | "denied" | "exchange_failed" | "busy";
      readonly detail: string;
    };

/** The RPC methods of the Durable Object. */
export interface OutreachUserApi {
  /**
   * Stores a request's updates; what it answers `ok` for is durable.
   * @param until epoch ms after which it is not to be taken any more
   */
  accept(batch: IncomingBatch, until?: number): Promise<AcceptResult | TooLate>;
  /** Stores batches that an overflow object took, in order; those that were taken before are passed over. */
  acceptOverflow(overflow: string, batches: readonly OverflowBatch[]): Promise<OverflowResult>;
  status(): Promise<UserStatus>;
  /** The ledger of calls: so many hours or days, and the year. */
  calls(span: "hour" | "day", limit: number): Promise<CallLedger>;
  /** What an overview of many users needs, in one call. */
  glance(): Promise<Glance>;
  /** Sets the customer's yearly allowance of API calls; null where it is not known. */
  setYearlyAllowance(calls: number | null): Promise<void>;
  /** Sends nothing more until `resume`; what is accepted is kept. */
  pause(): Promise<void>;
  /** Ends `pause`, and goes on at once where a maintenance or a failing Outreach is waited for. */
  resume(): Promise<void>;
  /** The last so many minutes, how fresh Outreach is, and the newest events. */
  activity(minutes: number): Promise<Activity>;
  /** What is known of one prospect; null where no update of it was ever accepted. */
  prospect(prospectId: number): Promise<ProspectDetail | null>;
  /** Ends a prospect's pause after failed attempts; null where no update of it was ever accepted. */
  hurry(prospectId: number): Promise<ProspectDetail | null>;
  /** Forgets what Outreach was told of a prospect, so that the next update is sent even if it changes nothing. */
  forgetTold(prospectId: number): Promise<ProspectDetail | null>;
  /** Less of several; those never heard of are left out. */
  prospects(prospectIds: readonly number[]): Promise<readonly ProspectStatus[]>;
  /** The destination's hours with traffic, newest first. */
  runs(destinationId: string, limit: number): Promise<readonly Run[]>;
  audiences(destinationId: string): Promise<readonly AudienceCounts[]>;
  /** Audiences that were not mapped when they were seen; those that most profiles brought come first. */
  seenAudiences(destinationId: string): Promise<readonly ListedSeenAudience[]>;
  /** Failures, newest first; of one group where it is named. */
  failures(
    destinationId: string,
    page: { limit: number; after: string | null; group?: string | null },
  ): Promise<FailurePage>;
  /** All failures by what they have in common; the `limit` groups with the newest ones. */
  failureGroups(destinationId: string, limit: number): Promise<FailureGroups>;
  /**
   * Puts failures back in the outbox.
   * @param single whether each goes in a call of its own, as the destination wants it
   * @param step left out: all that are chosen
   */
  replay(
    destinationId: string,
    which: FailureSelection,
    single: boolean,
    step?: FailureStep,
  ): Promise<{ readonly replayed: number; readonly rest?: FailureRest }>;
  /** Removes failures for good. */
  discardFailures(
    destinationId: string,
    which: FailureSelection,
    step?: FailureStep,
  ): Promise<{ readonly discarded: number; readonly rest?: FailureRest }>;
  /** Removes one failure for good; false where there is none of that id. */
  discardFailure(destinationId: string, failureId: string): Promise<boolean>;
  /** Drops what is listed for a destination that was deleted. What was accepted is still delivered. */
  forgetDestination(destinationId: string): Promise<void>;
  /** Sets a destination's alerts; null: none are wanted. Open alerts stay open. */
  setAlerts(destinationId: string, settings: AlertSettings | null): Promise<void>;
  /** The Outreach user's name changed, which alerts tell. */
  rename(name: string): Promise<void>;
  alerts(destinationId: string): Promise<AlertsStatus>;
  /** Posts a message to the destination's webhook at once, and once. */
  testAlert(destinationId: string): Promise<AlertTest>;
  /** Starts the OAuth authorization-code flow; the URL is Outreach's sign-in page. */
  beginConnection(redirectUri: string): Promise<{ readonly authorizeUrl: string }>;
  /** Ends it: takes the query string that Outreach sent back. */
  completeConnection(query: string, redirectUri: string): Promise<ConnectResult>;
  /** Forgets the tokens; what is accepted is kept until somebody connects again. */
  disconnect(): Promise<void>;
  /** Forgets everything about this user. */
  destroy(): Promise<void>;
}
