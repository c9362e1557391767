/**
 * A burst on one Outreach user, in virtual time: the decisions and stores that run in production, on objects that take
 * as long for a request as was measured.
 * @module
 */
import { randomFrom } from "../../mock-outreach/random.ts";
import type { IncomingBatch, OverflowBatch, OverflowResult } from "../../src/engine/api.ts";
import { OVERFLOWS } from "../../src/overflow/api.ts";
import { OverflowCore } from "../../src/overflow/core.ts";
import { Spillway } from "../../src/overflow/spillway.ts";
import { memoryDatabase } from "../../test/support/sqlite.ts";
import { DESTINATION, World } from "../../test/support/world.ts";
import { Serial, Timeline } from "./timeline.ts";

export interface BurstOptions {
  /** Requests a second that one object takes. */
  readonly objectRate: number;
  /** Requests a second that are sent, for so many seconds. */
  readonly burstRate: number;
  readonly seconds: number;
  /** Which objects are down, and when, in seconds from the start. */
  readonly outages: readonly {
    readonly what: "own" | "overflows";
    readonly from: number;
    readonly to: number;
  }[];
  /** Whether there are overflow objects at all. */
  readonly overflow: boolean;
}

export interface BurstResult {
  readonly requests: number;
  /** Ms from request to answer, sorted. */
  readonly latencies: readonly number[];
  /** Requests that were answered with 503, or not within two seconds. */
  readonly unanswered: number;
  readonly spilled: number;
  /** Prospects that do not hold what was accepted for them last. */
  readonly wrong: number;
  /** Ms until everything that was accepted had been handed on. */
  readonly handedOnMs: number;
}

/** Workers that take requests: each knows only what it saw itself. */
const ISOLATES = 16;
/** More than can be under way at once. */
const PROSPECTS = 50_000;
const LIMIT_MS = 2_000;
/** The last requests are answered, or given up, within this time. */
const SETTLE_MS = 5_000;

export async function burst(options: BurstOptions): Promise<BurstResult> {
  const world = await World.connected();
  const timeline = new Timeline(world.now);
  const serviceMs = 1_000 / options.objectRate;
  const own = new Serial(timeline, serviceMs);
  const user = <T>(work: () => T): Promise<T> =>
    own.do(() => {
      world.now = Math.floor(timeline.now);
      return work();
    });
  const overflows = Array.from({ length: OVERFLOWS }, (_, shard) =>
    newOverflow(timeline, serviceMs, (batches) =>
      user(() => world.core.acceptOverflow(`user-1.${shard}`, batches)),
    ),
  );
  for (const { what, from, to } of options.outages) {
    const servers = what === "own" ? [own] : overflows.map(({ server }) => server);
    for (const [at, isDown] of [
      [from, true],
      [to, false],
    ] as const) {
      timeline.at(timeline.now + at * 1_000, () =>
        servers.forEach((server) => (server.isDown = isDown)),
      );
    }
  }
  let spilled = 0;
  const spillways = Array.from({ length: ISOLATES }, (_, isolate) =>
    newSpillway(timeline, isolate),
  );
  const spillwayOf = (i: number): Spillway => spillways[i % ISOLATES] ?? newSpillway(timeline, i);
  const send = (i: number, batch: IncomingBatch) =>
    spillwayOf(i).accept("user-1", {
      direct: (until) => user(() => world.core.accept(batch, until)),
      overflow: async (shard) => {
        const overflow = overflows[shard];
        if (!options.overflow || !overflow) throw new Error("There is no overflow object.");
        const stored = await overflow.server.do(() => overflow.core.store("user-1", batch));
        spilled += 1;
        return stored;
      },
    });

  const sent = new Senders(timeline, send);
  const requests = options.burstRate * options.seconds;
  const startedAt = timeline.now;
  const arrive = (i: number): void => {
    if (i === requests) return;
    timeline.at(startedAt + (i * 1_000) / options.burstRate, () => {
      sent.next(i);
      arrive(i + 1);
    });
  };
  arrive(0);
  await timeline.run(startedAt + options.seconds * 1_000 + SETTLE_MS);
  const endedAt = timeline.now;
  while (overflows.some(({ core }) => core.waiting() > 0)) await timeline.run(timeline.now + 1_000);
  const handedOnMs = timeline.now - endedAt;

  world.now = Math.max(world.now, Math.ceil(timeline.now));
  world.core.rearm();
  while (world.core.status().backlog.pending > 0) await world.pass(600_000);
  return {
    requests,
    latencies: sent.latencies.toSorted((a, b) => a - b),
    unanswered: sent.failed + sent.latencies.filter((ms) => ms > LIMIT_MS).length,
    spilled,
    wrong: sent.wrong(world),
    handedOnMs,
  };
}

/** Sends updates of a prospect one after the other: the next one only once the last was accepted. */
class Senders {
  readonly latencies: number[] = [];
  failed = 0;
  readonly #timeline: Timeline;
  readonly #send: (i: number, batch: IncomingBatch) => Promise<{ ok: boolean }>;
  readonly #busy = new Set<number>();
  readonly #accepted = new Map<number, string>();
  /** Prospects of whose last request nobody knows whether it was stored. */
  readonly #unknown = new Set<number>();
  #turn = 0;

  constructor(
    timeline: Timeline,
    send: (i: number, batch: IncomingBatch) => Promise<{ ok: boolean }>,
  ) {
    this.#timeline = timeline;
    this.#send = send;
  }

  next(i: number): void {
    let id = 0;
    do id = 1 + (this.#turn++ % PROSPECTS);
    while (this.#busy.has(id));
    void this.#sendOne(i, id);
  }

  async #sendOne(i: number, id: number): Promise<void> {
    this.#busy.add(id);
    const startedAt = this.#timeline.now;
    const value = `v${i}`;
    const update = { prospectId: id, fields: { title: { value } } };
    const batch = { destinationId: DESTINATION, updates: [update], empty: 0, rejected: {} };
    const ok = await this.#send(i, batch).then(
      (result) => result.ok,
      () => false,
    );
    this.latencies.push(this.#timeline.now - startedAt);
    this.#busy.delete(id);
    if (ok) {
      this.#accepted.set(id, value);
      this.#unknown.delete(id);
    } else {
      this.failed += 1;
      this.#unknown.add(id);
    }
  }

  wrong(world: World): number {
    return [...this.#accepted].filter(
      ([id, value]) => !this.#unknown.has(id) && world.held.get(id)?.["title"] !== value,
    ).length;
  }
}

function newSpillway(timeline: Timeline, isolate: number): Spillway {
  return new Spillway({
    now: () => timeline.now,
    pause: (ms) => timeline.pause(ms),
    random: randomFrom(`isolate ${isolate}`),
    log: () => {},
  });
}

function newOverflow(
  timeline: Timeline,
  serviceMs: number,
  handOn: (batches: readonly OverflowBatch[]) => Promise<OverflowResult>,
) {
  const server = new Serial(timeline, serviceMs);
  let alarmAt: number | null = null;
  const ring = (at: number): void => {
    if (alarmAt !== at) return;
    // The platform rings again later where the object is down.
    if (server.isDown) return timeline.at(timeline.now + 1_000, () => ring(at));
    alarmAt = null;
    void core.wake();
  };
  const core: OverflowCore = new OverflowCore({
    db: memoryDatabase(),
    now: () => Math.floor(timeline.now),
    log: () => {},
    alarm: {
      at: () => alarmAt,
      set: (at) => {
        alarmAt = at;
        if (at !== null) timeline.at(at, () => ring(at));
      },
    },
    handOn: (_, batches) => handOn(batches),
  });
  return { server, core };
}
