/**
 * Signing in to the console with the admin token, and out again.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv, Dependencies } from "../http/context.ts";
import { beginSession, endSession, isFromHere } from "../http/session.ts";
import { logEvent } from "../log.ts";
import { sameSecret } from "../security/secrets.ts";
import { newConsoleRouter } from "./router.ts";
import { SignInPage } from "./pages/sign-in.tsx";
import { respond } from "./respond.ts";

const HOME = "/console";

export function signInPages({ now }: Dependencies) {
  return newConsoleRouter()
    .get("/console/sign-in", (c) => {
      const signedOut = c.req.query("signed-out") !== undefined;
      return respond(
        <SignInPage next={nextOf(c.req.query("next"))} error={null} signedOut={signedOut} />,
      );
    })
    .post("/console/sign-in", async (c) => {
      const form = await c.req.formData();
      const next = nextOf(form.get("next"));
      const token = form.get("token");
      const error = signInError(c, typeof token === "string" ? token.trim() : "");
      if (error !== null) {
        logEvent("console_sign_in_refused");
        return respond(<SignInPage next={next} error={error} signedOut={false} />, 401);
      }
      beginSession(c, now());
      logEvent("console_sign_in");
      return c.redirect(next, 303);
    })
    .post("/console/sign-out", (c) => {
      if (isFromHere(c)) endSession(c);
      return c.redirect("/console/sign-in?signed-out", 303);
    });
}

function signInError(c: Context<AppEnv>, token: string): string | null {
  if (!isFromHere(c)) {
    return "The form came from another site. Open the console by its own address and try again.";
  }
  if (token === "") return "Type the admin token.";
  return sameSecret(token, c.get("settings").adminToken)
    ? null
    : "This is not the admin token. Check that all of it was copied.";
}

/** A path of the console; anything else leads home. */
function nextOf(next: unknown): string {
  return typeof next === "string" && /^\/console(\/[\w\-/]*)?(\?[\w\-=&%]*)?$/.test(next)
    ? next
    : HOME;
}

/** Lets only those through who are signed in; the others find their page again after the sign-in. */
export const requireSignIn = createMiddleware<AppEnv>(async function requireSignIn(c, next) {
  if (c.get("signedIn")) return next();
  const { pathname, search } = new URL(c.req.url);
  const back = c.req.method === "GET" ? nextOf(pathname + search) : HOME;
  const query = back === HOME ? "" : `?${new URLSearchParams({ next: back }).toString()}`;
  return c.redirect(`/console/sign-in${query}`, 303);
});
