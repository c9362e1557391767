/**
 * Tries many inputs on one target: in runs of a seed each, so that any input can be made again from two numbers.
 * @module
 */
import { record } from "./corpus.ts";
import { Isolated } from "./isolated.ts";
import type { AnyTarget, Failure } from "./target.ts";

/** Inputs of one seed. An input at its end is made again in moments. */
const RUN_INPUTS = 100;
/** Trying to make an input smaller that never ends is worth so long for each attempt. */
const SHRINK_LIMIT_MS = 1_000;

export interface Found extends Failure {
  readonly file: string;
  readonly seed: number;
  times: number;
}

export interface Campaign {
  readonly target: string;
  readonly inputs: number;
  readonly tookMs: number;
  readonly slowestMs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** By rule. */
  readonly found: ReadonlyMap<string, Found>;
}

export interface CampaignOptions {
  readonly inputs: number;
  readonly seed: number;
  readonly limitMs: number;
  /** Told now and then. */
  readonly onProgress: (inputs: number, failures: number) => void;
}

export async function campaign(target: AnyTarget, options: CampaignOptions): Promise<Campaign> {
  const isolated = new Isolated(options.limitMs);
  const began = performance.now();
  const outcomes = new Map<string, number>();
  const found = new Map<string, Found>();
  let [inputs, slowestMs] = [0, 0];
  for (let run = 0; inputs < options.inputs; run++) {
    const seed = seedOf(options.seed, run);
    const count = Math.min(RUN_INPUTS, options.inputs - inputs);
    const ended = await isolated.explore(target.name, seed, count, [...found.keys()]);
    const again = ended.ended ? undefined : found.get(ended.rule);
    if (again) again.times += 1;
    else {
      const failure = ended.ended ? ended.result.failure : await stuck(target, seed, ended);
      if (failure) note(found, target.name, seed, failure);
    }
    if (ended.ended) {
      inputs += ended.result.inputs;
      slowestMs = Math.max(slowestMs, ended.result.slowestMs);
      for (const [outcome, times] of Object.entries(ended.result.outcomes)) {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
        const known = found.get(outcome.replace("broke the rule: ", ""));
        if (known) known.times += times;
      }
    } else {
      inputs += ended.place + 1;
    }
    options.onProgress(inputs, found.size);
  }
  await isolated.close();
  const tookMs = performance.now() - began;
  return { target: target.name, inputs, tookMs, slowestMs, outcomes, found };
}

/** Runs of one campaign have seeds far apart, so that campaigns of neighbouring seeds share none. */
function seedOf(seed: number, run: number): number {
  return (Math.imul(seed, 1_000_003) + Math.imul(run, 7_919)) | 0;
}

/** Makes an input that stops its thread as small as it gets, each attempt in a thread that can be stopped. */
async function stuck(
  target: AnyTarget,
  seed: number,
  { place, rule, detail }: { place: number; rule: string; detail: string },
): Promise<Failure> {
  const isolated = new Isolated(SHRINK_LIMIT_MS);
  const isBad = async (input: unknown): Promise<boolean> =>
    !(await isolated.replay(target.name, input)).ended;
  try {
    const input = (await target.shrink(seed, place, isBad)) ?? target.inputAt(seed, place);
    return { rule, detail, input };
  } finally {
    await isolated.close();
  }
}

/** Every rule that is broken is recorded once, with the first input that did. */
function note(found: Map<string, Found>, target: string, seed: number, failure: Failure): void {
  const file = record(target, failure.rule, failure.input);
  found.set(failure.rule, { ...failure, file, seed, times: 0 });
}
