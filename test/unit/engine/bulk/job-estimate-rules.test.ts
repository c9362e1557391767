import { describe, it } from "vitest";
import { jobOutlook } from "../../../../src/engine/bulk/job-estimate-rules.ts";
import type { OpenJob } from "../../../../src/engine/bulk/job-estimate-rules.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A job of 1,000 that takes 30 s, begun at 0 and looked at after 20 s. */
function job(more: Partial<OpenJob> = {}): OpenJob {
  return {
    step: "working",
    size: 1_000,
    startedAt: 0,
    nextAt: 20 * SECOND,
    looks: 0,
    ranMs: null,
    expectedMs: 30 * SECOND,
    isMissing: false,
    pages: 3,
    callMs: SECOND,
    ...more,
  };
}

describe("an open job's end", () => {
  it("is that of others like it", ({ expect }) => {
    expect(jobOutlook(job(), 0, 5 * SECOND).endsAt).toBe(30 * SECOND);
  });

  it("is not before the next look at it", ({ expect }) => {
    const late = job({ ranMs: 35 * SECOND, nextAt: 42 * SECOND });
    expect(jobOutlook(late, 0, 36 * SECOND).endsAt).toBe(42 * SECOND);
  });

  it("is not before the end of a pause, in which nobody looks", ({ expect }) => {
    expect(jobOutlook(job(), 10 * MINUTE, 9 * MINUTE).endsAt).toBe(10 * MINUTE);
  });

  it("is not known once it was seen at work for much longer than others", ({ expect }) => {
    const hung = job({ ranMs: 61 * SECOND, nextAt: 70 * SECOND });
    expect(jobOutlook(hung, 0, 62 * SECOND).endsAt).toBeNull();
  });

  it("is a whole job away where it was not sent yet", ({ expect }) => {
    expect(jobOutlook(job({ step: "unsent", nextAt: 0 }), MINUTE, 0).endsAt).toBe(90 * SECOND);
  });

  it("is that of another job where it was looked for in vain, once it must have ended", ({
    expect,
  }) => {
    const sought = job({ step: "sought", looks: 1 });
    const outlook = { endsAt: 15 * MINUTE + 33 * SECOND, calls: 5 };
    expect(jobOutlook(sought, 0, MINUTE)).toEqual(outlook);
    const read = job({ step: "read", isMissing: true, nextAt: 15 * MINUTE });
    expect(jobOutlook(read, 0, 2 * MINUTE)).toEqual(outlook);
  });

  it("is when all were read back where Outreach took it", ({ expect }) => {
    const read = job({ step: "read", nextAt: 15 * MINUTE });
    expect(jobOutlook(read, 0, 2 * MINUTE).endsAt).toBe(15 * MINUTE + 3 * SECOND);
  });
});
