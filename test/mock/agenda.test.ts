/** Whose turn it is where bulk jobs take turns, and what that costs. */
import fc from "fast-check";
import { describe, it, onTestFinished, vi } from "vitest";
import { Agenda } from "../../mock-outreach/bulk/agenda.ts";
import { Job } from "../../mock-outreach/bulk/job.ts";
import { bulkMock } from "./bulk-support.ts";

describe("the agenda", () => {
  it("gives whoever is due first, and of two at once the one before", ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (moments) => {
        const agenda = new Agenda();
        for (const [order, dueAt] of moments.entries()) agenda.add({ dueAt }, order);
        const taken: (readonly [number, number])[] = [];
        for (let turn = agenda.take(); turn; turn = agenda.take()) {
          taken.push([turn.job.dueAt, turn.order]);
        }
        const sorted = moments
          .map((dueAt, order) => [dueAt, order] as const)
          .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(taken).toEqual(sorted);
        expect(agenda.dueAt).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});

describe("many bulk jobs that take turns", () => {
  it("cost a few looks for each item, however many jobs there are", async ({ expect }) => {
    const mock = bulkMock();
    const ids = Array.from({ length: 20 }, (_, i) => i + 1);
    for (let i = 0; i < 100; i += 1) await mock.modify({ custom4: "x", ids });
    const looks = vi.spyOn(Job.prototype, "dueAt", "get");
    onTestFinished(() => looks.mockRestore());
    mock.advance(3_600_000);
    const jobs = await mock.control<{ jobs: { state: string }[] }>("GET", "/jobs");
    expect(jobs.jobs.every(({ state }) => state === "finished")).toBe(true);
    expect(looks.mock.calls.length).toBeLessThan(10 * 100 * ids.length);
  });
});
