import fc from "fast-check";
import { describe, it } from "vitest";
import * as limiter from "../../../../src/engine/budget/limiter/limiter-rules.ts";
import type { LimiterSettings } from "../../../../src/engine/budget/limiter/limiter-rules.ts";
import { drive } from "../../../support/outreach-window.ts";
import type { Drive, WindowModel } from "../../../support/outreach-window.ts";

const HOUR = 3_600_000;
const NOW = 1_790_000_000_000;
const settings: LimiterSettings = { limit: 10_000, windowMs: HOUR, reservePercent: 5 };

const anyAlign = fc.oneof(
  fc.record({ to: fc.constant("clock" as const), offsetMs: fc.integer({ min: 0, max: 10_000 }) }),
  fc.constant({ to: "first_call" as const }),
);
const TELLING = ["epoch_ms", "epoch_s", "iso", "delay"] as const;
const anyModel: fc.Arbitrary<WindowModel> = fc.record({
  kind: fc.constantFrom("fixed" as const, "sliding" as const),
  limit: fc.integer({ min: 1, max: 120 }),
  windowMs: fc.constantFrom(5_000, 60_000, HOUR),
  align: anyAlign,
  headers: fc.constantFrom("none", ...TELLING),
  skewMs: fc.oneof(fc.constant(0), fc.integer({ min: -60_000, max: 60_000 })),
});
/** Most answers are quick; some take a tenth of the shortest window, on their way there or back. */
const anyWay = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 100 }), weight: 8 },
  { arbitrary: fc.integer({ min: 1, max: 250 }), weight: 1 },
);
const anyLatency = fc.record({ there: anyWay, back: anyWay });
const quick = (ms: number) => ({ there: ms / 2, back: ms / 2 });
const anyRun = fc.record({
  model: anyModel,
  reservePercent: fc.constantFrom(0, 5, 20),
  latencies: fc.array(anyLatency, { minLength: 1, maxLength: 20 }),
  concurrency: fc.integer({ min: 1, max: 6 }),
  restartAfter: fc.integer({ min: 1, max: 300 }),
});

type Latency = ReturnType<Drive["latency"]>;
function latenciesOf(latencies: readonly Latency[]): () => Latency {
  let next = 0;
  return () => latencies[next++ % latencies.length] ?? quick(1);
}

describe("limiter", () => {
  it("never makes Outreach answer 429 when it is alone, in any kind of window, over a restart", ({
    expect,
  }) => {
    fc.assert(
      fc.property(anyRun, ({ model, reservePercent, latencies, concurrency, restartAfter }) => {
        const driven = drive({
          model,
          settings: { limit: model.limit, windowMs: model.windowMs, reservePercent },
          latency: latenciesOf(latencies),
          calls: model.limit * 4 + 3,
          startAt: NOW,
          concurrency,
          restartAfter,
        });
        expect(driven.refused).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it("learns limit and window from the headers although its settings assume others", ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        anyRun.filter(({ model }) => model.headers !== "none" && model.limit >= 20),
        ({ model, latencies, concurrency }) => {
          const { refused, made, state } = drive({
            model,
            settings,
            latency: latenciesOf(latencies),
            calls: model.limit * 4,
            startAt: NOW,
            concurrency,
          });
          expect({ refused, made }).toEqual({ refused: 0, made: model.limit * 4 });
          expect(state.limit).toBe(model.limit);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("uses every call of a full fixed window but the reserve", ({ expect }) => {
    fc.assert(
      fc.property(
        anyAlign,
        fc.constantFrom("epoch_ms" as const, "epoch_s" as const),
        fc.array(fc.integer({ min: 1, max: 20 }).map(quick), { minLength: 1, maxLength: 9 }),
        (align, headers, latencies) => {
          const model = { kind: "fixed", limit: 200, windowMs: 5_000, align, headers } as const;
          const { windows } = drive({
            model,
            settings,
            latency: latenciesOf(latencies),
            calls: 190 * 6,
            startAt: NOW,
            concurrency: 6,
          });
          // The first calls may straddle the end of a window that nobody knew of yet.
          expect(windows.slice(2, -1).every((calls) => calls === 190)).toBe(true);
          expect(windows.length).toBeGreaterThan(5);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("uses every hour's calls although Outreach's clock is seconds behind or ahead", ({
    expect,
  }) => {
    for (const skewMs of [-60_000, -4_900, -3_000, -1_000, 1_000, 4_900, 60_000]) {
      for (const headers of TELLING) {
        const { windows, refused } = drive({
          model: {
            kind: "fixed",
            limit: 1_000,
            windowMs: HOUR,
            align: { to: "clock", offsetMs: 0 },
            headers,
            skewMs,
          },
          settings: { ...settings, limit: 1_000 },
          latency: () => quick(80),
          calls: 6_000,
          startAt: NOW,
          concurrency: 6,
        });
        expect(refused).toBe(0);
        expect(new Set(windows.slice(1, -1))).toEqual(new Set([950]));
      }
    }
  });

  it("learns the window's length and kind although one answer in fifty takes seconds", ({
    expect,
  }) => {
    for (const kind of ["fixed", "sliding"] as const) {
      for (const headers of TELLING) {
        let n = 0;
        const { refused, state } = drive({
          model: {
            kind,
            limit: 2_000,
            windowMs: HOUR,
            align: { to: "clock", offsetMs: 0 },
            headers,
          },
          settings: { limit: 2_000, windowMs: HOUR, reservePercent: 0 },
          latency: () => (n++ % 50 === 49 ? { there: 20, back: 2_000 + (n % 6_000) } : quick(60)),
          calls: 11_000,
          startAt: NOW,
          concurrency: 6,
        });
        expect({ kind, headers, refused }).toEqual({ kind, headers, refused: 0 });
        expect({ headers, fixed: state.fixed }).toEqual({ headers, fixed: kind === "fixed" });
        const windowMs = state.windowMs ?? HOUR;
        expect(Math.abs(windowMs - HOUR)).toBeLessThan(10_000);
      }
    }
  });

  it("uses nearly all of a sliding window", ({ expect }) => {
    for (const headers of ["none", ...TELLING] as const) {
      const model = {
        kind: "sliding",
        limit: 1_000,
        windowMs: HOUR,
        align: { to: "first_call" },
        headers,
      } as const;
      const { tookMs, refused } = drive({
        model,
        settings: { limit: 1_000, windowMs: HOUR, reservePercent: 0 },
        latency: () => quick(100),
        calls: 5_000,
        startAt: NOW,
        concurrency: 6,
      });
      expect(refused).toBe(0);
      // Five thousand calls at a thousand an hour take four hours and a bit at best.
      expect(tookMs / HOUR).toBeLessThan(4.2);
    }
  });

  it("leaves the reserve to others and reports what they use", ({ expect }) => {
    let state = limiter.callLeaves(limiter.NEW_LIMITER);
    state = limiter.callEnded(state, settings, {
      leftAt: NOW,
      at: NOW,
      window: { limit: 10_000, remaining: 2_999, resetAt: NOW + 1_000_000 },
      refused: false,
    });
    expect(limiter.room(state, settings, NOW)).toEqual({ calls: 2_499, opensAt: null });
    expect(limiter.budget(state, settings, NOW)).toEqual({
      limit: 10_000,
      windowMs: HOUR,
      reserved: 500,
      remaining: 2_999,
      resetsAt: NOW + 1_000_000,
      usedByOthers: 7_000,
    });
  });

  it("waits after a 429 until the reset it names, then lets one call look", ({ expect }) => {
    let state = limiter.callLeaves(limiter.callLeaves(limiter.NEW_LIMITER));
    const refusal = {
      window: { limit: null, remaining: null, resetAt: NOW + 9_000 },
      refused: true,
    };
    state = limiter.callEnded(state, settings, { leftAt: NOW, at: NOW, ...refusal });
    expect(limiter.room(state, settings, NOW)).toEqual({ calls: 0, opensAt: null });
    state = limiter.callEnded(state, settings, { leftAt: NOW, at: NOW + 1, ...refusal });
    expect(limiter.room(state, settings, NOW + 1)).toEqual({ calls: 0, opensAt: NOW + 9_000 });
    expect(limiter.room(state, settings, NOW + 9_000)).toEqual({ calls: 1, opensAt: null });
  });

  it("does not take the moment that a 429 names for the end of a window", ({ expect }) => {
    const ended = (state: limiter.LimiterState, at: number, refused: boolean, resetAt: number) =>
      limiter.callEnded(limiter.callLeaves(state), settings, {
        leftAt: at,
        at,
        window: { limit: 10_000, remaining: refused ? 0 : 9_999, resetAt },
        refused,
      });
    const began = ended({ ...limiter.NEW_LIMITER, fixed: true }, NOW, false, NOW + HOUR);
    const refused = ended(began, NOW + HOUR, true, NOW + HOUR + 30_000);
    const after = ended(refused, NOW + HOUR + 30_000, false, NOW + 2 * HOUR);
    expect(after.windowMs ?? HOUR).toBeGreaterThanOrEqual(HOUR - 1_000);
  });

  it("asks less and less often after 429s that do not say until when", ({ expect }) => {
    let state = limiter.NEW_LIMITER;
    let now = NOW;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      state = limiter.callEnded(limiter.callLeaves(state), settings, {
        leftAt: now,
        at: now,
        window: null,
        refused: true,
      });
      const { opensAt } = limiter.room(state, settings, now);
      waits.push((opensAt ?? now) - now);
      now = opensAt ?? now;
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600].map((s) => s * 1_000));
  });

  it("looks again soon after a reset that was said to be over, and at the latest in a day", ({
    expect,
  }) => {
    const told = (resetAt: number) =>
      limiter.callEnded(limiter.callLeaves(limiter.NEW_LIMITER), settings, {
        leftAt: NOW,
        at: NOW,
        window: { limit: 100, remaining: 0, resetAt },
        refused: false,
      }).told?.resetAt;
    expect(told(NOW - 5)).toBe(NOW + 2_000);
    expect(told(NOW + 400 * 24 * HOUR)).toBe(NOW + 24 * HOUR);
  });

  it("still sends one call a window where the limit is one", ({ expect }) => {
    const one = { limit: 1, windowMs: HOUR, reservePercent: 90 };
    expect(limiter.room(limiter.NEW_LIMITER, one, NOW).calls).toBe(1);
  });
});
