/**
 * People: inviting them, changing their permission, removing them.
 * @module
 */
import type { Context } from "hono";
import {
  addPerson,
  changePerson,
  inviteAgain,
  isViewer,
  removePerson,
  signOutEverywhere,
} from "../access/people-changes.ts";
import { newPerson, personChanges } from "../access/people-schemas.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { fieldErrors } from "../http/validation.ts";
import { findPerson, listPeople, type Person } from "../people/store.ts";
import { readForm, type FormState } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { InvitationMadePage, PeoplePage, PersonPage } from "./pages/people.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";

const PAGE = 100;
const NEW: FormState = { values: { "/permission": "view" }, errors: [] };

const EMAIL_TAKEN = {
  pointer: "/email",
  code: "email_taken",
  detail: "Somebody has this e-mail already. Open that person to make a new link.",
};

const DONE: Readonly<Record<string, string>> = {
  saved: "Saved",
  "signed-out": "All of this person's sessions have ended.",
  removed: "The person is removed, and signed out.",
};

export function peoplePages({ now }: Dependencies) {
  async function showAll(c: Context<AppEnv>, form: FormState) {
    const asked = { limit: PAGE, after: c.req.query("after") ?? null };
    const { entries, next } = await listPeople(c.env.SETTINGS, asked);
    const page = (
      <PeoplePage people={entries} next={next} form={form} notice={noticeOf(c)} now={now()} />
    );
    return respond(page, form.errors.length > 0 ? 422 : 200);
  }

  function showOne(c: Context<AppEnv>, person: Person, typed: FormState | null = null) {
    const stored = { "/name": person.name, "/permission": person.permission };
    const form = typed ?? { values: stored, errors: [] };
    const isOwn = isViewer(c, person.id);
    const page = (
      <PersonPage person={person} isOwn={isOwn} form={form} notice={noticeOf(c)} now={now()} />
    );
    return respond(page, typed ? 422 : 200);
  }

  return newConsoleRouter()
    .get("/console/people", (c) => showAll(c, NEW))
    .post("/console/people", async (c) => {
      const values = await readForm(c);
      const input = newPerson.safeParse({
        email: values["/email"] ?? "",
        name: values["/name"] ?? "",
        permission: values["/permission"],
      });
      if (!input.success) return showAll(c, { values, errors: fieldErrors(input.error) });
      const invited = await addPerson(c, input.data, now());
      if (!invited) return showAll(c, { values, errors: [EMAIL_TAKEN] });
      return respond(<InvitationMadePage {...invited} now={now()} />, 201);
    })
    .get("/console/people/:id", async (c) => {
      const person = await findPerson(c.env.SETTINGS, c.req.param("id"));
      return person ? showOne(c, person) : notFound();
    })
    .post("/console/people/:id", async (c) => {
      const before = await findPerson(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const values = await readForm(c);
      // Of one's own account the form has no permission to choose.
      const input = personChanges.safeParse({
        name: values["/name"] ?? "",
        permission: isViewer(c, before.id) ? undefined : values["/permission"],
      });
      if (!input.success) {
        return showOne(c, before, { values, errors: fieldErrors(input.error) });
      }
      await changePerson(c, before.id, input.data);
      return redirectWithFlash(c, `/console/people/${before.id}`, "saved");
    })
    .post("/console/people/:id/invitation", async (c) => {
      const invited = await inviteAgain(c, c.req.param("id"), now());
      return invited ? respond(<InvitationMadePage {...invited} now={now()} />) : notFound();
    })
    .post("/console/people/:id/sign-out", async (c) => {
      const person = await signOutEverywhere(c, c.req.param("id"));
      return person
        ? redirectWithFlash(c, `/console/people/${person.id}`, "signed-out")
        : notFound();
    })
    .post("/console/people/:id/delete", async (c) => {
      const removal = await removePerson(c, c.req.param("id"));
      if (removal === "removed") return redirectWithFlash(c, "/console/people", "removed");
      return removal === "not_found" ? notFound() : c.redirect("/console/account", 303);
    });
}

function noticeOf(c: Context<AppEnv>): string | null {
  return DONE[c.get("flash") ?? ""] ?? null;
}
