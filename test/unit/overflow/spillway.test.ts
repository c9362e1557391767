import { describe, it } from "vitest";
import type { AcceptResult, TooLate } from "../../../src/engine/api.ts";
import { OVERFLOWS } from "../../../src/overflow/api.ts";
import type { StoreResult } from "../../../src/overflow/api.ts";
import { DIRECT_MS, Spillway } from "../../../src/overflow/spillway.ts";

const TAKEN: AcceptResult = { ok: true, expectedBy: 5 };
const SPILLED = { ok: true, expectedBy: null };

/** A spillway whose time a test moves, and objects that answer what it says. */
function setUp() {
  const clock = { now: 1_000_000 };
  const seen = { direct: 0, shards: [] as number[], until: 0, bypassed: 0 };
  const pauses: { at: number; end: () => void }[] = [];
  const answers = {
    direct: async (): Promise<AcceptResult | TooLate> => TAKEN,
    overflow: async (): Promise<StoreResult | TooLate> => ({ ok: true }),
  };
  let random = 0;
  const spillway = new Spillway({
    now: () => clock.now,
    pause: (ms) => new Promise((end) => pauses.push({ at: clock.now + ms, end: () => end() })),
    random: () => (random = (random + 0.37) % 1),
    log: () => (seen.bypassed += 1),
  });
  const send = (user = "user-1") =>
    spillway.accept(user, {
      direct: (until) => {
        seen.direct += 1;
        seen.until = until;
        return answers.direct();
      },
      overflow: (shard, until) => {
        seen.shards.push(shard);
        seen.until = until;
        return answers.overflow();
      },
    });
  const pass = (ms: number) => {
    clock.now += ms;
    for (const { at, end } of pauses) if (at <= clock.now) end();
  };
  return { clock, seen, answers, send, pass };
}

describe("the way of updates into storage", () => {
  it("leads to the user's own object, which is told until when to take them", async ({
    expect,
  }) => {
    const { clock, seen, send } = setUp();
    expect(await send()).toEqual(TAKEN);
    expect(seen).toMatchObject({ direct: 1, shards: [], until: clock.now + DIRECT_MS });
  });

  it("leads to an overflow object where the own one is late, well within two seconds", async ({
    expect,
  }) => {
    const { seen, answers, send, pass } = setUp();
    answers.direct = () => new Promise(() => {});
    const sent = send();
    pass(1_000);
    expect(await sent).toEqual(SPILLED);
    expect(seen.shards).toHaveLength(1);
    expect(seen.bypassed).toBe(1);
  });

  it("leads there where the own one refuses as too late, or cannot be reached", async ({
    expect,
  }) => {
    for (const direct of [
      async () => ({ ok: false, reason: "too_late" }) as const,
      async () => Promise.reject(new Error("overloaded")),
    ]) {
      const { answers, send } = setUp();
      answers.direct = direct;
      expect(await send()).toEqual(SPILLED);
    }
  });

  it("hears of a full backlog from the own object, not from an overflow", async ({ expect }) => {
    const { seen, answers, send } = setUp();
    const full = { ok: false, reason: "backlog_full", retryAfterMs: 7 } as const;
    answers.direct = async () => full;
    expect(await send()).toEqual(full);
    expect(seen.shards).toEqual([]);
  });

  it("leaves an own object that was late alone for a while, then tries it with one request", async ({
    expect,
  }) => {
    const { seen, answers, send, pass } = setUp();
    answers.direct = async () => Promise.reject(new Error("overloaded"));
    for (let i = 0; i < 5; i++) await send();
    expect(seen.direct).toBe(1);
    pass(2_000);
    answers.direct = () => new Promise(() => {});
    const probe = send();
    for (let i = 0; i < 5; i++) expect(await send()).toEqual(SPILLED);
    expect(seen.direct).toBe(2);
    pass(1_000);
    await probe;
    pass(2_000);
    answers.direct = async () => TAKEN;
    expect(await send()).toEqual(TAKEN);
    expect(await send()).toEqual(TAKEN);
  });

  it("of one user is not changed by what another user's object does", async ({ expect }) => {
    const { answers, send } = setUp();
    answers.direct = async () => Promise.reject(new Error("overloaded"));
    await send("user-1");
    answers.direct = async () => TAKEN;
    expect(await send("user-2")).toEqual(TAKEN);
  });

  it("is shared by all overflow objects, and one that is down is passed over", async ({
    expect,
  }) => {
    const { seen, answers, send } = setUp();
    answers.direct = async () => Promise.reject(new Error("overloaded"));
    for (let i = 0; i < 100; i++) await send();
    expect(new Set(seen.shards).size).toBe(OVERFLOWS);
    let down = true;
    answers.overflow = async () => {
      if (!down) return { ok: true };
      down = false;
      throw new Error("down");
    };
    seen.shards.length = 0;
    expect(await send()).toEqual(SPILLED);
    expect(seen.shards).toHaveLength(2);
  });

  it("leads back to the own object while the overflow objects are down", async ({ expect }) => {
    const { answers, send } = setUp();
    answers.direct = async () => Promise.reject(new Error("overloaded"));
    await send();
    answers.overflow = async () => Promise.reject(new Error("down"));
    answers.direct = async () => TAKEN;
    expect(await send()).toEqual(TAKEN);
  });

  it("says when to come again where all objects are late", async ({ expect }) => {
    const { answers, send } = setUp();
    const late = async (): Promise<TooLate> => ({ ok: false, reason: "too_late" });
    [answers.direct, answers.overflow] = [late, late];
    const said = { ok: false, reason: "overloaded", retryAfterMs: 5_000 };
    expect(await send()).toEqual(said);
    expect(await send()).toEqual(said);
    answers.direct = async () => TAKEN;
    expect(await send()).toEqual(TAKEN);
  });

  it("ends with an error only where no object takes them", async ({ expect }) => {
    const { answers, send } = setUp();
    answers.direct = async () => Promise.reject(new Error("overloaded"));
    answers.overflow = async () => Promise.reject(new Error("down"));
    await expect(send()).rejects.toThrow("down");
    answers.overflow = async () => ({ ok: false, reason: "overflow_full", retryAfterMs: 9 });
    expect(await send()).toEqual({ ok: false, reason: "backlog_full", retryAfterMs: 9 });
  });
});
