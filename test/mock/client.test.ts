import { once } from "node:events";
import { createServer } from "node:http";
import { describe, it, onTestFinished } from "vitest";
import {
  ControlError,
  controlAt,
  controlOf,
  createMockOutreach,
  type MockControl,
  startMockOutreach,
} from "../../mock-outreach/index.ts";
import { JSON_API, patchOf, settle, START } from "./support.ts";

/** A caller of the mock's API, and its control. */
interface Scripted {
  readonly control: MockControl;
  readonly patch: (id: number, attributes: Record<string, unknown>) => Promise<Response>;
}

async function scripted(
  control: MockControl,
  send: (request: Request) => Promise<Response>,
  base: string,
): Promise<Scripted> {
  const { access_token: token } = await control.tokens();
  const headers = { authorization: `Bearer ${token}`, "content-type": JSON_API };
  return {
    control,
    patch: (id, attributes) => {
      const body = JSON.stringify(patchOf(id, attributes));
      return send(
        new Request(`${base}/api/v2/prospects/${id}`, { method: "PATCH", headers, body }),
      );
    },
  };
}

const ways: Record<string, () => Promise<Scripted>> = {
  "in the same process": async () => {
    const mock = createMockOutreach({ now: () => START, sleep: async () => {} });
    onTestFinished(mock.close);
    return scripted(controlOf(mock.fetch), mock.fetch, "https://api.outreach.example");
  },
  "behind a port": async () => {
    const mock = await startMockOutreach({ now: () => START });
    onTestFinished(mock.close);
    return scripted(controlAt(`${mock.url}/`), (request) => fetch(request), mock.url);
  },
};

describe.each(Object.entries(ways))("the client, %s", (_, open) => {
  it("makes calls go wrong, and sees what came of them", async ({ expect }) => {
    const { control, patch } = await open();
    const [rule] = await control.faults.add({
      times: 1,
      match: { method: "patch", prospects: [7] },
      effect: "drop_after",
    });
    expect(rule).toMatchObject({ match: { method: ["PATCH"] }, effect: { type: "drop_after" } });
    await expect(patch(7, { custom4: "realized" })).rejects.toThrow(TypeError);
    expect((await control.prospect(7)).attributes["custom4"]).toBe("realized");
    expect(await control.requests({ prospect: 7 })).toMatchObject([{ end: "connection_lost" }]);
    expect(await control.faults.list()).toMatchObject([{ matched: 1, struck: 1 }]);
    await control.faults.replace([{ id: "a", effect: "drop" }, { effect: { type: "hang" } }]);
    await control.faults.remove("a");
    expect(await control.faults.list()).toHaveLength(1);
    await control.faults.clear();
    expect(await control.faults.list()).toEqual([]);
  });

  it("moves the clock, changes options and labels, spends and revokes", async ({ expect }) => {
    const { control, patch } = await open();
    expect(await control.clock.advance({ hours: 1, minutes: 1, seconds: 30 })).toEqual({
      now: "2026-11-23T11:01:30.000Z",
      offsetSeconds: 3_690,
    });
    await control.clock.set(new Date(START + 7_000_000));
    expect((await control.clock.read()).offsetSeconds).toBe(7_000);
    expect(await control.options.change({ limit: 5 })).toMatchObject({ limit: 5 });
    expect((await control.options.read()).limit).toBe(5);
    await control.labels.change({ 4: "Newsletter readers", 5: null });
    expect(await control.labels.read()).toMatchObject({ 4: "Newsletter readers" });
    const spent = await control.spend({ user: "ada@example.com", calls: 9 });
    expect(spent).toMatchObject({ spent: 5, remaining: 0 });
    expect((await patch(7, {})).status).toBe(429);
    expect(await control.revoke({ kind: "access" })).toBe(1);
    expect((await patch(7, {})).status).toBe(401);
    await control.reset({ seed: 3 });
    expect(await control.state()).toMatchObject({ prospectCount: 3, options: { limit: 10_000 } });
  });

  it("rejects for a date that is none", async ({ expect }) => {
    const { control } = await open();
    const setting = control.clock.set(new Date("soon"));
    await expect(setting).rejects.toThrow(RangeError);
  });

  it("sets prospects up, and tells of bulk jobs", async ({ expect }) => {
    const { control, patch } = await open();
    const [seeded] = await control.seed([{ id: 7, attributes: { custom4: "realized" } }]);
    expect(seeded).toMatchObject({ id: 7, writes: 0, attributes: { custom4: "realized" } });
    expect((await patch(7, { custom4: "exited" })).status).toBe(200);
    const { custom4 } = (await control.prospect(7)).changes;
    expect(custom4).toMatchObject({ before: "realized", requestId: 1 });
    await expect(control.seed([{ id: 7, attributes: { custom4: 7 } }])).rejects.toThrow(
      "/prospects/0/attributes/custom4: 'custom4' must be a string.",
    );
    expect(await control.jobs()).toEqual([]);
  });

  it("throws what a problem document says", async ({ expect }) => {
    const { control } = await open();
    await expect(control.prospect(4_000)).rejects.toThrow(
      "GET /__mock/prospects/4000 got 404, No such prospect. It never existed, or it was deleted.",
    );
    const refused = await control.options.change({ limit: 0 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ControlError);
    expect(refused).toMatchObject({ status: 422, mistakes: [{ pointer: "/limit" }] });
  });
});

describe("the client", () => {
  it("says so where no mock answers", async ({ expect }) => {
    const control = controlOf(async () => new Response("<html>", { status: 404 }));
    await expect(control.state()).rejects.toThrow("What answers there is no mock-outreach");
    const other = controlOf(async () => Response.json({ now: 1 }));
    await expect(other.clock.read()).rejects.toThrow("one version");
  });

  it("says so where nobody answers, with the address", async ({ expect }) => {
    const mock = await startMockOutreach();
    await mock.close();
    const gone = controlAt(`${mock.url}/`).state();
    await expect(gone).rejects.toThrow(`There is no mock at ${mock.url}; is it started?`);
    for (const url of ["127.0.0.1:4010", "localhost:4010", "", "ftp://x"]) {
      expect(() => controlAt(url)).toThrow(`"${url}" is no address of a mock`);
    }
    const other = createServer((_, response) => response.writeHead(404).end());
    await once(other.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void other.close());
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    await expect(controlAt(url).state()).rejects.toThrow(`What answers at ${url} is no mock`);
  });

  it("refuses lengths of time that it does not know", async ({ expect }) => {
    const { clock } = controlOf(createMockOutreach({ now: () => START }).fetch);
    // @ts-expect-error -- to the compiler too
    const advance = clock.advance({ hour: 1 });
    await expect(advance).rejects.toThrow('"hour" is not one of days, hours, minutes and seconds');
    expect((await clock.read()).offsetSeconds).toBe(0);
  });

  it("reads the whole journal, page after page", async ({ expect }) => {
    const pages: string[] = [];
    const mock = createMockOutreach({ journalSize: 20_000 });
    const control = controlOf((request) => {
      pages.push(new URL(request.url).search);
      return mock.fetch(request);
    });
    for (let i = 0; i < 10_001; i += 1) {
      await mock.fetch(new Request("https://outreach.example/api/v2/prospects/1"));
    }
    expect(await control.requests()).toHaveLength(10_001);
    expect(pages).toEqual(["?after=0&limit=10000", "?after=10000&limit=10000"]);
  });

  it("names the calls that overlapped, and their prospect", async ({ expect }) => {
    const waiting: (() => void)[] = [];
    const mock = createMockOutreach({
      latencyMs: 1,
      now: () => START,
      sleep: () => new Promise((wake) => waiting.push(wake)),
    });
    const control = controlOf(mock.fetch);
    const { patch } = await scripted(control, mock.fetch, "https://outreach.example");
    await control.expectNoOverlaps();
    const calls = [patch(7, {}), patch(8, {}), patch(7, {})];
    await settle();
    for (const wake of waiting) wake();
    await Promise.all(calls);
    await expect(control.expectNoOverlaps()).rejects.toThrow(
      "Once, writes of one prospect were under way at once:\n" +
        "  prospect 7 at 2026-11-23T10:00:00.000Z: call 1 (PATCH /api/v2/prospects/7, 200)" +
        " and call 3 (PATCH /api/v2/prospects/7, 200)",
    );
  });

  it("names the calls that the limit refused, and leaves out the faults' 429s", async ({
    expect,
  }) => {
    const mock = createMockOutreach({ limit: 1, now: () => START });
    const control = controlOf(mock.fetch);
    const { patch } = await scripted(control, mock.fetch, "https://outreach.example");
    await control.faults.add({ times: 1, effect: "rate_limited" });
    expect((await patch(6, {})).status).toBe(429);
    expect((await patch(7, {})).status).toBe(200);
    await control.expectWithinLimit();
    for (let id = 10; id < 22; id += 1) await patch(id, {});
    await expect(control.expectWithinLimit()).rejects.toThrow(
      /^The rate limit refused 12 calls with 429:\n {2}call 3 \(PATCH \/api\/v2\/prospects\/10, 429\) by user 1 at [^]*\n {2}and 2 more$/,
    );
  });
});
