import { describe, it } from "vitest";
import { bulkMock, type BulkMock, recordOf } from "./bulk-support.ts";
import { patchOf } from "./support.ts";

const ids = Array.from({ length: 20 }, (_, i) => i + 1);
const addFault = (mock: BulkMock, rule: unknown) => mock.control("POST", "/faults", rule);
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
      pending: 20,
      failures: 0,
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
    const effect = (outcome: string) => ({ type: "job", outcome, seconds: 100 });
    await addFault(mock, { times: 1, effect: effect("late"), match: { prospects: [3] } });
    await addFault(mock, { times: 1, effect: effect("stuck"), match: { prospects: [4] } });
    await mock.modify({ custom4: "x", ids: [4, 5] });
    await mock.modify({ custom4: "x", ids: [3] });
    mock.advance(101_999);
    expect(await mock.job("/batches/2")).toMatchObject({ state: "pending" });
    mock.advance(1_001);
    expect(await mock.job("/batches/2")).toMatchObject({ state: "finished" });
    mock.advance(3_600_000);
    expect(await mock.job("/batches/1")).toMatchObject({ state: "pending", pending: 2 });
  });

  it("takes part together with a lost answer", async ({ expect }) => {
    const mock = bulkMock();
    await addFault(mock, [
      { effect: { type: "job", outcome: "late", seconds: 10 } },
      { effect: "drop_after", match: { method: "POST" } },
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

  it("are not under way while a batch waits for its confirmation", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [3] }, "");
    await mock.upsert([recordOf(3, { custom5: "y" })]);
    expect((await findingsOf(mock)).overlapCount).toBe(0);
    await mock.api("POST", "/batches/1/actions/confirm");
    expect((await findingsOf(mock)).overlaps).toMatchObject([{ prospectId: 3, callIds: [2, 1] }]);
  });
});
