/**
 * Outreach's OAuth 2: the authorization-code flow and the refresh of tokens. Requests and the redirect's checks are
 * oauth4webapi's. The answer is read here: of a new pair only the access token decides, because the pair before it may be
 * void already. Every end of a token request becomes a typed outcome.
 * @module
 */
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { parseJson } from "./errors.ts";
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
/** Tokens are handed out once a minute: what is said to live shorter is not believed. Its refusal would tell. */
const EXPIRES_IN_MIN_S = 60;

/** An access token: visible ASCII, as RFC 6749, appendix A, has it. A header carries nothing else. */
const accessToken = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/);
const tokenAnswer = z.object({
  access_token: accessToken,
  refresh_token: z.string().min(1).nullable().catch(null),
  expires_in: z.coerce
    .number()
    .min(EXPIRES_IN_MIN_S)
    .catch(EXPIRES_IN_S)
    .transform((seconds) => Math.min(seconds, EXPIRES_IN_MAX_S)),
  scope: z.string().catch(""),
});
/** An error's code, as RFC 6749, section 5.2, has it. */
const refusal = z.object({ error: z.string().regex(/^[a-z_]{1,50}$/) });

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

/** What a request that the library made was answered. */
async function requestToken(
  app: OAuthApplication,
  network: Network,
  send: (options: oauth.TokenEndpointRequestOptions) => Promise<Response>,
): Promise<TokenOutcome> {
  const answers: Awaited<ReturnType<Network>>[] = [];
  await send({
    [oauth.customFetch]: async (url, { headers, body }) => {
      const form = body instanceof URLSearchParams ? body.toString() : "";
      answers.push(await network({ method: "POST", url, headers, body: form }));
      return new Response();
    },
    // Only a local mock is reached without TLS; the settings refuse any other http address.
    [oauth.allowInsecureRequests]: app.baseUrl.startsWith("http://"),
  });
  const [answer] = answers;
  if (answer && answer.status !== null) return readAnswer(answer.status, answer.body);
  return { kind: "failed", detail: "Outreach's token endpoint did not answer." };
}

function readAnswer(status: number, body: string): TokenOutcome {
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    const { data: tokens } = tokenAnswer.safeParse(json);
    if (!tokens) {
      const detail = "Outreach's token endpoint gave an answer without a usable token.";
      return { kind: "failed", detail };
    }
    return {
      kind: "granted",
      grant: {
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token,
        expiresInMs: tokens.expires_in * 1_000,
        scopes: tokens.scope.split(/\s+/).filter(Boolean),
      },
    };
  }
  if (status === 429) return { kind: "throttled" };
  const { error } = refusal.safeParse(json).data ?? {};
  if (error === "invalid_grant") return { kind: "grant_refused", detail: error };
  const detail = `Outreach's token endpoint answered ${status}${error ? ` ${error}` : ""}.`;
  const isClients = error === "invalid_client" || error === "unauthorized_client" || status === 401;
  return { kind: isClients ? "client_refused" : "failed", detail };
}

function server(app: OAuthApplication): oauth.AuthorizationServer {
  return { issuer: app.baseUrl, token_endpoint: `${app.baseUrl}/oauth/token` };
}

function client(app: OAuthApplication): oauth.Client {
  return { client_id: app.clientId };
}
