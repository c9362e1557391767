import * as oauth from "oauth4webapi";
import { describe, it } from "vitest";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";
import { ORIGIN, testMock, type TestMock } from "./support.ts";

const REDIRECT = "https://app.example/callback";
const REQUEST = {
  client_id: "app",
  redirect_uri: REDIRECT,
  response_type: "code",
  scope: "prospects.read prospects.write",
  state: "s-1",
};
const CLIENT = { client_id: "app", client_secret: "secret" };

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const authorizePath = (change: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({ ...REQUEST, ...change })}`;

/** Where an authorization redirects to. */
async function redirectOf(mock: TestMock, change: Record<string, string> = { auto: "1" }) {
  const response = await mock.fetch(authorizePath(change));
  return new URL(response.headers.get("location") ?? "about:blank");
}

const codeFor = async (mock: TestMock, change: Record<string, string> = {}) =>
  (await redirectOf(mock, { auto: "1", ...change })).searchParams.get("code") ?? "";

const post = async (mock: TestMock, parameters: Record<string, string>) =>
  mock.fetch("/oauth/token", { method: "POST", body: new URLSearchParams(parameters) });

const exchange = async (mock: TestMock, code: string, change: Record<string, string> = {}) =>
  post(mock, {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    ...CLIENT,
    ...change,
  });

const refresh = async (mock: TestMock, refreshToken: string, change: Record<string, string> = {}) =>
  post(mock, { grant_type: "refresh_token", refresh_token: refreshToken, ...CLIENT, ...change });

async function tokensFor(mock: TestMock, change: Record<string, string> = {}): Promise<Tokens> {
  return (await (await exchange(mock, await codeFor(mock, change))).json()) as Tokens;
}

const worksFor = async (mock: TestMock, accessToken: string) =>
  (await mock.fetch("/api/v2", { headers: { authorization: `Bearer ${accessToken}` } })).status;

describe("the authorize page", () => {
  it("shows a sign-in form that names the application and the accounts", async ({ expect }) => {
    const response = await testMock().fetch(authorizePath());
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    const html = await response.text();
    for (const part of ["<strong>app</strong>", 'type="password"', "ada@example.com"]) {
      expect(html).toContain(part);
    }
  });

  it("signs in by itself with auto=1, as whom it is told, and gives code and state back", async ({
    expect,
  }) => {
    const mock = testMock();
    const url = await redirectOf(mock, { auto: "1", login: "grace@example.com" });
    expect(url.origin + url.pathname).toBe(REDIRECT);
    expect(url.searchParams.get("state")).toBe("s-1");
    const tokens = (await (
      await exchange(mock, url.searchParams.get("code") ?? "")
    ).json()) as Tokens;
    const about = await mock.fetch("/api/v2", {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await about.json()).toMatchObject({
      meta: { user: { email: "grace@example.com" }, application: { id: "app" } },
    });
  });

  it("signs in by itself if the mock is told so, and says who there is where nobody has the name", async ({
    expect,
  }) => {
    const mock = testMock({ autoApprove: true });
    expect((await redirectOf(mock, {})).searchParams.has("code")).toBe(true);
    expect((await mock.fetch(authorizePath({ login: "nobody@example.com" }))).status).toBe(400);
  });

  it("keeps the parameters that the redirect URI has already", async ({ expect }) => {
    const redirect = await redirectOf(testMock(), {
      auto: "1",
      redirect_uri: `${REDIRECT}?a=1&b=%20`,
    });
    expect(redirect.searchParams.get("a")).toBe("1");
    expect(redirect.searchParams.get("b")).toBe(" ");
    expect(redirect.searchParams.has("code")).toBe(true);
  });

  it("leads a person through sign-in and consent", async ({ expect }) => {
    const mock = testMock();
    const submit = async (path: string, fields: Record<string, string>) =>
      mock.fetch(`/oauth/authorize${path}`, { method: "POST", body: new URLSearchParams(fields) });
    const wrong = await submit("/sign-in", {
      ...REQUEST,
      email: "nobody@example.com",
      password: "x",
    });
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).toContain("E-mail or password is wrong.");
    const empty = await submit("/sign-in", { ...REQUEST, email: "ada@example.com", password: "" });
    expect(empty.status).toBe(401);
    const consent = await submit("/sign-in", {
      ...REQUEST,
      email: "ADA@example.com",
      password: "x",
    });
    const html = await consent.text();
    expect(html).toContain("Ada Lovelace");
    expect(html).toContain("Create and change prospects");
    const key = /name="sign_in" value="([^"]+)"/.exec(html)?.[1] ?? "";
    const allowed = await submit("/decision", { sign_in: key, decision: "allow" });
    const url = new URL(allowed.headers.get("location") ?? "about:blank");
    expect((await exchange(mock, url.searchParams.get("code") ?? "")).status).toBe(200);
    const again = await submit("/decision", { sign_in: key, decision: "allow" });
    expect(again.status).toBe(400);
    expect(again.headers.has("location")).toBe(false);
  });

  it("sends access_denied back where the person says no", async ({ expect }) => {
    const mock = testMock();
    const automatic = await redirectOf(mock, { auto: "deny" });
    expect(Object.fromEntries(automatic.searchParams)).toEqual({
      error: "access_denied",
      state: "s-1",
    });
    const form = new URLSearchParams({ ...REQUEST, email: "ada@example.com", password: "x" });
    const consent = await mock.fetch("/oauth/authorize/sign-in", { method: "POST", body: form });
    const key = /name="sign_in" value="([^"]+)"/.exec(await consent.text())?.[1] ?? "";
    const denied = await mock.fetch("/oauth/authorize/decision", {
      method: "POST",
      body: new URLSearchParams({ sign_in: key, decision: "deny" }),
    });
    expect(denied.headers.get("location")).toBe(`${REDIRECT}?error=access_denied&state=s-1`);
  });

  it("tells the application of a wrong scope or response type", async ({ expect }) => {
    const mock = testMock();
    const errorOf = async (change: Record<string, string>) =>
      (await redirectOf(mock, { auto: "1", ...change })).searchParams.get("error");
    expect(await errorOf({ response_type: "token" })).toBe("unsupported_response_type");
    for (const scope of ["", "prospects", "prospects.fly", "<script>"]) {
      expect(await errorOf({ scope })).toBe("invalid_scope");
    }
  });

  it("tells only the person where client or redirect URI are wrong", async ({ expect }) => {
    const refuses = async (mock: TestMock, change: Record<string, string>) => {
      const response = await mock.fetch(authorizePath({ auto: "1", ...change }));
      expect(response.status).toBe(400);
      expect(response.headers.has("location")).toBe(false);
    };
    const open = testMock();
    await refuses(open, { client_id: "" });
    for (const redirect of ["", "/callback", `${REDIRECT}#x`, "javascript:alert(1)"]) {
      await refuses(open, { redirect_uri: redirect });
    }
    const pinned = testMock({ clientId: "app", redirectUris: [REDIRECT] });
    await refuses(pinned, { client_id: "another" });
    await refuses(pinned, { redirect_uri: "https://elsewhere.example/" });
    expect((await redirectOf(pinned)).searchParams.has("code")).toBe(true);
  });

  it("shows nothing of what it was given as HTML", async ({ expect }) => {
    const html = await (
      await testMock().fetch(
        authorizePath({ client_id: '<img src=x onerror="1">', state: '"><b>' }),
      )
    ).text();
    expect(html).not.toContain("<img");
    expect(html).not.toContain("<b>");
  });
});

describe("the token endpoint", () => {
  it("answers a code with tokens of the documented shape", async ({ expect }) => {
    const mock = testMock();
    const response = await exchange(mock, await codeFor(mock));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 7_200,
      refresh_token: expect.any(String),
      scope: "prospects.read prospects.write",
      created_at: 1_795_428_000,
    });
  });

  it("takes form, JSON and query, and the client's secret as HTTP Basic", async ({ expect }) => {
    const mock = testMock({ mintThrottleSeconds: 0, clientId: "app:1", clientSecret: "p+s %" });
    const change = { client_id: "app:1" };
    const grant = async () => ({
      grant_type: "authorization_code",
      code: await codeFor(mock, change),
      redirect_uri: REDIRECT,
    });
    const client = { client_id: "app:1", client_secret: "p+s %" };
    expect((await post(mock, { ...(await grant()), ...client })).status).toBe(200);
    const json = await mock.fetch("/oauth/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...(await grant()), ...client }),
    });
    expect(json.status).toBe(200);
    const query = new URLSearchParams({ ...(await grant()), ...client });
    expect((await mock.fetch(`/oauth/token?${query}`, { method: "POST" })).status).toBe(200);
    const basic = btoa(["app:1", "p+s %"].map(encodeURIComponent).join(":"));
    const withBasic = await mock.fetch("/oauth/token", {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(await grant()),
    });
    expect(withBasic.status).toBe(200);
  });

  it("satisfies oauth4webapi from the redirect to the refresh", async ({ expect }) => {
    const mock = testMock();
    const server = { issuer: ORIGIN, token_endpoint: `${ORIGIN}/oauth/token` };
    const client = { client_id: "app" };
    const auth = oauth.ClientSecretPost("secret");
    const options = {
      [oauth.customFetch]: (url: string, init: RequestInit) =>
        mock.fetch(url.slice(ORIGIN.length), init),
    };
    const redirect = await redirectOf(mock);
    const parameters = oauth.validateAuthResponse(server, client, redirect, "s-1");
    const first = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        auth,
        parameters,
        REDIRECT,
        oauth.nopkce,
        options,
      ),
    );
    mock.advance(60_000);
    const second = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(
        server,
        client,
        auth,
        first.refresh_token ?? "",
        options,
      ),
    );
    expect(await worksFor(mock, second.access_token)).toBe(200);
    const refused = oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(
        server,
        client,
        auth,
        first.refresh_token ?? "",
        options,
      ),
    );
    await expect(refused).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
  });

  it("takes a code once, in time, from its client and for its redirect URI", async ({ expect }) => {
    const mock = testMock({ mintThrottleSeconds: 0 });
    const refused = async (response: Response) => {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: "invalid_grant" });
    };
    const code = await codeFor(mock);
    await refused(await exchange(mock, code, { client_id: "another" }));
    await refused(await exchange(mock, code, { redirect_uri: "https://app.example/" }));
    await refused(await exchange(mock, "nonsense"));
    expect((await exchange(mock, code)).status).toBe(200);
    await refused(await exchange(mock, code));
    const late = await codeFor(mock);
    mock.advance(600_000);
    await refused(await exchange(mock, late));
  });

  it("answers 401 invalid_client to a client that it does not know, or that says nothing", async ({
    expect,
  }) => {
    const mock = testMock({ clientId: "app", clientSecret: "secret" });
    const code = await codeFor(mock);
    for (const change of [
      { client_secret: "wrong" },
      { client_id: "wrong" },
      { client_secret: "" },
    ]) {
      const response = await exchange(mock, code, change);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: "invalid_client" });
    }
    expect((await exchange(mock, code)).status).toBe(200);
  });

  it("names what else is wrong with a request", async ({ expect }) => {
    const mock = testMock();
    expect(await (await post(mock, CLIENT)).json()).toMatchObject({ error: "invalid_request" });
    expect(await (await post(mock, { ...CLIENT, grant_type: "password" })).json()).toMatchObject({
      error: "unsupported_grant_type",
    });
  });
});

describe("refresh tokens", () => {
  const mintable = (options: MockOutreachOptions = {}) =>
    testMock({ mintThrottleSeconds: 0, ...options });

  it("are replaced by each refresh, and die with it", async ({ expect }) => {
    const mock = mintable();
    const first = await tokensFor(mock);
    const second = (await (await refresh(mock, first.refresh_token)).json()) as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const again = await refresh(mock, first.refresh_token);
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ error: "invalid_grant" });
    expect((await refresh(mock, second.refresh_token)).status).toBe(200);
    expect(await worksFor(mock, first.access_token)).toBe(200);
  });

  it("live on, or are not replaced at all, if the mock is told so", async ({ expect }) => {
    const living = mintable({ oldRefreshTokens: "live" });
    const first = await tokensFor(living);
    expect((await refresh(living, first.refresh_token)).status).toBe(200);
    expect((await refresh(living, first.refresh_token)).status).toBe(200);
    const fixed = mintable({ rotateRefreshTokens: false });
    const only = await tokensFor(fixed);
    const next = (await (await refresh(fixed, only.refresh_token)).json()) as Tokens;
    expect(next.refresh_token).toBe(only.refresh_token);
    expect(next.access_token).not.toBe(only.access_token);
  });

  it("live for fourteen days", async ({ expect }) => {
    const mock = mintable();
    const { refresh_token: token } = await tokensFor(mock);
    mock.advance(14 * 86_400_000 - 1);
    const renewed = await refresh(mock, token);
    expect(renewed.status).toBe(200);
    mock.advance(14 * 86_400_000);
    const { refresh_token: late } = (await renewed.json()) as Tokens;
    expect((await refresh(mock, late)).status).toBe(400);
  });

  it("belong to their application", async ({ expect }) => {
    const mock = mintable();
    const { refresh_token: token } = await tokensFor(mock);
    expect((await refresh(mock, token, { client_id: "another" })).status).toBe(400);
    expect((await refresh(mock, token)).status).toBe(200);
  });

  it("are a hundred at most for a user and application: one more ends the oldest", async ({
    expect,
  }) => {
    const mock = mintable();
    const oldest = await tokensFor(mock);
    const second = await tokensFor(mock);
    for (let i = 0; i < 98; i += 1) await tokensFor(mock);
    await tokensFor(mock, { login: "grace@example.com" });
    expect((await mock.state()).tokens.refresh).toHaveLength(101);
    await tokensFor(mock);
    expect((await refresh(mock, oldest.refresh_token)).status).toBe(400);
    expect((await refresh(mock, second.refresh_token)).status).toBe(200);
  });
});

describe("the throttle", () => {
  it("gives a user and application one token in sixty seconds, else 429 as plain text, and uses nothing up", async ({
    expect,
  }) => {
    const mock = testMock();
    const first = await tokensFor(mock);
    const code = await codeFor(mock);
    mock.advance(59_999);
    for (const response of [await refresh(mock, first.refresh_token), await exchange(mock, code)]) {
      expect(response.status).toBe(429);
      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(await response.text()).toBe("Retry later");
    }
    mock.advance(1);
    expect((await refresh(mock, first.refresh_token)).status).toBe(200);
    expect((await exchange(mock, code)).status).toBe(429);
    expect((await mock.state()).tokens).toMatchObject({ minted: 2, throttled: 3 });
  });

  it("counts each user and each application apart", async ({ expect }) => {
    const mock = testMock();
    await tokensFor(mock);
    const other = await codeFor(mock, { login: "grace@example.com" });
    expect((await exchange(mock, other)).status).toBe(200);
    const another = await codeFor(mock, { client_id: "another" });
    expect((await exchange(mock, another, { client_id: "another" })).status).toBe(200);
  });

  it("does not hide that a grant is invalid", async ({ expect }) => {
    const mock = testMock();
    await tokensFor(mock);
    expect((await refresh(mock, "nonsense")).status).toBe(400);
  });
});

describe("revocation by the control API", () => {
  it("ends the tokens of a user, or of one kind", async ({ expect }) => {
    const mock = testMock({ mintThrottleSeconds: 0 });
    const ada = await tokensFor(mock);
    const grace = await tokensFor(mock, { login: "grace@example.com" });
    expect(await mock.control("POST", "/revoke", { user: 1, kind: "access" })).toEqual({
      revoked: 1,
    });
    expect(await worksFor(mock, ada.access_token)).toBe(401);
    expect(await worksFor(mock, grace.access_token)).toBe(200);
    expect((await refresh(mock, ada.refresh_token)).status).toBe(200);
    await mock.control("POST", "/revoke", { user: "grace@example.com" });
    expect((await refresh(mock, grace.refresh_token)).status).toBe(400);
  });
});
