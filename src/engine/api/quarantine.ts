/**
 * What of the object's own storage could not be read.
 * @module
 */

/** A row that this version could not read. It was set aside whole, so that everything else goes on. */
export interface QuarantinedRow {
  readonly id: string;
  readonly table: "prospects" | "jobs" | "failures";
  /** The row's id in its table: of a prospect, Outreach's. */
  readonly rowId: number;
  /** What is wrong, without values. */
  readonly reason: string;
  readonly at: number;
}

/** Why the delivery loop rests although it has work. */
export interface SafeMode {
  readonly since: number;
  /** What happened, without values. */
  readonly reason: string;
  /** Times in a row that the loop could not be run. */
  readonly crashes: number;
  readonly triedAgainAt: number;
}
