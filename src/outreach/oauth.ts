/**
 * Outreach's OAuth 2: the authorization-code flow and the refresh of tokens. Protocol and checks are
 * oauth4webapi's; every end of a token request becomes a typed outcome.
 * @module
 */
import * as oauth from "oauth4webapi";
import type { Network } from "./network.ts";

/** The Outreach application that an administrator registered. */
export interface OAuthApplication {
  /** Where Outreach is, without a slash at the end. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Space-separated. */
  readonly scopes: string;
}

export interface Grant {
  readonly accessToken: string;
  /** Null where the answer brought no new one: the old one stays valid then. */
  readonly refreshToken: string | null;
  readonly expiresInMs: number;
  readonly scopes: readonly string[];
}

export type TokenOutcome =
  | { readonly kind: "granted"; readonly grant: Grant }
  /** The code or the refresh token is no good any more: a person has to connect again. */
  | { readonly kind: "grant_refused"; readonly detail: string }
  /** The application's id or secret is wrong: an administrator has to mend the settings. */
  | { readonly kind: "client_refused"; readonly detail: string }
  /** One token a minute for a user and application. */
  | { readonly kind: "throttled" }
  /** No usable answer; a token may have been minted all the same. */
  | { readonly kind: "failed"; readonly detail: string };

/** Outreach's documented life of an access token, where an answer does not say. */
const EXPIRES_IN_S = 7_200;
/** A token that is said to live longer is renewed all the same. */
const EXPIRES_IN_MAX_S = 24 * 3_600;

/** Visible ASCII, as RFC 6749, appendix A, has it. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Outreach's page where a person signs in and grants the scopes. */
export function authorizeUrl(app: OAuthApplication, redirectUri: string, state: string): string {
  const url = new URL(`${app.baseUrl}/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: app.scopes,
    state,
  }).toString();
  return url.href;
}

/** Reads what Outreach's redirect brought back: `code`, or `error` where the person said no. */
export function readRedirect(
  app: OAuthApplication,
  query: URLSearchParams,
  state: string,
): { kind: "code"; parameters: URLSearchParams } | { kind: "denied"; detail: string } {
  try {
    const parameters = oauth.validateAuthResponse(server(app), client(app), query, state);
    return parameters.get("code") ? { kind: "code", parameters } : NO_CODE;
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      return { kind: "denied", detail: error.error };
    }
    return NO_CODE;
  }
}

const NO_CODE = { kind: "denied", detail: "The redirect carries no authorization code." } as const;

/** Trades the code of a redirect that `readRedirect` accepted for tokens. */
export function exchangeCode(
  app: OAuthApplication,
  network: Network,
  parameters: URLSearchParams,
  redirectUri: string,
): Promise<TokenOutcome> {
  return requestToken(app, network, async (options) => {
    const auth = oauth.ClientSecretPost(app.clientSecret);
    return oauth.authorizationCodeGrantRequest(
      server(app),
      client(app),
      auth,
      parameters,
      redirectUri,
      oauth.nopkce, // Outreach documents no PKCE; the state is single-use and the client confidential.
      options,
    );
  });
}

/** Trades a refresh token for a new pair. */
export function refreshTokens(
  app: OAuthApplication,
  network: Network,
  refreshToken: string,
): Promise<TokenOutcome> {
  return requestToken(app, network, async (options) => {
    const auth = oauth.ClientSecretPost(app.clientSecret);
    return oauth.refreshTokenGrantRequest(server(app), client(app), auth, refreshToken, options);
  });
}

/** The answer never came: told apart from what the library throws of its own. */
class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

async function requestToken(
  app: OAuthApplication,
  network: Network,
  send: (options: oauth.TokenEndpointRequestOptions) => Promise<Response>,
): Promise<TokenOutcome> {
  try {
    const response = await send({
      [oauth.customFetch]: (url, init) => throughNetwork(network, url, init),
      // Only a local mock is reached without TLS; the settings refuse any other http address.
      [oauth.allowInsecureRequests]: app.baseUrl.startsWith("http://"),
    });
    if (response.status === 429) return { kind: "throttled" };
    const tokens = await oauth.processRefreshTokenResponse(server(app), client(app), response);
    if (![tokens.access_token, tokens.refresh_token ?? "-"].every(isToken)) {
      return {
        kind: "failed",
        detail: "Outreach's answer holds a token that no header can carry.",
      };
    }
    const expiresInS = Math.min(tokens.expires_in ?? EXPIRES_IN_S, EXPIRES_IN_MAX_S);
    return {
      kind: "granted",
      grant: {
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token ?? null,
        expiresInMs: expiresInS * 1_000,
        scopes: tokens.scope?.split(/\s+/).filter(Boolean) ?? [],
      },
    };
  } catch (error) {
    return explain(error);
  }
}

async function throughNetwork(
  network: Network,
  url: string,
  init: { method: string; headers: Record<string, string>; body?: unknown },
): Promise<Response> {
  const answer = await network({
    method: "POST",
    url,
    headers: init.headers,
    body: init.body instanceof URLSearchParams ? init.body.toString() : "",
  });
  if (answer.status === null) throw new NoAnswerError(answer.reason);
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

function explain(error: unknown): TokenOutcome {
  if (error instanceof NoAnswerError) {
    return { kind: "failed", detail: "Outreach's token endpoint did not answer." };
  }
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, status } = error;
    if (code === "invalid_client" || code === "unauthorized_client" || status === 401) {
      return { kind: "client_refused", detail: `Outreach's token endpoint answered ${status}.` };
    }
    if (code === "invalid_grant") return { kind: "grant_refused", detail: code };
    return { kind: "failed", detail: `Outreach's token endpoint answered ${status}.` };
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return {
      kind: "client_refused",
      detail: `Outreach's token endpoint answered ${error.status}.`,
    };
  }
  return { kind: "failed", detail: "Outreach's token endpoint gave an answer that is no token." };
}

function server(app: OAuthApplication): oauth.AuthorizationServer {
  return { issuer: app.baseUrl, token_endpoint: `${app.baseUrl}/oauth/token` };
}

function client(app: OAuthApplication): oauth.Client {
  return { client_id: app.clientId };
}
