/**
 * Whose turn it is when calls are short.
 *
 * Calls are shared on three levels. Live changes, backfill, replays and the verification of bulk jobs have guaranteed
 * shares; what one does not use, the others have. Within a share each destination has its part by weight. Within a
 * destination's live changes the longest due goes first, where exits and entries count as due earlier than they are.
 *
 * Promises: while a destination has anything due in a share, it gets at least `share × its weight ÷ all weights` of the
 * calls over any longer time, so that what has `n` prospects before it in its own queue waits for no more than `n` calls at that pace; exits
 * go before anything of their destination that is due up to ten minutes longer, and nothing waits for more than those ten minutes
 * because of what is more urgent. Nobody saves up calls by having nothing to send.
 *
 * Each level is start-time fair queuing (Goyal, Vin and Cheng, 1996): who was served least, by weight, is next.
 * @module
 */
import type { Lane } from "../model/lane.ts";

/** What calls are spent on. */
export type Purpose = "live" | "backfill" | "replay" | "verification";

/** Guaranteed shares of the calls. */
export const SHARES: Readonly<Record<Purpose, number>> = {
  live: 0.7,
  backfill: 0.15,
  verification: 0.1,
  replay: 0.05,
};

const PURPOSES: Readonly<Record<Lane, Purpose>> = {
  exit: "live",
  entry: "live",
  attribute: "live",
  backfill: "backfill",
  replay: "replay",
};

const MINUTE_MS = 60_000;
/** So much earlier does a lane's prospect count as due. */
const HEAD_START_MS: Readonly<Record<Lane, number>> = {
  exit: 10 * MINUTE_MS,
  entry: 5 * MINUTE_MS,
  attribute: 0,
  backfill: 0,
  replay: 0,
};

/** Prospects of one destination that wait in one lane. */
export interface Queue {
  readonly destination: number;
  /** The destination's part beside the other destinations' weights. */
  readonly weight: number;
  readonly lane: Lane;
  /** When the first of them was due, epoch ms. */
  readonly firstDueAt: number;
}

/** Who was served how much. Plain data; a new one takes nothing but a little fairness away. */
export interface Served {
  readonly purposes: Level<Purpose>;
  readonly destinations: ReadonlyMap<Purpose, Level<number>>;
}

interface Level<K> {
  /** Where the one that was served last began: whoever comes back after a break begins there too. */
  readonly virtual: number;
  readonly servedUpTo: ReadonlyMap<K, number>;
}

function newLevel<K>(): Level<K> {
  return { virtual: 0, servedUpTo: new Map() };
}

export const NOTHING_SERVED: Served = { purposes: newLevel(), destinations: new Map() };

/**
 * The queue whose turn it is; null where none has anything due.
 * @param queues those with something due
 */
export function nextQueue<Q extends Queue>(queues: readonly Q[], served: Served): Q | null {
  const purpose = first(served.purposes, new Set(queues.map(({ lane }) => PURPOSES[lane])));
  if (purpose === null) return null;
  const own = queues.filter(({ lane }) => PURPOSES[lane] === purpose);
  const level = served.destinations.get(purpose) ?? newLevel<number>();
  const destination = first(level, new Set(own.map((queue) => queue.destination)));
  return own
    .filter((queue) => queue.destination === destination)
    .reduce((a, b) => (countsAsDueAt(b) < countsAsDueAt(a) ? b : a));
}

/** Whether the next call verifies a bulk job, where one is to be verified, or serves a queue. */
export function isVerificationsTurn(queues: readonly Queue[], served: Served): boolean {
  const purposes = queues.map(({ lane }) => PURPOSES[lane]);
  return first(served.purposes, new Set<Purpose>(["verification", ...purposes])) === "verification";
}

/** @param calls how many it took; a part of one for a prospect in a bulk job */
export function withServed(served: Served, queue: Queue, calls: number): Served {
  const purpose = PURPOSES[queue.lane];
  const level = served.destinations.get(purpose) ?? newLevel<number>();
  return {
    purposes: charged(served.purposes, purpose, calls / SHARES[purpose]),
    destinations: new Map(served.destinations).set(
      purpose,
      charged(level, queue.destination, calls / queue.weight),
    ),
  };
}

export function withVerified(served: Served): Served {
  return {
    ...served,
    purposes: charged(served.purposes, "verification", 1 / SHARES.verification),
  };
}

/** A queue, and how many wait in it. */
interface Filled extends Queue {
  readonly prospects: number;
}

/**
 * How many prospects have been served when the last one is that came to wait in a queue by now, it included: those before it in its
 * destination's own queues, and what the others' shares are worth meanwhile.
 * @param queues all that are served beside each other, the own one among them
 */
export function servedBy(own: Filled, queues: readonly Filled[], now: number): number {
  const purpose = PURPOSES[own.lane];
  const purposes = new Map<Purpose, number>();
  const destinations = new Map<number, { weight: number; waiting: number }>();
  let before = own.prospects;
  for (const queue of queues) {
    const { destination, weight, prospects } = queue;
    const itsPurpose = PURPOSES[queue.lane];
    if (itsPurpose !== purpose) {
      purposes.set(itsPurpose, (purposes.get(itsPurpose) ?? 0) + prospects);
    } else if (destination !== own.destination) {
      const { waiting = 0 } = destinations.get(destination) ?? {};
      destinations.set(destination, { weight, waiting: waiting + prospects });
    } else if (queue !== own) before += prospects * partBefore(own, queue, now);
  }
  let inPurpose = before;
  for (const { weight, waiting } of destinations.values()) {
    inPurpose += Math.min(waiting, (before * weight) / own.weight);
  }
  let served = inPurpose;
  for (const [other, waiting] of purposes) {
    served += Math.min(waiting, (inPurpose * SHARES[other]) / SHARES[purpose]);
  }
  return served;
}

/** Which part of another lane goes before what has just come to wait, if it came to wait evenly. */
function partBefore(own: Queue, other: Queue, now: number): number {
  const aheadMs = HEAD_START_MS[own.lane] - HEAD_START_MS[other.lane];
  if (aheadMs <= 0) return 1;
  const waitedMs = Math.max(1, now - other.firstDueAt);
  return Math.max(0, (waitedMs - aheadMs) / waitedMs);
}

function countsAsDueAt({ firstDueAt, lane }: Queue): number {
  return firstDueAt - HEAD_START_MS[lane];
}

function first<K>(level: Level<K>, keys: ReadonlySet<K>): K | null {
  let best: K | null = null;
  for (const key of keys) {
    if (best === null || beginsAt(level, key) < beginsAt(level, best)) best = key;
  }
  return best;
}

function charged<K>(level: Level<K>, key: K, cost: number): Level<K> {
  const begin = beginsAt(level, key);
  return { virtual: begin, servedUpTo: new Map(level.servedUpTo).set(key, begin + cost) };
}

function beginsAt<K>({ virtual, servedUpTo }: Level<K>, key: K): number {
  return Math.max(virtual, servedUpTo.get(key) ?? 0);
}
