import fc from "fast-check";
import { describe, it } from "vitest";
import { laneOf, LANES, moreUrgent } from "../../../../src/engine/model/lane.ts";
import type { Lane } from "../../../../src/engine/model/lane.ts";
import {
  isVerificationsTurn,
  nextQueue,
  NOTHING_SERVED,
  servedBy,
  withServed,
  withVerified,
} from "../../../../src/engine/outbox/fair-queuing-rules.ts";
import type { Queue } from "../../../../src/engine/outbox/fair-queuing-rules.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function queue(lane: Lane, more: Partial<Queue> = {}): Queue {
  return { destination: 1, weight: 1, lane, firstDueAt: 0, ...more };
}

/** Serves queues that never run dry; gives how many calls each had. */
function serve(queues: readonly Queue[], calls: number, served = NOTHING_SERVED) {
  const had = new Map<Queue, number>();
  for (let i = 0; i < calls; i++) {
    const next = nextQueue(queues, served);
    if (!next) throw new Error("something is due");
    had.set(next, (had.get(next) ?? 0) + 1);
    served = withServed(served, next, 1);
  }
  return { had, served };
}

describe("the order of service", () => {
  it("gives live changes, backfill and replays their shares while all of them wait", ({
    expect,
  }) => {
    const queues = [queue("attribute"), queue("backfill"), queue("replay")];
    const { had } = serve(queues, 900);
    expect(queues.map((one) => Math.round((had.get(one) ?? 0) / 50))).toEqual([14, 3, 1]);
  });

  it("lends what a share does not use", ({ expect }) => {
    const replays = queue("replay");
    expect(serve([replays], 100).had.get(replays)).toBe(100);
  });

  it("gives nobody more for a time in which he had nothing to send", ({ expect }) => {
    const live = queue("attribute");
    const late = queue("backfill");
    const { served } = serve([live], 10_000);
    const { had } = serve([live, late], 850, served);
    expect(had.get(late)).toBeGreaterThanOrEqual(149);
    expect(had.get(late)).toBeLessThanOrEqual(151);
  });

  it("divides a share among destinations by weight, however much one of them sends", ({
    expect,
  }) => {
    const noisy = queue("exit", { firstDueAt: -DAY });
    const quiet = queue("attribute", { destination: 2, weight: 3 });
    const { had } = serve([noisy, quiet], 400);
    expect(had.get(noisy)).toBe(100);
    expect(had.get(quiet)).toBe(300);
  });

  it("serves within one destination who has been due longest, exits and entries as if due earlier", ({
    expect,
  }) => {
    const first = (...queues: Queue[]) => nextQueue(queues, NOTHING_SERVED)?.lane;
    const attribute = queue("attribute", { firstDueAt: 0 });
    expect(first(attribute, queue("entry", { firstDueAt: 4 * MINUTE }))).toBe("entry");
    expect(first(attribute, queue("entry", { firstDueAt: 6 * MINUTE }))).toBe("attribute");
    expect(first(attribute, queue("exit", { firstDueAt: 9 * MINUTE }))).toBe("exit");
    expect(first(attribute, queue("exit", { firstDueAt: 11 * MINUTE }))).toBe("attribute");
    expect(nextQueue([], NOTHING_SERVED)).toBeNull();
  });

  it("lets a tenth of the calls verify bulk jobs, and all of them where nothing else is due", ({
    expect,
  }) => {
    expect(isVerificationsTurn([], NOTHING_SERVED)).toBe(true);
    const live = queue("attribute");
    let served = NOTHING_SERVED;
    let verified = 0;
    for (let i = 0; i < 800; i++) {
      const isIts = isVerificationsTurn([live], served);
      verified += Number(isIts);
      served = isIts ? withVerified(served) : withServed(served, live, 1);
    }
    expect(verified).toBe(100);
  });

  it("keeps the bound on waiting that it states, whatever else is sent", ({ expect }) => {
    const other = fc.record({
      destination: fc.integer({ min: 2, max: 5 }),
      weight: fc.constant(2),
      lane: fc.constantFrom(...LANES),
      firstDueAt: fc.integer({ min: -DAY, max: DAY }),
    });
    fc.assert(
      fc.property(fc.array(other, { maxLength: 12 }), fc.nat(500), (others, before) => {
        const mine = queue("backfill");
        const { served } = others.length > 0 ? serve(others, before) : { served: NOTHING_SERVED };
        const calls = 400;
        const had = serve([mine, ...others], calls, served).had.get(mine) ?? 0;
        const backfilling = new Set(
          others.filter(({ lane }) => lane === "backfill").map(({ destination }) => destination),
        );
        const weights = 1 + 2 * backfilling.size;
        // Whole calls cannot be divided: a few at either end.
        expect(had).toBeGreaterThanOrEqual(Math.floor((calls * 0.15) / weights) - 2);
      }),
    );
  });
});

describe("the lane of changes", () => {
  const now = 10 * DAY;
  const member = (status: "realized" | "exited", at = now) => ({
    value: status,
    at,
    membership: { status },
  });
  const attribute = { value: "x", at: now };
  const told = { title: {}, custom1: {} };

  for (const [what, changes, known, lane] of [
    ["an exit", { custom1: member("exited") }, told, "exit"],
    ["an entry", { custom2: member("realized") }, told, "entry"],
    ["an opt-out", { emailOptedOut: { value: true, at: now } }, told, "exit"],
    ["an opt-in", { emailOptedOut: { value: false, at: now } }, told, "attribute"],
    ["an attribute", { title: attribute }, told, "attribute"],
    ["the most urgent of several", { title: attribute, custom1: member("exited") }, {}, "exit"],
    ["a first attribute of somebody unknown", { title: attribute }, {}, "backfill"],
    ["a membership of old, never told", { custom2: member("realized", DAY) }, told, "backfill"],
    ["an old exit of a membership that was told", { custom1: member("exited", DAY) }, told, "exit"],
  ] as const) {
    it(`of ${what} is ${lane}`, ({ expect }) => {
      expect(laneOf(changes, known, now)).toBe(lane);
    });
  }

  it("is the more urgent of two", ({ expect }) => {
    expect(moreUrgent("backfill", "entry")).toBe("entry");
    expect(moreUrgent("entry", "backfill")).toBe("entry");
  });
});

describe("what has been served by the time that a queue's last one is", () => {
  const purposes = ["attribute", "backfill", "replay"] as const;
  const waiting = fc
    .uniqueArray(
      fc.record({
        lane: fc.constantFrom(...purposes),
        destination: fc.integer({ min: 1, max: 3 }),
        weight: fc.constant(1),
        firstDueAt: fc.constant(0),
        prospects: fc.integer({ min: 1, max: 200 }),
      }),
      { minLength: 1, selector: ({ lane, destination }) => `${lane} ${destination}` },
    )
    .map((queues) => queues.map((one) => ({ ...one, weight: one.destination })));

  it("is what the order of service comes to", ({ expect }) => {
    fc.assert(
      fc.property(waiting, (queues) => {
        const [own] = queues;
        if (!own) return;
        const left = new Map<Queue, number>(queues.map((one) => [one, one.prospects]));
        let [count, served] = [0, NOTHING_SERVED];
        while ((left.get(own) ?? 0) > 0) {
          const next = nextQueue(
            queues.filter((one) => (left.get(one) ?? 0) > 0),
            served,
          );
          if (!next) throw new Error("something waits");
          left.set(next, (left.get(next) ?? 0) - 1);
          served = withServed(served, next, 1);
          count += 1;
        }
        // Turns are whole: each of the others may have had some more or less.
        const turns = 10 + 20 * queues.length;
        expect(Math.abs(servedBy(own, queues, 0) - count)).toBeLessThanOrEqual(turns);
      }),
    );
  });

  it("counts what of a less urgent lane has been due so much longer", ({ expect }) => {
    const exit = { ...queue("exit", { firstDueAt: 20 * MINUTE }), prospects: 1 };
    const others = { ...queue("attribute"), prospects: 1_000 };
    expect(servedBy(exit, [exit, others], 20 * MINUTE)).toBe(501);
    expect(servedBy(exit, [exit, { ...others, firstDueAt: 15 * MINUTE }], 20 * MINUTE)).toBe(1);
    expect(servedBy(others, [exit, others], 20 * MINUTE)).toBe(1_001);
  });
});
