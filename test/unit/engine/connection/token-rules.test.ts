import fc from "fast-check";
import { describe, it } from "vitest";
import { keepAliveAt, tokenStep } from "../../../../src/engine/connection/token-rules.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const token = (lifeMs: number, rest: object = {}) => ({
  mintedAt: 0,
  expiresAt: lifeMs,
  askedAt: 0,
  failures: 0,
  failingSince: null,
  refusedSince: null,
  refusals: 0,
  tryAt: 0,
  ...rest,
});

describe("a token", () => {
  it("is used while it lives, and renewed once, early", ({ expect }) => {
    const two = token(120 * MINUTE);
    expect(tokenStep(two, MINUTE)).toEqual({ kind: "use" });
    expect(tokenStep(two, 109 * MINUTE)).toEqual({ kind: "use" });
    expect(tokenStep(two, 110 * MINUTE)).toEqual({ kind: "refresh" });
  });

  it("that was refused is renewed, and never twice in a minute", ({ expect }) => {
    const refused = {
      ...token(120 * MINUTE, { askedAt: 10 * MINUTE }),
      refusedSince: 10 * MINUTE,
      refusals: 9,
      tryAt: 20 * MINUTE,
    };
    expect(tokenStep(refused, 10 * MINUTE + 30_000)).toEqual({
      kind: "wait",
      reason: "token_refused",
      until: 11 * MINUTE + 1_000,
    });
    expect(tokenStep(refused, 12 * MINUTE)).toEqual({ kind: "refresh" });
  });

  it("is renewed wherever it is due to be kept alive, so that no alarm finds nothing to do", ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        fc.integer({ min: MINUTE, max: 400 * DAY }),
        fc.integer({ min: 0, max: 12 }),
        (lifeMs, failures) => {
          const any = token(lifeMs, { failures });
          expect(tokenStep(any, keepAliveAt(any)).kind).toBe("refresh");
        },
      ),
    );
  });
});
