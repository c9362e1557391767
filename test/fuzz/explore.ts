/**
 * Drives a target with fast-check.
 * @module
 */
import * as fc from "fast-check";
import { Violation } from "./target.ts";
import type { AnyTarget, Exploration, Explored, Probe, Target, Tried } from "./target.ts";

/** Shrinking goes on while inputs get smaller; a minute is enough to make one readable. */
const SHRINK_MAX_MS = 60_000;

export function explorable<Input>(target: Target<Input>): AnyTarget {
  return {
    name: target.name,
    weight: target.weight,
    explore: (run) => explore(target, run),
    replay: (input) => tryOne(target, target.schema.parse(input)),
    inputAt: (seed, place) => fc.sample(target.inputs, { seed, numRuns: place + 1 }).at(place),
    shrink: (seed, place, isBad) => shrink(target, seed, place, isBad),
  };
}

async function tryOne<Input>(target: Target<Input>, input: Input): Promise<Tried> {
  try {
    return { ok: true, outcome: await target.check(input) };
  } catch (error) {
    if (error instanceof Violation) return { ok: false, rule: error.rule, detail: error.message };
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ok: false, rule: "nothing is thrown", detail };
  }
}

async function explore<Input>(target: Target<Input>, run: Exploration): Promise<Explored> {
  const outcomes: Record<string, number> = {};
  const seen: { inputs: number; slowestMs: number; broken: Broken | null } = {
    inputs: 0,
    slowestMs: 0,
    broken: null,
  };
  const property = fc.asyncProperty(target.inputs, async (input) => {
    const isShrinking = seen.broken !== null;
    run.onStart();
    const began = performance.now();
    const tried = await tryOne(target, input);
    run.onEnd();
    if (!isShrinking) {
      seen.inputs += 1;
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - began);
      const outcome = tried.ok ? tried.outcome : `broke the rule: ${tried.rule}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    if (!tried.ok && run.known.includes(tried.rule)) return true;
    // Shrinking stays with the rule that was broken first: another one is another finding.
    if (tried.ok || (seen.broken && seen.broken.rule !== tried.rule)) return true;
    seen.broken = tried;
    return false;
  });
  const { counterexample } = await fc.check(property, {
    seed: run.seed,
    numRuns: run.inputs,
    interruptAfterTimeLimit: SHRINK_MAX_MS,
  });
  const { broken, inputs, slowestMs } = seen;
  const failure = broken && {
    rule: broken.rule,
    detail: broken.detail,
    input: counterexample?.[0],
  };
  return { inputs, outcomes, slowestMs, failure };
}

type Broken = Extract<Tried, { ok: false }>;

async function shrink<Input>(
  target: Target<Input>,
  seed: number,
  place: number,
  isBad: Probe,
): Promise<unknown> {
  const property = fc.asyncProperty(target.inputs, async (input) => !(await isBad(input)));
  const details = await fc.check(property, {
    seed,
    path: String(place),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MAX_MS,
  });
  return details.counterexample?.[0];
}
