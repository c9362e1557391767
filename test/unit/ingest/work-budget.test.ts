import { describe, it } from "vitest";
import { JSON_TYPE, NDJSON_TYPE, profile, receive, request } from "./requests.ts";

describe("the work of one request", () => {
  it("ends after 10,000 rejections in a row; what came before is stored, and counted", async ({
    expect,
  }) => {
    const good = JSON.stringify(profile(7));
    for (const [type, rejected] of [
      [JSON_TYPE, "{}"],
      [NDJSON_TYPE, "{}\n"],
    ] as const) {
      const { result, ids } = await receive(request(`${good}\n${rejected.repeat(30_000)}`, type));
      expect(result).toMatchObject({
        ok: false,
        status: 413,
        code: "work_budget",
        counts: { received: 10_001, accepted: 1 },
      });
      expect(ids).toEqual([7]);
    }
  });

  it("goes on where a good profile stands between", async ({ expect }) => {
    const some = `${"{}\n".repeat(9_999)}${JSON.stringify(profile(7))}\n`;
    const { result } = await receive(request(some.repeat(3), NDJSON_TYPE));
    expect(result).toMatchObject({ ok: true, received: 30_000, accepted: 3 });
  });

  it("ends after 100,000 profiles, however good", async ({ expect }) => {
    const line = `${JSON.stringify(profile(7))}\n`;
    const { result, ids } = await receive(request(line.repeat(100_500), NDJSON_TYPE));
    expect(result).toMatchObject({
      code: "work_budget",
      counts: { received: 100_000, accepted: 100_000 },
    });
    expect(ids).toHaveLength(100_000);
  });

  it("that is no JSON at all ends early as well", async ({ expect }) => {
    const { result } = await receive(request("x\n".repeat(1_000_000), NDJSON_TYPE));
    expect(result).toMatchObject({ status: 400, code: "invalid_json" });
  });

  it("lets others have their turn", async ({ expect }) => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await receive(request("{}\n".repeat(9_000), NDJSON_TYPE));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
