import { describe, it } from "vitest";
import { bulkMock, type BulkMock, errorOf, recordOf, SKIP } from "./bulk-support.ts";
import { type Page, patchOf, resourceOf } from "./support.ts";

const held = async (mock: BulkMock, id: number) => (await mock.prospect(id)).attributes["custom4"];
const emailOf = async (mock: BulkMock, id: number) =>
  ((await mock.prospect(id)).attributes["emails"] as readonly string[])[0];
const items = async (mock: BulkMock, query: string) =>
  ((await (await mock.api("GET", `/batchItems?${query}`)).json()) as Page).data;

describe("a bulk modify", () => {
  it("is carried out as time passes, each item at its moment", async ({ expect }) => {
    const mock = bulkMock();
    const started = await resourceOf(await mock.modify({ custom4: "realized", ids: [3, 4, 5] }));
    expect(started).toMatchObject({
      type: "batch",
      id: 1,
      attributes: { state: "pending", total: 3, pending: 3, failures: 0, startedAt: null },
      relationships: { creator: { data: { type: "user", id: 1 } } },
    });
    mock.advance(1_999);
    expect(await mock.job("/batches/1")).toMatchObject({ state: "pending" });
    mock.advance(2_001);
    expect(await mock.job("/batches/1")).toMatchObject({
      state: "running",
      pending: 1,
      startedAt: "2026-11-23T10:00:02.000Z",
      updatedAt: "2026-11-23T10:00:04.000Z",
    });
    expect([await held(mock, 4), await held(mock, 5)]).toEqual(["realized", undefined]);
    mock.advance(3_600_000);
    expect(await mock.job("/batches/1")).toMatchObject({
      state: "finished",
      pending: 0,
      failures: 0,
      finishedAt: "2026-11-23T10:00:05.000Z",
    });
    expect((await mock.prospect(5)).changes["custom4"]).toMatchObject({
      at: "2026-11-23T10:00:05.000Z",
      requestId: 1,
    });
    expect(await held(mock, 6)).toBeUndefined();
  });

  it("checks each item as a single write is, and says why it failed", async ({ expect }) => {
    const mock = bulkMock();
    const taken = await emailOf(mock, 9);
    await mock.modify({ emails: [taken], ids: [9, 3] });
    await mock.modify({ custom4: "x".repeat(32_001), ids: [3] });
    await mock.modify({ nothing: 1, ids: [3] });
    await mock.modify({ custom4: "x", ids: [3, 999] });
    mock.advance(60_000);
    const failed = await items(mock, "filter[failed]=true");
    expect(
      failed.map(({ id, attributes }) => [id, attributes["batchId"], attributes["info"]]),
    ).toEqual([
      [2, 1, "Contacts email hash has already been taken."],
      [3, 2, "Data provided is too long."],
      [4, 3, "'nothing' is not an attribute of prospect."],
      [6, 4, "Could not find 'prospect' with ID '999'."],
    ]);
    expect(await mock.job("/batches/4")).toMatchObject({
      state: "finished",
      failures: 1,
      total: 2,
    });
    expect(await held(mock, 3)).toBe("x");
  });

  it("has items that can be filtered by their batch, and paged", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "a", ids: [1, 2] });
    mock.advance(1);
    await mock.modify({ custom4: "b", ids: [3, 4, 5] });
    mock.advance(4_000);
    const page = await items(mock, "filter[batchId]=2&page[limit]=2&page[offset]=1");
    expect(page.map(({ id, attributes: { data, state } }) => [id, data, state])).toEqual([
      [4, '{"id":4}', "finished"],
      [5, '{"id":5}', "pending"],
    ]);
    const [item] = page;
    expect(item?.relationships["batch"]?.data).toEqual({ type: "batch", id: 2 });
    expect((await mock.api("GET", "/batchItems/6")).status).toBe(404);
    const listed = (await (await mock.api("GET", "/batches?sort=-createdAt")).json()) as Page;
    expect(listed.data.map(({ id }) => id)).toEqual([2, 1]);
  });

  it("without ids and filter changes every prospect, once that many are confirmed", async ({
    expect,
  }) => {
    const mock = bulkMock();
    const { attributes } = await resourceOf(await mock.modify({ custom4: "all", ids: [] }, ""));
    expect(attributes).toMatchObject({
      state: "confirming",
      confirmCount: 20,
      confirmedCountRequired: true,
    });
    mock.advance(3_600_000);
    expect(await held(mock, 1)).toBeUndefined();
    const confirm = (query: string) => mock.api("POST", `/batches/1/actions/confirm${query}`);
    expect(await errorOf(await confirm(""))).toMatchObject({ status: 422, id: "validationError" });
    expect((await confirm("?actionParams[confirmedCount]=19")).status).toBe(422);
    expect((await confirm("?actionParams[confirmedCount]=20")).status).toBe(200);
    expect((await confirm("?actionParams[confirmedCount]=20")).status).toBe(422);
    mock.advance(22_000);
    expect(await mock.job("/batches/1")).toMatchObject({ state: "finished", total: 20 });
    expect(await held(mock, 20)).toBe("all");
    expect((await mock.journal("?prospect=20")).requests.map(({ id }) => id)).toEqual([1]);
  });

  it("without ids changes every prospect at once where confirmation is skipped", async ({
    expect,
  }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "all" });
    mock.advance(22_000);
    expect(await mock.job("/batches/1")).toMatchObject({ state: "finished", total: 20 });
  });

  it("takes a filter, and one field by name and value", async ({ expect }) => {
    const mock = bulkMock();
    const query = `${SKIP}&actionParams[filter][id]=2..4`;
    await mock.modify({ fieldName: "custom4", fieldValue: "x", ids: [3, 4, 5] }, query);
    mock.advance(60_000);
    expect(await mock.job("/batches/1")).toMatchObject({ total: 2, failures: 0 });
    expect([await held(mock, 2), await held(mock, 3), await held(mock, 5)]).toEqual([
      undefined,
      "x",
      undefined,
    ]);
    expect((await mock.state("?prospects=none")).changedCount).toBe(2);
    await mock.api("PATCH", "/prospects/5", patchOf(5, { custom4: "y" }));
    expect((await mock.state("?prospects=none")).findings.overlapCount).toBe(0);
  });

  it("can be canceled: what was done stays done", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [3, 4, 5] });
    mock.advance(3_000);
    expect((await mock.api("POST", "/batches/1/actions/cancel")).status).toBe(200);
    mock.advance(60_000);
    expect(await mock.job("/batches/1")).toMatchObject({
      state: "canceled",
      pending: 2,
      canceledAt: "2026-11-23T10:00:03.000Z",
      finishedAt: null,
    });
    expect([await held(mock, 3), await held(mock, 4)]).toEqual(["x", undefined]);
    expect((await mock.api("POST", "/batches/1/actions/cancel")).status).toBe(422);
    const states = (await items(mock, "filter[batchId]=1")).map(
      ({ attributes }) => attributes["state"],
    );
    expect(states).toEqual(["finished", "canceled", "canceled"]);
  });

  it("is in the order of its items' moments with other jobs and with single writes", async ({
    expect,
  }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "first", ids: [1, 2, 3] });
    mock.advance(1_500);
    await mock.modify({ custom4: "second", ids: [3, 2, 1] });
    // The first is due at 3, 4 and 5 seconds, the second at 4.5, 5.5 and 6.5.
    mock.advance(60_000);
    expect([await held(mock, 1), await held(mock, 2), await held(mock, 3)]).toEqual([
      "second",
      "second",
      "first",
    ]);
    await mock.modify({ custom4: "job", ids: [7] });
    mock.advance(60_000);
    await mock.api("PATCH", "/prospects/7", patchOf(7, { custom4: "later" }));
    expect(await held(mock, 7)).toBe("later");
  });
});

describe("a bulk upsert", () => {
  it("gives each prospect its own values and creates none", async ({ expect }) => {
    const mock = bulkMock();
    const started = await resourceOf(
      await mock.upsert([
        recordOf(3, { custom4: "three" }),
        { data: recordOf(4, { custom4: "four" }) },
        recordOf(999, { custom4: "nobody" }),
        recordOf(5, { nothing: 1 }),
      ]),
    );
    expect(started).toMatchObject({
      type: "import",
      id: 1,
      attributes: {
        state: "pending",
        total: 4,
        dupeMethod: "overwriteNoCreate",
        fileName: "x.json",
      },
    });
    mock.advance(60_000);
    expect(await mock.job("/imports/1")).toMatchObject({
      state: "finished",
      failures: 2,
      dupes: 3,
      errorReason: "2 of 4 records failed; the first: Could not find 'prospect' with ID '999'.",
      stateChangedAt: "2026-11-23T10:00:06.000Z",
    });
    expect([await held(mock, 3), await held(mock, 4)]).toEqual(["three", "four"]);
    expect((await mock.state("?prospects=none")).prospectCount).toBe(20);
  });

  it("treats those that are there as its dupeMethod says", async ({ expect }) => {
    const outcome = async (dupeMethod: string) => {
      const mock = bulkMock();
      await mock.api("PATCH", "/prospects/3", patchOf(3, { custom4: "old" }));
      await mock.upsert(
        [recordOf(3, { custom4: "new", custom5: "new" }), recordOf(undefined, { custom4: "new" })],
        dupeMethod,
      );
      mock.advance(60_000);
      const { attributes } = await mock.prospect(3);
      const { prospectCount } = await mock.state("?prospects=none");
      return [attributes["custom4"], attributes["custom5"], prospectCount];
    };
    expect(await outcome("overwriteNoCreate")).toEqual(["new", "new", 20]);
    expect(await outcome("overwrite")).toEqual(["new", "new", 21]);
    expect(await outcome("skip")).toEqual(["old", undefined, 21]);
    expect(await outcome("missing")).toEqual(["old", "new", 21]);
  });

  it("is told of by the control API, with batches, without a call", async ({ expect }) => {
    const mock = bulkMock();
    await mock.upsert([recordOf(3, { custom4: "x" }), recordOf(999, {})]);
    await mock.modify({ custom4: "x", ids: [3] }, "");
    mock.advance(3_000);
    const { jobs } = await mock.control<{ jobs: readonly object[] }>("GET", "/jobs");
    const never = { confirmedAt: null, startedAt: null, endedAt: null };
    expect(jobs).toEqual([
      {
        ...never,
        type: "import",
        id: 1,
        state: "running",
        total: 2,
        pending: 1,
        failures: 0,
        dupes: 1,
        errorReason: null,
        firstFailure: null,
        userId: 1,
        requestId: 1,
        createdAt: "2026-11-23T10:00:00.000Z",
        startedAt: "2026-11-23T10:00:02.000Z",
      },
      expect.objectContaining({
        ...never,
        type: "batch",
        id: 1,
        state: "confirming",
        requestId: 2,
      }),
    ]);
    mock.advance(1_000);
    expect(await mock.control("GET", "/jobs")).toMatchObject({
      jobs: [{ failures: 1, firstFailure: "Could not find 'prospect' with ID '999'." }, {}],
    });
    expect((await mock.state("?prospects=none")).calls.total).toBe(2);
  });

  it("is not listed: no list of imports is published", async ({ expect }) => {
    expect(await errorOf(await bulkMock().api("GET", "/imports"))).toMatchObject({
      status: 404,
      id: "routeNotFound",
    });
  });

  it("is found by its prospects, and by whoever ordered it", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ title: "CTO", ids: [1, 2] });
    await mock.modify({ title: "CTO", ids: [2, 3] });
    const found = async (query: string) => {
      const answer = await mock.api("GET", `/batches?${query}`);
      return ((await answer.json()) as Page).data.map(({ id }) => id);
    };
    expect(await found("filter[prospect][id]=1")).toEqual([1]);
    expect(await found("filter[prospect][id]=2")).toEqual([1, 2]);
    expect(await found("filter[prospect][id]=1,3&sort=-createdAt")).toHaveLength(2);
    expect(await found("filter[prospect][id]=9")).toEqual([]);
    expect(await found("filter[user][id]=1")).toEqual([1, 2]);
    expect(await found("filter[user][id]=2")).toEqual([]);
    expect(await found("filter[account][id]=1")).toEqual([]);
    for (const value of ["1..3", "__null__", "x"]) {
      expect((await mock.api("GET", `/batches?filter[prospect][id]=${value}`)).status).toBe(400);
    }
  });

  it("links to its items by a filter that they have", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ title: "CTO", ids: [1, 2] });
    const batch = (await (await mock.api("GET", "/batches/1")).json()) as {
      data: { relationships: { batchItems: { links: { related: string } } } };
    };
    const { related } = batch.data.relationships.batchItems.links;
    const linked = await mock.api("GET", related.slice(related.indexOf("/batchItems")));
    expect(((await linked.json()) as { data: unknown[] }).data).toHaveLength(2);
  });
});
