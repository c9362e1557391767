import { describe, it } from "vitest";
import { readRateLimit } from "../../../src/outreach/rate-limit.ts";

const NOW = Date.UTC(2026, 10, 2, 9, 0, 0);
const HTTP_DATE = "Mon, 02 Nov 2026 09:01:30 GMT";
const headers = (of: Record<string, string>) => readRateLimit(new Headers(of), NOW);

describe("the rate limit's headers", () => {
  it("takes the first of two numbers in X-RateLimit-Remaining", ({ expect }) => {
    expect(
      headers({ "X-RateLimit-Limit": "10000", "X-RateLimit-Remaining": "9999, 19988" }),
    ).toEqual({ limit: 10_000, remaining: 9_999, resetAt: null });
  });

  for (const [shape, text, resetAt] of [
    ["delta seconds", "90", NOW + 91_000],
    ["epoch seconds", String(NOW / 1_000 + 90), NOW + 91_000],
    ["epoch milliseconds", String(NOW + 90_250), NOW + 90_250],
    ["ISO 8601", "2026-11-02T09:01:30.250Z", NOW + 90_250],
    ["ISO 8601 in whole seconds", "2026-11-02T09:01:30Z", NOW + 91_000],
    ["ISO 8601 with an offset", "2026-11-02T10:01:30.250+01:00", NOW + 90_250],
    ["ISO 8601 without a zone, which is UTC", "2026-11-02T09:01:30.250", NOW + 90_250],
    ["ISO 8601 in Ruby's form", "2026-11-02 09:01:30 UTC", NOW + 91_000],
    ["ISO 8601 in Ruby's form with an offset", "2026-11-02T10:01:30 +0100", NOW + 91_000],
    ["delta seconds, doubled", "90, 3600", NOW + 91_000],
    ["ISO 8601, doubled", "2026-11-02T09:01:30Z, 2026-11-02T09:05:00Z", NOW + 91_000],
    ["an HTTP date, doubled", `${HTTP_DATE}, ${HTTP_DATE}`, NOW + 91_000],
    ["an HTTP date", "Mon, 02 Nov 2026 09:01:30 GMT", NOW + 91_000],
  ] as const) {
    it(`reads a reset in ${shape}`, ({ expect }) => {
      expect(headers({ "X-RateLimit-Reset": text }).resetAt).toBe(resetAt);
    });
  }

  it("prefers Retry-After, which a 429 carries", ({ expect }) => {
    expect(headers({ "Retry-After": "5", "X-RateLimit-Reset": "900" }).resetAt).toBe(NOW + 6_000);
  });

  it("allows for a clock that is not ours", ({ expect }) => {
    const ahead = headers({
      Date: "Mon, 02 Nov 2026 09:10:00 GMT",
      "X-RateLimit-Reset": "2026-11-02T09:11:00.500Z",
    });
    expect(ahead.resetAt).toBe(NOW + 60_500);
  });

  it("says nothing where a header has an unknown shape", ({ expect }) => {
    expect(
      headers({
        "X-RateLimit-Limit": "lots",
        "X-RateLimit-Remaining": "-3",
        "X-RateLimit-Reset": "-5",
      }),
    ).toEqual({ limit: null, remaining: null, resetAt: null });
    expect(headers({ "X-RateLimit-Limit": "0" }).limit).toBeNull();
  });
});
