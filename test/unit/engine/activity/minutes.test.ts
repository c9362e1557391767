import { describe, it } from "vitest";
import type { EngineEvent } from "../../../../src/engine/model/events.ts";
import {
  addedUp,
  freshnessOf,
  NO_DELIVERIES,
  withDelivery,
} from "../../../../src/engine/activity/freshness-rules.ts";
import {
  lastMinutes,
  MINUTE_MS,
  newMinute,
  withEvents,
} from "../../../../src/engine/activity/minute-rules.ts";
import { withEvent } from "../../../../src/engine/activity/feed-rules.ts";
import type { TailEvent } from "../../../../src/engine/activity/feed-rules.ts";

const NOW = Date.UTC(2026, 10, 23, 14, 0, 30);
const START = Date.UTC(2026, 10, 23, 14);

describe("freshness", () => {
  it.for([100, 999, 1_300, 5_000, 61_000, 3_600_000, 7 * 86_400_000])(
    "of %i ms is told to within a tenth",
    (ms, { expect }) => {
      const { p50Ms, p99Ms, delivered } = freshnessOf(withDelivery(NO_DELIVERIES, ms));
      expect(delivered).toBe(1);
      expect(p50Ms).toBe(p99Ms);
      expect(Math.abs((p50Ms ?? 0) - ms) / ms).toBeLessThanOrEqual(0.1);
    },
  );

  it("has percentiles over histograms that are added up", ({ expect }) => {
    const quick = withDelivery(NO_DELIVERIES, 1_300, 96);
    const slow = withDelivery(withDelivery(NO_DELIVERIES, 60_000, 3), 3_600_000);
    const { p50Ms, p95Ms, p99Ms } = freshnessOf(addedUp([quick, slow]));
    expect(p95Ms).toBe(p50Ms);
    expect(p99Ms).toBeGreaterThan(54_000);
    expect(p99Ms).toBeLessThan(66_000);
  });

  it("is not known where nothing was delivered, and has an end", ({ expect }) => {
    expect(freshnessOf(NO_DELIVERIES)).toEqual({
      delivered: 0,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
    });
    for (const ms of [-5, 0, Number.NaN]) {
      expect(freshnessOf(withDelivery(NO_DELIVERIES, ms)).p50Ms).toBe(100);
    }
    expect(withDelivery(NO_DELIVERIES, Infinity)).toEqual(withDelivery(NO_DELIVERIES, 1e15));
  });
});

const ofProspect = { prospectId: 7, destinationId: "d" } as const;

function acknowledged(since: number): EngineEvent {
  return { kind: "acknowledged", ...ofProspect, fields: {}, job: null, since };
}

const refused: EngineEvent = {
  kind: "rejected",
  ...ofProspect,
  fields: { title: { value: "CEO", at: 1, arrival: 1 } },
  sent: null,
  error: { at: 1, status: 422, code: "no", detail: "", pointer: null },
  attempts: 1,
  acceptedAt: 1,
};

describe("minutes", () => {
  it("add up what happens, and keep what waited last", ({ expect }) => {
    const received = { kind: "received", destinationId: "d", accepted: 5, empty: 1 } as const;
    const first = withEvents(newMinute(START), [received], NOW, 5);
    const called = { kind: "called", destinationId: "d" } as const;
    const minute = withEvents(first, [called, acknowledged(NOW - 1_000), refused], NOW, 4);
    expect(minute).toEqual({
      startedAt: START,
      accepted: 5,
      delivered: 1,
      failed: 1,
      calls: 1,
      waiting: 4,
      freshness: withDelivery(NO_DELIVERIES, 1_000),
    });
  });

  it("are without gaps: where nothing happened, as much waits as before", ({ expect }) => {
    const before = { ...newMinute(START - 9 * MINUTE_MS), accepted: 7, waiting: 7 };
    const one = { ...newMinute(START - 2 * MINUTE_MS), delivered: 4, waiting: 3 };
    const minutes = lastMinutes([before, one], 5, NOW, 2);
    expect(minutes.map(({ waiting }) => waiting)).toEqual([7, 7, 3, 3, 2]);
    expect(minutes.map(({ delivered }) => delivered)).toEqual([0, 0, 4, 0, 0]);
    expect(minutes.at(-1)?.startedAt).toBe(START);
    expect(lastMinutes([], 2, NOW, 0).map(({ waiting }) => waiting)).toEqual([0, 0]);
  });
});

describe("the tail", () => {
  const delivered = (at: number, prospectId: number): TailEvent => ({
    at,
    kind: "delivered",
    count: 1,
    prospectId,
  });

  it("is of the newest events, and has an end", ({ expect }) => {
    let tail: readonly TailEvent[] = [];
    for (let id = 1; id <= 80; id++) tail = withEvent(tail, delivered(NOW, id));
    expect(tail).toHaveLength(50);
    expect(tail[0]).toMatchObject({ prospectId: 80 });
  });

  it("counts as one what follows closely and is alike", ({ expect }) => {
    const inJob = (at: number, job: number): TailEvent => ({
      at,
      kind: "delivered",
      count: 500,
      job,
    });
    let tail = withEvent([], inJob(NOW, 1));
    tail = withEvent(tail, inJob(NOW + 1_000, 2));
    tail = withEvent(tail, inJob(NOW + 2_000, 1));
    tail = withEvent(tail, inJob(NOW + 60_000, 2));
    expect(tail.map(({ job, count }) => [job, count])).toEqual([
      [2, 500],
      [1, 1_000],
      [2, 500],
    ]);
  });
});
