/**
 * What a destination brought: its hours and its audiences.
 * @module
 */
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
