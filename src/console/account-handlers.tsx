/**
 * One's own account: another password, and the end of all sessions.
 * @module
 */
import type { Context } from "hono";
import { trierOf } from "../access/client-network.ts";
import { signOutEverywhere } from "../access/people-changes.ts";
import { beginSession, signOut } from "../access/session.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { type FieldError, retryAfter } from "../http/problem.ts";
import { logEvent } from "../log.ts";
import { changePassword } from "../people/credentials.ts";
import { readForm } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { AccountPage } from "./pages/account.tsx";
import { readNewPassword } from "./password-form.ts";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { currentViewer } from "./viewer.ts";
import { fromNow } from "./wording.ts";

export function accountPages({ now }: Dependencies) {
  function show(c: Context<AppEnv>, errors: readonly FieldError[], waitMs: number | null = null) {
    const viewer = currentViewer();
    if (viewer === null) return notFound();
    const notice = c.get("flash") === "password";
    const page = <AccountPage viewer={viewer} errors={errors} isChanged={notice} now={now()} />;
    if (waitMs !== null) return respond(page, 429, retryAfter(waitMs));
    return respond(page, errors.length > 0 ? 422 : 200);
  }

  return newConsoleRouter()
    .get("/console/account", (c) => show(c, []))
    .post("/console/account/password", async (c) => {
      const viewer = currentViewer();
      if (viewer?.kind !== "person") return notFound();
      const { email } = viewer.person;
      const form = await readForm(c);
      const chosen = readNewPassword(form, email);
      if (chosen.errors.length > 0) return show(c, chosen.errors);
      const asked = { email, present: form["/present"] ?? "", next: chosen.password };
      const changed = await changePassword(c.env.SETTINGS, trierOf(c), asked, now());
      if (!changed.ok) {
        const field = { pointer: "/present", code: "invalid_value" };
        if (changed.reason === "wrong") {
          return show(c, [{ ...field, detail: "This is not your present password." }]);
        }
        const detail = `Too many wrong passwords. Try again ${fromNow(changed.retryAt, now())}.`;
        return show(c, [{ ...field, detail }], changed.retryAt - now());
      }
      logEvent("password_changed", { personId: changed.person.id });
      beginSession(c, { kind: "person", person: changed.person }, now());
      return redirectWithFlash(c, "/console/account", "password");
    })
    .post("/console/account/sign-out", async (c) => {
      const viewer = currentViewer();
      if (viewer?.kind !== "person") return notFound();
      await signOutEverywhere(c, viewer.person.id);
      await signOut(c, now());
      return redirectWithFlash(c, "/console/sign-in", "signed-out");
    });
}
