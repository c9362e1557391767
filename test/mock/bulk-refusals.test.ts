import { describe, it } from "vitest";
import { bulkMock, type BulkMock, errorOf, recordOf, SKIP } from "./bulk-support.ts";
import { START } from "./support.ts";

const MODIFY = `/batches/actions/prospectsBulkModify${SKIP}`;
const UPSERT = "/imports/actions/bulkUpsert";

describe("a bulk call is refused", () => {
  it("without each of its scopes", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [1] });
    const refusal = async (method: string, path: string, scopes: string) => {
      const authorization = `Bearer ${await mock.signIn({ scopes })}`;
      return errorOf(await mock.api(method, path, { data: {} }, { authorization }));
    };
    const missing = (scope: string) => ({
      status: 403,
      id: "unauthorizedOauthScope",
      detail: `Your authorization does not include the required scope '${scope}'.`,
    });
    const cases = [
      ["POST", MODIFY, "batches.write prospects.write", "batches.read"],
      ["POST", MODIFY, "batches.read prospects.write", "batches.write"],
      ["POST", MODIFY, "batches.all prospects.read", "prospects.write"],
      ["POST", "/batches/1/actions/confirm", "batches.read", "batches.write"],
      ["POST", "/batches/1/actions/cancel", "batches.read", "batches.write"],
      ["POST", UPSERT, "imports.read prospects.all", "imports.write"],
    ] as const;
    for (const [method, path, scopes, scope] of cases) {
      expect(await refusal(method, path, scopes)).toMatchObject(missing(scope));
    }
    const authorization = `Bearer ${await mock.signIn({ scopes: "prospects.all" })}`;
    for (const path of ["/batches", "/batches/1", "/batchItems", "/batchItems/1", "/imports/1"]) {
      expect((await mock.api("GET", path, undefined, { authorization })).status, path).toBe(403);
    }
  });

  it("from a user who may only read", async ({ expect }) => {
    const mock = bulkMock();
    const token = await mock.signIn({
      user: "viewer@example.com",
      scopes: "batches.all prospects.all",
    });
    const answer = await mock.api("POST", MODIFY, {}, { authorization: `Bearer ${token}` });
    expect(await errorOf(answer)).toMatchObject({ status: 403, id: "unauthorizedRequest" });
  });

  it("with another content type, parameter, or id", async ({ expect }) => {
    const mock = bulkMock();
    const status = async (path: string, headers = {}) =>
      (await mock.api("POST", path, { data: {} }, headers)).status;
    for (const path of [
      MODIFY,
      UPSERT,
      "/batches/1/actions/confirm",
      "/batches/1/actions/cancel",
    ]) {
      expect(await status(path, { "content-type": "application/json" }), path).toBe(415);
      const more = path.includes("?") ? `${path}&nothing=1` : `${path}?actionParams[nothing]=1`;
      expect(await status(more), more).toBe(400);
    }
    expect(
      await status("/batches/actions/prospectsBulkModify?actionParams[skipConfirmation]=1"),
    ).toBe(400);
    expect(await status("/batches/9/actions/confirm")).toBe(404);
    expect(await status("/batches/9/actions/cancel")).toBe(404);
    expect(await status("/batches/actions/prospectsDestroyAll")).toBe(404);
  });

  it("with a pointer to what is wrong in it", async ({ expect }) => {
    const mock = bulkMock();
    const pointer = async (answer: Promise<Response>) => {
      const { status, source } = await errorOf(await answer);
      return [status, source?.pointer];
    };
    const data = (document: object) => mock.api("POST", MODIFY, { data: document });
    expect(await pointer(mock.api("POST", MODIFY, {}))).toEqual([422, "/data"]);
    expect(await pointer(data({ type: "import" }))).toEqual([422, "/data/type"]);
    expect(await pointer(data({}))).toEqual([422, "/data/attributes"]);
    expect(await pointer(mock.modify({ ids: [1] }))).toEqual([422, "/data/attributes"]);
    const noIds = [422, "/data/attributes/ids"];
    expect(await pointer(mock.modify({ custom4: "x", ids: ["a"] }))).toEqual(noIds);
    expect(await pointer(mock.modify({ custom4: "x", ids: 7 }))).toEqual(noIds);
    const upsertOf = (...records: unknown[]) => mock.upsert(records);
    const record = recordOf(1, {});
    expect(await pointer(upsertOf())).toEqual([422, "/data/attributes/records"]);
    expect(await pointer(upsertOf(record, 7))).toEqual([422, "/data/attributes/records/1"]);
    expect(await pointer(upsertOf({ ...record, type: "account" }))).toEqual([
      422,
      "/data/attributes/records/0",
    ]);
    expect(await pointer(mock.upsert([record], "merge"))).toEqual([
      422,
      "/data/attributes/dupeMethod",
    ]);
    expect((await mock.state("?prospects=none")).changedCount).toBe(0);
  });

  it("where it says more than would be done, with a pointer to each", async ({ expect }) => {
    const mock = bulkMock();
    const pointers = async (path: string, document: unknown) => {
      const answer = await mock.api("POST", path, document);
      expect(answer.status).toBe(422);
      const { errors } = (await answer.json()) as { errors: { source?: { pointer: string } }[] };
      return errors.map(({ source }) => source?.pointer);
    };
    const ids = [1];
    const modify = (attributes: object, more: object = {}) =>
      pointers(MODIFY, { data: { type: "batch", attributes, ...more } });
    const upsert = (record: object, more: object = {}) => {
      const attributes = { records: [record], dupeMethod: "overwrite", ...more };
      return pointers(UPSERT, { data: { attributes } });
    };
    const one = { fieldName: "custom4", fieldValue: "x" };
    expect(await modify({ ...one, custom5: "y", ids })).toEqual(["/data/attributes/custom5"]);
    expect(await modify({ fieldName: "custom4", ids })).toEqual(["/data/attributes/fieldValue"]);
    expect(await modify({ fieldValue: "x", ids })).toEqual(["/data/attributes/fieldName"]);
    expect(await modify({ ...one, fieldName: 4, ids })).toEqual(["/data/attributes/fieldName"]);
    expect(await modify({ custom4: "x", ids }, { relationships: {}, id: 1 })).toEqual([
      "/data/relationships",
      "/data/id",
    ]);
    const data = { attributes: { custom4: "x" } };
    expect(await pointers(MODIFY, { data, type: "batch", ids })).toEqual(["/ids"]);
    const record = recordOf(1, { custom4: "x" });
    expect(await upsert(record, { dupeMethods: "skip", "a/b": 1 })).toEqual([
      "/data/attributes/dupeMethods",
      "/data/attributes/a~1b",
    ]);
    const at = "/data/attributes/records/0";
    expect(await upsert({ ...record, custom5: "y" })).toEqual([`${at}/custom5`]);
    expect(await upsert({ data: { ...record, custom5: "y" } })).toEqual([`${at}/data/custom5`]);
    expect(await upsert({ data: record, custom5: "y" })).toEqual([`${at}/custom5`]);
    expect((await mock.state("?prospects=none")).calls.byMethodAndStatus).toEqual({
      "POST 422": 10,
    });
    const whole = await (await mock.api("GET", "/prospects/1?fields[prospect]=custom4")).json();
    expect((await mock.upsert([whole])).status).toBe(200);
    expect((await mock.modify({ fieldName: "custom4", fieldValue: null, ids })).status).toBe(200);
  });

  it("where it is about too many, or too large", async ({ expect }) => {
    const mock = bulkMock({ bulkItemsPerCall: 3, bulkUpsertRecords: 2, bulkUpsertBytes: 1_024 });
    const statuses = async (...answers: Promise<Response>[]) =>
      (await Promise.all(answers)).map(({ status }) => status);
    const records = [1, 2, 3].map((id) => recordOf(id, { custom4: "x" }));
    expect(
      await statuses(
        mock.modify({ custom4: "x", ids: [1, 2, 3, 3] }),
        mock.modify({ custom4: "x", ids: [1, 2, 3, 4] }),
        mock.modify({ custom4: "x" }),
        mock.upsert(records.slice(0, 2)),
        mock.upsert(records),
        mock.upsert([recordOf(1, { custom4: "x".repeat(1_024) })]),
      ),
    ).toEqual([200, 413, 413, 200, 413, 413]);
  });

  it("once the organisation's items of the day are used up", async ({ expect }) => {
    const mock = bulkMock({ bulkItemsPerDay: 5 });
    const modify = (ids: readonly number[]): ReturnType<BulkMock["modify"]> =>
      mock.modify({ custom4: "x", ids });
    expect((await modify([1, 2, 3])).status).toBe(200);
    expect(await errorOf(await modify([4, 5, 6]))).toMatchObject({
      status: 422,
      detail: "The organisation has 2 of its 5 items left today.",
    });
    expect((await modify([4, 5])).status).toBe(200);
    const midnight = Date.UTC(2026, 10, 24);
    mock.advance(midnight - START - 1);
    const token = await mock.signIn({ scopes: "batches.all prospects.all" });
    const again = async () => {
      const body = { data: { attributes: { custom4: "x", ids: [1] } } };
      const headers = { authorization: `Bearer ${token}` };
      return (await mock.api("POST", MODIFY, body, headers)).status;
    };
    expect(await again()).toBe(422);
    mock.advance(1);
    expect(await again()).toBe(200);
  });
});
