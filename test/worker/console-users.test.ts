import { describe, it } from "vitest";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED, DISCONNECTED } from "./fake-outreach-user.ts";
import { workerUnderTest } from "./worker-under-test.ts";

async function signedIn() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  return { ...worker, ...browser };
}

describe("connecting Outreach in the console", () => {
  it("goes from the catalog over Outreach's sign-in back to a green Connected", async ({
    expect,
  }) => {
    const { get, post, user, stubs } = await signedIn();
    expect((await get("/console/catalog")).text).toContain('href="/console/outreach-users/new"');
    expect((await get("/console/outreach-users/new")).status).toBe(200);
    const fields = { "/name": "Marketing", "/yearlyAllowance": "250,000" };
    const added = await post("/console/outreach-users", fields);
    expect(added.status).toBe(303);
    expect(user.setYearlyAllowance).toHaveBeenCalledExactlyOnceWith(250_000);
    const id = stubs.at(-1) ?? "";
    const place = `/console/outreach-users/${id}`;
    expect(added.headers.get("Location")).toBe(place);
    const page = await get(place);
    expect(textOf(page)).toContain("Sign in to Outreach");
    const [, connectUrl = ""] = /href="([^"]*\/connect\?[^"]*)"/.exec(page.text) ?? [];
    const toOutreach = await get(connectUrl.replaceAll("&amp;", "&"));
    expect(toOutreach.headers.get("Location")).toMatch(/^http:\/\/outreach\.test\//);
    user.status.mockResolvedValue(CONNECTED);
    const back = await get(`/v1/outreach/callback?state=${id}.x&code=y`);
    expect(back.status).toBe(303);
    expect(back.headers.get("Location")).toBe(place);
    const connected = textOf(await get(place));
    expect(connected).toContain("ConnectedPending updates are on their way.");
    expect(connected).toContain("Ada Lovelace");
    expect(connected).toContain("ada@example.com");
    expect(connected).toContain("Token ends23 Nov, 16:00 UTC (in 2 hours)");
  });

  it("comes back with what went wrong", async ({ expect }) => {
    const { get, user, addOutreachUser } = await signedIn();
    const { id } = await addOutreachUser();
    user.completeConnection.mockResolvedValue({ ok: false, reason: "denied", detail: "No." });
    const back = await get(`/v1/outreach/callback?state=${id}.x&error=access_denied`);
    expect(back.headers.get("Location")).toBe(`/console/outreach-users/${id}`);
    const page = textOf(await get(back.headers.get("Location") ?? ""));
    expect(page).toContain("Outreach did not grant access");
  });

  it("keeps what was typed where something is wrong, and says what at the field", async ({
    expect,
  }) => {
    const { post } = await signedIn();
    const fields = { "/name": " ", "/yearlyAllowance": "many" };
    const page = await post("/console/outreach-users", fields);
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="many"');
    expect(page.text).toMatch(/id="field-name"[^>]*aria-invalid="true"/);
    expect(page.text).toMatch(/id="field-yearlyAllowance-error">Must be a number\./);
    expect(textOf(page)).toContain("Fix 2 errors");
  });

  it("says why a connection is broken and what to do", async ({ expect }) => {
    const { get, user, addOutreachUser } = await signedIn();
    const { id } = await addOutreachUser();
    const detail = "Outreach no longer accepts the refresh token. Connect the Outreach user again.";
    const connection = { ...CONNECTED.connection, status: "reconnect_required", detail } as const;
    user.status.mockResolvedValue({
      ...CONNECTED,
      connection,
      paused: { reason: "reconnect_required", until: null },
    });
    const page = textOf(await get(`/console/outreach-users/${id}`));
    expect(page).toContain(`The connection is broken${detail}`);
    expect(page).toContain("Reconnect");
    expect(page).not.toContain("Token ends");
  });

  it("changes, disconnects and deletes an Outreach user", async ({ expect }) => {
    const { get, post, user, addOutreachUser } = await signedIn();
    const { id } = await addOutreachUser();
    const place = `/console/outreach-users/${id}`;
    await post(place, { "/name": "Sales", "/yearlyAllowance": "" });
    expect(user.setYearlyAllowance).toHaveBeenCalledExactlyOnceWith(null);
    expect(textOf(await get(place))).toContain("Sales");
    user.status.mockResolvedValueOnce(CONNECTED);
    expect((await get(place)).text).toMatch(/data-confirm="Disconnect [^"]+">Disconnect</);
    await post(`${place}/disconnect`, {});
    expect(user.disconnect).toHaveBeenCalledOnce();
    const deleted = await post(`${place}/delete`, {});
    expect(deleted.headers.get("Location")).toBe("/console");
    expect(user.destroy).toHaveBeenCalledOnce();
    expect((await get(place)).status).toBe(404);
  });

  it("does not delete one that destinations send to", async ({ expect }) => {
    const { post, user, addDestination } = await signedIn();
    const { outreachUserId } = await addDestination({ name: "Spring" });
    const page = await post(`/console/outreach-users/${outreachUserId}/delete`, {});
    expect(textOf(page)).toContain("These destinations send to this Outreach user: Spring");
    expect(user.destroy).not.toHaveBeenCalled();
  });

  it("says so where the object does not answer", async ({ expect }) => {
    const { get, user, addOutreachUser } = await signedIn();
    const { id } = await addOutreachUser();
    user.status.mockRejectedValue(new Error("gone"));
    const page = await get(`/console/outreach-users/${id}`);
    expect(page.status).toBe(503);
    expect(page.headers.get("Content-Type")).toContain("text/html");
  });
});

describe("pause, resume and disconnect in the API", () => {
  it("ask the object and answer with the Outreach user", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.status.mockResolvedValue({ ...DISCONNECTED, paused: { reason: "paused", until: null } });
    for (const action of ["pause", "resume", "disconnect"] as const) {
      const answer = await call(`/v1/outreach-users/${id}/${action}`, { method: "POST" });
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ id, paused: { reason: "paused", until: null } });
      expect(user[action]).toHaveBeenCalledOnce();
      const none = await call(`/v1/outreach-users/ou_none/${action}`, { method: "POST" });
      expect(none.json).toMatchObject({ code: "outreach_user_not_found" });
    }
  });
});
