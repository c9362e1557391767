/**
 * A trace through the connector itself: the object's core in virtual time, with an Outreach that takes bulk jobs.
 * @module
 */
import { earned, savings } from "../../src/delivery/allowance.ts";
import { StateStore } from "../../src/outreach-user/state-store.ts";
import { worldWithBulk } from "../../test/support/bulk-outreach.ts";
import { apiError, json } from "../../test/support/world.ts";
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
  const counted = countCalls(stack, ledger);
  await world.pass(TRACE_BEGINS_AT - world.now);
  for (let first = 0; first < items.length;) {
    const request = together(items, first);
    first += request.length;
    await world.pass(TRACE_BEGINS_AT + (request[0]?.at ?? 0) - world.now);
    counted.settle();
    for (const item of request) ledger.accept(item, world.now);
    world.acceptUpdates(request.map(({ update }) => update));
    report(first, 0);
  }
  for (;;) {
    const { pending, inFlight } = world.core.status().backlog;
    if (pending + inFlight === 0) return counted;
    report(items.length, pending + inFlight);
    await world.pass(LOOK_EVERY_MS);
  }
}

function allow(world: World, yearlyAllowance: number): void {
  world.core.setYearlyAllowance(yearlyAllowance);
  const full = earned(null, yearlyAllowance, world.now);
  const left = full.left - savings(full, yearlyAllowance).spare;
  new StateStore(world.db).write("allowance", { ...full, left });
}

/** Updates of one moment come in one request. */
function together(items: readonly Item[], first: number): readonly Item[] {
  let end = first + 1;
  while (items[end]?.at === items[first]?.at && end < items.length) end += 1;
  return items.slice(first, end);
}

/** Gives Outreach a fixed window, and tells the ledger what Outreach holds. */
function countCalls({ world, outreach }: Stack, ledger: Ledger) {
  const counted = { calls: 0, refused: 0, settle };
  const settled = new Set<object>();
  let windowEndsAt = 0;
  let used = 0;

  function settle(): void {
    for (const job of outreach.jobs) {
      if (settled.has(job) || job.endsAt > world.now) continue;
      settled.add(job);
      for (const [id, values] of job.changes) ledger.hold(id, values, job.endsAt);
    }
  }

  const bulk = world.script;
  world.script = (request) => {
    const path = new URL(request.url).pathname;
    if (!path.startsWith("/api/")) return null;
    counted.calls += 1;
    settle();
    const { now } = world;
    if (now >= windowEndsAt) {
      used = 0;
      windowEndsAt = (1 + Math.floor(now / WINDOW_MS)) * WINDOW_MS;
    }
    if (used >= LIMIT) {
      counted.refused += 1;
      return apiError(429, "rateLimitExceeded", "Too many calls.", rateLimit());
    }
    used += 1;
    const answer = bulk(request) ?? (request.method === "PATCH" ? patched() : null);
    if (answer !== null && answer.status !== null) {
      for (const [name, value] of Object.entries(rateLimit())) answer.headers.set(name, value);
    }
    return answer;
  };

  function rateLimit(): Record<string, string> {
    return {
      date: new Date(world.now).toUTCString(),
      "x-ratelimit-limit": String(LIMIT),
      "x-ratelimit-remaining": String(LIMIT - used),
      "x-ratelimit-reset": new Date(windowEndsAt).toISOString(),
    };
  }

  /** The newest PATCH, as the world would answer it, with the ledger told. */
  function patched(): ReturnType<typeof json> | null {
    const patch = world.patches.at(-1);
    if (!patch) return null;
    const { id, attributes } = patch;
    world.requests.length = 0;
    ledger.hold(id, attributes, world.now);
    world.held.set(id, { ...world.held.get(id), ...attributes });
    return json(200, { data: { type: "prospect", id, attributes: world.held.get(id) } });
  }

  return counted;
}
