/**
 * What an audience will cost before it is activated: calls, time, and how much of the year's allowance, by one call a prospect and as planned.
 *
 * An estimate: how long Outreach takes for a bulk job is not documented. The figures for jobs are those that this connector's
 * engine shows against a mock that takes two milliseconds a record; a test holds the two together.
 * @module
 */
import { earned, pace } from "../budget/allowance-rules.ts";
import { NEW_BULK } from "../bulk/limits-rules.ts";
import { JOBS_MAX } from "../bulk/plan-rules.ts";
import { CALLS_PER_JOB, JOB_EVERY_MS } from "../budget/savings-rules.ts";

export interface Activation {
  /** Prospects that get a value for the first time. */
  readonly profiles: number;
  /** Audiences whose status is written; a profile may be in several. */
  readonly audiences: number;
  /** Mapped attributes whose values differ from prospect to prospect. */
  readonly attributes: number;
  /** Prospects that change on a day, afterwards. */
  readonly changesPerDay: number;
}

export interface Capacity {
  /** Calls an hour that are Outreach Edge's: the limit less the reserve. */
  readonly callsPerHour: number;
  readonly yearlyAllowance: number | null;
  /** Whether bulk jobs may be used. */
  readonly bulk: boolean;
}

export interface Outlook {
  readonly activation: Work;
  /** A day of changes, once the activation is through. */
  readonly day: Work & {
    /** Calls that it takes to bring every change, although there may not be so many. */
    readonly needed: number;
    /** How long after its 202 a change is at Outreach, on average; null where changes come faster than calls. */
    readonly behindMs: number | null;
  };
  /** Calls that are made in a year of such days. */
  readonly yearCalls: number;
}

/** Calls that are made, and how long they take: null where they never catch up. */
export interface Work {
  readonly calls: number;
  readonly tookMs: number | null;
}

export interface ActivationForecast {
  /** One call for each change of a prospect. */
  readonly patch: Outlook;
  readonly planned: Outlook;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From 202 to Outreach where nothing waits: gathering, and the call. */
const LIVE_MS = 1_500;
/**
 * What a full upsert comes to on average, over many: its start, a look or two once it is known how long jobs take, and its
 * share of reading back. `CALLS_PER_JOB` is what one is reckoned with beforehand.
 */
const UPSERT_CALLS = 2.4;
const MODIFY_MS_PER_RECORD = 2.8;
const JOB_MIN_MS = 12_000;

/** Forecasts an activation and the days after it. Calls keep to the rate limit, and to the yearly allowance where one is set. */
export function forecastActivation(asked: Activation, capacity: Capacity): ActivationForecast {
  const patch = bySingleCalls(asked, capacity);
  return { patch, planned: capacity.bulk ? asPlanned(asked, capacity) : patch };
}

function bySingleCalls(asked: Activation, capacity: Capacity): Outlook {
  const { profiles: first, changesPerDay: needed } = asked;
  const calls = Math.min(needed, capacity.callsPerHour * 24, earnedInADay(capacity));
  const keepsUp = calls >= needed;
  return {
    activation: { calls: first, tookMs: timeOfCalls(first, capacity) },
    day: { calls, needed, tookMs: keepsUp ? DAY_MS : null, behindMs: keepsUp ? LIVE_MS : null },
    yearCalls: calls * 365,
  };
}

/** At an even pace of the hour's calls, and no sooner than the allowance, saved up at first, has paid for the last of them. */
function timeOfCalls(calls: number, capacity: Capacity): number {
  const byLimit = (calls / Math.max(1, capacity.callsPerHour)) * HOUR_MS;
  return Math.round(Math.max(byLimit, earnedAfterMs(calls, capacity)));
}

function earnedAfterMs(calls: number, { yearlyAllowance }: Capacity): number {
  if (yearlyAllowance === null) return 0;
  const { left, earnedPerMs } = pace(earned(null, yearlyAllowance, 0), yearlyAllowance);
  return Math.max(0, calls - left) / earnedPerMs;
}

function asPlanned(asked: Activation, capacity: Capacity): Outlook {
  const inBulk = asked.attributes > 0 ? upserts(asked.profiles) : modifies(asked);
  const earnedMs = Math.round(earnedAfterMs(inBulk.calls, capacity));
  const jobs = { ...inBulk, tookMs: Math.max(inBulk.tookMs, earnedMs) };
  const { activation: singly } = bySingleCalls(asked, capacity);
  const activation = jobs.calls < singly.calls ? jobs : singly;
  const day = plannedDay(asked.changesPerDay, capacity);
  return { activation, day, yearCalls: Math.round(day.calls * 365) };
}

interface Jobs extends Work {
  readonly tookMs: number;
}

/** Statuses alone: as many sets of values as there are combinations of audiences, each in jobs of its own. */
function modifies({ profiles, audiences }: Activation): Jobs {
  const sets = Math.min(profiles, 2 ** Math.min(audiences, 30) - 1);
  const each = Math.ceil(profiles / Math.max(1, sets));
  const jobs = sets * Math.ceil(each / NEW_BULK.modify.max);
  const tookMs = Math.max(JOB_MIN_MS, Math.min(each, NEW_BULK.modify.max) * MODIFY_MS_PER_RECORD);
  // The first waits for others with the same values to join it.
  const bySets = { calls: jobs * CALLS_PER_JOB, tookMs: JOB_EVERY_MS + timeOfJobs(jobs, tookMs) };
  const byUpserts = upserts(profiles);
  return bySets.calls <= byUpserts.calls ? bySets : byUpserts;
}

function upserts(profiles: number): Jobs {
  const jobs = Math.ceil(profiles / NEW_BULK.upsert.max);
  return { calls: Math.ceil(jobs * UPSERT_CALLS), tookMs: timeOfJobs(jobs, JOB_MIN_MS) };
}

function timeOfJobs(jobs: number, eachMs: number): number {
  return Math.round(Math.ceil(jobs / JOBS_MAX) * eachMs);
}

/** Each change at once while there are calls to spare; else jobs, as often as their calls are earned: all that is earned is spent. */
function plannedDay(changes: number, capacity: Capacity): Outlook["day"] {
  const perDay = earnedInADay(capacity);
  if (changes <= perDay && changes / 24 <= capacity.callsPerHour / 2) {
    return { calls: changes, needed: changes, tookMs: DAY_MS, behindMs: LIVE_MS };
  }
  const fullJobs = changes / NEW_BULK.upsert.max;
  const earnedJobs = perDay / CALLS_PER_JOB;
  const jobs = Math.min(DAY_MS / JOB_MIN_MS, Math.max(fullJobs, earnedJobs));
  const calls = Math.floor(Math.min(perDay, jobs * UPSERT_CALLS));
  const carries = Math.min(jobs, calls / UPSERT_CALLS) >= fullJobs;
  if (!carries) {
    return { calls, needed: Math.ceil(fullJobs * UPSERT_CALLS), tookMs: null, behindMs: null };
  }
  const behindMs = Math.round(DAY_MS / jobs / 2 + JOB_MIN_MS);
  const spent = perDay < Infinity ? perDay : calls;
  return { calls: spent, needed: spent, tookMs: DAY_MS, behindMs };
}

function earnedInADay({ yearlyAllowance }: Capacity): number {
  if (yearlyAllowance === null) return Infinity;
  return Math.floor(pace(earned(null, yearlyAllowance, 0), yearlyAllowance).earnedPerMs * DAY_MS);
}
