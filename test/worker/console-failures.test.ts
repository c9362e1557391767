import { describe, it } from "vitest";
import { STEP } from "../../src/console/failure-handlers.tsx";
import type { Failure, FailureGroup } from "../../src/engine/api.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { failure } from "./example-failure.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { workerUnderTest } from "./worker-under-test.ts";

async function signedIn() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.glance.mockResolvedValue({ status: CONNECTED, failures: {} });
  return { ...worker, ...browser };
}

const GONE = { status: 404, code: "resourceNotFound", detail: "Could not find it <b>." };

function groupOf(key: string, count: number, newest: readonly Failure[]): FailureGroup {
  const [field = null] = newest[0]?.fields.length === 1 ? newest[0].fields : [];
  return { key, count, field, newest };
}

describe("failures in the console", () => {
  it("are grouped, all of them counted, with remedy, field, Mapping ID and Outreach's words", async ({
    expect,
  }) => {
    const { get, user, addDestination } = await signedIn();
    const { id } = await addDestination({
      audiences: [{ id: "a", mappingId: 4, name: "Webinar guests" }],
    });
    user.failureGroups.mockResolvedValue({
      groups: [
        groupOf("11", 1_202, [failure(3, GONE), failure(1, GONE)]),
        groupOf("12", 1, [failure(2, {}, ["custom5", "title"])]),
      ],
      groupsCount: 60,
      total: 1_203,
      ungrouped: 0,
    });
    const page = await get(`/console/destinations/${id}/failures`);
    const text = textOf(page);
    expect(text).toContain(
      "1,203 failures of 60 kinds, of which those with the newest 2 are shown",
    );
    expect(text).toContain("Outreach has no such prospect 1,202");
    expect(text).toContain("it was deleted, merged, or the id in the profile is wrong");
    expect(text).toContain("In custom4 (Spring webinar; audience Webinar guests)");
    expect(text).toContain("custom5 (Newsletter), title");
    expect(page.text).toContain("Could not find it &lt;b&gt;.");
    expect(page.text).toContain('name="group" value="11"');
    expect(page.text).toContain(`/failures?group=11">All 1,202 of this kind`);
    expect(page.text).not.toContain(`/failures?group=12">`);
    expect(page.text).toMatch(/\/console\/prospects\?id=103&amp;user=ou_/);
  });

  it("of one kind are listed page by page", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    const { id } = await addDestination();
    const place = `/console/destinations/${id}/failures?group=11`;
    user.failures.mockResolvedValue({ failures: [failure(9, GONE)], total: 1_202, next: "9" });
    const page = await get(place);
    expect(textOf(page)).toContain("Outreach has no such prospect 1,202");
    expect(page.text).toContain(`href="${place}&amp;after=9"`);
    await get(`${place}&after=9`);
    expect(user.failures.mock.calls.map(([, asked]) => asked)).toEqual([
      { limit: 50, after: null, group: "11" },
      { limit: 50, after: "9", group: "11" },
    ]);
    user.failures.mockResolvedValue({ failures: [], total: 0, next: null });
    const settled = await get(place);
    expect(textOf(settled)).toContain("No more failures of this kind");
    expect(settled.text).not.toContain("Replay");
  });

  it("are replayed and discarded one by one, by group and all", async ({ expect }) => {
    const { post, get, user, addDestination } = await signedIn();
    const { id } = await addDestination();
    user.replay.mockResolvedValue({ replayed: 2 });
    user.discardFailures.mockResolvedValue({ discarded: 1 });
    const place = `/console/destinations/${id}/failures`;
    const replayed = await post(`${place}/replay`, { ids: "3,1" });
    expect(replayed.headers.get("Location")).toBe(place);
    expect(textOf(await get(place))).toContain("2 failures put back");
    await post(`${place}/replay`, { ids: "all" });
    await post(`${place}/replay`, { group: "11" });
    await post(`${place}/replay`, {});
    const step = { limit: STEP, upTo: null };
    expect(user.replay.mock.calls).toEqual([
      [id, ["3", "1"], step],
      [id, null, step],
      [id, { group: "11" }, step],
      [id, [""], step],
    ]);
    const discarded = await post(`${place}/discard`, { ids: "2" });
    expect(discarded.headers.get("Location")).toBe(place);
    expect(textOf(await get(place))).toContain("1 failure discarded.");
    expect(user.discardFailures).toHaveBeenCalledExactlyOnceWith(id, ["2"], step);
    // Told once, and not by a link.
    for (const query of ["", "?replayed=2", "?discarded=123456"]) {
      expect(textOf(await get(place + query))).not.toMatch(/\d failures (put back|discarded)/);
    }
    expect(textOf(await get(place))).toContain("No failures");
  });

  it("that are many are worked on in steps, with how far it is", async ({ expect }) => {
    const { get, post, user, addDestination } = await signedIn();
    const { id } = await addDestination();
    const place = `/console/destinations/${id}/failures`;
    user.replay.mockResolvedValueOnce({ replayed: 20_000, rest: { upTo: "999", left: 15_000 } });
    const page = await post(`${place}/replay`, { group: "11" });
    expect(page.status).toBe(200);
    expect(textOf(page)).toContain("20,000 of 35,000 failures put back (57.1 %).");
    const fields = Object.fromEntries(
      [...page.text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name = "", value = ""]) => [name, value],
      ),
    );
    expect(fields).toEqual({ ids: "", group: "11", upTo: "999", done: "20000" });
    user.replay.mockResolvedValueOnce({ replayed: 15_000 });
    const done = await post(`${place}/replay`, fields);
    expect(done.headers.get("Location")).toBe(place);
    expect(textOf(await get(place))).toContain("35,000 failures put back");
    user.replay.mockResolvedValueOnce({ replayed: 10 });
    await post(`${place}/replay`, { ...fields, done: "-5" });
    expect(textOf(await get(place))).toContain("10 failures put back");
    user.replay.mockResolvedValueOnce({ replayed: 15_000 });
    await post(`${place}/replay`, fields);
    expect(user.replay.mock.lastCall).toEqual([id, { group: "11" }, { limit: STEP, upTo: "999" }]);
  });
});
