/**
 * Everything that the mock remembers, built anew by a reset.
 * @module
 */
import { carryOut } from "./api/bulk/carry-out.ts";
import { Jobs } from "./bulk/jobs.ts";
import { Clock } from "./clock.ts";
import { FaultEngine } from "./faults/engine.ts";
import { Budgets } from "./limits/budgets.ts";
import { Labels } from "./model/labels.ts";
import { Organisation } from "./model/organisation.ts";
import { Prospects } from "./model/prospects.ts";
import { createStore } from "./model/tables.ts";
import { SignIns } from "./oauth/sign-ins.ts";
import { TokenStore } from "./oauth/token-store.ts";
import { randomFrom, type RandomStream, streamFrom } from "./random.ts";
import type { MockSettings } from "./settings.ts";
import { Journal } from "./traffic/journal.ts";
import { Tally } from "./traffic/tally.ts";

/** What the mock needs from outside. */
export interface Environment {
  /** Epoch milliseconds; never goes back. */
  readonly now: () => number;
  /** Resolves after `ms`, or rejects as soon as `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface World {
  /** Live: the control API changes single settings in place. */
  readonly settings: MockSettings;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Chance for latency; faults and tokens have streams of their own. */
  readonly latencyRandom: RandomStream;
  readonly organisation: Organisation;
  readonly prospects: Prospects;
  readonly labels: Labels;
  readonly jobs: Jobs;
  readonly signIns: SignIns;
  readonly tokens: TokenStore;
  readonly budgets: Budgets;
  readonly faults: FaultEngine;
  readonly journal: Journal;
  readonly tally: Tally;
  /** Aborted when this world ends: calls that hang or wait end with it. */
  readonly ending: AbortController;
}

/** @param generation counts resets, so that a token from before a reset is never one from after it */
export function createWorld(
  settings: MockSettings,
  environment: Environment,
  generation: number,
): World {
  const own = { ...settings };
  const clock = new Clock(environment.now);
  const store = createStore();
  const tally = new Tally();
  const tokenRandom = randomFrom(`${own.randomSeed}/${generation}/tokens`);
  const world: World = {
    settings: own,
    environment,
    clock,
    latencyRandom: streamFrom(`${own.randomSeed}/latency`),
    organisation: new Organisation(store, own.users),
    prospects: new Prospects(store, own.randomSeed, own.seed, own.users.length),
    labels: new Labels(),
    jobs: new Jobs(own, clock, tally, (...item) => carryOut(world, ...item)),
    signIns: new SignIns(clock, tokenRandom),
    tokens: new TokenStore(own, clock, tokenRandom),
    budgets: new Budgets(own, clock),
    faults: new FaultEngine(streamFrom(`${own.randomSeed}/faults`)),
    journal: new Journal(own.journalSize),
    tally,
    ending: new AbortController(),
  };
  return world;
}
