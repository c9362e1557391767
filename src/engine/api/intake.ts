/**
 * What the Worker and the overflow objects hand over, and what they are answered.
 * @module
 */
import type { ProspectUpdate } from "../model/prospect-update.ts";
import type { SeenAudience } from "../../mapping/seen-audiences.ts";

/** How a destination's updates travel, as it is set. */
export interface DestinationDelivery {
  /** Whether each prospect goes in a call of its own. */
  readonly single?: true;
  /** Its part of the calls beside other destinations' weights; 1 where it is left out. */
  readonly weight?: number;
  /** Which of the destination's settings these are: counts its changes. */
  readonly revision?: number;
}

/** The profiles of one request that came through mapping, and the counts of all of them. */
export interface IncomingBatch extends DestinationDelivery {
  readonly destinationId: string;
  /** In the order of the request's body: of two values for one field, the later one wins. */
  readonly updates: readonly ProspectUpdate[];
  /** Profiles that mapping accepted; left out where each is about one prospect. */
  readonly profiles?: number;
  /** Profiles that mapping accepted but that say nothing about a mapped attribute or audience. */
  readonly empty: number;
  /** Profiles turned away before they came here, by rejection code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Audiences that these profiles are in and that are not mapped. */
  readonly seen?: readonly SeenAudience[];
}

/** How many profiles a batch accepts: updates are one for each prospect, and a profile may be about several. */
export function acceptedProfiles({ profiles, updates, empty }: IncomingBatch): number {
  return profiles ?? updates.length + empty;
}

export type AcceptResult =
  | {
      readonly ok: true;
      /** Epoch ms; null while nobody can tell: the user is not connected, its object is overloaded, or a job of theirs may hang. */
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
