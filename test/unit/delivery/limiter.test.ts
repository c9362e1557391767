import fc from "fast-check";
import { describe, it } from "vitest";
import * as limiter from "../../../src/delivery/limiter.ts";
import type { LimiterSettings } from "../../../src/delivery/limiter.ts";
import { drive } from "../../support/outreach-window.ts";
import type { WindowModel } from "../../support/outreach-window.ts";

const HOUR = 3_600_000;
const NOW = 1_790_000_000_000;
const settings: LimiterSettings = { limit: 10_000, windowMs: HOUR, reservePercent: 5 };

const anyAlign = fc.oneof(
  fc.record({ to: fc.constant("clock" as const), offsetMs: fc.integer({ min: 0, max: 10_000 }) }),
  fc.constant({ to: "first_call" as const }),
);
const anyModel: fc.Arbitrary<WindowModel> = fc.record({
  kind: fc.constantFrom("fixed" as const, "sliding" as const),
  limit: fc.integer({ min: 1, max: 120 }),
  windowMs: fc.constantFrom(5_000, 60_000, HOUR),
  align: anyAlign,
  headers: fc.constantFrom("none" as const, "exact" as const, "whole_seconds" as const),
});
const anyRun = fc.record({
  model: anyModel,
  reservePercent: fc.constantFrom(0, 5, 20),
  latencies: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }),
  concurrency: fc.integer({ min: 1, max: 6 }),
  restartAfter: fc.integer({ min: 1, max: 300 }),
});

function latenciesOf(latencies: readonly number[]): () => number {
  let next = 0;
  return () => latencies[next++ % latencies.length] ?? 1;
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
          latencyMs: latenciesOf(latencies),
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
            latencyMs: latenciesOf(latencies),
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
        fc.constantFrom("exact" as const, "whole_seconds" as const),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 9 }),
        (align, headers, latencies) => {
          const model = { kind: "fixed", limit: 200, windowMs: 5_000, align, headers } as const;
          const { windows } = drive({
            model,
            settings,
            latencyMs: latenciesOf(latencies),
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

  it("uses nearly all of a sliding window", ({ expect }) => {
    for (const headers of ["none", "exact", "whole_seconds"] as const) {
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
        latencyMs: () => 100,
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
    state = limiter.callEnded(state, settings, { at: NOW, ...refusal });
    expect(limiter.room(state, settings, NOW)).toEqual({ calls: 0, opensAt: null });
    state = limiter.callEnded(state, settings, { at: NOW + 1, ...refusal });
    expect(limiter.room(state, settings, NOW + 1)).toEqual({ calls: 0, opensAt: NOW + 9_000 });
    expect(limiter.room(state, settings, NOW + 9_000)).toEqual({ calls: 1, opensAt: null });
  });

  it("asks less and less often after 429s that do not say until when", ({ expect }) => {
    let state = limiter.NEW_LIMITER;
    let now = NOW;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      state = limiter.callEnded(limiter.callLeaves(state), settings, {
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

  it("does not believe a reset that lies in the past or further away than a day", ({ expect }) => {
    const told = (resetAt: number) =>
      limiter.callEnded(limiter.callLeaves(limiter.NEW_LIMITER), settings, {
        at: NOW,
        window: { limit: 100, remaining: 0, resetAt },
        refused: false,
      }).told?.resetAt;
    expect(told(NOW - 5)).toBe(NOW + HOUR);
    expect(told(NOW + 400 * 24 * HOUR)).toBe(NOW + 24 * HOUR);
  });

  it("still sends one call a window where the limit is one", ({ expect }) => {
    const one = { limit: 1, windowMs: HOUR, reservePercent: 90 };
    expect(limiter.room(limiter.NEW_LIMITER, one, NOW).calls).toBe(1);
  });
});
