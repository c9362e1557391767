import { describe, it } from "vitest";
import {
  afterBlock,
  afterFailure,
  afterRefusal,
  answered,
  heldFor,
  NO_EVIDENCE,
  probeAt,
  taken,
  uncountedMs,
  withAccusation,
  withMaintenance,
} from "../../../../src/engine/model/evidence.ts";
import type { Accusation, Evidence, Tries } from "../../../../src/engine/model/evidence.ts";

const NOW = 1_000_000_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const FRESH: Tries = { attempts: 0, lastAt: null, othersTaken: false, isHeld: false };

/** Calls of these prospects that failed, a second apart. */
function accusedBy(
  prospects: readonly number[],
  accused: Accusation["accused"] = "outreach",
  before: Evidence = NO_EVIDENCE,
): Evidence {
  return prospects.reduce((evidence, by, i) => {
    const at = NOW + i * SECOND_MS;
    return withAccusation(evidence, { accused, by, leftAt: at - 100, at }, 1);
  }, before);
}

describe("what everybody's calls are held for", () => {
  it("takes distinct prospects, and not one that fails again and again", ({ expect }) => {
    expect(heldFor(accusedBy([1, 1, 1, 1, 2, 2]))).toBeNull();
    expect(heldFor(accusedBy([1, 2, 3]))).toBe("outreach");
    expect(heldFor(accusedBy([1, 2, 3, 4, 5, 6, 7, 8, 9], "gateway"))).toBeNull();
    expect(heldFor(accusedBy([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "gateway"))).toBe("gateway");
  });

  it("is over with one that is taken", ({ expect }) => {
    expect(heldFor(taken(accusedBy([1, 2, 3])))).toBeNull();
    const all = Array.from({ length: 10 }, (_, i) => i);
    expect(heldFor(taken(accusedBy(all, "gateway")))).toBeNull();
  });

  it("remembers what a gateway turned away where Outreach merely answered", ({ expect }) => {
    const gateway = accusedBy([1, 2, 3, 4, 5, 6, 7, 8, 9], "gateway");
    const both = accusedBy([1, 2, 3], "outreach", gateway);
    const after = answered(both);
    expect(heldFor(after)).toBeNull();
    expect(heldFor(accusedBy([10], "gateway", after))).toBe("gateway");
  });
});

describe("a probe", () => {
  it("is one that has not failed where one is due, later one that has", ({ expect }) => {
    const evidence = accusedBy([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const { probedAt } = evidence;
    expect(probeAt(evidence, probedAt) - probedAt).toBeLessThanOrEqual(45 * SECOND_MS);
    expect(probeAt(evidence, null) - probedAt).toBe(5 * MINUTE_MS);
    expect(probeAt(evidence, probedAt + HOUR_MS)).toBe(probeAt(evidence, null));
  });

  it("is not put off by calls that were out when the last one ended", ({ expect }) => {
    const evidence = accusedBy([1, 2, 3]);
    const late = { accused: "outreach", by: 4, leftAt: NOW, at: NOW + 9 * SECOND_MS } as const;
    expect(withAccusation(evidence, late, 1).untriedAt).toBe(evidence.untriedAt);
  });
});

describe("a prospect whose call failed", () => {
  const pausesOf = (tries: Tries, count: number): number[] =>
    Array.from({ length: count }, (_, attempts) => {
      const verdict = afterFailure({ ...tries, attempts }, 1);
      return verdict.kind === "requeue" ? verdict.delayMs : -1;
    });

  it("is tried again at growing distances, at most four hours", ({ expect }) => {
    const own = { ...FRESH, lastAt: NOW, othersTaken: true };
    expect(pausesOf(own, 3)).toEqual([2, 6, 18].map((s) => s * SECOND_MS));
    expect(pausesOf(own, 12).at(-1)).toBe(4 * HOUR_MS);
  });

  it("is tried again sooner as long as nobody knows whose fault it is", ({ expect }) => {
    expect(pausesOf(FRESH, 12).at(-1)).toBe(10 * MINUTE_MS);
  });

  it("counts its first try alone while all are held", ({ expect }) => {
    const held = { ...FRESH, isHeld: true };
    expect(afterFailure(held, 1)).toMatchObject({ countsAsAttempt: true });
    expect(afterFailure({ ...held, attempts: 1 }, 1)).toMatchObject({ countsAsAttempt: false });
  });
});

describe("a prospect that was turned away", () => {
  it("is a failure only where others are taken, and after several tries", ({ expect }) => {
    const sixth = { ...FRESH, attempts: 5, lastAt: NOW, othersTaken: true };
    expect(afterBlock(sixth, 1).kind).toBe("requeue");
    expect(afterBlock({ ...sixth, attempts: 6 }, 1).kind).toBe("reject");
    expect(afterBlock({ ...sixth, attempts: 6, othersTaken: false }, 1).kind).toBe("requeue");
    expect(afterBlock({ ...sixth, attempts: 6, isHeld: true }, 1).kind).toBe("requeue");
  });

  it("is a failure at once only where Outreach says that it will never do", ({ expect }) => {
    expect(afterRefusal(404, FRESH, 1).kind).toBe("reject");
    for (const status of [409, 421, 423, 425, 418]) {
      expect(afterRefusal(status, FRESH, 1).kind, String(status)).toBe("requeue");
      expect(afterRefusal(status, { ...FRESH, attempts: 1 }, 1).kind).toBe("reject");
    }
  });
});

describe("the time of an outage", () => {
  it("does not count towards giving up", ({ expect }) => {
    const tries = { attempts: 3, lastAt: NOW, othersTaken: true, isHeld: true };
    expect(uncountedMs(tries, NOW + HOUR_MS)).toBe(HOUR_MS);
    expect(uncountedMs({ ...tries, isHeld: false }, NOW + 10 * SECOND_MS)).toBe(0);
    expect(uncountedMs(FRESH, NOW)).toBe(0);
  });
});

describe("a maintenance", () => {
  it("ends when it was said to, and is looked at soon where that has passed", ({ expect }) => {
    const ahead = withMaintenance(NO_EVIDENCE, NOW + HOUR_MS, NOW);
    expect(ahead.until).toBe(NOW + HOUR_MS);
    const first = withMaintenance(NO_EVIDENCE, NOW - 1, NOW);
    const second = withMaintenance(first.evidence, NOW - 1, NOW);
    expect([first.until - NOW, second.until - NOW]).toEqual([5 * SECOND_MS, 10 * SECOND_MS]);
    expect(withMaintenance(NO_EVIDENCE, null, NOW).until).toBe(NOW + 5 * MINUTE_MS);
  });
});
