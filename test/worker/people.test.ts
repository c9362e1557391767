import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";
import { INVITATION_MS } from "../../src/access/people-changes.ts";
import type { Permission } from "../../src/people/permissions.ts";
import { invitedPerson } from "../../src/access/people-schemas.ts";
import { SESSION_MS } from "../../src/security/console-session.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { ORIGIN, workerUnderTest, type WorkerUnderTest } from "./worker-under-test.ts";

const PASSWORD = "correct horse battery";

beforeEach(async () => {
  for (const table of [
    "destinations",
    "outreach_users",
    "people",
    "failed_tries",
    "ended_sessions",
  ]) {
    await env.SETTINGS.prepare(`DELETE FROM ${table}`).run();
  }
});

async function invite(worker: WorkerUnderTest, permission: Permission, name = "ada") {
  const body = { email: `${name}@example.com`, name, permission };
  const { json } = await worker.call("/v1/people", { body });
  const { id, email, invitationUrl } = invitedPerson.parse(json);
  const token = new URL(invitationUrl).searchParams.get("token") ?? "";
  return { id, email, invitationUrl, token };
}

/** Somebody who has taken up an invitation, in a browser that is signed in. */
async function personOf(worker: WorkerUnderTest, permission: Permission, name = "ada") {
  const invited = await invite(worker, permission, name);
  const browser = browserOf(worker);
  const { token, email } = invited;
  await browser.post("/console/invitation", { token, "/password": PASSWORD, "/again": PASSWORD });
  const signIn = (password = PASSWORD) => browser.post("/console/sign-in", { email, password });
  return { ...invited, ...browser, signIn };
}

describe("an invitation", () => {
  it("is a link where the person sets a password, and is signed in", async ({ expect }) => {
    const worker = workerUnderTest();
    const { invitationUrl, token } = await invite(worker, "view");
    expect(invitationUrl).toMatch(
      new RegExp(`^${ORIGIN}/console/invitation\\?token=oe_invite_[\\w-]{43}$`),
    );
    const browser = browserOf(worker);
    const page = await browser.get(invitationUrl.replace(ORIGIN, ""));
    expect(textOf(page)).toContain("ada, you sign in as ada@example.com");
    const typed = { token, "/password": PASSWORD, "/again": PASSWORD };
    const accepted = await browser.post("/console/invitation", typed);
    expect(accepted.headers.get("Location")).toBe("/console");
    expect((await browser.get("/console")).status).toBe(200);
    expect((await browserOf(worker).post("/console/invitation", typed)).status).toBe(410);
  });

  it("says what is wrong with a password, and stays open", async ({ expect }) => {
    const worker = workerUnderTest();
    const { token } = await invite(worker, "view");
    const browser = browserOf(worker);
    for (const [password, again, words] of [
      ["short", "short", "Must be at least 12 characters long."],
      ["aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "at least 5 different characters"],
      ["Ada@example.com!", "Ada@example.com!", "Must not hold your e-mail."],
      [PASSWORD, `${PASSWORD}.`, "The two are not the same."],
    ] as const) {
      const typed = { token, "/password": password, "/again": again };
      const page = await browser.post("/console/invitation", typed);
      expect(page.status).toBe(422);
      expect(textOf(page)).toContain(words);
      expect(page.text).not.toContain(`value="${password}"`);
    }
    const typed = { token, "/password": PASSWORD, "/again": PASSWORD };
    const foreign = await browser.post("/console/invitation", typed, "https://evil.example");
    expect(foreign.status).toBe(422);
    expect((await browser.post("/console/invitation", typed)).status).toBe(303);
  });

  it("ends with its time, with a newer one, and with the person", async ({ expect }) => {
    const worker = workerUnderTest();
    const { id, token, invitationUrl } = await invite(worker, "view");
    const open = async (link: string) =>
      (await browserOf(worker).get(link.replace(ORIGIN, ""))).status;
    worker.clock.now += INVITATION_MS - 1;
    expect(await open(invitationUrl)).toBe(200);
    worker.clock.now += 1;
    expect(await open(invitationUrl)).toBe(410);
    const late = { token, "/password": PASSWORD, "/again": PASSWORD };
    expect((await browserOf(worker).post("/console/invitation", late)).status).toBe(410);
    const { json } = await worker.call(`/v1/people/${id}/invitation`, { method: "POST" });
    const newer = invitedPerson.parse(json).invitationUrl;
    expect(await open(newer)).toBe(200);
    expect(await open(invitationUrl)).toBe(410);
    await worker.call(`/v1/people/${id}`, { method: "DELETE" });
    expect(await open(newer)).toBe(410);
    expect(await open("/console/invitation")).toBe(410);
  });

  it("is kept as a hash, as passwords are", async ({ expect }) => {
    const worker = workerUnderTest();
    const { token } = await personOf(worker, "view");
    await invite(worker, "view", "grace");
    const { results } = await env.SETTINGS.prepare("SELECT * FROM people").all();
    const stored = JSON.stringify(results);
    expect(stored).toContain("pbkdf2-sha256$100000$");
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain("oe_invite_");
    expect(stored).not.toContain(token);
  });
});

describe("signing in with e-mail and password", () => {
  it("works in whatever case the e-mail is typed, and shows on People", async ({ expect }) => {
    const worker = workerUnderTest();
    const { email } = await personOf(worker, "view");
    const browser = browserOf(worker);
    const typed = {
      email: ` ${email.toUpperCase()} `,
      password: PASSWORD,
      next: "/console/catalog",
    };
    const signedIn = await browser.post("/console/sign-in", typed);
    expect(signedIn.headers.get("Location")).toBe("/console/catalog");
    const cookie = signedIn.headers.get("Set-Cookie") ?? "";
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toContain("ada%40");
    const admin = browserOf(worker);
    await admin.signIn();
    expect(textOf(await admin.get("/console/people"))).toContain("23 Nov, 14:00 UTC (now)");
  });

  it("answers the same for an e-mail that nobody has", async ({ expect }) => {
    const worker = workerUnderTest();
    const { email } = await personOf(worker, "view");
    const { email: invited } = await invite(worker, "view", "grace");
    const pages: string[] = [];
    for (const address of [email, invited, "nobody@example.com"]) {
      const typed = { email: address, password: "wrong" };
      const page = await browserOf(worker).post("/console/sign-in", typed);
      expect(page.status).toBe(401);
      expect(page.headers.get("Set-Cookie")).toBeNull();
      pages.push(page.text.replaceAll(address, "…"));
    }
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toContain("E-mail or password is wrong.");
  });

  it("pauses after wrong ones from a network, known or not, and nobody elsewhere", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const { email } = await personOf(worker, "view");
    const signInFrom = (address: string, mailbox: string, password: string) =>
      browserOf(worker, new Map(), address).post("/console/sign-in", { email: mailbox, password });
    for (const mailbox of [email, "nobody@example.com"]) {
      const attempt = (password: string) => signInFrom("192.0.2.1", mailbox, password);
      for (let i = 0; i < 5; i++) expect((await attempt("wrong")).status).toBe(401);
      const paused = await attempt(PASSWORD);
      expect(paused.status).toBe(429);
      expect(paused.headers.get("Retry-After")).toBe("180");
      expect(paused.headers.get("Set-Cookie")).toBeNull();
      expect(textOf(paused)).toContain(
        "Too many wrong passwords for this e-mail, or from your network. Try again in 3 minutes.",
      );
      worker.clock.now += 179_999;
      expect((await attempt(PASSWORD)).status).toBe(429);
      worker.clock.now += 1;
      expect((await attempt("wrong")).status).toBe(401);
      expect((await attempt(PASSWORD)).headers.get("Retry-After")).toBe("180");
    }
    expect((await signInFrom("192.0.2.2", email, PASSWORD)).status).toBe(303);
    expect((await signInFrom("192.0.2.1", email, PASSWORD)).status).toBe(303);
    const { results } = await env.SETTINGS.prepare("SELECT * FROM failed_tries").all();
    expect(results.length).toBeGreaterThan(2);
    expect(JSON.stringify(results)).not.toMatch(/example\.com|192\.0/);
  });

  it("pauses a network that tries one password over many e-mails", async ({ expect }) => {
    const worker = workerUnderTest();
    const { email } = await personOf(worker, "view");
    const signInFrom = (address: string, mailbox: string, password: string) =>
      browserOf(worker, new Map(), address).post("/console/sign-in", { email: mailbox, password });
    const sprayed = (i: number) =>
      signInFrom(`2001:db8::${i}`, `somebody${i}@example.com`, "Summer of 2026!");
    for (let i = 1; i <= 30; i++) expect((await sprayed(i)).status).toBe(401);
    expect((await sprayed(31)).status).toBe(429);
    expect((await signInFrom("2001:db8::99", email, PASSWORD)).status).toBe(429);
    expect((await signInFrom("2001:db8:0:1::1", email, PASSWORD)).status).toBe(303);
    worker.clock.now += 60_000;
    expect((await sprayed(32)).status).toBe(401);
  });

  it("pauses for an e-mail that is guessed at from many networks", async ({ expect }) => {
    const worker = workerUnderTest();
    const { email, id } = await personOf(worker, "view");
    const guess = (i: number) =>
      browserOf(worker, new Map(), `198.51.100.${i}`).post("/console/sign-in", {
        email,
        password: "wrong",
      });
    for (let i = 1; i <= 50; i++) expect((await guess(i)).status).toBe(401);
    expect((await guess(51)).status).toBe(429);
    // A new link ends the pause.
    const { json } = await worker.call(`/v1/people/${id}/invitation`, { method: "POST" });
    const token = new URL(invitedPerson.parse(json).invitationUrl).searchParams.get("token") ?? "";
    const typed = { token, "/password": PASSWORD, "/again": PASSWORD };
    expect((await browserOf(worker).post("/console/invitation", typed)).status).toBe(303);
    expect((await guess(51)).status).toBe(401);
  });

  it("counts guesses that come at once one by one, and no right password", async ({ expect }) => {
    const worker = workerUnderTest();
    const { email } = await personOf(worker, "view");
    const attempt = (password: string) =>
      browserOf(worker).post("/console/sign-in", { email, password });
    const guesses = Array.from({ length: 12 }, (_, i) => attempt(`guess ${i}`));
    const answers = (await Promise.all(guesses)).map(({ status }) => status);
    expect(answers.filter((status) => status === 401)).toHaveLength(5);
    expect(answers.filter((status) => status === 429)).toHaveLength(7);
    worker.clock.now += 3 * 60_000;
    for (let i = 0; i < 8; i++) expect((await attempt(PASSWORD)).status).toBe(303);
  });

  it("writes nothing for a try that is refused, and forgets those that are long past", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const attempt = (mailbox: string) =>
      browserOf(worker).post("/console/sign-in", { email: mailbox, password: "wrong" });
    for (let i = 0; i < 5; i++) await attempt("nobody@example.com");
    const stored = async () =>
      (await env.SETTINGS.prepare("SELECT * FROM failed_tries ORDER BY key").all()).results;
    const before = await stored();
    expect((await attempt("nobody@example.com")).status).toBe(429);
    expect(await stored()).toEqual(before);
    worker.clock.now += 24 * 3_600_000;
    await attempt("somebody@example.com");
    expect(await stored()).toHaveLength(3);
  });

  it("takes a form of the console's own page alone", async ({ expect }) => {
    const worker = workerUnderTest();
    const { email } = await personOf(worker, "view");
    const typed = { email, password: PASSWORD };
    const browser = browserOf(worker);
    expect((await browser.post("/console/sign-in", typed, "https://evil.example")).status).toBe(
      401,
    );
  });
});

describe("a person's sessions", () => {
  it("end at once with the person, the permission, the password and a sign-out everywhere", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const ada = await personOf(worker, "view");
    const isIn = async () => (await ada.get("/console")).status === 200;
    expect(await isIn()).toBe(true);

    await worker.call(`/v1/people/${ada.id}`, { method: "PATCH", body: { name: "Ada L." } });
    expect(await isIn()).toBe(true);
    await worker.call(`/v1/people/${ada.id}`, {
      method: "PATCH",
      body: { permission: "activate" },
    });
    expect(await isIn()).toBe(false);
    expect((await ada.get("/v1/destinations")).status).toBe(401);

    await ada.signIn();
    expect(await isIn()).toBe(true);
    await worker.call(`/v1/people/${ada.id}/sign-out`, { method: "POST" });
    expect(await isIn()).toBe(false);

    await ada.signIn();
    const { json } = await worker.call(`/v1/people/${ada.id}/invitation`, { method: "POST" });
    expect(await isIn()).toBe(true);
    const token = new URL(invitedPerson.parse(json).invitationUrl).searchParams.get("token") ?? "";
    const other = browserOf(worker);
    const next = "another good password";
    await other.post("/console/invitation", { token, "/password": next, "/again": next });
    expect(await isIn()).toBe(false);
    expect((await other.get("/console")).status).toBe(200);

    await worker.call(`/v1/people/${ada.id}`, { method: "DELETE" });
    expect((await other.get("/console")).status).toBe(303);
    expect((await ada.signIn(next)).status).toBe(401);
  });

  it("end with the admin token, and are nobody else's", async ({ expect }) => {
    const worker = workerUnderTest();
    const ada = await personOf(worker, "view");
    const manager = await personOf(worker, "manage", "grace");
    const other = browserOf(
      workerUnderTest({ ADMIN_TOKEN: "another-admin-token-of-the-worker" }),
      ada.cookies,
    );
    expect((await other.get("/console")).status).toBe(303);
    const [name = "", session = ""] = [...ada.cookies][0] ?? [];
    for (const forged of [
      session.replace(ada.id, manager.id),
      session.replace(ada.id, "admin"),
      session.replace(/\.(\d+)\.([\w-]+)\.([\w-]+)$/, ".3.$2.$3"),
    ]) {
      expect(forged).not.toBe(session);
      ada.cookies.set(name, forged);
      expect((await ada.get("/console")).status).toBe(303);
    }
  });

  it("go on in the browser in which the password was changed, and end elsewhere", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const ada = await personOf(worker, "view");
    const elsewhere = browserOf(worker);
    await elsewhere.post("/console/sign-in", { email: ada.email, password: PASSWORD });
    const next = "another good password";
    const typed = { "/present": "wrong", "/password": next, "/again": next };
    const refused = await ada.post("/console/account/password", typed);
    expect(refused.status).toBe(422);
    expect(textOf(refused)).toContain("This is not your present password.");
    for (let i = 0; i < 4; i++) await ada.post("/console/account/password", typed);
    const paused = await ada.post("/console/account/password", typed);
    expect(paused.status).toBe(429);
    expect(paused.headers.get("Retry-After")).toBe("180");
    worker.clock.now += 180_000;
    const changed = await ada.post("/console/account/password", { ...typed, "/present": PASSWORD });
    expect(changed.headers.get("Location")).toBe("/console/account");
    expect(textOf(await ada.get("/console/account"))).toContain("is changed");
    expect((await elsewhere.get("/console")).status).toBe(303);
    expect((await ada.post("/console/account/sign-out", {})).status).toBe(303);
    expect((await ada.get("/console")).status).toBe(303);
    expect((await ada.signIn(next)).status).toBe(303);
  });
});

describe("signing out", () => {
  it("ends the session at the server: a copy of its cookie opens nothing", async ({ expect }) => {
    const worker = workerUnderTest();
    const ada = await personOf(worker, "view");
    const admin = browserOf(worker);
    await admin.signIn();
    const elsewhere = browserOf(worker);
    await elsewhere.post("/console/sign-in", { email: ada.email, password: PASSWORD });
    for (const browser of [ada, admin]) {
      const copy = browserOf(worker, new Map(browser.cookies));
      expect((await copy.get("/console")).status).toBe(200);
      const out = await browser.post("/console/sign-out", {});
      expect(out.headers.get("Location")).toBe("/console/sign-in");
      expect(textOf(await browser.get("/console/sign-in"))).toContain("You are signed out.");
      expect((await copy.get("/console")).status).toBe(303);
      expect((await copy.get("/v1/destinations")).status).toBe(401);
    }
    expect((await elsewhere.get("/console")).status).toBe(200);
    expect((await ada.signIn()).status).toBe(303);
    expect((await ada.get("/console")).status).toBe(200);
  });

  it("is remembered until the cookie is of no use by itself", async ({ expect }) => {
    const worker = workerUnderTest();
    const admin = browserOf(worker);
    const count = async () =>
      (await env.SETTINGS.prepare("SELECT count(*) AS n FROM ended_sessions").first())?.["n"];
    for (let i = 0; i < 2; i++) {
      await admin.signIn();
      await admin.post("/console/sign-out", {});
    }
    expect(await count()).toBe(2);
    worker.clock.now += SESSION_MS;
    await admin.signIn();
    await admin.post("/console/sign-out", {});
    expect(await count()).toBe(1);
  });
});

describe("what a page says was done", () => {
  it("is said once, where it was done, and to nobody who follows a link", async ({ expect }) => {
    const worker = workerUnderTest();
    const admin = browserOf(worker);
    await admin.signIn();
    const { id } = await invite(worker, "view");
    const place = `/console/people/${id}`;
    expect(textOf(await admin.get(`${place}?done=saved`))).not.toContain("Saved");
    await admin.post(place, { "/name": "Ada", "/permission": "view" });
    expect(textOf(await admin.get("/console/account"))).not.toContain("Saved");
    expect(textOf(await admin.get(place))).toContain("Saved");
    expect(textOf(await admin.get(place))).not.toContain("Saved");
    expect(textOf(await browserOf(worker).get("/console/sign-in?signed-out"))).not.toContain(
      "signed out",
    );
  });
});

describe("permissions", () => {
  /** What each may do with a form, and nothing else. */
  const ALLOWED: Readonly<Record<Permission, readonly RegExp[]>> = {
    view: [/^\/console\/account\//, /\/preview$/, /^\/console\/(sign-in|sign-out|invitation)$/],
    activate: [
      /\/(mapping|audiences|failures\/replay|failures\/discard|pause|resume)$/,
      /\/prospects\/7\/(replay|send|forget)$/,
    ],
    manage: [/./],
  };

  it("close every form of the console that is not named for them", async ({ expect }) => {
    const worker = workerUnderTest();
    const { id, outreachUserId } = await worker.addDestination();
    const ada = await personOf(worker, "view");
    const grace = await personOf(worker, "activate", "grace");
    const posts = new Set(
      worker.app.routes
        .filter(({ method, path }) => method === "POST" && path.startsWith("/console"))
        .map(({ path }) => path),
    );
    expect(posts.size).toBeGreaterThan(20);
    for (const path of posts) {
      const place = path
        .replace(/:action\{(\w+)[^}]*\}/, "$1")
        .replace(":prospectId", "7")
        .replace("/destinations/:id", `/destinations/${id}`)
        .replace("/outreach-users/:id", `/outreach-users/${outreachUserId}`);
      const mayView = ALLOWED.view.some((each) => each.test(place));
      const mayActivate = mayView || ALLOWED.activate.some((each) => each.test(place));
      if (!mayView) expect([place, (await ada.post(place, {})).status]).toEqual([place, 403]);
      if (!mayActivate) expect([place, (await grace.post(place, {})).status]).toEqual([place, 403]);
      else if (!mayView) {
        expect([place, (await grace.post(place, {})).status]).not.toEqual([place, 403]);
      }
    }
    expect((await ada.get(`/console/destinations/${id}/something-new`)).status).toBe(403);
    expect((await ada.get("/console/people")).status).toBe(403);
  });

  it("close every operation of the API that is not named for them", async ({ expect }) => {
    const worker = workerUnderTest();
    const { id, outreachUserId } = await worker.addDestination();
    const ada = await personOf(worker, "view");
    const operations = worker.app.routes.filter(
      ({ method, path }) =>
        path.startsWith("/v1/") && ["GET", "POST", "PATCH", "DELETE"].includes(method),
    );
    const open: string[] = [];
    for (const { method, path } of operations) {
      const place = path
        .replace("/destinations/:id", `/destinations/${id}`)
        .replace("/outreach-users/:id", `/outreach-users/${outreachUserId}`);
      const headers = { Cookie: ada.cookieHeader(), Origin: ORIGIN };
      const answer = await worker.call(place, { method, token: null, headers });
      if (![401, 403].includes(answer.status)) open.push(`${method} ${path}`);
    }
    expect([...new Set(open)].toSorted()).toEqual([
      "GET /v1/destinations",
      "GET /v1/destinations/:id",
      "GET /v1/destinations/:id/alerts",
      "GET /v1/destinations/:id/audiences",
      "GET /v1/destinations/:id/audiences/seen",
      "GET /v1/destinations/:id/backlog",
      "GET /v1/destinations/:id/failures",
      "GET /v1/destinations/:id/failures/groups",
      "GET /v1/destinations/:id/prospects/:outreachId",
      "GET /v1/destinations/:id/runs",
      "GET /v1/outreach-users",
      "GET /v1/outreach-users/:id",
      "GET /v1/outreach-users/:id/activity",
      "GET /v1/outreach-users/:id/calls",
      "GET /v1/outreach-users/:id/quarantine",
      "GET /v1/outreach/callback",
      "POST /v1/destinations/:id/prospects/lookup",
      "POST /v1/oauth/token",
      "POST /v1/outreach-users/:id/forecast",
    ]);
  });

  it("are named where they are missing, with who can give them", async ({ expect }) => {
    const worker = workerUnderTest();
    const { id } = await worker.addDestination();
    const ada = await personOf(worker, "view");
    const nobody = textOf(await ada.get("/console/people"));
    expect(nobody).toContain("This needs the permission Manage destinations.");
    expect(nobody).toContain("The administrator, who has the admin token, can give it.");
    await personOf(worker, "manage", "grace");
    const page = await ada.post(`/console/destinations/${id}/failures/replay`, { ids: "all" });
    expect(page.status).toBe(403);
    expect(textOf(page)).toContain("This needs the permission Activate destinations.");
    expect(textOf(page)).toContain("grace, grace@example.com");
    const headers = { Cookie: ada.cookieHeader(), Origin: ORIGIN };
    const answer = await worker.call(`/v1/destinations/${id}/failures/replay`, {
      method: "POST",
      token: null,
      headers,
    });
    expect(answer).toMatchObject({ status: 403, json: { code: "permission_missing" } });
    expect(answer.text).toContain("Activate destinations");
    expect(worker.user.replay).not.toHaveBeenCalled();
  });

  it("let marketers change what they activate, and not the rest of a destination", async ({
    expect,
  }) => {
    const worker = workerUnderTest();
    const { id } = await worker.addDestination();
    const ada = await personOf(worker, "activate");
    const headers = { Cookie: ada.cookieHeader(), Origin: ORIGIN };
    const patch = (body: object) =>
      worker.call(`/v1/destinations/${id}`, { method: "PATCH", token: null, headers, body });
    expect((await patch({ audiences: [{ id: "a", mappingId: 4 }] })).status).toBe(200);
    for (const body of [{ name: "Other" }, { enabled: false }, { delivery: "patch" }]) {
      expect((await patch({ ...body, audiences: [] })).status).toBe(403);
    }
    const { json } = await worker.call(`/v1/destinations/${id}`);
    expect(json).toMatchObject({ name: "Spring campaign", audiences: [{ id: "a" }] });
  });

  it("keep the link that connects an Outreach user from those who may not", async ({ expect }) => {
    const worker = workerUnderTest();
    worker.user.status.mockResolvedValue(CONNECTED);
    const { id } = await worker.addOutreachUser();
    const ada = await personOf(worker, "activate");
    expect((await ada.get("/v1/outreach-users")).text).not.toContain("signature=");
    expect((await ada.get(`/v1/outreach-users/${id}`)).json).toMatchObject({ connectUrl: null });
    const page = await ada.get(`/console/outreach-users/${id}`);
    expect(page.text).not.toContain("signature=");
    expect(textOf(page)).toContain("This needs the permission Manage destinations.");
    const grace = await personOf(worker, "manage", "grace");
    expect((await grace.get(`/console/outreach-users/${id}`)).text).toContain("signature=");
  });

  it("show what one may use, and close the rest with the reason", async ({ expect }) => {
    const worker = workerUnderTest();
    const { id, outreachUserId } = await worker.addDestination();
    const ada = await personOf(worker, "view");
    for (const path of ["/console", "/console/catalog"]) {
      const { text } = await ada.get(path);
      expect(text).not.toMatch(/href="[^"]*\/new"/);
      expect(text).not.toContain('href="/console/people"');
    }
    const mapping = await ada.get(`/console/destinations/${id}/mapping`);
    expect(mapping.text).toContain('<fieldset class="through" disabled');
    expect(textOf(mapping)).toContain("This needs the permission Activate destinations.");
    for (const path of [
      "/console/catalog",
      `/console/outreach-users/${outreachUserId}`,
      `/console/destinations/${id}`,
      `/console/destinations/${id}/mapping`,
      `/console/destinations/${id}/alerts`,
    ]) {
      const said = (await ada.get(path)).text.match(/can give it/g) ?? [];
      expect([path, said.length]).toEqual([path, 1]);
    }
    const connection = await ada.get(`/console/outreach-users/${outreachUserId}`);
    expect(textOf(connection)).toContain("Needs the permission Manage destinations.");
    const live = await ada.get(`/console/outreach-users/${outreachUserId}/live`);
    expect(live.text).not.toContain("Pause delivery");
    const grace = await personOf(worker, "activate", "grace");
    expect((await grace.get(`/console/destinations/${id}/mapping`)).text).not.toContain("disabled");
    const graces = await grace.get(`/console/outreach-users/${outreachUserId}/live`);
    expect(graces.text).toContain("Pause delivery");
  });
});

describe("people in the API", () => {
  it("are listed, read and changed", async ({ expect }) => {
    const worker = workerUnderTest();
    const { id } = await invite(worker, "view");
    worker.clock.now += 1;
    await invite(worker, "manage", "grace");
    const { json } = await worker.call("/v1/people?limit=1");
    expect(json).toMatchObject({
      people: [{ name: "ada", hasPassword: false, invitedUntil: "2026-11-30T14:00:00.000Z" }],
      next: expect.stringContaining(id),
    });
    const changed = await worker.call(`/v1/people/${id}`, {
      method: "PATCH",
      body: { permission: "activate" },
    });
    expect(changed.json).toMatchObject({ name: "ada", permission: "activate" });
    expect((await worker.call(`/v1/people/${id}`)).json).toEqual(changed.json);
    expect(changed.text).not.toContain("oe_invite_");
  });

  it("need an e-mail of their own, a name and a permission", async ({ expect }) => {
    const worker = workerUnderTest();
    await invite(worker, "view");
    const again = { email: "ADA@example.com", name: "Ada", permission: "view" };
    expect(await worker.call("/v1/people", { body: again })).toMatchObject({
      status: 409,
      json: { code: "email_taken" },
    });
    for (const body of [{ email: "ada" }, { name: " " }, { permission: "all" }, { admin: true }]) {
      const asked = { email: "g@example.com", name: "G", permission: "view", ...body };
      expect((await worker.call("/v1/people", { body: asked })).status).toBe(422);
    }
  });

  it("do not lock themselves out", async ({ expect }) => {
    const worker = workerUnderTest();
    const ada = await personOf(worker, "manage");
    const headers = { Cookie: ada.cookieHeader(), Origin: ORIGIN };
    const own = `/v1/people/${ada.id}`;
    for (const [method, body] of [
      ["DELETE", undefined],
      ["PATCH", { permission: "view" }],
    ] as const) {
      const answer = await worker.call(own, { method, body, token: null, headers });
      expect(answer).toMatchObject({ status: 409, json: { code: "own_account" } });
    }
    const renamed = { method: "PATCH", body: { name: "Ada L." }, token: null, headers };
    expect((await worker.call(own, renamed)).json).toMatchObject({ permission: "manage" });
    expect((await worker.call("/v1/people/person_none")).status).toBe(404);
  });
});

describe("People in the console", () => {
  it("shows the invitation link once", async ({ expect }) => {
    const worker = workerUnderTest();
    const admin = browserOf(worker);
    await admin.signIn();
    expect(textOf(await admin.get("/console/people"))).toContain("Nobody yet");
    const fields = { "/name": "Ada", "/email": "ada@example.com", "/permission": "activate" };
    const made = await admin.post("/console/people", fields);
    expect(made.status).toBe(201);
    expect(made.text).toMatch(/value="[^"]*\/console\/invitation\?token=oe_invite_/);
    const list = await admin.get("/console/people");
    expect(textOf(list)).toContain("Invited");
    expect(list.text).not.toContain("oe_invite_");
    const twice = await admin.post("/console/people", fields);
    expect(twice.status).toBe(422);
    expect(textOf(twice)).toContain("Somebody has this e-mail already.");
    const bad = await admin.post("/console/people", { ...fields, "/email": "x" });
    expect(textOf(bad)).toContain("Must be an e-mail address");
    expect(bad.text).toContain('value="Ada"');
  });

  it("changes, signs out and removes a person", async ({ expect }) => {
    const worker = workerUnderTest();
    const admin = browserOf(worker);
    await admin.signIn();
    const ada = await personOf(worker, "view");
    const place = `/console/people/${ada.id}`;
    const saved = await admin.post(place, { "/name": "Ada L.", "/permission": "activate" });
    expect(saved.headers.get("Location")).toBe(place);
    expect(textOf(await admin.get(place))).toContain("Ada L.");
    expect((await admin.post(place, { "/name": "", "/permission": "all" })).status).toBe(422);
    await ada.signIn();
    await admin.post(`${place}/sign-out`, {});
    expect((await ada.get("/console")).status).toBe(303);
    expect((await admin.post(`${place}/invitation`, {})).text).toContain("oe_invite_");
    const removed = await admin.post(`${place}/delete`, {});
    expect(removed.headers.get("Location")).toBe("/console/people");
    expect((await admin.get(place)).status).toBe(404);
  });

  it("offers nobody to change their own permission or to remove themselves", async ({ expect }) => {
    const worker = workerUnderTest();
    const ada = await personOf(worker, "manage");
    const page = await ada.get(`/console/people/${ada.id}`);
    expect(page.text).not.toContain("<select");
    expect(page.text).not.toContain("/delete");
    await ada.post(`/console/people/${ada.id}/delete`, {});
    await ada.post(`/console/people/${ada.id}`, { "/name": "A", "/permission": "view" });
    expect((await ada.get("/console/people")).status).toBe(200);
  });
});
