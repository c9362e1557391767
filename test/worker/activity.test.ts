import { describe, it } from "vitest";
import type { Failure } from "../../src/engine/api.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

const HOUR_MS = 3_600_000;

describe("runs", () => {
  it("have the contract's counters and the hour that they cover", async ({ expect }) => {
    const { call, user, stubs, addDestination } = workerUnderTest();
    const { id, outreachUserId } = await addDestination();
    stubs.length = 0;
    const counters = {
      received: 10,
      accepted: 8,
      rejected: 2,
      coalesced: 3,
      unchanged: 1,
      delivered: 3,
      failed: 1,
      replayed: 0,
      discarded: 0,
      calls: 4,
      rejectedByCode: { invalid_identity: 2 },
    };
    user.runs.mockResolvedValue([{ startedAt: START, ...counters }]);
    const answer = await call(`/v1/destinations/${id}/runs?limit=5`);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      runs: [
        {
          startedAt: "2026-11-23T14:00:00.000Z",
          endedAt: "2026-11-23T15:00:00.000Z",
          ...counters,
        },
      ],
    });
    expect(user.runs).toHaveBeenCalledExactlyOnceWith(id, 5);
    expect(stubs).toEqual([outreachUserId]);
  });

  it("of a week are answered where no limit is given, and limits are limited", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    await call(`/v1/destinations/${id}/runs`);
    expect(user.runs).toHaveBeenCalledExactlyOnceWith(id, 168);
    expect((await call(`/v1/destinations/${id}/runs?limit=100000`)).status).toBe(422);
  });
});

describe("audiences", () => {
  it("of the settings come with their names, and with zeros where nothing came in", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({
      audiences: [
        { namespace: "UPS", id: "a", mappingId: 4, name: "Webinar" },
        { id: "b", mappingId: 5 },
      ],
    });
    user.audiences.mockResolvedValue([
      { namespace: "ups", id: "a", mappingId: 4, members: 7, exited: 2, pending: 1, failed: 0 },
    ]);
    const answer = await call(`/v1/destinations/${id}/audiences`);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      audiences: [
        {
          namespace: "UPS",
          id: "a",
          name: "Webinar",
          mappingId: 4,
          configured: true,
          members: 7,
          exited: 2,
          pending: 1,
          failed: 0,
        },
        {
          namespace: "ups",
          id: "b",
          name: null,
          mappingId: 5,
          configured: true,
          members: 0,
          exited: 0,
          pending: 0,
          failed: 0,
        },
      ],
    });
  });

  it("that the settings do not map, but that were counted, are listed after them", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({
      audiences: [{ id: "a", mappingId: 4, name: "Webinar" }],
    });
    const counts = { members: 1, exited: 0, pending: 0, failed: 0 };
    user.audiences.mockResolvedValue([
      { namespace: "ups", id: "a", mappingId: 9, ...counts },
      { namespace: "other", id: "a", mappingId: 4, ...counts },
    ]);
    const { json } = await call(`/v1/destinations/${id}/audiences`);
    expect(json).toMatchObject({
      audiences: [
        { id: "a", mappingId: 4, configured: true, members: 0 },
        { id: "a", mappingId: 9, configured: false, name: "Webinar", members: 1 },
        { namespace: "other", id: "a", configured: false, name: null },
      ],
    });
  });
});

describe("failures", () => {
  const failure: Failure = {
    id: "12",
    prospectId: 7,
    fields: ["emails"],
    error: {
      at: START,
      status: 422,
      code: "validationError",
      detail: "Contacts email hash has already been taken.",
      pointer: "/data/attributes/emails",
    },
    attempts: 1,
    acceptedAt: START - HOUR_MS,
  };

  it("are listed with Outreach's own words and a remedy", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.failures.mockResolvedValue({ failures: [failure], total: 3, next: "12" });
    expect(await call(`/v1/destinations/${id}/failures?after=x`)).toMatchObject({ status: 422 });
    const answer = await call(`/v1/destinations/${id}/failures?limit=1&after=20`);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      failures: [
        {
          id: "12",
          prospectId: 7,
          fields: ["emails"],
          error: {
            at: "2026-11-23T14:00:00.000Z",
            status: 422,
            detail: "Contacts email hash has already been taken.",
          },
          attempts: 1,
          acceptedAt: "2026-11-23T13:00:00.000Z",
        },
      ],
      total: 3,
      next: "12",
    });
    expect(answer.text).toContain("Another prospect in Outreach has this e-mail address");
    expect(user.failures).toHaveBeenCalledExactlyOnceWith(id, {
      limit: 1,
      after: "20",
      group: null,
    });
  });

  it("are listed by kind, and of one kind", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.failureGroups.mockResolvedValue({
      groups: [{ key: "77", count: 5_000, field: "emails", newest: [failure] }],
      groupsCount: 3,
      total: 5_002,
      ungrouped: 2,
    });
    const path = `/v1/destinations/${id}/failures`;
    const { json } = await call(`${path}/groups?limit=1`);
    expect(json).toMatchObject({
      groups: [{ key: "77", count: 5_000, field: "emails", error: { status: 422 } }],
      groupsCount: 3,
      total: 5_002,
      ungrouped: 2,
    });
    expect(user.failureGroups).toHaveBeenCalledExactlyOnceWith(id, 1);
    await call(`${path}?group=77`);
    expect(user.failures).toHaveBeenLastCalledWith(id, { limit: 100, after: null, group: "77" });
    await call(`${path}/replay`, { body: { group: "77" } });
    expect(user.replay).toHaveBeenLastCalledWith(id, { group: "77" });
    await call(`${path}/discard`, { body: { group: "77" } });
    expect(user.discardFailures).toHaveBeenLastCalledWith(id, { group: "77" });
    for (const body of [{ group: "x" }, { group: "77", ids: ["1"] }, { group: null }]) {
      expect((await call(`${path}/replay`, { body })).status).toBe(422);
      expect((await call(`${path}/discard`, { body })).status).toBe(422);
    }
    expect((await call(`${path}?group=x`)).status).toBe(422);
  });

  it("are replayed all, or those that the body names", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.replay.mockResolvedValue({ replayed: 2 });
    const all = await call(`/v1/destinations/${id}/failures/replay`, { method: "POST" });
    expect(all.status).toBe(200);
    expect(all.json).toEqual({ replayed: 2 });
    await call(`/v1/destinations/${id}/failures/replay`, { body: {} });
    await call(`/v1/destinations/${id}/failures/replay`, { body: { ids: ["12", "13"] } });
    await call(`/v1/destinations/${id}/failures/replay`, { body: { ids: [] } });
    expect(user.replay.mock.calls).toEqual([
      [id, null],
      [id, null],
      [id, ["12", "13"]],
      [id, []],
    ]);
  });

  it("are not replayed where the body is wrong", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    const replay = (body: unknown) => call(`/v1/destinations/${id}/failures/replay`, { body });
    expect((await replay({ ids: "12" })).status).toBe(422);
    expect((await replay({ id: ["12"] })).status).toBe(422);
    expect((await replay({ ids: Array.from({ length: 1001 }, String) })).status).toBe(422);
    expect((await replay("{")).status).toBe(400);
    expect(user.replay).not.toHaveBeenCalled();
  });

  it("are discarded by name or all, and never unnamed", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.discardFailures.mockResolvedValue({ discarded: 2 });
    const path = `/v1/destinations/${id}/failures/discard`;
    const all = await call(path, { body: { ids: "all" } });
    expect(all.status).toBe(200);
    expect(all.json).toEqual({ discarded: 2 });
    await call(path, { body: { ids: ["12", "13"] } });
    await call(path, { body: { ids: [] } });
    const accepted = [
      [id, null],
      [id, ["12", "13"]],
      [id, []],
    ];
    expect(user.discardFailures.mock.calls).toEqual(accepted);
    const tooMany = Array.from({ length: 1001 }, String);
    for (const body of [{}, { ids: null }, { ids: "12" }, { ids: tooMany }, { all: true }]) {
      expect((await call(path, { body })).json).toMatchObject({
        status: 422,
        errors: expect.arrayContaining([expect.objectContaining({ pointer: "/ids" })]),
      });
    }
    expect((await call(path, { method: "POST" })).status).toBe(422);
    expect(user.discardFailures.mock.calls).toEqual(accepted);
  });

  it("are discarded one by one, once", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    user.discardFailure.mockResolvedValueOnce(true);
    const path = `/v1/destinations/${id}/failures/12`;
    expect((await call(path, { method: "DELETE" })).status).toBe(204);
    expect(user.discardFailure).toHaveBeenCalledExactlyOnceWith(id, "12");
    expect((await call(path, { method: "DELETE" })).json).toMatchObject({
      status: 404,
      code: "failure_not_found",
    });
  });
});

describe("activity of a destination that does not exist", () => {
  it("is a 404, and calls no object", async ({ expect }) => {
    const { call, stubs } = workerUnderTest();
    const base = "/v1/destinations/dest_none";
    const answers = [
      await call(`${base}/runs`),
      await call(`${base}/audiences`),
      await call(`${base}/failures`),
      await call(`${base}/failures/replay`, { method: "POST" }),
      await call(`${base}/failures/discard`, { body: { ids: "all" } }),
      await call(`${base}/failures/1`, { method: "DELETE" }),
      await call(`${base}/credentials/rotate`, { method: "POST" }),
    ];
    for (const { json } of answers) {
      expect(json).toMatchObject({ status: 404, code: "destination_not_found" });
    }
    expect(stubs).toEqual([]);
  });
});
