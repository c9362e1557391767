/**
 * Outreach users: connecting, changing, pausing and deleting them.
 * @module
 */
import type { Context } from "hono";
import {
  addOutreachUser,
  changeOutreachUser,
  removeOutreachUser,
} from "../outreach-users/changes.ts";
import { connectUrlOrNull } from "../outreach-users/connect-url.ts";
import { newOutreachUser, outreachUserChanges } from "../outreach-users/schemas.ts";
import {
  findOutreachUser,
  FIRST_USERS,
  listOutreachUsers,
  type OutreachUserRecord,
} from "../registry/outreach-users.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf } from "../registry/destinations.ts";
import { fieldsWithoutLabel } from "../destinations/warnings.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { PROBLEM_TYPES, isProblemCode } from "../http/problem-types.ts";
import { fieldErrors } from "../http/validation.ts";
import { EMPTY_FORM, readForm, toCount, type FormState } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { CatalogPage } from "./pages/catalog.tsx";
import {
  NewOutreachUserPage,
  OutreachUserPage,
  type OutreachUserProps,
} from "./pages/outreach-user.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { may } from "./viewer.ts";

type Notice = OutreachUserProps["notice"];

const DONE: Readonly<Record<string, Notice>> = {
  connected: { tone: "good", title: "Connected", detail: "Pending updates are on their way." },
  saved: { tone: "good", title: "Saved" },
  added: {
    tone: "plain",
    title: "One step is left",
    detail: "Sign in to Outreach as the user that prospects are to be updated as.",
  },
  disconnected: { tone: "good", title: "Disconnected. What is accepted is kept." },
};

export function userPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  async function show(
    c: Context<AppEnv>,
    user: OutreachUserRecord,
    notice: Notice,
    typed: FormState | null = null,
  ) {
    const [status, destinations] = await Promise.all([
      outreachUser(c.env, user.id).status(),
      destinationsOf(c.env.SETTINGS, user.id),
    ]);
    const { yearlyAllowance } = status.calls;
    const stored = { "/name": user.name, "/yearlyAllowance": String(yearlyAllowance ?? "") };
    const page = (
      <OutreachUserPage
        user={user}
        status={status}
        connectUrl={
          may("POST", "/console/outreach-users") ? connectUrlOrNull(c, user.id, now()) : null
        }
        notice={notice}
        fieldsWithoutLabel={fieldsWithoutLabel(destinations, status.connection)}
        destinations={destinations}
        form={typed ?? { values: stored, errors: [] }}
        now={now()}
      />
    );
    return respond(page, typed ? 422 : 200);
  }

  return newConsoleRouter()
    .get("/console/catalog", async (c) => {
      const { entries, next } = await listOutreachUsers(c.env.SETTINGS, FIRST_USERS);
      return respond(<CatalogPage users={entries} hasMore={next !== null} />);
    })
    .get("/console/outreach-users/new", () => respond(<NewOutreachUserPage form={EMPTY_FORM} />))
    .post("/console/outreach-users", async (c) => {
      const values = await readForm(c);
      const input = newOutreachUser.safeParse(toInput(values));
      if (!input.success) {
        const form = { values, errors: fieldErrors(input.error) };
        return respond(<NewOutreachUserPage form={form} />, 422);
      }
      const { id } = await addOutreachUser(c.env, dependencies, input.data);
      return redirectWithFlash(c, `/console/outreach-users/${id}`, "added");
    })
    .get("/console/outreach-users/:id", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      return user ? show(c, user, noticeOf(c)) : notFound();
    })
    .post("/console/outreach-users/:id", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const values = await readForm(c);
      const input = outreachUserChanges.safeParse(toInput(values));
      if (!input.success) return show(c, user, null, { values, errors: fieldErrors(input.error) });
      await changeOutreachUser(c.env, dependencies, user, input.data);
      return redirectWithFlash(c, `/console/outreach-users/${user.id}`, "saved");
    })
    .post("/console/outreach-users/:id/delete", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const removal = await removeOutreachUser(c.env, dependencies, user);
      if (removal.ok) return redirectWithFlash(c, "/console", "outreach-user-deleted");
      return show(c, user, { tone: "bad", title: "Not deleted", detail: removal.detail });
    })
    .post("/console/outreach-users/:id/disconnect", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      await outreachUser(c.env, user.id).disconnect();
      return redirectWithFlash(c, `/console/outreach-users/${user.id}`, "disconnected");
    });
}

function toInput(values: Readonly<Record<string, string>>) {
  return {
    name: values["/name"] ?? "",
    yearlyAllowance: toCount(values["/yearlyAllowance"]) ?? null,
  };
}

function noticeOf(c: Context<AppEnv>): Notice {
  const flash = c.get("flash") ?? "";
  // What became of a sign-in to Outreach.
  if (isProblemCode(flash)) {
    const { title, meaning } = PROBLEM_TYPES[flash];
    return { tone: "bad", title, detail: meaning };
  }
  return DONE[flash] ?? null;
}
