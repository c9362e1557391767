import { describe, it } from "vitest";
import { bulkMock, recordOf, SKIP } from "./bulk-support.ts";
import { linksOf, seePage } from "./pages-support.ts";
import { patchOf } from "./support.ts";

const LABELS = { 4: "Readers", 5: "Buyers" };

describe("the list of jobs", () => {
  it("tells each job's state, progress, failures, prospects and call, the latest first", async ({
    expect,
  }) => {
    const mock = bulkMock();
    await mock.control("POST", "/labels", LABELS);
    await mock.modify({ custom4: "realized", ids: [3, 4, 999, 5] });
    mock.advance(5_000);
    await mock.upsert([recordOf(6, { custom5: "exited" }), recordOf(undefined, {})]);
    const page = await seePage(mock, "/jobs");
    expect(page.text).toMatch(
      /Import 1 2 records with values of their own, overwriteNoCreate pending starts in 2 s 0 of 2 items 0 .* a new prospect 2026-11-23 10:00:05 just now, call 2 by Ada Lovelace/,
    );
    expect(page.text).toMatch(
      /Batch 1 Readers : realized running done in 1 s 3 of 4 items 1 .* and 1 more 2026-11-23 10:00:00 5 s ago, call 1 by/,
    );
    expect(page.text.indexOf("Import 1")).toBeLessThan(page.text.indexOf("Batch 1"));
    expect(page.text).toContain(
      "2 jobs since the start, 2 open. Bulk modifies have used 4 of the organisation's 5,000,000 items today.",
    );
    expect(linksOf(page, "/jobs/")).toEqual([
      "/jobs/imports/1",
      "/jobs/batches/1",
      "/jobs/batches/1?failed=1",
      "/jobs/batches/1",
    ]);
    expect(linksOf(page, "/requests/")).toEqual(["/requests/2", "/requests/1"]);
    expect(linksOf(page, "/prospects/")).toEqual([
      "/prospects/6",
      "/prospects/3",
      "/prospects/4",
      "/prospects/999",
    ]);
    mock.advance(60_000);
    const later = await seePage(mock, "/jobs");
    expect(later.text).toMatch(/Batch 1 Readers : realized finished after 6 s 4 of 4 items 1/);
    expect(later.text).toContain("2 jobs since the start, 0 open.");
    expect(later.html).toMatch(/aria-valuemax="4"\s+aria-valuenow="4"/);
  });

  it("says what a job waits for, and how it ended", async ({ expect }) => {
    const mock = bulkMock();
    const fault = (outcome: string) =>
      mock.control("POST", "/faults", { times: 1, effect: { type: "job", outcome } });
    await mock.modify({ custom4: "x", ids: [3] }, "");
    await fault("stuck");
    await mock.modify({ custom4: "x", ids: [3] });
    await fault("failed");
    await mock.modify({ custom4: "x", ids: [3, 4] });
    await mock.modify({ custom4: "x", ids: [3] });
    await mock.api("POST", "/batches/4/actions/cancel");
    mock.advance(10_000);
    const { text } = await seePage(mock, "/jobs");
    expect(text).toMatch(/Batch 1 \S.*? confirming until somebody confirms it 0 of 1 item 0/);
    expect(text).toMatch(/Batch 2 \S.*? pending never starts: a fault rule keeps it/);
    expect(text).toMatch(/Batch 3 \S.*? failed after 2 s 2 of 2 items 2/);
    expect(text).toMatch(/Batch 4 \S.*? canceled after 0 s 0 of 1 item 0/);
  });

  it("has pages, and says so where there is nothing", async ({ expect }) => {
    const mock = bulkMock();
    expect((await seePage(mock, "/jobs")).text).toContain("No bulk jobs yet.");
    for (let i = 0; i < 51; i += 1) await mock.modify({ custom4: "x", ids: [3] });
    const first = await seePage(mock, "/jobs?page=x");
    expect(linksOf(first, "/jobs/batches/")).toHaveLength(50);
    expect(linksOf(first, "/jobs?page=")).toEqual(["/jobs?page=2"]);
    const second = await seePage(mock, "/jobs?page=2");
    expect(linksOf(second, "/jobs/batches/")).toEqual(["/jobs/batches/1"]);
    expect((await seePage(mock, "/jobs?page=3")).text).toContain("The list ends before this page.");
  });
});

describe("a job's page", () => {
  it("tells each item's prospect, state, and why it failed", async ({ expect }) => {
    const mock = bulkMock();
    await mock.modify({ custom4: "x", ids: [3, 999, 5] });
    mock.advance(4_000);
    const page = await seePage(mock, "/jobs/batches/1");
    expect(linksOf(page, "/prospects/")).toEqual([
      "/prospects/3",
      "/prospects/999",
      "/prospects/5",
    ]);
    expect(page.text).toMatch(
      /finished – 1 Prospect 999 \(there is none\) failed Could not find 'prospect' with ID '999'\. 2 \S+ \S+ pending – 3/,
    );
    const failed = await seePage(mock, "/jobs/batches/1?failed=1");
    expect(linksOf(failed, "/prospects/")).toEqual(["/prospects/999"]);
    expect(linksOf(failed, "/requests/")).toEqual(["/requests/1"]);
  });

  it("has pages of items, the failed ones too", async ({ expect }) => {
    const mock = bulkMock({ seed: 60, bulkItemsPerSecond: 1_000 });
    await mock.modify({ custom4: "x" });
    const first = await seePage(mock, "/jobs/batches/1");
    expect(linksOf(first, "/prospects/")).toHaveLength(50);
    expect(first.text).toContain("Page 1 of 2 Next");
    const second = await seePage(mock, "/jobs/batches/1?page=2");
    expect(linksOf(second, "/prospects/")).toHaveLength(10);
    const none = await seePage(mock, "/jobs/batches/1?failed=1");
    expect(none.text).toContain("No item has failed.");
    await mock.modify({ nothing: 1 });
    mock.advance(60_000);
    const failed = await seePage(mock, "/jobs/batches/2?failed=1&page=2");
    expect(linksOf(failed, "/jobs/batches/2?failed=1")).toContain("/jobs/batches/2?failed=1");
    expect(linksOf(failed, "/prospects/")).toHaveLength(10);
    expect(failed.text).toContain("Previous Page 2 of 2");
  });

  it("says so where there is no such job", async ({ expect }) => {
    const mock = bulkMock();
    for (const path of ["/jobs/batches/1", "/jobs/imports/x", "/jobs/batches/0"]) {
      const page = await seePage(mock, path);
      expect(page.status).toBe(404);
      expect(page.text).toContain("No such job");
    }
    expect((await mock.fetch("/jobs/others/1")).status).toBe(404);
  });
});

describe("pages of what a job is about", () => {
  it("tell of the job what it does to this prospect, and lead to it", async ({ expect }) => {
    const mock = bulkMock();
    await mock.control("POST", "/labels", LABELS);
    await mock.api("PATCH", "/prospects/3", patchOf(3, { custom4: "realized" }));
    await mock.upsert([recordOf(3, { custom5: "realized" }), recordOf(4, { custom5: "exited" })]);
    await mock.modify({ custom4: "exited", ids: [3] }, SKIP);
    mock.advance(60_000);
    const page = await seePage(mock, "/prospects/3");
    expect(page.text).toMatch(/prospectsBulkModify\S* 200 Batch 1 finished Readers : exited/);
    expect(page.text).toMatch(/bulkUpsert 200 Import 1 finished Buyers : realized/);
    expect(page.text).not.toMatch(/Buyers : exited|Ids :|Records :/);
    expect(linksOf(page, "/jobs/")).toEqual(["/jobs/batches/1", "/jobs/imports/1"]);
    const call = await seePage(mock, "/requests/2");
    expect(linksOf(call, "/jobs/")).toEqual(["/jobs/imports/1"]);
    const saved = await mock.control("POST", "/snapshots", { name: "then" });
    expect(saved).toMatchObject({ name: "then" });
    await mock.control("POST", "/snapshots/then/restore");
    expect(linksOf(await seePage(mock, "/requests/2"), "/jobs/")).toEqual(["/jobs/imports/1"]);
  });
});
