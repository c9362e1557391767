import { describe, it } from "vitest";
import { outreachUserDetail } from "../../src/outreach-users/schemas.ts";
import type { BulkStatus } from "../../src/engine/api.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { bulkKind, CONNECTED, NO_BULK } from "./fake-outreach-user.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

const HOUR_MS = 3_600_000;

async function opened(change: (destinationId: string) => Partial<BulkStatus> = () => ({})) {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  const destination = await worker.addDestination({ name: "Web profiles" });
  const granted = { modify: bulkKind([], 100_000), upsert: bulkKind([], 500) };
  const bulk = { ...NO_BULK, ...granted, ...change(destination.id) };
  worker.user.status.mockResolvedValue({ ...CONNECTED, bulk });
  const { outreachUserId } = destination;
  return {
    ...worker,
    destination,
    page: async () => textOf(await browser.get(`/console/outreach-users/${outreachUserId}`)),
    read: async () =>
      outreachUserDetail.parse((await worker.call(`/v1/outreach-users/${outreachUserId}`)).json)
        .bulk,
  };
}

describe("what may be used in bulk, in the API and in the console", () => {
  it("names the scopes that are missing, and what to do", async ({ expect }) => {
    const { page, read } = await opened(() => NO_BULK);
    expect(await read()).toMatchObject({
      modify: { mayBeUsed: false, whyNot: "scopes_missing" },
      upsert: { missingScopes: ["imports.read", "imports.write"] },
    });
    const text = await page();
    expect(text).toContain("Outreach has not granted batches.read and batches.write. Add them");
    expect(text).not.toContain("Self-check");
  });

  it("tells a refusal in Outreach's words, and until when", async ({ expect }) => {
    const lastRefused = { at: START - HOUR_MS, status: 403, detail: "Ask your administrator." };
    const refused = { whyNot: "refused", refusedUntil: START + HOUR_MS, lastRefused } as const;
    const { page, read } = await opened(() => ({
      modify: { ...bulkKind([], 100_000), ...refused },
    }));
    expect((await read()).modify).toMatchObject({
      mayBeUsed: false,
      refusedUntil: "2026-11-23T15:00:00.000Z",
      lastRefused: { at: "2026-11-23T13:00:00.000Z", status: 403 },
    });
    const text = await page();
    expect(text).toContain("Refused by Outreach");
    expect(text).toContain("“Ask your administrator.” (HTTP 403)");
    expect(text).toContain("(in 60 minutes)");
  });

  it("tells of each destination whether it was checked", async ({ expect }) => {
    const { page, read, destination } = await opened();
    expect((await read()).checks).toEqual([
      { destinationId: destination.id, state: "not_run", at: null, detail: null, againAt: null },
    ]);
    expect(await page()).toContain("Web profilesNot run yet");
    const failed = await opened((destinationId) => ({
      checks: [
        {
          destinationId,
          state: "failed",
          at: START,
          detail: "It did not hold.",
          againAt: START + HOUR_MS,
        },
      ],
    }));
    expect((await failed.read()).checks).toMatchObject([
      { state: "failed", againAt: "2026-11-23T15:00:00.000Z" },
    ]);
    expect(await failed.page()).toMatch(
      /Web profilesFailed.*It did not hold\..*tried again.*in 60 minutes/s,
    );
  });

  it("tells what is under way, and how much of the day's ceiling is used", async ({ expect }) => {
    const { page, read } = await opened((destinationId) => ({
      itemsToday: 1_205,
      jobs: [
        {
          kind: "modify",
          state: "running",
          isCheck: false,
          destinationId,
          prospects: 1_200,
          startedAt: START - 60_000,
          nextLookAt: START + 60_000,
        },
      ],
    }));
    expect((await read()).jobs).toMatchObject([
      { state: "running", meaning: "Outreach is working on it", prospects: 1_200 },
    ]);
    const text = await page();
    expect(text).toContain("1,205 of 5,000,000");
    expect(text).toMatch(/Outreach is working on itWeb profiles1,200/);
  });

  it("asks nobody to mend scopes before anybody has signed in", async ({ expect }) => {
    const { page, user } = await opened();
    const connection = { ...CONNECTED.connection, connectedAt: null };
    user.status.mockResolvedValue({ ...CONNECTED, connection, bulk: NO_BULK });
    const text = await page();
    expect(text).toContain("once somebody has signed in");
    expect(text).not.toContain("has not granted batches");
  });
});
