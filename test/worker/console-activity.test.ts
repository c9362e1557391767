import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { ProspectDetail } from "../../src/engine/api.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { failure } from "./example-failure.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

async function signedIn() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.status.mockResolvedValue(CONNECTED);
  return { ...worker, ...browser };
}

describe("why a prospect is not up to date", () => {
  const known: ProspectDetail = {
    prospectId: 7,
    pending: [{ field: "title", value: "<i>CTO", at: START, inFlight: false }],
    acceptedAt: START - 60_000,
    nextAttemptAt: START + 120_000,
    attempts: 2,
    hasFailures: false,
    lastDelivery: { at: START - 3_600_000, fields: ["firstName"] },
    lastError: { at: START, status: 503, code: "http503", detail: "Busy.", pointer: null },
    lane: "exit",
    history: [],
    held: [],
    failures: [],
  };

  it("is told with what waits, until when, and the last error", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    await addDestination();
    user.prospect.mockResolvedValue(known);
    const page = await get("/console/prospects?id=7");
    const text = textOf(page);
    expect(text).toContain("2 attempts failed; it is tried again by itself");
    expect(text).toContain("Expected 23 Nov, 14:02 UTC (in 2 minutes)");
    expect(text).toContain("Busy. (503 http503)");
    expect(text).toContain("Its turnbefore all others, because it left an audience or opted out");
    expect(page.text).toContain("&lt;i&gt;CTO");
    expect(page.text).toContain('href="http://outreach.test/prospects/7"');
  });

  it("names what holds up everything first", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    await addDestination();
    user.prospect.mockResolvedValue(known);
    user.status.mockResolvedValue({ ...CONNECTED, paused: { reason: "paused", until: null } });
    const text = textOf(await get("/console/prospects?id=7"));
    expect(text).toContain("Nothing is being sent for this Outreach user");
    expect(text).toContain("Somebody paused delivery.");
    expect(text).not.toContain("2 attempts failed");
  });

  it("is told for one that is settled, refused, or not known", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    const { id } = await addDestination();
    const settled = { ...known, pending: [], acceptedAt: null, nextAttemptAt: null, attempts: 0 };
    user.prospect.mockResolvedValue({ ...settled, lastError: null });
    const good = textOf(await get("/console/prospects?id=7"));
    expect(good).toContain("Up to date: all that was accepted is at Outreach.");
    user.prospect.mockResolvedValue({ ...settled, hasFailures: true });
    const bad = await get("/console/prospects?id=7");
    expect(textOf(bad)).toContain("Outreach refused some of it");
    expect(bad.text).toContain(`href="/console/destinations/${id}/failures"`);
    user.prospect.mockResolvedValue(null);
    const none = textOf(await get("/console/prospects?id=7"));
    expect(none).toContain("No update of prospect 7 was ever accepted");
  });

  it("comes with its history, in words, and with what Outreach holds", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    const { id } = await addDestination();
    const none = { unchanged: [], overtaken: [], merged: false };
    const taken = { kind: "accepted", at: START, destinationId: id, ...none } as const;
    user.prospect.mockResolvedValue({
      ...known,
      history: [
        {
          kind: "given_back",
          at: START,
          job: null,
          reason: "failed",
          until: START + 120_000,
          attempts: 2,
          status: 503,
          code: "http503",
          detail: "<b>Busy.",
        },
        { kind: "sent", at: START, fields: ["title"], job: null },
        { kind: "delivered", at: START, fields: ["custom4"], job: 12 },
        { ...taken, fields: ["title"], unchanged: ["city"], overtaken: ["custom4"], merged: true },
        { ...taken, fields: ["title", "+3"], destinationId: "dest_gone" },
      ],
      held: [{ field: "custom4", at: START, state: "uncertain", told: { at: START, job: 12 } }],
    });
    const page = await get("/console/prospects?id=7");
    const text = textOf(page);
    expect(text).toContain("2 attempts failed, the last with: 503 http503");
    expect(page.text).toContain("“&lt;b&gt;Busy.”");
    expect(text).toContain("Not sent again before 23 Nov, 14:02 UTC (in 2 minutes)");
    expect(text).toContain("Delivered (bulk job 12)");
    expect(text).toContain("custom4 (Spring webinar)");
    expect(text).toContain("An update came in from Spring campaign");
    expect(text).toContain("Merged with the pending update: title");
    expect(text).toContain("Left out, because Outreach holds it already: city");
    expect(text).toContain("Overtaken by a later value: custom4 (Spring webinar)");
    expect(text).toContain("An update came in from a destination that is gone");
    expect(text).toContain("Pending: title, and 3 more");
    expect(text).toContain("not certain: the next update is sent even if it changes nothing");
  });

  it("offers what can be done about it, and does it", async ({ expect }) => {
    const { get, post, user, addDestination } = await signedIn();
    const { id, outreachUserId } = await addDestination({ delivery: "patch" });
    const failures = [12, 13].map((failed) => ({ ...failure(failed, {}), destinationId: id }));
    user.prospect.mockResolvedValue({ ...known, hasFailures: true, failures });
    const page = textOf(await get("/console/prospects?id=7"));
    expect(page).toContain("Replay 2 failures");
    expect(page).toContain("Send now");
    expect(page).toContain("Send again with the next update");
    const place = `/console/outreach-users/${outreachUserId}/prospects/7`;
    const back = `/console/prospects?id=7&user=${outreachUserId}`;
    for (const deed of ["replay", "send", "forget"]) {
      const answer = await post(`${place}/${deed}`, {});
      expect(answer.headers.get("Location")).toBe(back);
    }
    expect(user.replay).toHaveBeenCalledExactlyOnceWith(id, ["12", "13"]);
    expect(user.hurry).toHaveBeenCalledExactlyOnceWith(7);
    expect(user.forgetTold).toHaveBeenCalledExactlyOnceWith(7);
    expect(textOf(await get(back))).toContain("Forgotten what Outreach was told.");
    user.prospect.mockResolvedValue({ ...known, pending: [], attempts: 0, nextAttemptAt: null });
    const settled = textOf(await get("/console/prospects?id=7"));
    expect(settled).not.toContain("Replay");
    expect(settled).not.toContain("Send now");
    expect((await post(`${place.replace("/7", "/x")}/send`, {})).status).toBe(404);
  });

  it("is asked of one Outreach user, or of as many as one page can, and claims no more", async ({
    expect,
  }) => {
    const { get, user, stubs, clock, addOutreachUser } = await signedIn();
    for (const table of ["destinations", "outreach_users"]) {
      await env.SETTINGS.prepare(`DELETE FROM ${table}`).run();
    }
    for (let index = 0; index < 201; index += 1) {
      clock.now += 1;
      await addOutreachUser(`User ${index}`);
    }
    stubs.length = 0;
    const some = textOf(await get("/console/prospects?id=7"));
    expect(new Set(stubs).size).toBe(200);
    expect(some).toContain("200 of 201 Outreach users were asked");
    expect(some).toContain("None of those that were asked knows prospect 7");
    expect(some).not.toContain("ever");
    const last = await addOutreachUser("Late one");
    const one = textOf(await get(`/console/prospects?id=7&user=${last.id}`));
    expect(one).toContain("Late one never accepted an update of prospect 7");
    const wrong = await get("/console/prospects?id=7&user=ou_none");
    expect(wrong.status).toBe(422);
    expect(textOf(wrong)).toContain("There is no Outreach user with this id.");
    user.prospect.mockRejectedValueOnce(new Error("gone"));
    const away = textOf(await get(`/console/prospects?id=7&user=${last.id}`));
    expect(away).toContain("Late one could not be asked just now.");
    expect(away).not.toContain("never accepted");
  });

  it("asks no object about what is no id", async ({ expect }) => {
    const { get, user } = await signedIn();
    const page = await get("/console/prospects?id=%3Cx%3E");
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="&lt;x&gt;"');
    expect(user.prospect).not.toHaveBeenCalled();
  });
});

describe("runs in the console", () => {
  it("have AEP's columns, and the audiences' counts", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    const { id } = await addDestination({ audiences: [{ id: "a", mappingId: 4, name: "Trial" }] });
    user.runs.mockResolvedValue([
      {
        startedAt: START,
        received: 1_010,
        accepted: 1_000,
        rejected: 10,
        coalesced: 500,
        unchanged: 300,
        delivered: 180,
        failed: 10,
        replayed: 0,
        discarded: 0,
        calls: 200,
        rejectedByCode: { invalid_identity: 3, missing_identity: 7 },
      },
    ]);
    user.audiences.mockResolvedValue([
      { namespace: "ups", id: "a", mappingId: 4, members: 70, exited: 2, pending: 1, failed: 0 },
    ]);
    const page = textOf(await get(`/console/destinations/${id}/runs`));
    expect(page).toContain("23 Nov, 14:00 UTC1,010980101098.0 %200");
    expect(page).toContain("missing identity (7), invalid identity (3)");
    expect(page).toContain("Trial470210");
  });
});

describe("the live page", () => {
  it("tells what goes on, and pauses and resumes", async ({ expect }) => {
    const { get, post, user, addDestination } = await signedIn();
    const { id: destinationId, outreachUserId } = await addDestination();
    const place = `/console/outreach-users/${outreachUserId}`;
    const page = textOf(await get(`${place}/live`));
    expect(page).toContain("Pending prospects2");
    expect(page).toContain("Estimated completionin 1 minute");
    expect(page).toContain("Pause delivery");
    expect(page).not.toContain("Send now");
    await post(`${place}/pause`, {});
    expect(user.pause).toHaveBeenCalledOnce();
    user.status.mockResolvedValue({ ...CONNECTED, paused: { reason: "paused", until: null } });
    const paused = textOf(await get(`${place}/live`));
    expect(paused).toContain("Nothing is being sentSomebody paused delivery.");
    expect(paused).toContain("Resume delivery");
    await post(`${place}/resume`, {});
    expect(user.resume).toHaveBeenCalledOnce();
    const minute = { accepted: 5, delivered: 4, failed: 1, calls: 6, waiting: 1_234 };
    const nothing = { delivered: 0, p50Ms: null, p95Ms: null, p99Ms: null };
    user.activity.mockResolvedValue({
      minutes: [{ startedAt: START, ...minute }],
      freshness: {
        lastHour: { delivered: 4, p50Ms: 1_349, p95Ms: 2_300, p99Ms: 125_000 },
        lastDay: nothing,
      },
      tail: [
        { at: START, kind: "refused", count: 1, prospectId: 8, status: 422, code: "<b>" },
        { at: START, kind: "delivered", count: 500, job: 3 },
        { at: START, kind: "call_failed", count: 0, code: "timeout" },
        { at: START, kind: "accepted", count: 2, destinationId },
      ],
    });
    const lively = await get(`${place}/live`);
    expect(textOf(lively)).toContain("Last hour1.3 s2.3 s2 minutes4");
    expect(textOf(lively)).toContain("Last day–––0");
    expect(textOf(lively)).toContain("23 Nov, 14:00 UTC54161,234");
    expect(textOf(lively)).toContain("Bulk job 3 brought 500 prospects up to date");
    expect(textOf(lively)).toContain("A call failed (no answer in time); it is tried again");
    expect(textOf(lively)).toContain("2 updates accepted from Spring campaign");
    expect(lively.text).toContain("prospect 8 refused for good (422 &lt;b&gt;)");
    expect(user.activity).toHaveBeenLastCalledWith(60);
    await get(`${place}/live?span=day`);
    expect(user.activity).toHaveBeenLastCalledWith(1_440);
    await get(`${place}/live?span=century`);
    expect(user.activity).toHaveBeenLastCalledWith(60);
    user.status.mockResolvedValue({
      ...CONNECTED,
      paused: { reason: "outreach_failing", until: START + 60_000 },
    });
    expect(textOf(await get(`${place}/live`))).toContain("Send now");
  });
});
