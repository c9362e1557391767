import { exports } from "cloudflare:workers";
import { describe, it } from "vitest";
import { z } from "zod";
import { ADMIN, ORIGIN } from "./worker-under-test.ts";

/** Calls the Worker as it is deployed: the real app with real objects. */
async function call(path: string, init: RequestInit = {}) {
  const headers = { Authorization: `Bearer ${ADMIN}`, "Content-Type": "application/json" };
  const request = new Request(new URL(path, ORIGIN), { redirect: "manual", headers, ...init });
  return exports.default.fetch(request);
}

const added = z.object({ id: z.string(), connectUrl: z.string() });

describe("the Worker as it is deployed", () => {
  it("takes an Outreach user from being added to being deleted", async ({ expect }) => {
    const body = JSON.stringify({ name: "Marketing", yearlyAllowance: 250_000 });
    const created = await call("/v1/outreach-users", { method: "POST", body });
    expect(created.status).toBe(201);
    const { id, connectUrl } = added.parse(await created.json());

    const read = await call(`/v1/outreach-users/${id}`);
    expect(await read.json()).toMatchObject({
      id,
      connection: { status: "disconnected" },
      budget: { limit: 10_000, remaining: 10_000, reserved: 500 },
      backlog: { pending: 0, inFlight: 0 },
      calls: { yearlyAllowance: 250_000 },
      paused: { reason: "disconnected" },
    });

    const connect = await call(connectUrl, { headers: {} });
    expect(connect.status).toBe(302);
    const location = new URL(connect.headers.get("Location") ?? "");
    expect(location.origin + location.pathname).toBe("http://outreach.test/oauth/authorize");
    expect(location.searchParams.get("redirect_uri")).toBe(`${ORIGIN}/v1/outreach/callback`);
    // The callback finds the object by what stands before the dot.
    const state = location.searchParams.get("state") ?? "";
    expect(state.split(".")[0]).toBe(id);

    const denied = await call(`/v1/outreach/callback?error=access_denied&state=${state}`, {
      headers: { Accept: "application/json" },
    });
    expect(denied.status).toBe(400);
    expect(await denied.json()).toMatchObject({ code: "sign_in_denied" });
    const again = await call(`/v1/outreach/callback?code=abc&state=${state}`, {
      headers: { Accept: "application/json" },
    });
    expect(await again.json()).toMatchObject({ code: "sign_in_unknown" });

    expect((await call(`/v1/outreach-users/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await call(`/v1/outreach-users/${id}`)).status).toBe(404);
  });

  it("posts alerts to the receiver, and tells what it answered", async ({ expect }) => {
    const send = (path: string, body: object) =>
      call(path, { method: "POST", body: JSON.stringify(body) });
    const user = added.parse(await (await send("/v1/outreach-users", { name: "M" })).json());
    const created = await send("/v1/destinations", {
      name: "Web",
      outreachUserId: user.id,
      alerts: { url: "https://receiver.test/hook", signed: true },
    });
    expect(created.status).toBe(201);
    const { id } = z.object({ id: z.string() }).parse(await created.json());
    const tested = await send(`/v1/destinations/${id}/alerts/test`, {});
    expect(await tested.json()).toMatchObject({
      delivered: false,
      status: 502,
      excerpt: "There is no network here.",
    });
    const alerts = await call(`/v1/destinations/${id}/alerts`);
    expect(await alerts.json()).toMatchObject({
      settings: { url: "https://receiver.test/…", signed: true },
      deliveries: [{ kind: "test", status: 502, outcome: "given_up" }],
    });
  });
});
