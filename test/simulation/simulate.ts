/**
 * Runs worlds, and makes those that fail smaller.
 * @module
 */
import { violationsOf } from "./oracle.ts";
import { makePlan } from "./plan.ts";
import type { WorldPlan } from "./plan.ts";
import { SimulatedWorld } from "./world.ts";

export interface WorldResult {
  readonly plan: WorldPlan;
  readonly violations: readonly string[];
  /** How often each kind of thing happened. */
  readonly counts: ReadonlyMap<string, number>;
  readonly simulatedMs: number;
}

/** Ten days: what fails for seven is given up, and then the world has to be at rest. */
const REST_MAX_MS = 10 * 24 * 3_600_000;
const SHRINK_RUNS_MAX = 200;

export async function runWorld(plan: WorldPlan): Promise<WorldResult> {
  const world = new SimulatedWorld(plan);
  const startedAt = world.timeline.now;
  let violations: readonly string[];
  try {
    await world.run();
    const rests = await world.rest(REST_MAX_MS);
    violations = rests
      ? violationsOf(world)
      : [`rule 5: it did not come to rest; ${stateOf(world)}`];
  } catch (error) {
    violations = [
      `it threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ];
  }
  const counts = new Map(world.counts);
  for (const [trouble, n] of world.outreach.counts.faults) counts.set(`fault: ${trouble}`, n);
  counts.set("calls", world.outreach.counts.calls);
  counts.set("bulk jobs", world.outreach.counts.jobs);
  counts.set("429s from a shared budget", world.outreach.counts.refusedByLimit);
  return { plan, violations, counts, simulatedMs: world.timeline.now - startedAt };
}

function stateOf(world: SimulatedWorld): string {
  const { backlog, paused, connection } = world.core.status();
  return JSON.stringify({ backlog, paused, connection: connection.status });
}

export function runSeed(seed: string): Promise<WorldResult> {
  return runWorld(makePlan(seed));
}

/** What a violation says, whichever prospects and counts it names. */
export function kindOf(violation: string | undefined): string {
  return (violation ?? "").split("\n")[0]?.replaceAll(/\d+/g, "n") ?? "";
}

/** Leaves out steps for as long as the world still breaks the same rule. */
export async function shrink(failing: WorldResult): Promise<WorldResult> {
  const kind = kindOf(failing.violations[0]);
  let smallest = failing;
  let runs = 0;
  for (
    let size = Math.ceil(failing.plan.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < smallest.plan.steps.length && runs < SHRINK_RUNS_MAX; runs++) {
      const steps = smallest.plan.steps.toSpliced(from, size);
      const result = await runWorld({ ...smallest.plan, steps });
      const kinds = result.violations.map(kindOf);
      if (kinds.includes(kind)) smallest = result;
      else from += size;
    }
  }
  return smallest;
}
