/**
 * Single prospects: why one is not up to date, and what a person may have done to it.
 * @module
 */
import {
  countOutreachUsers,
  findOutreachUser,
  listOutreachUsers,
  type OutreachUserRecord,
} from "../registry/outreach-users.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf, findDestination } from "../registry/destinations.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { readProspectId } from "../prospects/routes.ts";
import { logEvent } from "../log.ts";
import type { Story } from "./components/prospect-story.tsx";
import { notFound } from "./not-found.tsx";
import { ProspectPage } from "./pages/prospect.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";

/**
 * Each is asked once, which is one look into its storage; those that know the prospect are asked for more. Beyond, the
 * page says how many were left out, and one can be named.
 */
const ASKED_USERS_MAX = 200;

/** What was done, said at the top of the page that follows. */
const DONE: Readonly<Record<string, string>> = {
  replay: "The failures of this prospect are put back among the pending updates.",
  send: "Its pause is ended: it is tried again within 20 seconds, when its turn and the budget of calls allow.",
  forget:
    "Forgotten what Outreach was told. The next update of each attribute is sent, even if it changes nothing.",
};

export function prospectPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  /** What is known of the prospect; null where nothing is. */
  async function storyOf(
    env: Env,
    user: OutreachUserRecord,
    prospectId: number,
  ): Promise<Story | null> {
    const object = outreachUser(env, user.id);
    const prospect = await object.prospect(prospectId);
    if (prospect === null) return null;
    const [status, destinations] = await Promise.all([
      object.status().catch(nullWhenUnavailable),
      destinationsOf(env.SETTINGS, user.id),
    ]);
    return { user, status, prospect, destinations };
  }

  /** Asks all at once: who knows the prospect, and who did not answer. */
  async function ask(env: Env, users: readonly OutreachUserRecord[], prospectId: number) {
    const unreachable: OutreachUserRecord[] = [];
    const answers = await Promise.all(
      users.map((user) =>
        storyOf(env, user, prospectId).catch((error: unknown) => {
          unreachable.push(user);
          return nullWhenUnavailable(error);
        }),
      ),
    );
    return { stories: answers.filter((story) => story !== null), unreachable };
  }

  /** Puts the failures back that the prospect's page shows, each as its destination wants it sent. */
  async function replay(env: Env, user: OutreachUserRecord, prospectId: number): Promise<void> {
    const object = outreachUser(env, user.id);
    const { failures = [] } = (await object.prospect(prospectId)) ?? {};
    for (const destinationId of new Set(failures.map((failure) => failure.destinationId))) {
      const destination = await findDestination(env.SETTINGS, destinationId);
      if (!destination) continue;
      const own = failures.filter((failure) => failure.destinationId === destinationId);
      const ids = own.map(({ id }) => id);
      const { replayed } = await object.replay(destinationId, ids);
      logEvent("failures_replayed", { destinationId, replayed });
    }
  }

  return newConsoleRouter()
    .get("/console/prospects", async (c) => {
      const typed = c.req.query("id")?.trim() ?? "";
      const prospectId = readProspectId(typed);
      const done = DONE[c.get("flash") ?? ""] ?? null;
      const named = c.req.query("user")?.trim() ?? "";
      const blank = { typed, named, error: null, userError: null, done, found: null, now: now() };
      if (typed === "") return respond(<ProspectPage {...blank} />);
      if (prospectId === null) {
        const error = "An Outreach id is a whole number from 1 on.";
        return respond(<ProspectPage {...blank} error={error} />, 422);
      }
      const asked = await usersFor(c.env.SETTINGS, named);
      if (asked === null) {
        const userError = "There is no Outreach user with this id. Leave it empty to ask all.";
        return respond(<ProspectPage {...blank} userError={userError} />, 422);
      }
      const answers = await ask(c.env, asked.users, prospectId);
      const { baseUrl } = c.get("settings").application;
      const outreachUrl = prospectUrl(baseUrl, prospectId);
      const found = { ...answers, ...asked, outreachUrl };
      return respond(<ProspectPage {...blank} found={found} />);
    })
    .post(
      "/console/outreach-users/:id/prospects/:prospectId/:action{replay|send|forget}",
      async (c) => {
        const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
        const prospectId = readProspectId(c.req.param("prospectId"));
        if (!user || prospectId === null) return notFound();
        const action = c.req.param("action");
        if (action === "replay") await replay(c.env, user, prospectId);
        else if (action === "send") await outreachUser(c.env, user.id).hurry(prospectId);
        else await outreachUser(c.env, user.id).forgetTold(prospectId);
        const place = `/console/prospects?id=${prospectId}&user=${user.id}`;
        return redirectWithFlash(c, place, action);
      },
    );
}

/** The named Outreach user, or else the first of all, and how many there are; null where nobody has the id. */
async function usersFor(db: D1Database, named: string) {
  if (named !== "") {
    const user = await findOutreachUser(db, named);
    return user && { users: [user], usersCount: null };
  }
  const first = { limit: ASKED_USERS_MAX, after: null };
  const { entries, next } = await listOutreachUsers(db, first);
  return {
    users: entries,
    usersCount: next === null ? entries.length : await countOutreachUsers(db),
  };
}

/** Where people see a prospect; assumed of Outreach's own address, mock-outreach serves it below its own. */
function prospectUrl(baseUrl: string, prospectId: number): string {
  const site =
    new URL(baseUrl).hostname === "api.outreach.io" ? "https://web.outreach.io" : baseUrl;
  return `${site}/prospects/${prospectId}`;
}
