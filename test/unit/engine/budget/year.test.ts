import { describe, it } from "vitest";
import { burnDown, outlookOfYear } from "../../../../src/engine/budget/year-rules.ts";

const DAY = 24 * 3_600_000;
const TODAY = Date.UTC(2026, 10, 23);
const NOON = TODAY + DAY / 2;

/** So many days up to today, each with the same calls. */
const daysOf = (count: number, calls: number, byOthers = 0) =>
  Array.from({ length: count }, (_, i) => ({
    startedAt: TODAY - (count - 1 - i) * DAY,
    calls,
    byOthers,
  }));

describe("the year's allowance", () => {
  it("is used by our calls and by those that others were seen to make", ({ expect }) => {
    const outlook = outlookOfYear(daysOf(10, 100, 50), 250_000, NOON);
    expect(outlook).toMatchObject({ used: 1_000, usedByOthers: 500, left: 248_500 });
  });

  it("lasts where a year at this pace takes less than it", ({ expect }) => {
    expect(outlookOfYear(daysOf(365, 600), 250_000, NOON).lastsUntil).toBeNull();
    expect(outlookOfYear(daysOf(20, 600), 250_000, NOON).lastsUntil).toBeNull();
  });

  it("ends when what is left is used up at the pace of the last days", ({ expect }) => {
    const { lastsUntil, perDay } = outlookOfYear(daysOf(11, 10_500), 250_500, NOON);
    expect(perDay).toBe(11_000); // ten days and a half
    expect(((lastsUntil ?? 0) - NOON) / DAY).toBeCloseTo(135_000 / 11_000);
  });

  it("gets back what was used a year ago", ({ expect }) => {
    const activation = { startedAt: TODAY - 364 * DAY, calls: 200_000, byOthers: 0 };
    const days = [activation, ...daysOf(40, 1_200)];
    expect(outlookOfYear(days, 250_000, NOON).left).toBe(2_000);
    // The activation's calls are free tomorrow, so that the rest lasts for 200 days more.
    const { lastsUntil } = outlookOfYear(days, 250_000, NOON);
    expect(((lastsUntil ?? 0) - NOON) / DAY).toBeGreaterThan(150);
  });

  it("is used up where more was called than it holds", ({ expect }) => {
    const outlook = outlookOfYear(daysOf(30, 10_000), 250_000, NOON);
    expect(outlook).toMatchObject({ left: 0, lastsUntil: NOON });
  });

  it("says nothing of an end where it is not set, or where nothing was called", ({ expect }) => {
    expect(outlookOfYear(daysOf(30, 10_000), null, NOON)).toMatchObject({
      left: null,
      lastsUntil: null,
    });
    expect(outlookOfYear([], 250_000, NOON)).toMatchObject({
      used: 0,
      perDay: 0,
      lastsUntil: null,
    });
  });

  it("does not take the pace of an hour for that of a day", ({ expect }) => {
    const today = [{ startedAt: TODAY, calls: 500, byOthers: 0 }];
    expect(outlookOfYear(today, 250_000, TODAY + 3_600_000).perDay).toBe(500);
  });
});

describe("the burn-down", () => {
  it("goes from the whole allowance to what is left, and on at the present pace", ({ expect }) => {
    const points = burnDown(daysOf(20, 1_000), 250_000, NOON);
    expect(points[0]).toMatchObject({ left: 250_000, expected: null, even: 250_000 });
    const present = points.find(({ at }) => at === NOON);
    expect(present).toMatchObject({ left: 230_000, expected: 230_000 });
    expect(points.at(-1)?.left).toBeNull();
    expect(points.at(-1)?.expected).toBe(0);
    expect(points.map(({ at }) => at)).toEqual(
      points.map(({ at }) => at).toSorted((a, b) => a - b),
    );
  });

  it("has no more points than can be read, however long the year", ({ expect }) => {
    for (const days of [1, 2, 59, 61, 364, 365]) {
      const points = burnDown(daysOf(days, 10), 250_000, NOON);
      expect(points.length, `${days} days`).toBeLessThanOrEqual(122);
      expect(points.filter(({ left }) => left !== null).length).toBeGreaterThanOrEqual(2);
    }
  });

  it("is empty before the first call", ({ expect }) => {
    expect(burnDown([], 250_000, NOON)).toEqual([]);
  });
});
