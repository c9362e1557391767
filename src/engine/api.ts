/**
 * What the Worker may ask of an `OutreachUser` object: its RPC methods, and in `api/`, by subject, what they
 * take and answer.
 * Expected outcomes are tagged unions; an exception means a bug or a platform failure.
 * Every time is in milliseconds since the epoch; routes turn it into ISO 8601.
 * @module
 */
import type { AlertSettings, AlertTest, AlertsStatus } from "./api/alerts.ts";
import type { CallLedger } from "./api/calls.ts";
import type { ConnectResult } from "./api/connection.ts";
import type { AudienceCounts, ListedSeenAudience, Run } from "./api/destinations.ts";
import type {
  FailureGroups,
  FailurePage,
  FailureRest,
  FailureSelection,
  FailureStep,
} from "./api/failures.ts";
import type {
  AcceptResult,
  DestinationDelivery,
  IncomingBatch,
  OverflowBatch,
  OverflowResult,
  TooLate,
} from "./api/intake.ts";
import type { ProspectDetail, ProspectStatus } from "./api/prospects.ts";
import type { QuarantinedRow } from "./api/quarantine.ts";
import type { Activity, Glance, UserStatus } from "./api/status.ts";

export type * from "./api/alerts.ts";
export * from "./api/bulk.ts";
export * from "./api/calls.ts";
export type * from "./api/connection.ts";
export type * from "./api/destinations.ts";
export * from "./api/failures.ts";
export type * from "./api/intake.ts";
export type * from "./api/prospects.ts";
export type * from "./api/quarantine.ts";
export type * from "./api/status.ts";

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
  /** Rows of its storage that could not be read, the newest first. */
  quarantine(limit: number): Promise<readonly QuarantinedRow[]>;
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
   * @param step left out: all that are chosen
   */
  replay(
    destinationId: string,
    which: FailureSelection,
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
  /** A destination is set to have its updates travel otherwise: so does what waits. Its next batch tells as well. */
  setDelivery(destinationId: string, delivery: DestinationDelivery): Promise<void>;
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

/** The same as the core has it: answers at once or later. The object deletes itself on its own. */
export type OutreachUserMethods = {
  [Name in Exclude<keyof OutreachUserApi, "destroy">]: (
    ...args: Parameters<OutreachUserApi[Name]>
  ) => ReturnType<OutreachUserApi[Name]> | Awaited<ReturnType<OutreachUserApi[Name]>>;
};

/**
 * Whether a call whose end is not known may be made again. `repeat`: that changes nothing more. `once`: a repetition
 * would do it twice, or tell the wrong thing.
 */
export type Repetition = "repeat" | "once";

/** Every RPC method, once: the client's and the Durable Object's methods are made from this table. */
export const OUTREACH_USER_RPC: Readonly<Record<keyof OutreachUserApi, Repetition>> = {
  // Storing the same updates again changes nothing: they carry values, not changes.
  accept: "repeat",
  acceptOverflow: "repeat",
  status: "repeat",
  quarantine: "repeat",
  calls: "repeat",
  glance: "repeat",
  setYearlyAllowance: "repeat",
  pause: "repeat",
  resume: "repeat",
  activity: "repeat",
  prospect: "repeat",
  hurry: "repeat",
  forgetTold: "repeat",
  prospects: "repeat",
  runs: "repeat",
  audiences: "repeat",
  seenAudiences: "repeat",
  failures: "repeat",
  failureGroups: "repeat",
  // Done in steps: repeated, it would count only those that were left.
  replay: "once",
  discardFailures: "repeat",
  // A repetition would find the failure gone, or the sign-in used up, and say so.
  discardFailure: "once",
  forgetDestination: "repeat",
  setDelivery: "repeat",
  setAlerts: "repeat",
  rename: "repeat",
  alerts: "repeat",
  // Repeated, the receiver would get two.
  testAlert: "once",
  beginConnection: "repeat",
  completeConnection: "once",
  disconnect: "repeat",
  destroy: "repeat",
};
