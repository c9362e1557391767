import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";
import { SESSION_MS } from "../../src/security/console-session.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { ADMIN, ORIGIN, workerUnderTest } from "./worker-under-test.ts";

beforeEach(async () => {
  await env.SETTINGS.batch([
    env.SETTINGS.prepare("DELETE FROM destinations"),
    env.SETTINGS.prepare("DELETE FROM outreach_users"),
  ]);
});

describe("the console's sign-in", () => {
  it("takes the admin token and leads to where one wanted to go", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    const closed = await browser.get("/console/catalog");
    expect(closed.status).toBe(303);
    expect(closed.headers.get("Location")).toBe("/console/sign-in?next=%2Fconsole%2Fcatalog");
    const signedIn = await browser.post("/console/sign-in", {
      token: ADMIN,
      next: "/console/catalog",
    });
    expect(signedIn.headers.get("Location")).toBe("/console/catalog");
    const cookie = signedIn.headers.get("Set-Cookie") ?? "";
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toContain(ADMIN);
    expect((await browser.get("/console")).status).toBe(200);
  });

  it("refuses another token, says so at the field, and leads nowhere else", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    const refused = await browser.post("/console/sign-in", {
      token: "wrong",
      next: "https://evil.example/",
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("Set-Cookie")).toBeNull();
    expect(refused.text).toContain("This is not the admin token.");
    expect(refused.text).toContain('name="next" value="/console"');
    expect(refused.text).not.toContain("evil.example");
    for (const next of ["//evil.example", "/console/../v1", "https://x/console", "/consoles"]) {
      const signedIn = await browser.post("/console/sign-in", { token: ADMIN, next });
      expect(signedIn.headers.get("Location")).toBe("/console");
    }
  });

  it("ends with the sign-out, with its time, and with the admin token", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    expect((await browser.get("/console")).status).toBe(200);
    worker.clock.now += SESSION_MS - 1_000;
    expect((await browser.get("/console")).status).toBe(200);
    worker.clock.now += 1_000;
    expect((await browser.get("/console")).status).toBe(303);
    worker.clock.now -= SESSION_MS;
    const other = browserOf(
      workerUnderTest({ ADMIN_TOKEN: "another-admin-token-of-the-worker" }),
      browser.cookies,
    );
    expect((await other.get("/console")).status).toBe(303);
    await browser.post("/console/sign-out", {});
    expect((await browser.get("/console")).status).toBe(303);
  });

  it("cannot be forged or prolonged", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const [name, session] = [...browser.cookies][0] ?? ["", ""];
    const [expires = "", owner = "", version = "", signature = ""] = session.split(".");
    expect([owner, version]).toEqual(["admin", "0"]);
    for (const forged of [
      `${Number(expires) + 1}.admin.0.${signature}`,
      `${expires}.admin.1.${signature}`,
      `${expires}.admin.0.${signature.slice(0, -1)}`,
      `${expires}.admin.0.`,
      `${expires}.${signature}`,
      "",
      "NaN.admin.0.",
    ]) {
      browser.cookies.set(name, forged);
      expect((await browser.get("/console")).status).toBe(303);
    }
  });
});

describe("the console's session on the API", () => {
  it("opens the control plane as the admin token does", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    expect((await browser.get("/v1/outreach-users")).status).toBe(401);
    await browser.signIn();
    expect((await browser.get("/v1/outreach-users")).status).toBe(200);
    const { id } = await worker.addDestination();
    expect((await browser.get(`/v1/destinations/${id}/backlog`)).status).toBe(200);
    const replay = `/v1/destinations/${id}/failures/replay`;
    expect((await browser.post(replay)).status).toBe(200);
  });

  it("changes nothing for a page of another site", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const { id } = await worker.addDestination();
    const replay = `/v1/destinations/${id}/failures/replay`;
    for (const origin of ["https://evil.example", "null", null, `${ORIGIN}.evil.example`]) {
      expect((await browser.post(replay, undefined, origin)).status).toBe(401);
      expect((await browser.post("/console/sign-in", { token: ADMIN }, origin)).status).toBe(401);
    }
    expect(worker.user.replay).not.toHaveBeenCalled();
    const signedOut = await browser.post("/console/sign-out", {}, "https://evil.example");
    expect(signedOut.headers.get("Set-Cookie")).toBeNull();
  });

  it("does not stand in for a token that is wrong", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const headers = { Cookie: browser.cookieHeader() };
    const answer = await worker.call("/v1/outreach-users", { token: "wrong", headers });
    expect(answer.status).toBe(401);
  });
});

describe("the overview", () => {
  it("leads a newcomer to the catalog", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    await browser.signIn();
    const page = await browser.get("/console");
    expect(textOf(page)).toContain("Nothing is connected yet");
    expect(page.text).toContain('href="/console/catalog"');
  });

  it("shows Outreach users with budget and backlog, and destinations with failures", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const { id } = await worker.addDestination({ name: `<b>Spring & "summer"` });
    worker.user.status.mockResolvedValue(CONNECTED);
    worker.user.glance.mockResolvedValue({ status: CONNECTED, failures: { [id]: 1_234 } });
    const page = await browser.get("/console");
    const text = textOf(page);
    expect(text).toContain("Connected");
    expect(text).toContain("Ada Lovelace, ada@example.com");
    expect(text).toContain("3 prospects wait, 1 of them in a call now.");
    expect(text).toContain("The backlog is empty 23 Nov, 14:01 UTC (in 1 minute).");
    expect(text).toContain("900 of 10,000 used, resets 23 Nov, 15:00 UTC");
    expect(text).toContain("90,000 of 250,000 (36.0 %)");
    expect(page.text).toContain("&lt;b&gt;Spring &amp; &quot;summer&quot;");
    expect(page.text).toContain(`<a href="/console/destinations/${id}/failures">1,234</a>`);
  });

  it("stands where an object does not answer", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    await worker.addDestination();
    worker.user.status.mockRejectedValue(new Error("gone"));
    worker.user.glance.mockRejectedValue(new Error("gone"));
    const page = await browser.get("/console");
    expect(page.status).toBe(200);
    expect(textOf(page)).toContain("Not reachable");
  });

  it("comes with a policy that lets nothing in from elsewhere", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    await browser.signIn();
    const { headers, text } = await browser.get("/console");
    expect(headers.get("Content-Security-Policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    // With `no-referrer` browsers send forms from the origin `null`.
    expect(headers.get("Referrer-Policy")).toBe("same-origin");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(text).not.toMatch(/ style=| on\w+=|<style|<script>/);
  });
});

describe("addresses that lead nowhere", () => {
  it("are a page, and problems are too", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const none = await browser.get("/console/none");
    expect(none.status).toBe(404);
    expect(textOf(none)).toContain("There is nothing at this address");
  });
});
