import { describe, it } from "vitest";
import { bulkMock, type BulkMock, recordOf, SKIP } from "./bulk-support.ts";
import { type Page, patchOf } from "./support.ts";

const ids = Array.from({ length: 20 }, (_, i) => i + 1);
const addFault = (mock: BulkMock, rule: unknown) => mock.control("POST", "/faults", rule);
const rulesOf = async (mock: BulkMock) =>
  (await mock.control<{ rules: { matched: number; struck: number }[] }>("GET", "/faults")).rules;
const findingsOf = async (mock: BulkMock) => (await mock.state("?prospects=none")).findings;

describe("a fault of a bulk job", () => {
  it("makes it end as failed, with nothing carried out", async ({ expect }) => {
    const mock = bulkMock();
    await addFault(mock, { effect: { type: "job", outcome: "failed" }, times: 2 });
    // No call that starts no job is struck.
    await mock.api("GET", "/batches");
    await mock.modify({ custom4: "x", ids });
    await mock.upsert([recordOf(1, { custom4: "x" })]);
    mock.advance(60_000);
    expect(await mock.job("/batches/1")).toMatchObject({
      state: "failed",
      pending: 0,
      failures: 20,
    });
    const page = (await (await mock.api("GET", "/batchItems?filter[failed]=true")).json()) as Page;
    expect(page.data).toHaveLength(20);
    expect(page.data[0]?.attributes).toMatchObject({
      state: "failed",
      failed: true,
      info: "The job failed by a fault rule.",
    });
    expect(await mock.job("/imports/1")).toMatchObject({
      state: "failed",
      errorReason: "The job failed by a fault rule.",
    });
    expect((await mock.state("?prospects=none")).changedCount).toBe(0);
    const { requests } = await mock.journal("?method=POST");
    expect(requests.map(({ faultIds }) => faultIds)).toEqual([["1"], ["1"]]);
  });

  it("makes a share of its items fail, the same ones in every run of a seed", async ({
    expect,
  }) => {
    const run = async (randomSeed: string) => {
      const mock = bulkMock({ randomSeed });
      await addFault(mock, { effect: { type: "job", outcome: "partial", share: 0.3 } });
      await mock.modify({ custom4: "x", ids });
      mock.advance(60_000);
      const batch = await mock.job("/batches/1");
      const { changedCount } = await mock.state("?prospects=none");
      expect(batch).toMatchObject({ state: "finished", failures: 20 - changedCount });
      const answer = await mock.api("GET", "/batchItems?filter[failed]=true");
      return ((await answer.json()) as { data: { id: number }[] }).data.map(({ id }) => id);
    };
    const first = await run("a");
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(20);
    expect(await run("a")).toEqual(first);
    expect(await run("b")).not.toEqual(first);
  });

  it("makes it start late, or never", async ({ expect }) => {
    const mock = bulkMock();
    const late = { type: "job", outcome: "late", seconds: 100 };
    const stuck = { type: "job", outcome: "stuck" };
    await addFault(mock, { times: 1, effect: late, match: { prospects: [3] } });
    await addFault(mock, { times: 1, effect: stuck, match: { prospects: [4] } });
    await mock.modify({ custom4: "x", ids: [4, 5] });
    await mock.modify({ custom4: "x", ids: [3] });
    mock.advance(101_999);
    expect(await mock.job("/batches/2")).toMatchObject({ state: "pending" });
    mock.advance(1_001);
    expect(await mock.job("/batches/2")).toMatchObject({ state: "finished" });
    mock.advance(3_600_000);
    expect(await mock.job("/batches/1")).toMatchObject({ state: "pending", pending: 2 });
  });

  it("is not used up by calls that begin no job", async ({ expect }) => {
    const mock = bulkMock({ bulkUpsertRecords: 1 });
    await addFault(mock, { times: 1, effect: { type: "job", outcome: "failed" } });
    await addFault(mock, { times: 1, match: { prospects: [9] }, effect: "server_error" });
    expect((await mock.modify({ ids: [3] })).status).toBe(422);
    expect((await mock.modify({ custom4: "x", ids: [9] })).status).toBe(500);
    expect((await mock.upsert([recordOf(3, {}), recordOf(4, {})])).status).toBe(413);
    expect((await rulesOf(mock))[0]).toMatchObject({ matched: 0, struck: 0 });
    await mock.modify({ custom4: "x", ids: [3] });
    mock.advance(60_000);
    expect(await mock.job("/batches/1")).toMatchObject({ state: "failed" });
    expect((await rulesOf(mock))[0]).toMatchObject({ matched: 1, struck: 1 });
  });

  it("is one, counted once: the first rule that strikes", async ({ expect }) => {
    const mock = bulkMock();
    await addFault(mock, [
      { skip: 1, effect: { type: "job", outcome: "stuck" } },
      { times: 1, effect: { type: "job", outcome: "failed" } },
      { times: 1, effect: { type: "job", outcome: "late", seconds: 10 } },
    ]);
    for (let i = 0; i < 3; i += 1) await mock.modify({ custom4: "x", ids: [3 + i] });
    const counts = (await rulesOf(mock)).map(({ matched, struck }) => [matched, struck]);
    expect(counts).toEqual([
      [3, 2],
      [1, 1],
      [0, 0],
    ]);
    const { requests } = await mock.journal("?method=POST");
    expect(requests.map(({ faultIds }) => faultIds)).toEqual([["2"], ["1"], ["1"]]);
  });

  it("strikes by the prospects that a filter chose, which the call did not name", async ({
    expect,
  }) => {
    const mock = bulkMock();
    await addFault(mock, {
      match: { prospects: [4] },
      effect: { type: "job", outcome: "failed" },
    });
    await mock.modify({ custom4: "x" }, `${SKIP}&actionParams[filter][id]=3`);
    await mock.modify({ custom4: "x" }, `${SKIP}&actionParams[filter][id]=3..5`);
    await mock.modify({ custom4: "x", ids: [3, 4] }, `${SKIP}&actionParams[filter][id]=3`);
    expect((await rulesOf(mock))[0]).toMatchObject({ matched: 1, struck: 1 });
  });

  it("takes part together with a lost answer", async ({ expect }) => {
    const mock = bulkMock();
    await addFault(mock, [
      { effect: "drop_after", match: { method: "POST" } },
      { effect: { type: "job", outcome: "late", seconds: 10 } },
    ]);
    await expect(mock.modify({ custom4: "x", ids: [3] })).rejects.toThrow(TypeError);
    mock.advance(13_000);
    expect(await mock.job("/batches/1")).toMatchObject({
      state: "finished",
      startedAt: "2026-11-23T10:00:12.000Z",
    });
  });
});

describe("a job's prospects", () => {
  it("are named by the call that started it, and their changes name the call", async ({
    expect,
  }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [3, 4] });
    await mock.upsert([recordOf(4, { custom5: "y" }), recordOf(5, { custom5: "y" })]);
    mock.advance(60_000);
    const callsOf = async (id: number) =>
      (await mock.journal(`?prospect=${id}`)).requests.map((call) => call.id);
    expect([await callsOf(3), await callsOf(4), await callsOf(5)]).toEqual([[1], [1, 2], [2]]);
    expect((await mock.prospect(4)).changes).toMatchObject({
      custom4: { requestId: 1 },
      custom5: { requestId: 2 },
    });
  });

  it("are under way until their item is carried out", async ({ expect }) => {
    const mock = bulkMock();
    const patch = (id: number) =>
      mock.api("PATCH", `/prospects/${id}`, patchOf(id, { custom5: "y" }));
    await mock.modify({ custom4: "x", ids: [3, 4] });
    await patch(7);
    mock.advance(3_000);
    await patch(3);
    expect((await findingsOf(mock)).openPerProspectMax).toBe(1);
    await patch(4);
    expect(await findingsOf(mock)).toMatchObject({
      openPerProspectMax: 2,
      overlaps: [{ prospectId: 4, callIds: [1, 4] }],
    });
    mock.advance(1_000);
    await patch(4);
    expect((await findingsOf(mock)).overlapCount).toBe(1);
  });

  it("are under way in two jobs at once, and no longer once one is canceled", async ({
    expect,
  }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [3] });
    await mock.api("POST", "/batches/1/actions/cancel");
    await mock.upsert([recordOf(3, { custom5: "y" })]);
    expect((await findingsOf(mock)).openPerProspectMax).toBe(1);
    await mock.modify({ custom4: "x", ids: [3] });
    expect((await findingsOf(mock)).overlaps).toMatchObject([{ prospectId: 3, callIds: [3, 4] }]);
  });

  it("are under way until the last of several records about one of them", async ({ expect }) => {
    const mock = bulkMock();
    const patch = () => mock.api("PATCH", "/prospects/3", patchOf(3, { custom5: "y" }));
    await mock.upsert([3, 4, 3].map((id) => recordOf(id, { custom4: "x" })));
    mock.advance(4_000);
    await mock.control("POST", "/snapshots", { name: "between" });
    await patch();
    expect((await findingsOf(mock)).overlaps).toMatchObject([{ prospectId: 3, callIds: [1, 2] }]);
    await mock.control("POST", "/snapshots/between/restore");
    await mock.api("PATCH", "/prospects/4", patchOf(4, { custom5: "y" }));
    expect((await findingsOf(mock)).overlapCount).toBe(0);
    await patch();
    expect((await findingsOf(mock)).overlapCount).toBe(1);
    mock.advance(1_000);
    await patch();
    expect((await findingsOf(mock)).overlapCount).toBe(1);
  });

  it("are not under way while a batch waits for its confirmation", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [3] }, "");
    await mock.upsert([recordOf(3, { custom5: "y" })]);
    expect((await findingsOf(mock)).overlapCount).toBe(0);
    await mock.api("POST", "/batches/1/actions/confirm");
    expect((await findingsOf(mock)).overlaps).toMatchObject([{ prospectId: 3, callIds: [2, 1] }]);
  });
});
