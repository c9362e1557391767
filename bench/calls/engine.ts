/**
 * A trace through the connector itself: the object's core in virtual time, with an Outreach that takes bulk jobs.
 * @module
 */
import { earned, savings } from "../../src/engine/budget/allowance-rules.ts";
import { observed } from "../../src/durable/observed-database.ts";
import { allowancePiece } from "../../src/engine/budget/state.ts";
import { worldWithBulk } from "../../test/support/bulk-outreach.ts";
import { limitCalls } from "../../test/support/fixed-window.ts";
import type { World } from "../../test/support/world.ts";
import type { Counted } from "./alternatives.ts";
import { JOB_MS } from "./fewest.ts";
import { LIMIT, TRACE_BEGINS_AT, WINDOW_MS } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import type { Item, Trace } from "./traces.ts";

const LOOK_EVERY_MS = 10_000;

type Stack = Awaited<ReturnType<typeof worldWithBulk>>;

/**
 * @param report hears how many updates were accepted, and how many prospects wait
 * @param yearlyAllowance calls of a year, of which what may be spent on freshness is spent already, as after some such days
 */
export async function throughEngine(
  { items, missing }: Trace,
  ledger: Ledger,
  report: (accepted: number, waiting: number) => void,
  yearlyAllowance: number | null = null,
): Promise<Counted> {
  const stack = await worldWithBulk();
  const { world, outreach } = stack;
  outreach.durationMs = JOB_MS;
  if (yearlyAllowance !== null) allow(world, yearlyAllowance);
  for (const id of missing) outreach.missing.add(id);
  const { counted, settle } = countCalls(stack, ledger);
  await world.pass(TRACE_BEGINS_AT - world.now);
  for (let first = 0; first < items.length;) {
    const request = together(items, first);
    first += request.length;
    await world.pass(TRACE_BEGINS_AT + (request[0]?.at ?? 0) - world.now);
    settle();
    for (const item of request) ledger.accept(item, world.now);
    const destination = request[0]?.destination;
    world.acceptUpdates(
      request.map(({ update }) => update),
      ...(destination === undefined ? [] : [destination]),
    );
    report(first, 0);
  }
  for (;;) {
    const { pending, inFlight } = world.core.status().backlog;
    if (pending + inFlight === 0) {
      settle();
      return counted;
    }
    report(items.length, pending + inFlight);
    await world.pass(LOOK_EVERY_MS);
  }
}

function allow(world: World, yearlyAllowance: number): void {
  world.core.setYearlyAllowance(yearlyAllowance);
  const full = earned(null, yearlyAllowance, world.now);
  const left = full.left - savings(full, yearlyAllowance).spare;
  allowancePiece(observed(world.db)).write({ ...full, left });
  // What was written beside the object is read by its next life.
  world.kill();
}

/** Updates of one moment come in one request of their destination. */
function together(items: readonly Item[], first: number): readonly Item[] {
  const { at, destination } = items[first] ?? {};
  let end = first + 1;
  for (let next = items[end]; next?.at === at && next?.destination === destination;) {
    next = items[++end];
  }
  return items.slice(first, end);
}

/** Gives Outreach a fixed window, and tells the ledger what Outreach holds. */
function countCalls({ world, outreach }: Stack, ledger: Ledger) {
  const settled = new Set<object>();
  const settle = (): void => {
    for (const job of outreach.jobs) {
      if (settled.has(job) || job.endsAt > world.now) continue;
      settled.add(job);
      for (const [id, values] of job.changes) ledger.hold(id, values, job.endsAt);
    }
  };
  const counted = limitCalls(world, { limit: LIMIT, windowMs: WINDOW_MS }, ({ id, attributes }) => {
    settle();
    ledger.hold(id, attributes, world.now);
  });
  return { counted, settle };
}
