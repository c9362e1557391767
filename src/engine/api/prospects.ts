/**
 * What is known of a prospect.
 * @module
 */
import type { Lane } from "../model/lane.ts";
import type { FieldValue } from "../model/prospect-update.ts";
import type { StoryEvent } from "../model/history.ts";
import type { CallError, Failure } from "./failures.ts";

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
