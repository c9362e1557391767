/**
 * Fills an Outreach user's core with a backlog and measures its work on top of it.
 * @module
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { progress } from "../../cli/local/progress.ts";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { fileDatabase } from "../../test/support/sqlite.ts";
import { World } from "../../test/support/world.ts";

export interface Measured {
  readonly pending: number;
  readonly msPerRequest: number;
  readonly slowestRequestMs: number;
  readonly msPerCall: number;
  readonly msPerStatus: number;
  readonly heapMb: number;
  readonly diskMb: number;
}

const FILL = 1_000;
const REQUESTS = 300;
const REQUEST = 100;
const CALLS = 500;
const STATUSES = 100;
const MB = 1_048_576;

export async function measure(pending: number): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), "backlog-"));
  const file = join(directory, "object.sqlite");
  try {
    const world = new World(fileDatabase(file));
    await world.connect();
    const bar = progress(pending.toLocaleString("en-US"), pending);
    for (let first = 0; first < pending; first += FILL) {
      world.acceptUpdates(updates(first, Math.min(FILL, pending - first), 0));
      bar.update(first + FILL, "prospects waiting");
    }
    bar.end();
    const requests = Array.from({ length: REQUESTS }, (_, i) =>
      timed(() => world.acceptUpdates(updates(spread(i, pending), REQUEST, i + 1))),
    );
    const statuses = timed(() => {
      for (let i = 0; i < STATUSES; i++) world.core.status();
    });
    const msPerCall = await callCost(world);
    return {
      pending,
      msPerRequest: sum(requests) / REQUESTS,
      slowestRequestMs: Math.max(...requests),
      msPerCall,
      msPerStatus: statuses / STATUSES,
      heapMb: heapMb(),
      diskMb: (await stat(file)).size / MB,
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Lets so many calls leave and come back, in virtual time; what is measured is the object's own work. */
async function callCost(world: World): Promise<number> {
  const before = world.requests.length;
  const startedAt = performance.now();
  while (world.requests.length - before < CALLS) await world.pass(100);
  return (performance.now() - startedAt) / (world.requests.length - before);
}

function updates(first: number, count: number, version: number): readonly ProspectUpdate[] {
  return Array.from({ length: count }, (_, i) => ({
    prospectId: first + i + 1,
    fields: {
      firstName: { value: `Name ${first + i} ${version}` },
      title: { value: "Head of Growth" },
      custom4: {
        value: "realized",
        audience: { namespace: "ups", id: "aud-1", status: "realized" },
      },
    },
  }));
}

/** Places all over the backlog. */
function spread(i: number, pending: number): number {
  return Math.floor((i * 7_919 * REQUEST) % Math.max(1, pending - REQUEST));
}

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MB;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
