import { createHash } from "node:crypto";
import { describe, it } from "vitest";
import { CONNECTED } from "./fake-outreach-user.ts";
import { ORIGIN, workerUnderTest } from "./worker-under-test.ts";

const BROWSER = { token: null, headers: { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
const PROGRAM = { token: null, headers: { Accept: "application/json" } };
const WEEK_MS = 7 * 24 * 3_600_000;

describe("a connect link", () => {
  it("leads to Outreach's sign-in page without a token", async ({ expect }) => {
    const { call, user, stubs, addOutreachUser } = workerUnderTest();
    const { id, connectUrl } = await addOutreachUser();
    const answer = await call(connectUrl, BROWSER);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("Location")).toBe("http://outreach.test/oauth/authorize?state=x");
    expect(user.beginConnection).toHaveBeenCalledExactlyOnceWith(`${ORIGIN}/v1/outreach/callback`);
    expect(stubs).toEqual([id]);
  });

  it("names PUBLIC_BASE_URL as the way back where it is set", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest({
      PUBLIC_BASE_URL: "https://public.example",
    });
    const { connectUrl } = await addOutreachUser();
    await call(connectUrl.replace("https://public.example", ORIGIN), BROWSER);
    expect(user.beginConnection).toHaveBeenCalledExactlyOnceWith(
      "https://public.example/v1/outreach/callback",
    );
  });

  it("that was forged or cut off is refused, and calls no object", async ({ expect }) => {
    const { call, stubs, addOutreachUser } = workerUnderTest();
    const { connectUrl } = await addOutreachUser();
    const { connectUrl: other } = await addOutreachUser();
    const path = connectUrl.split("?")[0] ?? "";
    for (const url of [
      connectUrl.slice(0, -1),
      path,
      `${path}?expires=9999999999&signature=x`,
      `${path}?${other.split("?")[1] ?? ""}`,
    ]) {
      const answer = await call(url, BROWSER);
      expect(answer.status).toBe(403);
      expect(answer.headers.get("Content-Type")).toMatch(/^text\/html/);
      expect(answer.text).toContain("The connect link is not valid");
    }
    expect(stubs).toEqual([]);
  });

  it("is refused after a week, and says what to do", async ({ expect }) => {
    const { call, clock, addOutreachUser } = workerUnderTest();
    const { connectUrl } = await addOutreachUser();
    clock.now += WEEK_MS - 1;
    expect((await call(connectUrl, BROWSER)).status).toBe(302);
    clock.now += 1;
    const page = await call(connectUrl, BROWSER);
    expect(page.status).toBe(410);
    expect(page.text).toContain("Ask your administrator for a new one");
    expect((await call(connectUrl, PROGRAM)).json).toMatchObject({ code: "connect_link_expired" });
  });

  it("of an Outreach user that was deleted is a 404", async ({ expect }) => {
    const { call, addOutreachUser } = workerUnderTest();
    const { id, connectUrl } = await addOutreachUser();
    await call(`/v1/outreach-users/${id}`, { method: "DELETE" });
    expect((await call(connectUrl, BROWSER)).status).toBe(404);
  });
});

describe("coming back from Outreach", () => {
  const callback = (state: string) => `/v1/outreach/callback?code=abc&state=${state}`;

  it("completes the sign-in with the object that the state names", async ({ expect }) => {
    const { call, user, stubs, addOutreachUser } = workerUnderTest();
    user.status.mockResolvedValue(CONNECTED);
    const { id } = await addOutreachUser();
    const answer = await call(callback(`${id}.random`), PROGRAM);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      id,
      name: "Marketing operations",
      connection: { status: "connected", identity: { email: "ada@example.com" } },
    });
    expect(user.completeConnection).toHaveBeenCalledExactlyOnceWith(
      `code=abc&state=${id}.random`,
      `${ORIGIN}/v1/outreach/callback`,
    );
    expect(new Set(stubs)).toEqual(new Set([id]));
  });

  it("shows a person who is connected, which scopes are missing, and which fields have no label", async ({
    expect,
  }) => {
    const { call, user, addDestination } = workerUnderTest();
    user.status.mockResolvedValue({
      ...CONNECTED,
      connection: {
        ...CONNECTED.connection,
        missingScopes: [{ scope: "prospects.write", neededFor: "bringing prospects up to date" }],
      },
    });
    const { outreachUserId } = await addDestination({
      audiences: [
        { id: "a", mappingId: 4 },
        { id: "b", mappingId: 77 },
      ],
      mappings: [{ source: "_tenant.tier", target: "custom9" }],
    });
    const answer = await call(callback(`${outreachUserId}.random`), BROWSER);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(answer.text).toContain("Ada Lovelace (ada@example.com)");
    expect(answer.text).toContain("prospects.write");
    expect(answer.text).toContain("custom9, custom77");
    expect(answer.text).not.toContain("custom4");
  });

  it("escapes everything on its page, under a policy without scripts", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const evil = `<img src=x onerror="alert(1)">`;
    const { identity } = CONNECTED.connection;
    user.status.mockResolvedValue({
      ...CONNECTED,
      connection: {
        ...CONNECTED.connection,
        identity: identity && { ...identity, name: evil, email: evil },
        missingScopes: [{ scope: evil, neededFor: evil }],
      },
    });
    const { id } = await addOutreachUser(evil);
    const answer = await call(callback(`${id}.random`), BROWSER);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain("<img");
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    const style = /<style>(.*)<\/style>/s.exec(answer.text)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(policy).not.toContain("script-src");
  });

  it("is a success also where the object does not answer once more", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.status.mockRejectedValue(new Error("Network connection lost."));
    const answer = await call(callback(`${id}.random`), PROGRAM);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ connection: { status: "connected", identity: null } });
    expect((await call(callback(`${id}.random`), BROWSER)).status).toBe(200);
  });

  it("tells apart what can go wrong", async ({ expect }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    const cases = [
      ["unknown_state", 400, "sign_in_unknown"],
      ["denied", 400, "sign_in_denied"],
      ["busy", 409, "sign_in_busy"],
      ["exchange_failed", 502, "sign_in_failed"],
    ] as const;
    for (const [reason, status, code] of cases) {
      const detail = `What happened, and <b>what</b> to do about ${reason}.`;
      user.completeConnection.mockResolvedValue({ ok: false, reason, detail });
      const json = await call(callback(`${id}.random`), PROGRAM);
      expect(json.status).toBe(status);
      expect(json.json).toMatchObject({ code, detail });
      const page = await call(callback(`${id}.random`), BROWSER);
      expect(page.status).toBe(status);
      expect(page.text).toContain(`what&lt;/b&gt; to do about ${reason}`);
    }
  });

  it("with a state of nobody's is a 400, and calls no object", async ({ expect }) => {
    const { call, stubs } = workerUnderTest();
    for (const state of ["", "x", "ou_none.random", ".random", "%3Cscript%3E.x"]) {
      const answer = await call(callback(state), BROWSER);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain("<script");
    }
    expect((await call("/v1/outreach/callback", PROGRAM)).json).toMatchObject({
      code: "sign_in_unknown",
    });
    expect(stubs).toEqual([]);
  });

  it("is not repeated where the object did not answer, because a state is good once", async ({
    expect,
  }) => {
    const { call, user, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    user.completeConnection.mockRejectedValue(
      Object.assign(new Error("lost"), { retryable: true }),
    );
    expect((await call(callback(`${id}.random`), BROWSER)).status).toBe(503);
    expect(user.completeConnection).toHaveBeenCalledOnce();
  });
});
