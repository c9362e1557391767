/**
 * What the limiter remembers, as plain data, and what it is given: its settings, and what answers say.
 * @module
 */

export interface LimiterSettings {
  /** Calls in a window, assumed until Outreach says better. */
  readonly limit: number;
  readonly windowMs: number;
  /** Share of the limit that is left to people and other programs. */
  readonly reservePercent: number;
}

/** Our calls that ended up to `endAt` and that no earlier bucket holds. */
export interface Bucket {
  readonly endAt: number;
  readonly calls: number;
  /** Those among them that Outreach is sure to have counted: their answers told what remained. */
  readonly counted: number;
  /** When the first of those left. */
  readonly countedFrom: number;
  /** When the last call in here ended. */
  readonly to: number;
}

/** What an answer's headers say of the window; null for what they do not say. */
export interface WindowReport {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: number | null;
}

/** What Outreach last said of its current window. */
export interface Told {
  readonly remaining: number;
  /** The window ends between these: an answer may have been long on its way, and tell a delay. */
  readonly resetFrom: number;
  readonly resetAt: number;
  /** Whether Outreach did not say when the window resets, and `resetAt` is our own idea of it. */
  readonly guessed: boolean;
  /** Whether a 429 said so: the moment from which calls are taken again may be another than the window's end. */
  readonly ofRefusal?: true;
  /** Our own calls that were answered in this window. */
  readonly ours: number;
  /** When the last call left whose answer told this: what earlier ones tell is no news. */
  readonly askedAt: number;
  /** Answers in a row that named a reset which had passed already. */
  readonly overdue: number;
}

export interface LimiterState {
  readonly limit: number | null;
  /** Length of Outreach's window, learned from two resets in a row. */
  readonly windowMs: number | null;
  /** Whether the window is known to be a fixed one; unproved, a sliding one is allowed for. */
  readonly fixed: boolean;
  readonly told: Told | null;
  /** Calls that left and were not answered yet. */
  readonly out: number;
  readonly ended: readonly Bucket[];
  /** 429s in a row. */
  readonly refusals: number;
}

export const NEW_LIMITER: LimiterState = {
  limit: null,
  windowMs: null,
  fixed: false,
  told: null,
  out: 0,
  ended: [],
  refusals: 0,
};

export interface Answer {
  /** When its call left: what it tells of the budget is true of a moment between the two. */
  readonly leftAt: number;
  readonly at: number;
  /** Null where the call had no answer, or one that says nothing of the window. */
  readonly window: WindowReport | null;
  /** A 429: the window has nothing left. */
  readonly refused: boolean;
}

/** How many calls a window has, learned or assumed. */
export function limitOf(state: LimiterState, settings: LimiterSettings): number {
  return state.limit ?? settings.limit;
}

/** How long Outreach's window is, learned or assumed. */
export function windowOf(state: LimiterState, settings: LimiterSettings): number {
  return state.windowMs ?? settings.windowMs;
}

/** How many calls of a window are left to people and other programs. */
export function reserveOf(state: LimiterState, settings: LimiterSettings): number {
  const limit = limitOf(state, settings);
  // A tiny limit keeps one call for us: a reserve of all of it would never send anything.
  return Math.min(limit - 1, Math.ceil((limit * settings.reservePercent) / 100));
}
