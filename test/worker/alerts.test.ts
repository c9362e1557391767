import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { z } from "zod";
import { DEFAULT_RULES } from "../../src/engine/alerts/alert-rules.ts";
import { changedDestination, destinationWithWarnings } from "../../src/destinations/schemas.ts";
import { OutreachUserUnavailable } from "../../src/http/object-clients.ts";
import { ORIGIN, START, workerUnderTest } from "./worker-under-test.ts";

const SLACK = "https://hooks.slack.com/services/T00000000/B00000000/PRIVATEPRIVATE4f2A";
const SHOWN = "https://hooks.slack.com/…4f2A";
const ALL = [...DEFAULT_RULES.kinds];
const SET = { url: SHOWN, kinds: ALL, skipRatePercent: 10, skipRateMinimum: 100, signed: false };

describe("a destination's alerts", () => {
  it("are none until somebody wants them", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id, alerts } = await addDestination();
    expect(alerts).toBeNull();
    expect(user.setAlerts).not.toHaveBeenCalled();
    expect((await call(`/v1/destinations/${id}/alerts`)).json).toEqual({
      settings: null,
      states: ALL.map((kind) => ({ kind, state: "not_watched", openedAt: null })),
      deliveries: [],
    });
    const test = await call(`/v1/destinations/${id}/alerts/test`, { method: "POST" });
    expect([test.status, test.json]).toMatchObject([409, { code: "alerts_not_set" }]);
  });

  it("are set with the destination; its object is told, and the address is not shown again", async ({
    expect,
  }) => {
    const { call, user, addDestination, addOutreachUser } = workerUnderTest();
    const { id: outreachUserId } = await addOutreachUser("Sales");
    const created = await addDestination({ outreachUserId, alerts: { url: SLACK } });
    expect(created.alerts).toEqual(SET);
    expect(created.signingSecret).toBeUndefined();
    expect(user.setAlerts).toHaveBeenCalledExactlyOnceWith(created.id, {
      revision: 1,
      about: {
        destination: { id: created.id, name: "Spring campaign" },
        outreachUser: { id: outreachUserId, name: "Sales" },
        baseUrl: ORIGIN,
      },
      rules: DEFAULT_RULES,
      url: SLACK,
      signingSecret: null,
    });
    const read = await call(`/v1/destinations/${created.id}`);
    expect(destinationWithWarnings.parse(read.json).alerts).toEqual(SET);
    const stored = await env.SETTINGS.prepare("SELECT * FROM destinations WHERE id = ?")
      .bind(created.id)
      .first();
    for (const text of [read.text, JSON.stringify(stored)]) expect(text).not.toContain("PRIVATE");
  });

  it("are changed in what a request says, and take back what an answer shows", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK } });
    const patch = async (alerts: unknown) => {
      const answer = await call(`/v1/destinations/${id}`, { method: "PATCH", body: { alerts } });
      return changedDestination.parse(answer.json).alerts;
    };
    expect(await patch({ kinds: ["delay", "run_failure", "delay"] })).toEqual({
      ...SET,
      kinds: ["run_failure", "delay"],
    });
    const changed = await patch({ skipRatePercent: 25 });
    expect(changed).toEqual({ ...SET, kinds: ["run_failure", "delay"], skipRatePercent: 25 });
    expect(await patch(changed)).toEqual(changed);
    expect(user.setAlerts).toHaveBeenLastCalledWith(id, expect.objectContaining({ url: SLACK }));
    expect(await patch({ url: "https://other.example" })).toMatchObject({
      url: "https://other.example",
    });
    expect(await patch(null)).toBeNull();
    expect(user.setAlerts).toHaveBeenLastCalledWith(id, null);
  });

  it("tell the destination's new name, and the Outreach user's", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id, outreachUserId } = await addDestination({ alerts: { url: SLACK } });
    await call(`/v1/destinations/${id}`, { method: "PATCH", body: { name: "Summer" } });
    expect(user.setAlerts.mock.lastCall?.[1]).toMatchObject({
      revision: 2,
      about: { destination: { name: "Summer" } },
      url: SLACK,
    });
    await call(`/v1/outreach-users/${outreachUserId}`, { method: "PATCH", body: { name: "Ops" } });
    expect(user.rename).toHaveBeenCalledExactlyOnceWith("Ops");
  });

  it("are signed with a secret that is shown once, and with a new one on demand", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id, signingSecret } = await addDestination({ alerts: { url: SLACK, signed: true } });
    expect(signingSecret).toMatch(/^whsec_/);
    expect(user.setAlerts.mock.lastCall?.[1]?.signingSecret).toBe(signingSecret);
    const patched = await call(`/v1/destinations/${id}`, {
      method: "PATCH",
      body: { alerts: { signed: true } },
    });
    expect(patched.text).not.toContain("whsec_");
    const place = `/v1/destinations/${id}/alerts/signing-secret`;
    const renewed = await call(place, { method: "POST" });
    const { signingSecret: next } = z.object({ signingSecret: z.string() }).parse(renewed.json);
    expect(next).toMatch(/^whsec_/);
    expect(next).not.toBe(signingSecret);
    expect(user.setAlerts.mock.lastCall?.[1]?.signingSecret).toBe(next);
    const { text } = await call(`/v1/destinations/${id}/alerts`);
    expect(text).toContain('"signed":true');
    expect(text).not.toContain("whsec_");
  });

  const refused: readonly [string, unknown, string][] = [
    ["no address", {}, "/alerts/url"],
    ["an empty address", { url: "" }, "/alerts/url"],
    ["an address that is none", { url: "PRIVATE" }, "/alerts/url"],
    ["plain http", { url: "http://example.com/PRIVATE" }, "/alerts/url"],
    ["a private address", { url: "https://169.254.169.254/PRIVATE" }, "/alerts/url"],
    ["an address of the same machine", { url: "http://localhost:9000/PRIVATE" }, "/alerts/url"],
    ["the Worker's own address", { url: `${ORIGIN}/PRIVATE` }, "/alerts/url"],
    ["credentials in the address", { url: "https://a:PRIVATE@example.com" }, "/alerts/url"],
    ["an unknown kind", { url: SLACK, kinds: ["delay", "dealy"] }, "/alerts/kinds/1"],
    ["no kind", { url: SLACK, kinds: [] }, "/alerts/kinds"],
    ["a threshold of 0", { url: SLACK, skipRatePercent: 0 }, "/alerts/skipRatePercent"],
    ["a threshold of 100", { url: SLACK, skipRatePercent: 100 }, "/alerts/skipRatePercent"],
    ["a threshold as text", { url: SLACK, skipRatePercent: "5" }, "/alerts/skipRatePercent"],
    ["half a profile", { url: SLACK, skipRateMinimum: 0.5 }, "/alerts/skipRateMinimum"],
    ["an unknown field", { url: SLACK, kind: "delay" }, "/alerts/kind"],
    ["alerts that are no object", true, "/alerts"],
  ];
  for (const [what, alerts, pointer] of refused) {
    it(`with ${what} are refused at ${pointer}, and nothing is changed`, async ({ expect }) => {
      const { call, user, addOutreachUser, addDestination } = workerUnderTest();
      const { id: outreachUserId } = await addOutreachUser();
      const body = { name: "A", outreachUserId, alerts };
      const created = await call("/v1/destinations", { body });
      expect([created.status, created.json]).toMatchObject([422, { errors: [{ pointer }] }]);
      expect(created.text).not.toContain("PRIVATE");
      const { id } = await addDestination({ outreachUserId });
      const changed = await call(`/v1/destinations/${id}`, {
        method: "PATCH",
        body: { name: "B", alerts },
      });
      expect([changed.status, changed.json]).toMatchObject([422, { errors: [{ pointer }] }]);
      expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({
        name: "Spring campaign",
        alerts: null,
      });
      expect(user.setAlerts).not.toHaveBeenCalled();
    });
  }

  it("that the object could not be told of leave no destination behind", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id: outreachUserId } = await addOutreachUser();
    user.setAlerts.mockRejectedValue(new Error("gone"));
    const body = { name: "Left behind", outreachUserId, alerts: { url: SLACK } };
    expect((await call("/v1/destinations", { body })).status).toBe(503);
    expect((await call("/v1/destinations?limit=500")).text).not.toContain("Left behind");
  });

  it("that the object could not be told of are saved, with a warning and the secret", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK } });
    user.setAlerts.mockRejectedValue(new OutreachUserUnavailable(null, NO_FLAGS));
    const signed = await call(`/v1/destinations/${id}`, {
      method: "PATCH",
      body: { alerts: { signed: true } },
    });
    expect(signed.status).toBe(200);
    const { signingSecret, warnings, alerts } = changedDestination.parse(signed.json);
    expect(signingSecret).toMatch(/^whsec_/);
    expect(warnings[0]).toMatchObject({ code: "alerts_not_told" });
    expect(alerts?.signed).toBe(true);
    const renewed = await call(`/v1/destinations/${id}/alerts/signing-secret`, { method: "POST" });
    expect([renewed.status, renewed.json]).toMatchObject([
      200,
      { signingSecret: expect.stringMatching(/^whsec_/), warnings: [{ code: "alerts_not_told" }] },
    ]);
    const told = user.setAlerts.mock.calls.length;
    const off = { method: "PATCH", body: { alerts: null } } as const;
    expect((await call(`/v1/destinations/${id}`, off)).status).toBe(200);
    user.setAlerts.mockResolvedValue();
    const again = await call(`/v1/destinations/${id}`, off);
    expect(changedDestination.parse(again.json).warnings).not.toContainEqual(
      expect.objectContaining({ code: "alerts_not_told" }),
    );
    expect(user.setAlerts.mock.calls.slice(told)).toEqual([
      [id, null],
      [id, null],
    ]);
  });

  it("are not told of where nothing of them is changed", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK } });
    user.setAlerts.mockClear();
    const body = { mappings: [], description: "Spring" };
    expect((await call(`/v1/destinations/${id}`, { method: "PATCH", body })).status).toBe(200);
    expect(user.setAlerts).not.toHaveBeenCalled();
  });

  it("are told of before a test, which tries what is saved", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK } });
    user.setAlerts.mockRejectedValueOnce(new OutreachUserUnavailable(null, NO_FLAGS));
    const alerts = { url: "https://other.example" };
    await call(`/v1/destinations/${id}`, { method: "PATCH", body: { alerts } });
    user.setAlerts.mockClear();
    await call(`/v1/destinations/${id}/alerts/test`, { method: "POST" });
    expect(user.setAlerts).toHaveBeenCalledExactlyOnceWith(id, expect.objectContaining(alerts));
  });

  it("show what is open and what was delivered", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK, kinds: ["delay"] } });
    user.alerts.mockResolvedValue({
      open: [{ kind: "delay", openedAt: START }],
      deliveries: [
        {
          id: "alert_1",
          kind: "delay",
          state: "opened",
          madeAt: START,
          tries: 2,
          triedAt: START + 1_000,
          status: 500,
          outcome: "waiting",
          nextAt: START + 2_000,
        },
      ],
    });
    expect((await call(`/v1/destinations/${id}/alerts`)).json).toEqual({
      settings: { ...SET, kinds: ["delay"] },
      states: [
        { kind: "run_failure", state: "not_watched", openedAt: null },
        { kind: "delay", state: "open", openedAt: "2026-11-23T14:00:00.000Z" },
        { kind: "skip_rate_exceeded", state: "not_watched", openedAt: null },
        { kind: "connection_lost", state: "not_watched", openedAt: null },
      ],
      deliveries: [
        {
          id: "alert_1",
          kind: "delay",
          state: "opened",
          madeAt: "2026-11-23T14:00:00.000Z",
          tries: 2,
          triedAt: "2026-11-23T14:00:01.000Z",
          status: 500,
          outcome: "waiting",
          nextTryAt: "2026-11-23T14:00:02.000Z",
        },
      ],
    });
  });

  it("are tested, and the receiver's answer is told", async ({ expect }) => {
    const { call, user, addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK } });
    const test = async () =>
      (await call(`/v1/destinations/${id}/alerts/test`, { method: "POST" })).json;
    expect(await test()).toMatchObject({ delivered: true, status: 200, excerpt: "ok" });
    user.testAlert.mockResolvedValue({ ok: true, status: 404, excerpt: "no_service" });
    expect(await test()).toMatchObject({ delivered: false, status: 404, excerpt: "no_service" });
    user.testAlert.mockResolvedValue({ ok: true, status: 302, excerpt: "" });
    expect(await test()).toMatchObject({ detail: expect.stringContaining("redirect") });
    user.testAlert.mockResolvedValue({ ok: false, reason: "timeout" });
    expect(await test()).toMatchObject({ delivered: false, status: null, excerpt: null });
    user.testAlert.mockRejectedValue(new OutreachUserUnavailable(null, NO_FLAGS));
    expect(await test()).toMatchObject({ code: "unavailable" });
  });

  it("with an address that was sealed with another key ask for it anew", async ({ expect }) => {
    const { addDestination } = workerUnderTest();
    const { id } = await addDestination({ alerts: { url: SLACK } });
    const other = workerUnderTest({ ENCRYPTION_KEY: Buffer.alloc(32, 9).toString("base64") });
    await other.call(`/v1/destinations/${id}/alerts/test`, { method: "POST" });
    expect(other.user.setAlerts).not.toHaveBeenCalled();
    const patch = (alerts: unknown) =>
      other.call(`/v1/destinations/${id}`, { method: "PATCH", body: { alerts } });
    const refusedPatch = await patch({ skipRatePercent: 5 });
    expect(refusedPatch.json).toMatchObject({ errors: [{ pointer: "/alerts/url" }] });
    expect((await patch({ url: SLACK })).status).toBe(200);
    expect(other.user.setAlerts).toHaveBeenLastCalledWith(
      id,
      expect.objectContaining({ url: SLACK }),
    );
  });
});

const NO_FLAGS = { retryable: false, overloaded: false, remote: false, durableObjectReset: false };
