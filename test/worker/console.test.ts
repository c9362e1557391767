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
    env.SETTINGS.prepare("DELETE FROM failed_tries"),
  ]);
});

/** What the sign-in page holds of a form, as a browser would send it back. */
function keptIn(text: string): string {
  const [, kept = ""] = /name="kept" value="([^"]*)"/.exec(text) ?? [];
  return kept.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

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
    expect(cookie).toMatch(
      /^__Host-outreach_edge_console=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
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

  it("leads back to any page of the console, whatever its query holds", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    for (const path of [
      "/console?name=Marketing+operations",
      "/console/outreach-users/ou_x/forecast?/profiles=250000&/audiences=3",
      "/console/prospects?id=7&user=ou_x",
    ]) {
      const closed = (await browser.get(path)).headers.get("Location") ?? "";
      const next = new URL(closed, ORIGIN).searchParams.get("next") ?? "";
      const signedIn = await browser.post("/console/sign-in", { token: ADMIN, next });
      expect(signedIn.headers.get("Location")).toBe(path);
      browser.cookies.clear();
    }
    for (const next of ["/\\evil.example", "javascript:alert(1)", "/console/%2e%2e/v1"]) {
      const signedIn = await browser.post("/console/sign-in", { token: ADMIN, next });
      expect(signedIn.headers.get("Location")).toBe("/console");
    }
  });

  it("keeps what was sent after the session had ended, and sends it by a click", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const { id } = await worker.addDestination({ name: "Spring" });
    const browser = browserOf(worker);
    const place = `/console/destinations/${id}`;
    const form = { revision: "1", "/name": 'Summer "x"', "/description": "" };
    const ended = await browser.post(place, form);
    expect(ended.status).toBe(401);
    expect(textOf(ended)).toContain("Your session has ended");
    expect(ended.text).toContain(`name="next" value="${place}"`);
    const kept = keptIn(ended.text);
    const wrong = await browser.post("/console/sign-in", { token: "wrong", kept });
    expect(keptIn(wrong.text)).toBe(kept);
    const signedIn = await browser.post("/console/sign-in", { token: ADMIN, kept });
    expect(signedIn.status).toBe(200);
    expect(browser.cookies.size).toBe(1);
    expect(signedIn.text).toContain(`<form class="row" method="post" action="${place}">`);
    expect(signedIn.text).toContain('name="/name" value="Summer &quot;x&quot;"');
    expect((await worker.call(`/v1/destinations/${id}`)).json).toMatchObject({ name: "Spring" });
    expect((await browser.post(place, form)).status).toBe(303);
  });

  it("keeps no password, and nothing that another site sends or names", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    const account = await browser.post("/console/account/password", { "/present": "s3cret word" });
    expect(account.headers.get("Location")).toBe("/console/sign-in?next=%2Fconsole%2Faccount");
    const place = "/console/destinations/dest_x/delete";
    const foreign = await browser.post(place, { a: "b" }, "https://evil.example");
    expect(foreign.headers.get("Location")).toBe("/console/sign-in");
    for (const kept of [
      "{",
      "{}",
      '{"action":"https://evil.example/","fields":{}}',
      '{"action":"/console/catalog","fields":{}}',
      '{"action":"/console/account/sign-out?now","fields":{}}',
    ]) {
      const signedIn = await browser.post("/console/sign-in", { token: ADMIN, kept });
      expect(signedIn.headers.get("Location")).toBe("/console");
    }
  });

  it("takes neither a form nor a place from a sign-in that another site sends", async ({
    expect,
  }) => {
    const browser = browserOf(workerUnderTest());
    const kept = JSON.stringify({ action: "/console/people", fields: { "/name": "Planted" } });
    const planted = { kept, next: "/console/catalog", email: "eve@evil.example" };
    for (const way of [{ token: ADMIN }, { password: "s3cret word" }]) {
      for (const origin of ["https://evil.example", "null", null]) {
        const refused = await browser.post("/console/sign-in", { ...planted, ...way }, origin);
        expect(refused.status).toBe(401);
        expect(refused.text).toContain("The form came from another site.");
        expect(refused.text).toContain('name="next" value="/console"');
        expect(refused.text).not.toMatch(/kept|Planted|evil/);
      }
    }
    expect(browser.cookies.size).toBe(0);
  });

  it("says what a kept form will do before it is sent, and shows no secret of it", async ({
    expect,
  }) => {
    const browser = browserOf(workerUnderTest());
    const fields = {
      revision: "3",
      "/alerts/url": "https://hooks.example/services/T0/secret-path",
      "/alerts/kinds/run_failure": "on",
      "/mappings/0/fieldName": "<b>",
      "/clientSecret": "hidden-value",
      "/description": "",
    };
    const kept = JSON.stringify({ action: "/console/destinations/dest_x/alerts", fields });
    const signedIn = textOf(await browser.post("/console/sign-in", { token: ADMIN, kept }));
    const said = signedIn.replaceAll(/\s+/g, " ");
    expect(said).toContain("Change a destination's alerts");
    expect(said).toContain("/console/destinations/dest_x/alerts");
    for (const words of [
      "Revision3",
      "Alerts, urlhttps://hooks.example/",
      "Alerts, kinds, run failureon",
      "Mappings, 1, field name&lt;b&gt;",
      "Client secret(not shown)",
      "Description(empty)",
    ]) {
      expect(said).toContain(words);
    }
    expect(said).not.toMatch(/secret-path|hidden-value/);
    const deletion = '{"action":"/console/destinations/dest_x/delete","fields":{}}';
    const other = await browser.post("/console/sign-in", { token: ADMIN, kept: deletion });
    expect(textOf(other)).toContain("Delete a destination");
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
    const [expires = "", owner = "", version = "", id = "", signature = ""] = session.split(".");
    expect([owner, version]).toEqual(["admin", "0"]);
    for (const forged of [
      `${Number(expires) + 1}.admin.0.${id}.${signature}`,
      `${expires}.admin.1.${id}.${signature}`,
      `${expires}.admin.0.${id.toLowerCase().replace(/^./, "_")}.${signature}`,
      `${expires}.admin.0.${id}.${signature.slice(0, -1)}`,
      `${expires}.admin.0.${id}.`,
      `${expires}.admin.0.${signature}`,
      `${expires}.${signature}`,
      "",
      "NaN.admin.0.",
    ]) {
      browser.cookies.set(name, forged);
      expect((await browser.get("/console")).status).toBe(303);
    }
  });
});

describe("the admin token", () => {
  it("is not looked at for a while after wrong ones from a network, at either door", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const { call, clock } = worker;
    const form = (address: string, token: string) =>
      browserOf(worker, new Map(), address).post("/console/sign-in", { token });
    const api = (address: string, token: string) =>
      call("/v1/destinations", { token, headers: { "CF-Connecting-IP": address } });
    for (let i = 0; i < 5; i++) {
      expect((await form("192.0.2.1", "wrong")).status).toBe(401);
      expect((await api("192.0.2.1", "wrong")).status).toBe(401);
    }
    const page = await form("192.0.2.1", ADMIN);
    expect(page.status).toBe(429);
    expect(page.headers.get("Retry-After")).toBe("60");
    expect(page.headers.get("Set-Cookie")).toBeNull();
    expect(textOf(page)).toContain(
      "Too many wrong tokens came from your network. Try again in 1 minute.",
    );
    const problem = await api("192.0.2.1", ADMIN);
    expect(problem.status).toBe(429);
    expect(problem.headers.get("Retry-After")).toBe("60");
    expect(problem.json).toMatchObject({ code: "too_many_tries" });
    expect((await form("192.0.2.2", ADMIN)).status).toBe(303);
    expect((await api("192.0.2.2", ADMIN)).status).toBe(200);
    clock.now += 60_000;
    expect((await api("192.0.2.1", ADMIN)).status).toBe(200);
    expect((await api("192.0.2.1", "wrong")).status).toBe(401);
    expect((await form("192.0.2.1", ADMIN)).status).toBe(429);
  });

  it("is guarded where a destination's tokens are taken too, which go on", async ({ expect }) => {
    const { call, addDestination } = workerUnderTest();
    const { id, ingestToken } = await addDestination();
    const ask = (token: string) => call(`/v1/destinations/${id}/backlog`, { token });
    for (let i = 0; i < 10; i++) expect((await ask("wrong")).status).toBe(401);
    expect((await ask(ADMIN)).status).toBe(429);
    expect((await ask(ingestToken)).status).toBe(200);
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
    expect((await browser.get("/console")).status).toBe(200);
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
    expect(text).toContain("3 prospects pending, 1 of them in flight.");
    expect(text).toContain("The backlog is empty 23 Nov, 14:01 UTC (in 1 minute).");
    expect(text).toContain("900 of 10,000 used, resets 23 Nov, 15:00 UTC");
    expect(text).toContain("102,000 of 250,000 (40.8 %)");
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

  it("take no form where they are pages, and say so on a page", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const { id } = await worker.addDestination();
    for (const path of ["/console/catalog", "/console", `/console/destinations/${id}/runs`]) {
      const page = await browser.post(path, { a: "b" });
      expect(page.status).toBe(405);
      expect(page.headers.get("Allow")).toBe("GET, HEAD");
      expect(page.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
      expect(page.headers.get("Content-Security-Policy")).toMatch(/script-src 'self'/);
      expect(textOf(page)).toContain("Nothing can be sent to this address");
      expect(page.text).toContain('aria-label="Console"');
      expect(page.text).toContain(`href="${path}">Open the page again`);
    }
    const headers = { Cookie: browser.cookieHeader(), Origin: ORIGIN };
    for (const method of ["PUT", "DELETE", "OPTIONS"]) {
      const page = await worker.call(`/console/destinations/${id}/mapping`, {
        method,
        token: null,
        headers,
      });
      expect(page.status).toBe(405);
      expect(page.headers.get("Allow")).toBe("GET, HEAD, POST");
      expect(textOf(page)).toContain("Nothing can be sent to this address");
    }
  });

  it("are pages also where the database or the settings are missing", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    Object.assign(worker.bindings, {
      SETTINGS: {
        prepare() {
          throw new Error("D1_ERROR: Network connection lost.");
        },
      },
    });
    const down = await browser.get("/console/catalog");
    expect(down.status).toBe(503);
    expect(down.headers.get("Retry-After")).toBe("5");
    expect(textOf(down)).toContain("The database does not answer just now");
    const unset = browserOf(workerUnderTest({ OUTREACH_CLIENT_ID: undefined }));
    const page = await unset.get("/console");
    expect(page.status).toBe(500);
    expect(page.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(textOf(page)).toContain("OUTREACH_CLIENT_ID is not set");
  });

  it("of forms lead to the page that the form is on", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    for (const [path, page] of [
      ["/console/", "/console"],
      ["/console/catalog/?a=b", "/console/catalog?a=b"],
      ["/console/destinations", "/console/destinations/new"],
      ["/console/destinations/d/credentials/rotate", "/console/destinations/d"],
      ["/console/destinations/d/failures/replay", "/console/destinations/d/failures"],
      ["/console/destinations/d/alerts/test", "/console/destinations/d/alerts"],
      ["/console/outreach-users/u/pause", "/console/outreach-users/u/live"],
      ["/console/outreach-users/u/prospects/7/send", "/console/prospects?id=7&user=u"],
      ["/console/people/p/invitation", "/console/people/p"],
      ["/console/account/password", "/console/account"],
    ]) {
      expect((await browser.get(path ?? "")).headers.get("Location")).toBe(page);
    }
  });

  it("say in plain words that an Outreach user does not answer", async ({ expect }) => {
    const worker = workerUnderTest();
    const browser = browserOf(worker);
    await browser.signIn();
    const { id } = await worker.addOutreachUser();
    worker.user.status.mockRejectedValue(new Error("gone"));
    worker.user.pause.mockRejectedValue(new Error("gone"));
    const page = await browser.get(`/console/outreach-users/${id}?from=mail`);
    expect(page.status).toBe(503);
    expect(page.headers.get("Retry-After")).toBe("2");
    expect(textOf(page)).toContain("This Outreach user does not answer just now");
    expect(textOf(page)).not.toContain("Retry-After");
    expect(page.text).toContain(`href="/console/outreach-users/${id}?from=mail"`);
    const form = await browser.post(`/console/outreach-users/${id}/pause`, {});
    expect(textOf(form)).toContain("Whether what you sent was done is not known.");
    expect(form.text).toContain(`href="/console/outreach-users/${id}/live"`);
  });

  it("show the navigation to nobody who is not signed in", async ({ expect }) => {
    const browser = browserOf(workerUnderTest());
    const large = { token: "x".repeat(2_000_001) };
    const stranger = await browser.post("/console/sign-in", large);
    expect(stranger.status).toBe(413);
    expect(stranger.text).not.toContain("Administrator");
    expect(stranger.text).toContain("To the sign-in");
    await browser.signIn();
    const admin = await browser.post("/console/account/password", large);
    expect(admin.status).toBe(413);
    expect(admin.text).toContain("Administrator");
  });
});
