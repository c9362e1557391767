/**
 * What Outreach refused for good: listed, grouped, and worked on.
 * @module
 */
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

export interface Failure {
  readonly id: string;
  readonly prospectId: number;
  /** Names of the destination's attributes that were not delivered: a call may have carried others' as well. */
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
