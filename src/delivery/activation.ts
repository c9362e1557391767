/**
 * What an audience will cost before it is activated: calls, time, and how much of the year's allowance, by one call a prospect and as planned.
 *
 * An estimate: how long Outreach takes for a bulk job is not documented. The figures for jobs are those that this connector's
 * engine shows against a mock that takes two milliseconds a record; a test holds the two together.
 * @module
 */
import { earned } from "./allowance.ts";
import { NEW_BULK } from "./bulk-means.ts";
import { CALLS_PER_JOB, JOB_EVERY_MS, JOBS_MAX } from "./plan.ts";

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
    /** How long after its 202 a change is at Outreach, on average; null where changes come faster than calls. */
    readonly behindMs: number | null;
  };
  /** Calls of a year of such days. */
  readonly yearCalls: number;
}

/** Calls, and how long they take: null where they never catch up. */
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
/** What a full upsert costs: its start, its looks, and its share of reading back. */
const UPSERT_CALLS = 2.4;
const MODIFY_MS_PER_RECORD = 2.8;
const JOB_MIN_MS = 12_000;

/** Forecasts an activation and the days after it. */
export function forecastActivation(asked: Activation, capacity: Capacity): ActivationForecast {
  const patch = bySingleCalls(asked, capacity);
  return { patch, planned: capacity.bulk ? asPlanned(asked, capacity) : patch };
}

function bySingleCalls(asked: Activation, capacity: Capacity): Outlook {
  const { profiles: first, changesPerDay: perDay } = asked;
  const keepsUp = perDay / 24 <= capacity.callsPerHour;
  const calls = Math.min(perDay, capacity.callsPerHour * 24);
  return {
    activation: { calls: first, tookMs: timeOfCalls(first, capacity) },
    day: { calls, tookMs: keepsUp ? DAY_MS : null, behindMs: keepsUp ? LIVE_MS : null },
    yearCalls: calls * 365,
  };
}

/** At an even pace of the hour's calls. */
function timeOfCalls(calls: number, { callsPerHour }: Capacity): number {
  return Math.round((calls / Math.max(1, callsPerHour)) * HOUR_MS);
}

function asPlanned(asked: Activation, capacity: Capacity): Outlook {
  const jobs = asked.attributes > 0 ? upserts(asked.profiles) : modifies(asked);
  const { activation: singly } = bySingleCalls(asked, capacity);
  const activation = jobs.calls < singly.calls ? jobs : singly;
  const day = plannedDay(asked.changesPerDay, capacity);
  return { activation, day, yearCalls: Math.round(day.calls * 365) };
}

/** Statuses alone: as many sets of values as there are combinations of audiences, each in jobs of its own. */
function modifies({ profiles, audiences }: Activation): Work {
  const sets = Math.min(profiles, 2 ** Math.min(audiences, 30) - 1);
  const each = Math.ceil(profiles / Math.max(1, sets));
  const jobs = sets * Math.ceil(each / NEW_BULK.modify.max);
  const tookMs = Math.max(JOB_MIN_MS, Math.min(each, NEW_BULK.modify.max) * MODIFY_MS_PER_RECORD);
  // The first waits for others with the same values to join it.
  const bySets = { calls: jobs * CALLS_PER_JOB, tookMs: JOB_EVERY_MS + timeOfJobs(jobs, tookMs) };
  const byUpserts = upserts(profiles);
  return bySets.calls <= byUpserts.calls ? bySets : byUpserts;
}

function upserts(profiles: number): Work {
  const jobs = Math.ceil(profiles / NEW_BULK.upsert.max);
  return { calls: Math.ceil(jobs * UPSERT_CALLS), tookMs: timeOfJobs(jobs, JOB_MIN_MS) };
}

function timeOfJobs(jobs: number, eachMs: number): number {
  return Math.round(Math.ceil(jobs / JOBS_MAX) * eachMs);
}

/** Each change at once while there are calls to spare; else jobs, as often as their calls are earned: all that is earned is spent. */
function plannedDay(changes: number, capacity: Capacity): Outlook["day"] {
  const { yearlyAllowance, callsPerHour } = capacity;
  const perDay = yearlyAllowance === null ? Infinity : earnedInADay(yearlyAllowance);
  if (changes <= perDay && changes / 24 <= callsPerHour / 2) {
    return { calls: changes, tookMs: DAY_MS, behindMs: LIVE_MS };
  }
  const fullJobs = changes / NEW_BULK.upsert.max;
  const earnedJobs = perDay / CALLS_PER_JOB;
  const jobs = Math.min(DAY_MS / JOB_MIN_MS, Math.max(fullJobs, earnedJobs));
  const calls = Math.floor(Math.min(perDay, jobs * UPSERT_CALLS));
  const carries = Math.min(jobs, calls / UPSERT_CALLS) >= fullJobs;
  if (!carries) return { calls, tookMs: null, behindMs: null };
  const behindMs = Math.round(DAY_MS / jobs / 2 + JOB_MIN_MS);
  return { calls: perDay < Infinity ? perDay : calls, tookMs: DAY_MS, behindMs };
}

function earnedInADay(yearly: number): number {
  return Math.floor(earned({ at: 0, left: 0 }, yearly, DAY_MS).left);
}
