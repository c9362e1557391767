/**
 * One's own account: another password, and the end of all sessions.
 * @module
 */
import type { Context } from "hono";
import type { AppEnv, Dependencies } from "../http/context.ts";
import type { FieldError } from "../http/problem.ts";
import { beginSession, endSession } from "../http/session.ts";
import { logEvent } from "../log.ts";
import { signOutEverywhere } from "../people/changes.ts";
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
  function show(c: Context<AppEnv>, errors: readonly FieldError[]) {
    const viewer = currentViewer();
    if (viewer === null) return notFound();
    const notice = c.req.query("done") === "password";
    const page = <AccountPage viewer={viewer} errors={errors} isChanged={notice} now={now()} />;
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
      const changed = await changePassword(c.env.SETTINGS, c.get("settings"), asked, now());
      if (!changed.ok) {
        const detail =
          changed.reason === "wrong"
            ? "This is not your present password."
            : `Too many tries. Try again ${fromNow(changed.retryAt, now())}.`;
        return show(c, [{ pointer: "/present", code: "invalid_value", detail }]);
      }
      logEvent("password_changed", { personId: changed.person.id });
      beginSession(c, { kind: "person", person: changed.person }, now());
      return c.redirect("/console/account?done=password", 303);
    })
    .post("/console/account/sign-out", async (c) => {
      const viewer = currentViewer();
      if (viewer?.kind !== "person") return notFound();
      await signOutEverywhere(c, viewer.person.id);
      endSession(c);
      return c.redirect("/console/sign-in?signed-out", 303);
    });
}
