/**
 * Writes a world down, and fills a new one with what was written. Records and ended calls are never changed, only
 * replaced, so a snapshot shares them with its world: to take one costs little more than the lists.
 * @module
 */
import type { World } from "../world.ts";
import { SAVED_AS, type SavedWorld } from "./format.ts";

/** @param generation the world's, see `createWorld` */
export function saveWorld(world: World, generation: number): SavedWorld {
  const { accounts, stages, personas } = world.organisation;
  world.jobs.catchUp();
  return {
    ...SAVED_AS,
    savedAt: world.clock.now(),
    clockOffsetMs: world.clock.offsetMs,
    generation,
    settings: { ...world.settings },
    prospects: world.prospects.save(),
    accounts: accounts.save(),
    stages: stages.save(),
    personas: personas.save(),
    labels: world.labels.save(),
    jobs: world.jobs.save(),
    tokens: world.tokens.save(),
    budgets: world.budgets.save(),
    latencyRandom: world.latencyRandom.save(),
    faults: world.faults.save(),
    journal: world.journal.save(),
    tally: world.tally.save(),
  };
}

/** @param world new, and made with the saved settings */
export function fillWorld(world: World, saved: SavedWorld): void {
  const { accounts, stages, personas } = world.organisation;
  // On another machine, or a test's own clock, it may be earlier than when the world was saved.
  const ahead = Math.max(saved.clockOffsetMs, saved.savedAt - world.clock.now());
  world.clock.advance(ahead);
  world.prospects.load(saved.prospects);
  accounts.load(saved.accounts);
  stages.load(saved.stages);
  personas.load(saved.personas);
  world.labels.load(saved.labels);
  world.tokens.load(saved.tokens);
  world.budgets.load(saved.budgets);
  world.latencyRandom.load(saved.latencyRandom);
  world.faults.load(saved.faults);
  world.journal.load(saved.journal);
  world.jobs.load(saved.jobs, (id) => world.journal.find(id));
  // After the jobs that are under way, whose overlaps are in it already.
  world.tally.load(saved.tally);
}
