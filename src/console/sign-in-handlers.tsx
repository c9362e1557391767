/**
 * Signing in to the console with the admin token or with e-mail and password, and out again; taking up an invitation.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv, Dependencies } from "../http/context.ts";
import { retryAfter } from "../http/problem.ts";
import { beginSession, endSession, isFromHere } from "../http/session.ts";
import { logEvent } from "../log.ts";
import { acceptInvitation, readInvitation, signInPerson } from "../people/credentials.ts";
import { covers } from "../people/permissions.ts";
import { listManagers } from "../people/store.ts";
import { permissionOf, type Viewer } from "../people/viewer.ts";
import { sameSecret } from "../security/secrets.ts";
import { consolePath, pageOfForm } from "./form-pages.ts";
import { readForm } from "./forms.ts";
import { keepForm, readKeptForm } from "./kept-form.ts";
import { ForbiddenPage } from "./pages/forbidden.tsx";
import { InvitationPage } from "./pages/invitation.tsx";
import { MessagePage } from "./pages/message.tsx";
import { SendAgainPage } from "./pages/send-again.tsx";
import { SignInPage, type SignInErrors } from "./pages/sign-in.tsx";
import { permissionFor } from "./permissions.ts";
import { readNewPassword } from "./password-form.ts";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { asViewer } from "./viewer.ts";
import { fromNow } from "./wording.ts";

const HOME = "/console";
/** Names in the answer to somebody who may not do something. */
const MANAGERS_MAX = 5;

const FOREIGN_FORM =
  "The form came from another site. Open the console by its own address and try again.";

type SignIn =
  | { readonly ok: true; readonly viewer: Viewer }
  | {
      readonly ok: false;
      readonly errors: SignInErrors;
      /** Until nothing more is tried for the e-mail. */
      readonly waitMs?: number;
    };

export function signInPages({ now }: Dependencies) {
  return newConsoleRouter()
    .get("/console/sign-in", (c) => {
      const signedOut = c.req.query("signed-out") !== undefined;
      const next = nextOf(c.req.query("next"));
      const page = { next, errors: {}, email: "", signedOut, kept: null };
      return respond(<SignInPage {...page} />);
    })
    .post("/console/sign-in", async (c) => {
      const form = await readForm(c);
      const next = nextOf(form["next"]);
      const kept = readKeptForm(form["kept"]);
      const { token, email = "" } = form;
      const signIn = await (token === undefined
        ? byPassword(c, email, form["password"] ?? "", now())
        : byToken(c, token.trim()));
      if (signIn.ok) {
        beginSession(c, signIn.viewer, now());
        logEvent("console_sign_in", { by: signIn.viewer.kind });
        if (kept === null) return c.redirect(next, 303);
        const { body, headers } = await respond(<SendAgainPage kept={kept} />);
        return c.newResponse(body, { headers });
      }
      logEvent("console_sign_in_refused");
      const { errors, waitMs } = signIn;
      const page = { next, errors, email, signedOut: false, kept };
      const answer = await respond(<SignInPage {...page} />, waitMs === undefined ? 401 : 429);
      if (waitMs !== undefined)
        answer.headers.set("Retry-After", retryAfter(waitMs)["Retry-After"]);
      return answer;
    })
    .post("/console/sign-out", (c) => {
      if (isFromHere(c)) endSession(c);
      return c.redirect("/console/sign-in?signed-out", 303);
    })
    .get("/console/invitation", async (c) => {
      const token = c.req.query("token") ?? "";
      const person = await readInvitation(c.env.SETTINGS, token, now());
      return person
        ? respond(<InvitationPage token={token} person={person} errors={[]} />)
        : invitationClosed();
    })
    .post("/console/invitation", async (c) => {
      const form = await readForm(c);
      const token = form["token"] ?? "";
      const person = await readInvitation(c.env.SETTINGS, token, now());
      if (!person) return invitationClosed();
      const chosen = readNewPassword(form, person.email);
      const errors = isFromHere(c) ? chosen.errors : [{ ...NO_FIELD, detail: FOREIGN_FORM }];
      if (errors.length > 0) {
        return respond(<InvitationPage token={token} person={person} errors={errors} />, 422);
      }
      const taken = { token, password: chosen.password };
      const accepted = await acceptInvitation(c.env.SETTINGS, c.get("settings"), taken, now());
      if (!accepted) return invitationClosed();
      logEvent("invitation_accepted", { personId: accepted.id });
      beginSession(c, { kind: "person", person: accepted }, now());
      return c.redirect(HOME, 303);
    });
}

const NO_FIELD = { pointer: null, code: "invalid_value" };

function byToken(c: Context<AppEnv>, token: string): SignIn {
  const error = tokenError(c, token);
  return error === null
    ? { ok: true, viewer: { kind: "admin" } }
    : { ok: false, errors: { token: error } };
}

function tokenError(c: Context<AppEnv>, token: string): string | null {
  if (!isFromHere(c)) return FOREIGN_FORM;
  if (token === "") return "Type the admin token.";
  return sameSecret(token, c.get("settings").adminToken)
    ? null
    : "This is not the admin token. Check that all of it was copied.";
}

async function byPassword(
  c: Context<AppEnv>,
  email: string,
  password: string,
  now: number,
): Promise<SignIn> {
  if (!isFromHere(c)) return refused(FOREIGN_FORM);
  if (email.trim() === "" || password === "") return refused("Type your e-mail and your password.");
  const settings = c.get("settings");
  const checked = await signInPerson(c.env.SETTINGS, settings, { email, password }, now);
  if (checked.ok) return { ok: true, viewer: { kind: "person", person: checked.person } };
  if (checked.reason === "wrong") {
    return refused(
      "E-mail or password is wrong. Whoever manages people here can give you a link to set a new one.",
    );
  }
  const when = fromNow(checked.retryAt, now);
  const text = `Too many tries for this e-mail. Try again ${when === "now" ? "in a few seconds" : when}.`;
  return { ...refused(text), waitMs: checked.retryAt - now };
}

function refused(text: string) {
  return { ok: false, errors: { password: text } } as const;
}

function invitationClosed() {
  const title = "This invitation is not open";
  const detail =
    "It was used before, has expired, was replaced by a newer one, or the link was cut off when it was copied. Ask whoever sent it for a new one.";
  return respond(<MessagePage title={title} detail={detail} />, 410);
}

/** A path of the console; anything else leads home. */
function nextOf(next: unknown): string {
  return consolePath(next) ?? HOME;
}

/** A form that comes from another site is not kept: nobody here typed it. */
async function askToSignIn(c: Context<AppEnv>): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  if (c.req.method === "POST" && isFromHere(c)) {
    const kept = keepForm(pathname + search, await readForm(c));
    const next = pageOfForm(pathname) ?? pathname;
    if (kept !== null) {
      const page = { next, errors: {}, email: "", signedOut: false, kept };
      return respond(<SignInPage {...page} />, 401);
    }
    return redirectToSignIn(c, next);
  }
  return redirectToSignIn(c, c.req.method === "GET" ? pathname + search : HOME);
}

function redirectToSignIn(c: Context<AppEnv>, back: string): Response {
  const query = back === HOME ? "" : `?${new URLSearchParams({ next: back }).toString()}`;
  return c.redirect(`/console/sign-in${query}`, 303);
}

/**
 * Lets only those through who are signed in and may; those who are not signed in find their page again after the
 * sign-in, and what they typed.
 */
export const requireSignIn = createMiddleware<AppEnv>(async function requireSignIn(c, next) {
  const viewer = c.get("viewer");
  const { pathname } = new URL(c.req.url);
  if (viewer === null) return askToSignIn(c);
  return asViewer(viewer, async () => {
    const needed = permissionFor(c.req.method, pathname);
    if (covers(permissionOf(viewer), needed)) return next();
    const managers = await listManagers(c.env.SETTINGS, MANAGERS_MAX);
    return respond(<ForbiddenPage needed={needed} managers={managers} />, 403);
  });
});
