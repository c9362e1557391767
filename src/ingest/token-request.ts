/**
 * Reads a request for an access token: OAuth 2 client credentials (RFC 6749, 4.4), with the client's id and secret in
 * the form or in HTTP Basic (RFC 6749, 2.3.1). Adobe sends either.
 * @module
 */

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** RFC 6749, 5.2, of which these three can occur here. */
export type TokenError = "invalid_request" | "unsupported_grant_type" | "invalid_client";

export type TokenRequest =
  | { readonly ok: true; readonly client: ClientCredentials }
  | { readonly ok: false; readonly error: TokenError; readonly detail: string };

/**
 * @param body the form; of its parameters, those that the grant does not know (`scope`) are passed over
 * @param authorization the header of that name, if there is one
 */
export function readTokenRequest(body: string, authorization: string | null): TokenRequest {
  const form = new URLSearchParams(body);
  for (const name of ["grant_type", "client_id", "client_secret"]) {
    if (form.getAll(name).length > 1) return invalid(`\`${name}\` occurs more than once.`);
  }
  const grantType = form.get("grant_type");
  if (!grantType) return invalid("`grant_type` is missing; send `client_credentials`.");
  if (grantType !== "client_credentials") {
    const detail = "Only `grant_type=client_credentials` is offered.";
    return { ok: false, error: "unsupported_grant_type", detail };
  }
  return authorization === null ? fromForm(form) : fromHeader(authorization, form);
}

function fromForm(form: URLSearchParams): TokenRequest {
  const clientId = form.get("client_id");
  const clientSecret = form.get("client_secret");
  if (clientId && clientSecret) return { ok: true, client: { clientId, clientSecret } };
  const detail = "Send `client_id` and `client_secret` in the form, or with HTTP Basic.";
  return { ok: false, error: "invalid_client", detail };
}

function fromHeader(authorization: string, form: URLSearchParams): TokenRequest {
  const client = readBasic(authorization);
  if (!client) {
    const detail = "The `Authorization` header is not HTTP Basic with client id and client secret.";
    return { ok: false, error: "invalid_client", detail };
  }
  // Some clients repeat the id in the form. A second secret is two ways to authenticate, which RFC 6749 forbids.
  if (form.has("client_secret") || (form.get("client_id") ?? client.clientId) !== client.clientId) {
    return invalid("Send client id and client secret once: in the form, or with HTTP Basic.");
  }
  return { ok: true, client };
}

function readBasic(header: string): ClientCredentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header)?.[1];
  if (!encoded) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) return null;
  return { clientId: text.slice(0, colon), clientSecret: text.slice(colon + 1) };
}

function invalid(detail: string): TokenRequest {
  return { ok: false, error: "invalid_request", detail };
}
