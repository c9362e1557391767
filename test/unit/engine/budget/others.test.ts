import fc from "fast-check";
import { describe, it } from "vitest";
import * as limiter from "../../../../src/engine/budget/limiter/limiter-rules.ts";
import {
  NO_OTHERS,
  othersSeen,
  usuallyByOthers,
  withWindow,
} from "../../../../src/engine/budget/limiter/others-rules.ts";
import type { OthersByWindow } from "../../../../src/engine/budget/limiter/others-rules.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const START = 1_790_000_000_000 - (1_790_000_000_000 % HOUR);
const LIMIT = 10_000;
const SETTINGS = { limit: LIMIT, windowMs: HOUR, reservePercent: 5 };

type Step =
  /** Others make so many calls. */
  | { readonly others: number }
  /** We make so many calls, one after the other. */
  | { readonly ours: number }
  /** A call leaves, and is answered after so long. */
  | { readonly slow: number }
  /** A call whose answer does not come, although Outreach counts it. */
  | { readonly lost: true }
  | { readonly pass: number }
  | { readonly restart: true };

/** An Outreach with one window, fixed or sliding, and what is seen of others through it. */
function watched(kind: "fixed" | "sliding", tells = { reset: true, limit: true }) {
  let now = START + 7 * MINUTE;
  let state: limiter.LimiterState = limiter.NEW_LIMITER;
  let others = NO_OTHERS;
  const counted: number[] = [];
  const total = { others: 0, seen: 0, writes: 0 };
  const slow: { readonly dueAt: number; readonly end: () => void }[] = [];

  const began = () => (kind === "fixed" ? now - (now % HOUR) : now - HOUR + 1);
  const report = (): limiter.WindowReport => ({
    limit: tells.limit ? LIMIT : null,
    remaining: LIMIT - counted.filter((at) => at >= began()).length,
    resetAt: tells.reset ? began() + HOUR : null,
  });
  const end = (leftAt: number, window: limiter.WindowReport | null): void => {
    const answer = { leftAt, at: now, window, refused: false };
    state = limiter.callEnded(state, SETTINGS, answer);
    const seen = othersSeen(others, state, SETTINGS, answer);
    if (seen.calls > 0) total.writes += 1;
    total.seen += seen.calls;
    // As if it were read back from where it is stored, and only where it was written.
    if (seen.calls > 0) others = structuredClone(seen.state);
  };
  const passTo = (until: number): void => {
    for (;;) {
      const next = slow.toSorted((a, b) => a.dueAt - b.dueAt)[0];
      if (!next || next.dueAt > until) break;
      slow.splice(slow.indexOf(next), 1);
      now = Math.max(now, next.dueAt);
      next.end();
    }
    now = until;
  };
  const call = (): { leftAt: number; window: limiter.WindowReport } => {
    state = limiter.callLeaves(state);
    counted.push(now);
    return { leftAt: now, window: report() };
  };
  const take = (step: Step): void => {
    if ("others" in step) {
      total.others += step.others;
      for (let i = 0; i < step.others; i++) counted.push(now);
    } else if ("ours" in step) {
      for (let i = 0; i < step.ours; i++) {
        const { leftAt, window } = call();
        passTo(now + 100);
        end(leftAt, window);
      }
    } else if ("slow" in step) {
      const { leftAt, window } = call();
      slow.push({ dueAt: now + step.slow, end: () => end(leftAt, window) });
    } else if ("lost" in step) {
      const { leftAt } = call();
      passTo(now + 10_000);
      end(leftAt, null);
    } else if ("pass" in step) {
      passTo(now + step.pass);
    } else {
      slow.length = 0;
      state = limiter.restarted(structuredClone(state), SETTINGS, now);
    }
  };
  return { take, total };
}

describe("what others spend on the same Outreach user", () => {
  const cases: readonly (readonly [string, "fixed" | "sliding", readonly Step[], number])[] = [
    [
      "nothing, while there is nobody else",
      "fixed",
      [{ ours: 50 }, { pass: HOUR }, { ours: 50 }],
      0,
    ],
    ["what they spent before we came", "fixed", [{ others: 300 }, { ours: 1 }], 300],
    ["what they spend between our calls", "fixed", [{ ours: 2 }, { others: 5 }, { ours: 2 }], 5],
    [
      "each of them once, however many answers tell of it",
      "fixed",
      [{ others: 7 }, { ours: 200 }, { others: 3 }, { ours: 200 }],
      10,
    ],
    [
      "those of each window, over windows that roll over",
      "fixed",
      [
        { others: 10 },
        { ours: 9 },
        { pass: HOUR },
        { others: 20 },
        { ours: 9 },
        { pass: HOUR },
        { others: 4 },
        { ours: 1 },
      ],
      34,
    ],
    [
      "those after a restart, and none again",
      "fixed",
      [{ others: 10 }, { ours: 3 }, { restart: true }, { ours: 3 }, { others: 1 }, { ours: 1 }],
      11,
    ],
    [
      "no call of ours whose answer was lost",
      "fixed",
      [{ ours: 3 }, { lost: true }, { lost: true }, { ours: 3 }],
      0,
    ],
    [
      "no call of ours that was under way when the object died",
      "fixed",
      [{ ours: 3 }, { slow: MINUTE }, { slow: MINUTE }, { restart: true }, { ours: 3 }],
      0,
    ],
    [
      "no call of ours that is still out",
      "fixed",
      [{ ours: 1 }, { slow: MINUTE }, { slow: MINUTE }, { ours: 1 }],
      0,
    ],
    [
      "nothing by an answer that comes after its window ended",
      "fixed",
      [
        { others: 40 },
        { ours: 5 },
        { pass: 52 * MINUTE },
        { slow: 3 * MINUTE },
        { pass: 2 * MINUTE },
        { ours: 1 },
        { pass: 5 * MINUTE },
        { ours: 1 },
      ],
      40,
    ],
    [
      "those of a sliding window once, while they slide through it",
      "sliding",
      [
        { others: 10 },
        { ours: 5 },
        { pass: 30 * MINUTE },
        { ours: 5 },
        { others: 6 },
        { ours: 1 },
        { pass: 40 * MINUTE },
        { ours: 5 },
      ],
      16,
    ],
  ];
  for (const [what, kind, steps, seen] of cases) {
    it(`is ${what}`, ({ expect }) => {
      const { take, total } = watched(kind);
      for (const step of steps) take(step);
      expect(total.seen).toBe(seen);
    });
  }

  it("is written only where it grew", ({ expect }) => {
    const { take, total } = watched("fixed");
    take({ others: 5 });
    take({ ours: 300 });
    expect(total.writes).toBe(1);
  });

  it("is not told by a refusal: what is refused for a burst says that nothing remains as well", ({
    expect,
  }) => {
    const answer = { leftAt: START, at: START + 100, refused: true };
    const window = { limit: LIMIT, remaining: 0, resetAt: START + MINUTE };
    const state = limiter.callEnded(limiter.callLeaves(limiter.NEW_LIMITER), SETTINGS, {
      ...answer,
      window,
    });
    expect(othersSeen(NO_OTHERS, state, SETTINGS, { ...answer, window }).calls).toBe(0);
  });

  it("is not guessed where Outreach does not say its limit", ({ expect }) => {
    const { take, total } = watched("fixed", { reset: true, limit: false });
    take({ others: 5 });
    take({ ours: 3 });
    expect(total.seen).toBe(0);
  });

  it("is never more than they spent, whatever happens in between", ({ expect }) => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ others: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ ours: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ slow: fc.integer({ min: 1, max: 6 * MINUTE }) }),
      fc.constant({ lost: true } as const),
      fc.record({ pass: fc.integer({ min: 1, max: 100 * MINUTE }) }),
      fc.constant({ restart: true } as const),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("fixed" as const, "sliding" as const),
        fc.boolean(),
        fc.array(step, { maxLength: 60 }),
        (kind, reset, steps) => {
          const { take, total } = watched(kind, { reset, limit: true });
          for (const one of steps) take(one);
          expect(total.seen).toBeLessThanOrEqual(total.others);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("what others are expected to spend in a window", () => {
  const seen = (...calls: readonly number[]): OthersByWindow =>
    calls.reduce<OthersByWindow>(
      (windows, one, i) => withWindow(windows, { resetsAt: START + i * HOUR, calls: one }, HOUR),
      [],
    );

  it("is what they spent in most of the last ones", ({ expect }) => {
    expect(usuallyByOthers(seen(500, 480, 510, 0, 505))).toBe(500);
    expect(usuallyByOthers(seen(0, 0, 9_000, 0))).toBe(0);
    expect(usuallyByOthers(seen(500, 500, 500, 0, 0, 0))).toBe(0);
  });

  it("is not known where none was seen", ({ expect }) => {
    expect(usuallyByOthers([])).toBe(0);
  });

  it("counts a window once, however often it is told of", ({ expect }) => {
    const again = { resetsAt: START + 4 * HOUR - 800, calls: 300 };
    const windows = withWindow(seen(1, 2, 3, 4, 5), again, HOUR);
    expect(windows.map(({ calls }) => calls)).toEqual([1, 2, 3, 4, 300]);
  });
});
