import { describe, it, vi } from "vitest";
import { workerUnderTest } from "./worker-under-test.ts";

describe("the log", () => {
  it("says what happened, without secrets and without what profiles and people are called", async ({
    expect,
  }) => {
    const lines: unknown[] = [];
    for (const method of ["log", "info", "warn", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((...parts) => void lines.push(parts));
    }
    const { call, user, overflow, addOutreachUser, addDestination } = workerUnderTest();
    const { id: outreachUserId, connectUrl } = await addOutreachUser("PERSONAL");
    const { id, ingestToken, clientId, clientSecret } = await addDestination({
      outreachUserId,
      name: "PERSONAL",
    });
    const send = (body: unknown, token = ingestToken) =>
      call(`/v1/destinations/${id}/profiles`, { token, body });
    const profile = { identityMap: { OutreachId: [{ id: "7" }] }, note: "PERSONAL" };
    await send(profile);
    await send(profile, "wrong-PERSONAL");
    await send("PERSONAL");
    const personal = new Error("UNIQUE constraint failed: PERSONAL");
    user.accept.mockRejectedValueOnce(personal);
    overflow.store.mockRejectedValueOnce(personal).mockRejectedValueOnce(personal);
    await send(profile);
    await call("/v1/oauth/token", {
      token: null,
      body: `grant_type=client_credentials&client_id=${clientId}&client_secret=wrong-PERSONAL`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    const alerts = { url: "https://hooks.example/PERSONAL", signed: true };
    await call(`/v1/destinations/${id}`, { method: "PATCH", body: { alerts } });
    user.testAlert.mockResolvedValue({ ok: true, status: 404, excerpt: "PERSONAL" });
    await call(`/v1/destinations/${id}/alerts/test`, { method: "POST" });
    await call(connectUrl, { token: null });
    user.completeConnection.mockResolvedValue({ ok: false, reason: "denied", detail: "PERSONAL" });
    await call(`/v1/outreach/callback?code=PERSONAL&state=${outreachUserId}.PERSONAL`);
    await call(`/v1/destinations/${id}/credentials/rotate`, { method: "POST" });
    await call(`/v1/destinations/${id}`, { method: "DELETE" });
    await call(`/v1/outreach-users/${outreachUserId}`, { method: "DELETE" });
    vi.restoreAllMocks();

    const log = JSON.stringify(lines);
    for (const event of [
      "outreach_user_added",
      "destination_added",
      "outreach_user_bypassed",
      "outreach_user_unavailable",
      "token_refused",
      "sign_in_failed",
      "credentials_rotated",
      "alert_tested",
      "destination_deleted",
      "outreach_user_deleted",
    ]) {
      expect(log).toContain(event);
    }
    const signature = new URL(connectUrl).searchParams.get("signature");
    for (const secret of [
      "PERSONAL",
      "whsec_",
      ingestToken,
      clientSecret,
      signature,
      "test-admin-token-of-the-worker",
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
