/**
 * The pages of the sign-in: who are you, may this application, and what went wrong.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { MockEnv } from "../context.ts";
import type { User } from "../model/organisation.ts";
import { page } from "../pages/layout.ts";
import { describeScope } from "./scopes.ts";
import type { AuthorizeRequest } from "./sign-ins.ts";

/** More than a form shows at a glance. */
const SUGGESTIONS_MAX = 6;

export function signInPage(
  c: Context<MockEnv>,
  request: AuthorizeRequest,
  shown: { readonly email: string; readonly mistake: string | null },
) {
  const { organisation } = c.var.world;
  const users = organisation.listUsers().slice(0, SUGGESTIONS_MAX);
  const content = html`
    <h1>Sign in to continue</h1>
    <p class="dim"><strong>${request.clientId}</strong> asks for access to your account.</p>
    ${shown.mistake === null ? "" : html`<p class="alert" role="alert">${shown.mistake}</p>`}
    <form method="post" action="/oauth/authorize/sign-in">
      ${hiddenFields(request)}
      <label for="email">E-mail</label>
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="username"
        required
        autofocus
        list="users"
        value="${shown.email}"
      />
      <datalist id="users">
        ${users.map((user) => html`<option value="${user.email}"></option>`)}
      </datalist>
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
      />
      <div class="actions"><button class="main">Sign in</button></div>
    </form>
    <p class="dim">
      Any password will do. ${users.length === 1 ? "This account exists:" : "These accounts exist:"}
      ${users.map((user) => user.email).join(", ")}
    </p>
  `;
  return page(c, "Sign in", content, shown.mistake === null ? 200 : 401);
}

export function consentPage(
  c: Context<MockEnv>,
  request: AuthorizeRequest,
  user: User,
  signIn: string,
) {
  const content = html`
    <h1>Allow ${request.clientId}?</h1>
    <p class="dim">You are signed in as ${user.firstName} ${user.lastName} (${user.email}).</p>
    <p>The application wants to:</p>
    <ul>
      ${request.scopes.map((scope) => html`<li>${describeScope(scope)} <code class="dim">${scope}</code></li>`)}
    </ul>
    <p class="dim">You will be sent to <code>${new URL(request.redirectUri).origin}</code>.</p>
    <form method="post" action="/oauth/authorize/decision">
      <input type="hidden" name="sign_in" value="${signIn}" />
      <div class="actions">
        <button class="main" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </div>
    </form>
  `;
  return page(c, "Allow access", content);
}

/** For mistakes that must not be sent back to where they came from: the address itself may be the mistake. */
export function mistakePage(c: Context<MockEnv>, detail: string) {
  const content = html`
    <h1>This sign-in cannot go on</h1>
    <p role="alert">${detail}</p>
    <p class="dim">Go back to the application and start again.</p>
  `;
  return page(c, "Sign-in failed", content, 400);
}

function hiddenFields({ clientId, redirectUri, scopes, state }: AuthorizeRequest) {
  const fields = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: scopes.join(" "),
    ...(state !== null && { state }),
  };
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}
