/**
 * Spreads a yearly allowance of calls over the year, so that it lasts.
 *
 * Calls are earned evenly, and up to a month's worth may be saved up for a first activation. What may be saved up at the
 * start and what is earned in a year make up the allowance together, so no 365 days in a row ever see more calls than it;
 * what the ledger knows of the year, before the allowance was set or changed and of others, is taken off. The ledger
 * counts whole days (UTC), so that a day's calls are free again when all of them are 365 days old.
 * While more than half of that is left, changes go at once, each in a call of its own; the lower half is kept for
 * calls that carry many, one job in the time in which its calls are earned.
 * @module
 */
import { CALLS_PER_JOB } from "./savings-rules.ts";
import type { Savings } from "./savings-rules.ts";

/** Calls that were earned and not spent yet. */
export interface AllowanceState {
  readonly at: number;
  readonly left: number;
}

const YEAR_MS = 365 * 24 * 3_600_000;
/** What may be saved up, of a year's calls. */
const SAVED_SHARE = 1 / 12;

/** Calls that may be spent now. @param state null where none was spent yet */
export function earned(state: AllowanceState | null, yearly: number, now: number): AllowanceState {
  const most = mostSaved(yearly);
  if (!state) return { at: now, left: most };
  const since = Math.max(0, now - state.at);
  return { at: Math.max(now, state.at), left: Math.min(most, state.left + since * perMs(yearly)) };
}

/** What is left where so many calls of the year were spent already, whoever spent them and whatever was allowed then. */
export function within(state: AllowanceState, yearly: number, spentInYear: number): AllowanceState {
  return { ...state, left: Math.min(state.left, Math.max(0, yearly - spentInYear)) };
}

/** Calls leave, or others were seen to have made some. */
export function spent(state: AllowanceState, calls: number): AllowanceState {
  return { ...state, left: state.left - calls };
}

/** When the next call may leave; null for now. */
export function opensAt(state: AllowanceState, yearly: number): number | null {
  return state.left >= 1 ? null : state.at + Math.ceil((1 - state.left) / perMs(yearly));
}

/** What planning needs to know of it. */
export function savings(state: AllowanceState, yearly: number): Savings {
  return {
    spare: Math.max(0, state.left - mostSaved(yearly) / 2),
    jobEarnedInMs: Math.ceil(CALLS_PER_JOB / perMs(yearly)),
    isSpaced: false,
  };
}

/** What a forecast needs to know of it. */
export function pace(state: AllowanceState, yearly: number) {
  return { left: Math.max(0, state.left), earnedPerMs: perMs(yearly) };
}

function mostSaved(yearly: number): number {
  return Math.max(1, yearly * SAVED_SHARE);
}

function perMs(yearly: number): number {
  return (yearly * (1 - SAVED_SHARE)) / YEAR_MS;
}
