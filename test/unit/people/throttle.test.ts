import { describe, it } from "vitest";
import { afterTry, emailKey, FORGOTTEN_MS, pauseAfter } from "../../../src/people/throttle.ts";

describe("the pause after wrong passwords", () => {
  it("comes after five, doubles, and ends at a quarter of an hour", ({ expect }) => {
    expect([1, 4, 5, 6, 7, 10, 11, 500].map(pauseAfter)).toEqual([
      0, 0, 15_000, 30_000, 60_000, 480_000, 900_000, 900_000,
    ]);
  });
});

describe("a try", () => {
  it("counts, and comes too early during a pause", ({ expect }) => {
    expect(afterTry(null, 1_000)).toEqual({ failures: 1, nextAt: 1_000, lastAt: 1_000 });
    const paused = { failures: 5, nextAt: 16_000, lastAt: 1_000 };
    expect(afterTry(paused, 15_999)).toBeNull();
    expect(afterTry(paused, 16_000)).toEqual({ failures: 6, nextAt: 46_000, lastAt: 16_000 });
  });

  it("begins anew after a day without one", ({ expect }) => {
    const before = { failures: 12, nextAt: 900_000, lastAt: 0 };
    expect(afterTry(before, FORGOTTEN_MS - 1)?.failures).toBe(13);
    expect(afterTry(before, FORGOTTEN_MS)?.failures).toBe(1);
  });
});

describe("the name of an e-mail in the table of tries", () => {
  it("tells nothing of it without the encryption key", ({ expect }) => {
    const key = emailKey(new Uint8Array(32).fill(1), "ada@example.com");
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(key).toBe(emailKey(new Uint8Array(32).fill(1), "ada@example.com"));
    expect(key).not.toBe(emailKey(new Uint8Array(32).fill(2), "ada@example.com"));
  });
});
