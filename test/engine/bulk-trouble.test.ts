import { describe, it } from "vitest";
import {
  isLook,
  isModify,
  isReadBack,
  isStart,
  pathOf,
  worldWithBulk,
} from "../support/bulk-outreach.ts";
import { accept, members, people, waiting } from "../support/bulk-updates.ts";
import { apiError, DESTINATION, json } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONG = { timeout: 180_000 };
const OTHER = "destination-2";

describe("bulk delivery in trouble", () => {
  for (const [what, answer] of [
    ["fails", () => apiError(500, "internalError", "Oops.")],
    ["cannot be read", () => json(200, { surprise: true })],
  ] as const) {
    it(
      `reads a job back whose look ${what} for ever, and nobody else waits for it`,
      LONG,
      async ({ expect }) => {
        const { world, outreach } = await worldWithBulk();
        outreach.script = (request) => (isLook(request) ? answer() : null);
        accept(world, members(500));
        await world.pass(5 * MINUTE_MS);
        for (let i = 0; i < 12; i++) {
          accept(world, people(5, 10_000 + 5 * i), OTHER);
          await world.pass(10 * MINUTE_MS);
          const reached = world.patches.filter(({ id }) => id >= 10_000);
          expect(reached).toHaveLength(5 * (i + 1));
        }
        expect(waiting(world)).toBe(0);
        expect(world.patches).toHaveLength(60);
        expect(world.core.audiences(DESTINATION)).toMatchObject([{ members: 500, pending: 0 }]);
      },
    );
  }

  it("does not use upserts where the check's job cannot be followed", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = (request) => (isLook(request) ? json(200, { surprise: true }) : null);
    accept(world, people(1_000));
    await world.pass(2 * HOUR_MS);
    expect(waiting(world)).toBe(0);
    expect(world.core.status().bulk.checks).toMatchObject([{ state: "failed" }]);
  });

  it("is not led astray by a second lost job of as many prospects", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.losesStarts = true;
    let starts = 0;
    outreach.script = (request) => {
      if (isStart(request)) outreach.durationMs = ++starts === 1 ? 6 * MINUTE_MS : 10_000;
      return null;
    };
    accept(world, [...members(2_000, "realized"), ...members(2_000, "exited", { from: 10_001 })]);
    await world.pass(3 * MINUTE_MS);
    const [[id, { custom4 }]] = [...(outreach.jobs[0]?.changes ?? [])] as [
      [number, { custom4: "realized" | "exited" }],
    ];
    const newer = custom4 === "realized" ? "exited" : "realized";
    accept(world, members(1, newer, { at: 2, from: id }));
    await world.pass(HOUR_MS);
    expect(waiting(world)).toBe(0);
    expect(world.held.get(id)).toMatchObject({ custom4: newer });
  });

  it("takes somebody else's batch for its own by no means", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.losesStarts = true;
    const theirs = (at: number) => ({
      type: "batch",
      id: 77,
      attributes: {
        action: "prospectsAddToSequence",
        state: "finished",
        total: 2_000,
        failures: 0,
        createdAt: new Date(at).toISOString(),
      },
    });
    outreach.script = (request) => {
      const path = pathOf(request);
      if (path.endsWith("/batches/77")) return json(200, { data: theirs(world.now) });
      return path.endsWith("/batches") ? json(200, { data: [theirs(world.now)] }) : null;
    };
    accept(world, members(2_000));
    await world.pass(HOUR_MS);
    expect(world.requests.filter((request) => pathOf(request).endsWith("/batches/77"))).toEqual([]);
    expect(waiting(world)).toBe(0);
  });

  it("does not take one prospect's refusal for all of theirs", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = (request) => {
      if (isModify(request)) return apiError(422, "validationError", "Too many ids.");
      return request.method === "PATCH" && pathOf(request).endsWith("/prospects/2501")
        ? apiError(422, "validationError", "Account is invalid.")
        : null;
    };
    accept(world, members(5_000));
    await world.pass(HOUR_MS);
    expect(world.core.failureGroups(DESTINATION, 9)).toMatchObject({ total: 1 });
    expect(world.core.audiences(DESTINATION)).toMatchObject([{ members: 4_999, failed: 1 }]);
    expect(world.patches.length).toBeLessThan(10);
  });

  it("believes a job that went well where its prospects cannot be read", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.script = (request) =>
      isReadBack(request) ? apiError(400, "badRequest", "No such filter.") : null;
    accept(world, members(5_000));
    await world.pass(HOUR_MS);
    expect(waiting(world)).toBe(0);
    expect(world.patches).toEqual([]);
  });

  it(
    "sends what a lost job did not bring together again, and uses other ways once that goes on",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.script = (request) =>
        isModify(request) ? apiError(500, "internalError", "Oops.") : null;
      accept(world, members(3_000));
      await world.pass(HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.patches.length).toBeLessThan(200);
      expect(world.requests.filter(isModify)).toHaveLength(3);
      expect(world.core.status().bulk.modify).toMatchObject({
        whyNot: "refused",
        lastRefused: { detail: "Several jobs in a row came to nothing. Of the last: Oops." },
      });
    },
  );

  it(
    "goes another way where a batch waits for a word that Outreach does not take",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.script = (request) => {
        if (pathOf(request).endsWith("/confirm")) return apiError(422, "validationError", "No.");
        const attributes = { state: "confirming" };
        if (isModify(request) || isLook(request))
          return json(200, { data: { type: "batch", id: 900, attributes } });
        return null;
      };
      accept(world, members(3_000));
      await world.pass(2 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(new Set([...world.held.values()].map(({ custom4 }) => custom4))).toEqual(
        new Set(["realized"]),
      );
    },
  );

  it(
    "asks with one prospect whether Outreach is back, not with a job",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      accept(world, members(2_000));
      await world.pass(20_000);
      let isDown = true;
      outreach.script = () => (isDown ? apiError(502, "badGateway", "Down.") : null);
      accept(world, members(20_000, "realized", { from: 10_001 }));
      await world.pass(2 * HOUR_MS);
      const startsWhileDown = world.requests.filter(isModify).length;
      isDown = false;
      await world.pass(2 * HOUR_MS);
      expect(startsWhileDown).toBeLessThanOrEqual(4);
      expect(waiting(world)).toBe(0);
      expect(world.requests.filter(({ method }) => method === "PATCH").length).toBeLessThan(200);
      expect(world.held.size).toBe(22_000);
    },
  );

  it("tries a larger job again a day after it was too large", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let isTooLarge = true;
    outreach.script = (request) =>
      isTooLarge && pathOf(request).endsWith("/bulkUpsert") && (request.body ?? "").length > 20_000
        ? apiError(413, "payloadTooLarge", "Too large.")
        : null;
    accept(world, people(2_000));
    await world.pass(HOUR_MS);
    expect(world.core.status().bulk.upsert.largestJob).toBeLessThan(500);
    isTooLarge = false;
    await world.pass(DAY_MS);
    accept(world, people(4_000, 10_001));
    await world.pass(HOUR_MS);
    expect(world.core.status().bulk.upsert.largestJob).toBe(500);
  });

  it(
    "takes a value that Outreach shows in lower case for the one that it was sent",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.shows = (_name, value) => String(value).toLowerCase();
      accept(world, people(3_000));
      await world.pass(HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.patches).toEqual([]);
      expect(world.core.status().bulk.upsert.whyNot).toBe(null);
    },
  );

  it(
    "waits out an outage in the middle of a trial, and sends no more than two alone",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      let isDown = false;
      outreach.script = (request) => {
        if (isModify(request)) {
          isDown = true;
          return apiError(422, "validationError", "Custom4 is invalid.");
        }
        if (isDown) return apiError(503, "unavailable", "Down.");
        return request.method === "PATCH"
          ? apiError(422, "validationError", "Custom4 is invalid.")
          : null;
      };
      accept(world, members(5_000));
      await world.pass(HOUR_MS);
      isDown = false;
      await world.pass(2 * HOUR_MS);
      expect(waiting(world)).toBe(0);
      expect(world.core.failureGroups(DESTINATION, 9)).toMatchObject({ total: 5_000 });
      expect(world.patches.length).toBeLessThan(50);
    },
  );

  it(
    "takes two refusals that differ by what they name of a prospect for one",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.script = (request) => {
        if (isModify(request)) return apiError(422, "validationError", "Validation failed.");
        const id = pathOf(request).split("/").at(-1);
        return request.method === "PATCH"
          ? apiError(422, "validationError", `Prospect ${id} (p${id}@example.com): bad Custom4.`)
          : null;
      };
      accept(world, members(5_000));
      await world.pass(HOUR_MS);
      expect(world.patches.length).toBeLessThan(5);
      const { total, groups } = world.core.failureGroups(DESTINATION, 9);
      expect(total).toBe(5_000);
      const [newest] = groups[0]?.newest ?? [];
      expect(newest?.error.detail).toBe("Prospect … (…): bad Custom4.");
    },
  );

  it("tries prospects from all over a job, not a stretch of deleted ones", async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    for (let id = 1; id <= 50; id++) outreach.missing.add(id);
    let refusals = 0;
    outreach.script = (request) =>
      isModify(request) && refusals++ === 0
        ? apiError(422, "validationError", "Some of them do not exist.")
        : null;
    accept(world, members(5_000));
    await world.pass(HOUR_MS);
    expect(waiting(world)).toBe(0);
    expect(world.patches.length).toBeLessThan(100);
  });

  it(
    "gives jobs up for a while where each start ends the object's life",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      world.latencyMs = 5_000;
      let isDeadly = false;
      outreach.script = (request) => {
        isDeadly = isModify(request);
        return isDeadly ? { status: null, reason: "connection_lost" } : null;
      };
      accept(world, members(3_000));
      for (let i = 0; i < 3 * 3_600; i++) {
        await world.pass(1_000);
        if (isDeadly) world.kill();
        isDeadly = false;
      }
      expect(waiting(world)).toBe(0);
      expect(world.requests.filter(isModify)).toHaveLength(3);
      expect(world.core.status().bulk.modify.lastRefused?.detail).toContain("was cut off");
    },
  );

  it(
    "sends together again what a batch left that Outreach ended early, and gives up when that goes on",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.script = (request) => {
        if (isModify(request) || isLook(request)) {
          return json(200, { data: { type: "batch", id: 900, attributes: { state: "failed" } } });
        }
        return null;
      };
      accept(world, members(5_000));
      await world.pass(10 * MINUTE_MS);
      expect(world.requests.filter(isModify).length).toBeLessThan(5);
      expect(world.core.status().bulk.modify).toMatchObject({
        whyNot: "refused",
        lastRefused: {
          detail:
            "Several jobs in a row came to nothing. Of the last: Outreach ended it before it was done.",
        },
      });
      await world.pass(HOUR_MS);
      expect(waiting(world)).toBe(0);
    },
  );

  it(
    "holds nothing against jobs whose answers were lost and that were found",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      outreach.losesStarts = true;
      for (let i = 0; i < 5; i++) {
        accept(world, members(2_000, i % 2 === 0 ? "realized" : "exited", { at: i + 1 }));
        await world.pass(20 * MINUTE_MS);
      }
      expect(waiting(world)).toBe(0);
      expect(world.patches).toEqual([]);
      expect(world.core.status().bulk.modify).toMatchObject({ whyNot: null, lastRefused: null });
    },
  );

  it("does not take a lost job's time for what jobs take", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let starts = 0;
    outreach.script = (request) =>
      isModify(request) && starts++ === 0 ? apiError(500, "internalError", "Oops.") : null;
    accept(world, members(2_000));
    await world.pass(HOUR_MS);
    accept(world, members(2_000, "exited", { at: 2 }));
    await world.pass(2_000);
    const { drainsAt } = world.core.status().backlog;
    expect((drainsAt ?? Infinity) - world.now).toBeLessThan(2 * MINUTE_MS);
  });

  it("sends what a stranger's batch was taken for together again", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let starts = 0;
    const theirs = {
      type: "batch",
      id: 77,
      attributes: {
        action: "prospectsBulkModify",
        state: "finished",
        total: 2_000,
        failures: 0,
        createdAt: new Date(world.now + MINUTE_MS).toISOString(),
      },
    };
    outreach.script = (request) => {
      const path = pathOf(request);
      if (isModify(request) && starts++ === 0) return apiError(500, "internalError", "Oops.");
      if (path.endsWith("/batches/77")) return json(200, { data: theirs });
      return path.endsWith("/batches") ? json(200, { data: [theirs] }) : null;
    };
    accept(world, members(2_000));
    await world.pass(HOUR_MS);
    expect(starts).toBeLessThan(5);
    expect(waiting(world)).toBe(0);
    expect(world.patches).toEqual([]);
  });
});
