import { describe, it } from "vitest";
import { OutreachUserUnavailable } from "../../src/http/object-clients.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

const SLACK = "https://hooks.slack.com/services/T00000000/B00000000/PRIVATEPRIVATE4f2A";
const FORM = {
  revision: "1",
  "/alerts/url": SLACK,
  "/alerts/kinds/delay": "on",
  "/alerts/kinds/run_failure": "on",
  "/alerts/skipRatePercent": "10",
  "/alerts/skipRateMinimum": "100",
};

async function withDestination(fields: Readonly<Record<string, unknown>> = {}) {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.status.mockResolvedValue(CONNECTED);
  const { id } = await worker.addDestination(fields);
  return { ...worker, ...browser, id, place: `/console/destinations/${id}/alerts` };
}

describe("alerts in the console", () => {
  it("are set with all kinds wanted at first, and the address is not shown again", async ({
    expect,
  }) => {
    const { get, post, call, id, place } = await withDestination();
    const page = await get(place);
    expect(page.text.match(/type="checkbox" name="\/alerts\/kinds\/\w+" checked/g)).toHaveLength(4);
    expect(textOf(page)).toContain("No alerts are sent yet");
    const saved = await post(place, FORM);
    expect(saved.headers.get("Location")).toBe(place);
    const after = await get(place);
    expect(after.text).not.toContain("PRIVATE");
    expect(after.text).toContain('value="https://hooks.slack.com/…4f2A"');
    expect(textOf(after)).toContain("Not watched");
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({
      alerts: { kinds: ["run_failure", "delay"], signed: false },
    });
  });

  it("keep their address where the form sends back what it showed", async ({ expect }) => {
    const { post, user, id, place } = await withDestination({ alerts: { url: SLACK } });
    await post(place, {
      ...FORM,
      "/alerts/url": "https://hooks.slack.com/…4f2A",
      "/alerts/skipRatePercent": "20",
    });
    expect(user.setAlerts.mock.lastCall).toMatchObject([
      id,
      { url: SLACK, rules: { skipRatePercent: 20 } },
    ]);
  });

  it("are not saved with mistakes, which are said at their fields; what was typed stays", async ({
    expect,
  }) => {
    const { post, call, user, id, place } = await withDestination();
    const page = await post(place, {
      revision: "1",
      "/alerts/url": "http://example.com/typed",
      "/alerts/skipRatePercent": "10",
      "/alerts/skipRateMinimum": "100",
      "/alerts/kinds/delay": "on",
      "/alerts/signed": "on",
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="http://example.com/typed"');
    expect(page.text).toContain('aria-describedby="field-alerts-url-error field-alerts-url-hint"');
    expect(textOf(page)).toContain("Must begin with https://.");
    expect(page.text).toMatch(/name="\/alerts\/signed" checked/);
    const none = await post(place, {
      revision: "1",
      "/alerts/url": "http://example.com/typed",
      "/alerts/skipRatePercent": "many",
      "/alerts/skipRateMinimum": "100",
    });
    expect(textOf(none)).toContain("Fix 3 errors");
    expect(none.text).toContain('<a href="#field-alerts-kinds">Choose at least one kind of alert');
    expect(textOf(none)).toContain("Must be a number.");
    expect(none.text).toContain('value="many"');
    expect(user.setAlerts).not.toHaveBeenCalled();
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({ alerts: null });
  });

  it("are not overwritten by a form that is out of date", async ({ expect }) => {
    const { post, place } = await withDestination({ alerts: { url: SLACK } });
    await post(place, FORM);
    const late = await post(place, { ...FORM, "/alerts/skipRatePercent": "33" });
    expect(late.status).toBe(422);
    expect(late.text).toContain('value="33"');
    expect(textOf(late)).toContain("Somebody else changed this destination");
  });

  it("show the signing secret once, and make a new one", async ({ expect }) => {
    const { get, post, user, place } = await withDestination();
    const saved = await post(place, { ...FORM, "/alerts/signed": "on" });
    const [secret = ""] = /whsec_[A-Za-z0-9+/]{43}=/.exec(saved.text) ?? [];
    expect(user.setAlerts.mock.lastCall?.[1]?.signingSecret).toBe(secret);
    const after = await get(place);
    expect(after.text).not.toContain("whsec_");
    expect(after.text).toMatch(/data-confirm="[^"]+">New signing secret/);
    const renewed = await post(`${place}/signing-secret`);
    const [next = ""] = /whsec_[A-Za-z0-9+/]{43}=/.exec(renewed.text) ?? [];
    expect(next).not.toBe("");
    expect(next).not.toBe(secret);
  });

  it("say that they are saved although the object was not told, and tell it with a button", async ({
    expect,
  }) => {
    const { get, post, user, id, place } = await withDestination();
    user.setAlerts.mockRejectedValue(new OutreachUserUnavailable(null, NO_FLAGS));
    const signed = await post(place, { ...FORM, "/alerts/signed": "on" });
    expect(signed.status).toBe(200);
    expect(signed.text).toMatch(/whsec_/);
    expect(textOf(signed)).toContain("Saved, but not in effect yet");
    const renewed = await post(`${place}/signing-secret`);
    expect(renewed.text).toMatch(/whsec_/);
    expect(renewed.text).toContain(`action="${place}/tell"`);
    const off = await post(`${place}/off`);
    expect(off.headers.get("Location")).toBe(place);
    expect((await get(place)).text).toContain(`action="${place}/tell"`);
    const still = await post(`${place}/tell`);
    expect(still.headers.get("Location")).toBe(place);
    user.setAlerts.mockResolvedValue();
    const told = await post(`${place}/tell`);
    expect(told.headers.get("Location")).toBe(place);
    expect(user.setAlerts).toHaveBeenLastCalledWith(id, null);
  });

  it("show what is open and what was delivered", async ({ expect }) => {
    const { get, user, place } = await withDestination({ alerts: { url: SLACK } });
    user.alerts.mockResolvedValue({
      open: [{ kind: "delay", openedAt: START - 3_600_000 }],
      deliveries: [
        {
          id: "alert_1",
          kind: "delay",
          state: "opened",
          madeAt: START - 3_600_000,
          tries: 3,
          triedAt: START,
          status: null,
          outcome: "waiting",
          nextAt: START + 60_000,
        },
      ],
    });
    const page = await get(place);
    expect(page.text).toMatch(/href="\/console\/outreach-users\/[\w-]+\/live">See why/);
    const text = textOf(page);
    expect(text).toContain("Open since 23 Nov, 13:00 UTC (60 minutes ago)");
    expect(text).toContain("3 tries again at 23 Nov, 14:01 UTC");
    user.alerts.mockRejectedValue(new Error("gone"));
    expect(textOf(await get(place))).toContain("does not answer");
  });

  it("are tested with a button that tells the receiver's answer", async ({ expect }) => {
    const { post, user, place } = await withDestination({ alerts: { url: SLACK } });
    expect(textOf(await post(`${place}/test`))).toContain("it answered 200");
    user.testAlert.mockResolvedValue({ ok: true, status: 404, excerpt: "no_service" });
    const refused = textOf(await post(`${place}/test`));
    expect(refused).toContain("Test alert not delivered");
    expect(refused).toContain("answered 404");
    expect(refused).toContain("no_service");
  });

  it("are switched off", async ({ expect }) => {
    const { get, post, user, id, place } = await withDestination({ alerts: { url: SLACK } });
    const off = await post(`${place}/off`);
    expect(off.headers.get("Location")).toBe(place);
    expect(user.setAlerts).toHaveBeenLastCalledWith(id, null);
    expect((await post(`${place}/test`)).status).toBe(404);
    expect((await get(`${place}/test`)).headers.get("Location")).toBe(place);
  });
});

const NO_FLAGS = { retryable: false, overloaded: false, remote: false, durableObjectReset: false };
