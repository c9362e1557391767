/**
 * Signing in to the console with the admin token or with e-mail and password, and out again; taking up an invitation.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { trierOf } from "../access/client-network.ts";
import { beginSession, isFromHere, signOut } from "../access/session.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { retryAfter } from "../http/problem.ts";
import { logEvent } from "../log.ts";
import {
  acceptInvitation,
  checkAdminToken,
  readInvitation,
  signInPerson,
} from "../people/credentials.ts";
import { covers } from "../people/permissions.ts";
import { listManagers } from "../people/store.ts";
import { permissionOf, type Viewer } from "../people/viewer.ts";
import { consolePath, pageOfForm } from "./form-pages.ts";
import { readForm } from "./forms.ts";
import { keepForm, readKeptForm } from "./kept-form.ts";
import { ForbiddenPage } from "./pages/forbidden.tsx";
import { InvitationPage } from "./pages/invitation.tsx";
import { MessagePage } from "./pages/message.tsx";
import { SendAgainPage } from "./pages/send-again.tsx";
import { SignInPage, type SignInErrors } from "./pages/sign-in.tsx";
import { readNewPassword } from "./password-form.ts";
import { permissionAt } from "./permissions.ts";
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
      /** Until another one is looked at, where there were too many. */
      readonly waitMs?: number;
    };

export function signInPages({ now }: Dependencies) {
  return newConsoleRouter()
    .get("/console/sign-in", (c) => {
      const signedOut = c.get("flash") === "signed-out";
      const next = nextOf(c.req.query("next"));
      const page = { next, errors: {}, email: "", signedOut, kept: null };
      return respond(<SignInPage {...page} />);
    })
    .post("/console/sign-in", async (c) => {
      const form = await readForm(c);
      const { token, email = "" } = form;
      if (!isFromHere(c)) return refuseForeign(token === undefined ? "password" : "token");
      const next = nextOf(form["next"]);
      const kept = readKeptForm(form["kept"]);
      const signIn = await (token === undefined
        ? byPassword(c, email, form["password"] ?? "", now())
        : byToken(c, token.trim(), now()));
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
      if (waitMs === undefined) return respond(<SignInPage {...page} />, 401);
      return respond(<SignInPage {...page} />, 429, retryAfter(waitMs));
    })
    .post("/console/sign-out", async (c) => {
      if (!isFromHere(c)) return c.redirect(HOME, 303);
      await signOut(c, now());
      return redirectWithFlash(c, "/console/sign-in", "signed-out");
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
      const accepted = await acceptInvitation(c.env.SETTINGS, trierOf(c), taken, now());
      if (!accepted) return invitationClosed();
      logEvent("invitation_accepted", { personId: accepted.id });
      beginSession(c, { kind: "person", person: accepted }, now());
      return c.redirect(HOME, 303);
    });
}

/** Nothing of the form is taken: whoever signs in next would send what another site wrote. */
function refuseForeign(way: keyof SignInErrors) {
  logEvent("console_sign_in_refused");
  const errors = { [way]: FOREIGN_FORM };
  const page = { next: HOME, errors, email: "", signedOut: false, kept: null };
  return respond(<SignInPage {...page} />, 401);
}

const NO_FIELD = { pointer: null, code: "invalid_value" };

async function byToken(c: Context<AppEnv>, token: string, now: number): Promise<SignIn> {
  if (token === "") return refusedToken("Type the admin token.");
  const presented = { token, network: trierOf(c).network };
  const checked = await checkAdminToken(c.env.SETTINGS, c.get("settings"), presented, now);
  if (checked.ok) return { ok: true, viewer: { kind: "admin" } };
  if (checked.reason === "wrong") {
    return refusedToken("This is not the admin token. Check that all of it was copied.");
  }
  const text = `Too many wrong tokens came from your network. Try again ${soon(checked.retryAt, now)}.`;
  return { ...refusedToken(text), waitMs: checked.retryAt - now };
}

async function byPassword(
  c: Context<AppEnv>,
  email: string,
  password: string,
  now: number,
): Promise<SignIn> {
  if (email.trim() === "" || password === "") return refused("Type your e-mail and your password.");
  const checked = await signInPerson(c.env.SETTINGS, trierOf(c), { email, password }, now);
  if (checked.ok) return { ok: true, viewer: { kind: "person", person: checked.person } };
  if (checked.reason === "wrong") {
    return refused(
      "E-mail or password is wrong. Whoever manages people here can give you a link to set a new one.",
    );
  }
  const text = `Too many wrong passwords for this e-mail, or from your network. Try again ${soon(checked.retryAt, now)}.`;
  return { ...refused(text), waitMs: checked.retryAt - now };
}

/** When to try again. */
function soon(at: number, now: number): string {
  const when = fromNow(at, now);
  return when === "now" ? "in a few seconds" : when;
}

function refusedToken(text: string) {
  return { ok: false, errors: { token: text } } as const;
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
    const needed = permissionAt(c.req.method, pathname);
    if (covers(permissionOf(viewer), needed)) return next();
    const managers = await listManagers(c.env.SETTINGS, MANAGERS_MAX);
    return respond(<ForbiddenPage needed={needed} managers={managers} />, 403);
  });
});
