/**
 * `/oauth/authorize`: the authorization-code flow as far as a person or `auto=1` takes part in it.
 * @module
 */
import { type Context, Hono } from "hono";
import type { MockEnv } from "../context.ts";
import type { User } from "../model/organisation.ts";
import type { World } from "../world.ts";
import { consentPage, mistakePage, signInPage } from "./pages.ts";
import { parseScopes } from "./scopes.ts";
import type { AuthorizeRequest } from "./sign-ins.ts";

type ReadRequest =
  | { readonly kind: "ok"; readonly request: AuthorizeRequest }
  /** The redirect URI is good, so the application is told (RFC 6749, 4.1.2.1). */
  | { readonly kind: "refused"; readonly request: AuthorizeRequest; readonly error: string }
  /** Only the person is told. */
  | { readonly kind: "mistake"; readonly detail: string };

/** Longer ones come from nobody's library. */
const TEXT_MAX = 2_000;

export const authorize = new Hono<MockEnv>();

authorize.get("/", (c) => {
  const { world } = c.var;
  const read = readRequest(world, new URL(c.req.url).searchParams);
  if (read.kind === "mistake") return mistakePage(c, read.detail);
  if (read.kind === "refused") return redirectError(c, read.request, read.error);
  const { request } = read;
  const auto = c.req.query("auto");
  if (auto === "deny") return redirectError(c, request, "access_denied");
  const login = c.req.query("login");
  if (auto !== "1" && !world.settings.autoApprove) {
    return signInPage(c, request, { email: login ?? "", mistake: null });
  }
  const user = world.organisation.findUser(login ?? 1);
  return user ? redirectCode(c, request, user) : mistakePage(c, `No user '${login}' exists.`);
});

authorize.post("/sign-in", async (c) => {
  const { world } = c.var;
  const form = formOf(c);
  const read = readRequest(world, form);
  if (read.kind === "mistake") return mistakePage(c, read.detail);
  if (read.kind === "refused") return redirectError(c, read.request, read.error);
  const email = (form.get("email") ?? "").slice(0, TEXT_MAX);
  const user = world.organisation.findUser(email);
  if (!user || !form.get("password")) {
    return signInPage(c, read.request, { email, mistake: "E-mail or password is wrong." });
  }
  return consentPage(c, read.request, user, world.signIns.begin(user.id, read.request));
});

authorize.post("/decision", async (c) => {
  const { world } = c.var;
  const form = formOf(c);
  const signIn = world.signIns.finish(form.get("sign_in") ?? "");
  const user = signIn && world.organisation.users.get(signIn.userId);
  if (!signIn || !user) return mistakePage(c, "This page was used already, or it is too old.");
  if (form.get("decision") !== "allow") return redirectError(c, signIn.request, "access_denied");
  return redirectCode(c, signIn.request, user);
});

function formOf(c: Context<MockEnv>): URLSearchParams {
  const { body } = c.var;
  return new URLSearchParams(body.kind === "text" ? body.text : "");
}

/** Checks in the order in which a mistake leaves the fewest places to send the answer to. */
function readRequest({ settings }: World, parameters: URLSearchParams): ReadRequest {
  const clientId = parameters.get("client_id") ?? "";
  const redirectUri = parameters.get("redirect_uri") ?? "";
  const state = parameters.get("state");
  if (clientId === "" || clientId.length > TEXT_MAX) return mistake("'client_id' is missing.");
  if (settings.clientId !== null && clientId !== settings.clientId) {
    return mistake("'client_id' is not an application that exists.");
  }
  if (!isRedirectUri(redirectUri)) {
    return mistake("'redirect_uri' must be a complete http or https address without a fragment.");
  }
  if (settings.redirectUris !== null && !settings.redirectUris.includes(redirectUri)) {
    return mistake("'redirect_uri' is not registered for this application.");
  }
  if (state !== null && state.length > TEXT_MAX) return mistake("'state' is too long.");
  const scopes = parseScopes((parameters.get("scope") ?? "").slice(0, 10_000));
  const request = { clientId, redirectUri, state, scopes: scopes ?? [] };
  if (parameters.get("response_type") !== "code") {
    return { kind: "refused", request, error: "unsupported_response_type" };
  }
  if (!scopes || scopes.length === 0) return { kind: "refused", request, error: "invalid_scope" };
  return { kind: "ok", request };
}

function mistake(detail: string): ReadRequest {
  return { kind: "mistake", detail };
}

function isRedirectUri(text: string): boolean {
  if (text.length > TEXT_MAX || !URL.canParse(text)) return false;
  const { protocol, hash } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && hash === "";
}

function redirectCode(c: Context<MockEnv>, request: AuthorizeRequest, user: User): Response {
  const { clientId, scopes, redirectUri } = request;
  const code = c.var.world.tokens.issueCode({ userId: user.id, clientId, scopes }, redirectUri);
  return redirect(c, request, { code });
}

function redirectError(c: Context<MockEnv>, request: AuthorizeRequest, error: string): Response {
  return redirect(c, request, { error });
}

function redirect(
  c: Context<MockEnv>,
  { redirectUri, state }: AuthorizeRequest,
  answer: Readonly<Record<string, string>>,
): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== null) url.searchParams.set("state", state);
  return c.redirect(url.href, 302);
}
