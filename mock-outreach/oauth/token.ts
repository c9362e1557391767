/**
 * `POST /oauth/token`: codes and refresh tokens for new tokens. Form, JSON and query parameters are all understood,
 * the client's secret in them or as HTTP Basic (seen).
 * @module
 */
import { type Context, Hono } from "hono";
import { decodeBase64 } from "hono/utils/encode";
import type { MockEnv } from "../context.ts";
import { isObject, parseJson } from "../http/json.ts";
import type { MockSettings } from "../settings.ts";
import type { MintResult, TokenPair } from "./token-store.ts";

/** The words are Doorkeeper's, the library that the shape of Outreach's token answer points to (assumed). */
const ERRORS = {
  invalid_client: {
    status: 401,
    description:
      "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
  },
  invalid_grant: {
    status: 400,
    description:
      "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  },
  invalid_request: {
    status: 400,
    description: "The request is missing a required parameter, or is otherwise malformed.",
  },
  unsupported_grant_type: {
    status: 400,
    description: "The authorization grant type is not supported by the authorization server.",
  },
} as const;

const NOT_STORED = { "cache-control": "no-store", pragma: "no-cache" };

export const token = new Hono<MockEnv>();

token.post("/", (c) => {
  const { world } = c.var;
  const parameters = parametersOf(c);
  const client = clientOf(c, parameters);
  if (!client || !isClient(world.settings, client)) return refuse(c, "invalid_client");
  const grantType = parameters.get("grant_type");
  if (!grantType) return refuse(c, "invalid_request");
  if (grantType === "authorization_code") {
    const redirectUri = parameters.get("redirect_uri") ?? null;
    const code = parameters.get("code") ?? "";
    return answer(c, world.tokens.exchangeCode(code, client.id, redirectUri));
  }
  if (grantType === "refresh_token") {
    return answer(c, world.tokens.refresh(parameters.get("refresh_token") ?? "", client.id));
  }
  return refuse(c, "unsupported_grant_type");
});

/** What the token endpoint answers with a new pair (documented). */
export function tokenAnswer({ access, refresh }: TokenPair) {
  return {
    access_token: access.text,
    token_type: "Bearer",
    expires_in: Math.round((access.expiresAt - access.issuedAt) / 1_000),
    refresh_token: refresh.text,
    scope: access.scopes.join(" "),
    created_at: Math.floor(access.issuedAt / 1_000),
  };
}

function answer(c: Context<MockEnv>, result: MintResult): Response {
  switch (result.kind) {
    case "minted":
      return c.json(tokenAnswer(result.pair), 200, NOT_STORED);
    case "invalid_grant":
      return refuse(c, "invalid_grant");
    case "throttled":
      // Seen: plain text, where everything else is JSON.
      return c.text("Retry later", 429);
    default:
      return result satisfies never;
  }
}

function refuse(c: Context<MockEnv>, error: keyof typeof ERRORS): Response {
  const { status, description } = ERRORS[error];
  const usedBasic = c.req.header("authorization") !== undefined;
  const challenge = { "www-authenticate": 'Basic realm="Outreach"' };
  return c.json({ error, error_description: description }, status, {
    ...NOT_STORED,
    // RFC 6749, 5.2: only for a client that tried the header.
    ...(error === "invalid_client" && usedBasic && challenge),
  });
}

/** The body's parameters win over the query's. */
function parametersOf(c: Context<MockEnv>): ReadonlyMap<string, string> {
  const { body } = c.var;
  const text = body.kind === "text" ? body.text : "";
  const query = [...new URL(c.req.url).searchParams];
  const isJson = c.req.header("content-type")?.includes("json") ?? false;
  if (!isJson) return new Map([...query, ...new URLSearchParams(text)]);
  const json = parseJson(text);
  const object = json.ok && isObject(json.value) ? json.value : {};
  const texts = Object.entries(object).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return new Map([...query, ...texts]);
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

function clientOf(c: Context<MockEnv>, parameters: ReadonlyMap<string, string>): Client | null {
  const basic = /^Basic ([\w+/=-]{1,4096})$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (basic !== undefined) return readBasic(basic);
  const id = parameters.get("client_id");
  const secret = parameters.get("client_secret");
  return id && secret ? { id, secret } : null;
}

/** Both parts are form-encoded before they are put together (RFC 6749, 2.3.1). */
function readBasic(encoded: string): Client | null {
  try {
    const text = new TextDecoder().decode(decodeBase64(encoded));
    const [id, ...secret] = text
      .split(":")
      .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    return id && secret.length > 0 ? { id, secret: secret.join(":") } : null;
  } catch {
    return null;
  }
}

function isClient(settings: Readonly<MockSettings>, { id, secret }: Client): boolean {
  const { clientId, clientSecret } = settings;
  return (
    (clientId === null || id === clientId) && (clientSecret === null || secret === clientSecret)
  );
}
