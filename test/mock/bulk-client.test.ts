/**
 * The connector's own client of bulk jobs, against the mock.
 */
import { describe, it } from "vitest";
import {
  confirmBatch,
  pollJob,
  readProspects,
  recentBatches,
  startModify,
  startUpsert,
} from "../../src/outreach/bulk.ts";
import type { Caller } from "../../src/outreach/client.ts";
import { createMockOutreach } from "../../mock-outreach/index.ts";
import { JSON_API, START } from "./support.ts";

const BASE = "https://outreach.test";

async function connect() {
  let now = START;
  const mock = createMockOutreach({
    seed: 20,
    now: () => now,
    bulkDelaySeconds: 2,
    bulkItemsPerSecond: 1,
  });
  const post = (path: string, body: unknown) =>
    mock.fetch(new Request(BASE + path, { method: "POST", body: JSON.stringify(body) }));
  const scopes = "prospects.all batches.all imports.all";
  const token = (await (await post("/__mock/tokens", { scopes })).json()) as {
    access_token: string;
  };
  const caller: Caller = {
    baseUrl: BASE,
    accessToken: token.access_token,
    now: () => now,
    network: async ({ url, ...init }) => {
      const answer = await mock.fetch(new Request(url, init)).catch(() => null);
      if (!answer) return { status: null, reason: "connection_lost" };
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    },
  };
  return {
    caller,
    faults: (rules: unknown) => post("/__mock/faults", rules),
    advance: (ms: number) => {
      now += ms;
    },
    /** A batch that waits to be confirmed, as the connector never starts one. */
    startWaiting: async () => {
      const body = JSON.stringify({ data: { attributes: { custom4: "x", ids: [3] } } });
      const headers = { authorization: `Bearer ${caller.accessToken}`, "content-type": JSON_API };
      const path = "/api/v2/batches/actions/prospectsBulkModify";
      await mock.fetch(new Request(BASE + path, { method: "POST", body, headers }));
    },
  };
}

const valueOf = <T>({ outcome }: { outcome: { kind: string; value?: T } }): T | undefined =>
  outcome.value;

describe("the connector's bulk client against mock-outreach", () => {
  it("starts a modify, sees it through, and reads back what it did", async ({ expect }) => {
    const { caller, advance } = await connect();
    const started = valueOf(await startModify(caller, { custom4: "realized" }, [3, 4, 999]));
    expect(started).toMatchObject({ id: "1", state: "open", total: 3, failures: 0 });
    // The client reads times that end on a whole second as the end of that second.
    expect(Number(started?.createdAt) - START).toBeLessThanOrEqual(1_000);
    advance(4_000);
    expect(valueOf(await pollJob(caller, "modify", "1"))).toMatchObject({ state: "open" });
    advance(60_000);
    expect(valueOf(await pollJob(caller, "modify", "1"))).toMatchObject({
      state: "finished",
      failures: 1,
    });
    const held = valueOf(await readProspects(caller, [3, 4, 5, 999], ["custom4"]));
    expect([...(held ?? [])]).toEqual([
      [3, { custom4: "realized" }],
      [4, { custom4: "realized" }],
      [5, { custom4: null }],
    ]);
  });

  it("starts an upsert and sees it through", async ({ expect }) => {
    const { caller, advance } = await connect();
    const records = [3, 4].map((id) => ({ id, attributes: { custom4: `of ${id}` } }));
    expect(valueOf(await startUpsert(caller, records, "a.json"))).toMatchObject({
      id: "1",
      state: "open",
      total: 2,
    });
    advance(60_000);
    expect(valueOf(await pollJob(caller, "upsert", "1"))).toMatchObject({
      state: "finished",
      failures: 0,
    });
    const held = valueOf(await readProspects(caller, [3, 4], ["custom4"]));
    expect(held?.get(4)).toEqual({ custom4: "of 4" });
  });

  it("finds a batch again whose answer was lost", async ({ expect }) => {
    const { caller, faults } = await connect();
    await startModify(caller, { custom4: "a" }, [3]);
    await faults({ times: 1, effect: "drop_after" });
    const lost = await startModify(caller, { custom4: "b" }, [4, 5]);
    expect(lost.outcome).toMatchObject({ kind: "failed", status: null });
    const recent = valueOf(await recentBatches(caller));
    expect(recent?.map(({ total }) => total).toSorted()).toEqual([1, 2]);
  });

  it("confirms a batch that waits for it", async ({ expect }) => {
    const { caller, startWaiting } = await connect();
    await startWaiting();
    expect(valueOf(await pollJob(caller, "modify", "1"))).toMatchObject({ state: "confirming" });
    expect(valueOf(await confirmBatch(caller, "1"))).toMatchObject({ state: "open" });
  });

  it("is told of a job that failed, and of one that is refused", async ({ expect }) => {
    const { caller, faults, advance } = await connect();
    await faults({ times: 1, effect: { type: "job", outcome: "failed" } });
    await startModify(caller, { custom4: "a" }, [3]);
    advance(60_000);
    expect(valueOf(await pollJob(caller, "modify", "1"))).toMatchObject({
      state: "ended_otherwise",
    });
    const records = Array.from({ length: 501 }, (_, i) => ({ id: i + 1, attributes: {} }));
    expect((await startUpsert(caller, records, "a.json")).outcome).toMatchObject({
      kind: "rejected",
      status: 413,
    });
  });
});
