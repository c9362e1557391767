import { describe, it } from "vitest";
import { apiError, json, World } from "../support/world.ts";

const idOf = (url: string) => Number(url.split("/").at(-1));

describe("a 429 that names a moment before the known window's end", () => {
  it("is waited out, and what comes after it is not sent into it", async ({ expect }) => {
    const world = await World.connected();
    let calls = 0;
    world.script = ({ method, url }) => {
      if (method !== "PATCH") return null;
      calls += 1;
      if (calls > 3) return apiError(429, "rateLimit", "slow down", { "retry-after": "30" });
      const data = { type: "prospect", id: idOf(url), attributes: {} };
      return json(
        200,
        { data },
        {
          "x-ratelimit-limit": "10000",
          "x-ratelimit-remaining": String(9_990 - calls),
          "x-ratelimit-reset": "3000",
        },
      );
    };
    for (let id = 1; id <= 3; id++) world.accept(id, { title: "a" });
    await world.pass(5_000);
    for (let id = 11; id <= 30; id++) world.accept(id, { title: "b" });
    await world.pass(10_000);
    // Those under way when the first one came, at most.
    expect(world.patches.length).toBeLessThanOrEqual(3 + 6);
    expect(world.core.status().paused).toMatchObject({ reason: "rate_limited" });
  });

  it("is waited out although others spent the budget and Outreach's clock is ahead", async ({
    expect,
  }) => {
    const world = await World.connected();
    const resetAt = Math.floor((world.now + 600_000) / 1_000) * 1_000;
    const aheadMs = 3_000;
    let calls = 0;
    let refused = 0;
    world.script = ({ method, url }) => {
      if (method !== "PATCH") return null;
      calls += 1;
      if (world.now < resetAt && calls > 5) {
        refused += 1;
        const seconds = String(Math.floor((resetAt - world.now) / 1_000));
        return apiError(429, "rateLimitExceeded", "Exceeded", { "retry-after": seconds });
      }
      const next = world.now < resetAt ? resetAt : resetAt + 3_600_000;
      const data = { type: "prospect", id: idOf(url), attributes: {} };
      return json(
        200,
        { data },
        {
          "x-ratelimit-limit": "10000",
          "x-ratelimit-remaining": String(5_000 - calls),
          "x-ratelimit-reset": String((next + aheadMs) / 1_000),
        },
      );
    };
    for (let id = 1; id <= 5; id++) world.accept(id, { title: "a" });
    await world.pass(5_000);
    for (let id = 11; id <= 30; id++) world.accept(id, { title: "b" });
    await world.pass(20_000);
    expect(refused).toBeLessThanOrEqual(6);
    await world.pass(600_000);
    expect(world.core.status().backlog.pending).toBe(0);
  });
});
