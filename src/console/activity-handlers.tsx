/**
 * What became of profiles: runs, failures, single prospects, and what goes on now.
 * @module
 */
import type { Context } from "hono";
import {
  findOutreachUser,
  listOutreachUsers,
  type OutreachUserRecord,
} from "../connections/store.ts";
import { listAudiences } from "../destinations/audiences.ts";
import { destinationsOf, findDestination, goesSingly } from "../destinations/store.ts";
import type { AppEnv, Dependencies } from "../http/context.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { readProspectId } from "../ingest/status-routes.ts";
import { logEvent } from "../log.ts";
import { groupFailures } from "./failure-groups.ts";
import { readForm } from "./forms.ts";
import { callsByHour, HOURS_SHOWN } from "./hours.ts";
import { notFound } from "./not-found.tsx";
import { FailuresPage } from "./pages/failures.tsx";
import { LivePage } from "./pages/live.tsx";
import { ProspectPage, type Story } from "./pages/prospect.tsx";
import { RunsPage } from "./pages/runs.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { inCounted } from "./wording.ts";

/** A week of hours. */
const RUNS_MAX = 168;
/** Failures that are read and grouped for one page. */
const FAILURES_MAX = 1_000;
/** A request of the Worker asks no more objects than this. */
const USERS_MAX = 20;
const DESTINATIONS_MAX = 20;

export function activityPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  async function storyOf(env: Env, user: OutreachUserRecord, prospectId: number): Promise<Story> {
    const object = outreachUser(env, user.id);
    const [status, prospect, destinations] = await Promise.all([
      object.status().catch(nullWhenUnavailable),
      object.prospect(prospectId).catch(nullWhenUnavailable),
      destinationsOf(env.SETTINGS, user.id, DESTINATIONS_MAX),
    ]);
    return { user, status, prospect, destinations };
  }

  return newConsoleRouter()
    .get("/console/destinations/:id/runs", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const object = outreachUser(c.env, destination.outreachUserId);
      const [runs, counts] = await Promise.all([
        object.runs(destination.id, RUNS_MAX),
        object.audiences(destination.id),
      ]);
      const audiences = listAudiences(destination.settings.audiences, counts);
      return respond(<RunsPage destination={destination} runs={runs} audiences={audiences} />);
    })
    .get("/console/destinations/:id/failures", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const object = outreachUser(c.env, destination.outreachUserId);
      const [{ failures, total }, status] = await Promise.all([
        object.failures(destination.id, { limit: FAILURES_MAX, after: null }),
        object.status().catch(nullWhenUnavailable),
      ]);
      const page = (
        <FailuresPage
          destination={destination}
          groups={groupFailures(failures)}
          total={total}
          labels={status?.connection.identity?.customFieldLabels ?? {}}
          notice={noticeOf(c)}
          now={now()}
        />
      );
      return respond(page);
    })
    .post("/console/destinations/:id/failures/replay", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const object = outreachUser(c.env, destination.outreachUserId);
      const { replayed } = await object.replay(
        destination.id,
        await chosen(c),
        goesSingly(destination),
      );
      logEvent("failures_replayed", { destinationId: destination.id, replayed });
      const place = `/console/destinations/${destination.id}/failures`;
      return c.redirect(`${place}?replayed=${replayed}`, 303);
    })
    .post("/console/destinations/:id/failures/discard", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const object = outreachUser(c.env, destination.outreachUserId);
      const { discarded } = await object.discardFailures(destination.id, await chosen(c));
      logEvent("failures_discarded", { destinationId: destination.id, discarded });
      const place = `/console/destinations/${destination.id}/failures`;
      return c.redirect(`${place}?discarded=${discarded}`, 303);
    })
    .get("/console/prospects", async (c) => {
      const typed = c.req.query("id")?.trim() ?? "";
      const prospectId = readProspectId(typed);
      const ask = { typed, error: null, outreachUrl: null, stories: [], now: now() };
      if (typed === "") return respond(<ProspectPage {...ask} />);
      if (prospectId === null) {
        const error = "An Outreach id is a whole number from 1 on.";
        return respond(<ProspectPage {...ask} error={error} />, 422);
      }
      const users = await usersFor(c);
      const stories = await Promise.all(users.map((user) => storyOf(c.env, user, prospectId)));
      const { baseUrl } = c.get("settings").application;
      const outreachUrl = prospectUrl(baseUrl, prospectId);
      return respond(<ProspectPage {...ask} stories={stories} outreachUrl={outreachUrl} />);
    })
    .get("/console/outreach-users/:id/live", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const object = outreachUser(c.env, user.id);
      const destinations = await destinationsOf(c.env.SETTINGS, user.id, DESTINATIONS_MAX);
      const [status, ...runs] = await Promise.all([
        object.status(),
        ...destinations.map(({ id }) => object.runs(id, HOURS_SHOWN)),
      ]);
      const hours = callsByHour(runs.flat(), now());
      return respond(<LivePage user={user} status={status} hours={hours} now={now()} />);
    })
    .post("/console/outreach-users/:id/:action{pause|resume}", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const object = outreachUser(c.env, user.id);
      await (c.req.param("action") === "pause" ? object.pause() : object.resume());
      return c.redirect(`/console/outreach-users/${user.id}/live`, 303);
    });
}

/** The named Outreach user, or else all that there are. */
async function usersFor(c: Context<AppEnv>): Promise<readonly OutreachUserRecord[]> {
  const named = c.req.query("user");
  const user = named === undefined ? null : await findOutreachUser(c.env.SETTINGS, named);
  if (user) return [user];
  const first = { limit: USERS_MAX, after: null };
  return (await listOutreachUsers(c.env.SETTINGS, first)).entries;
}

/** The ids that a form names; null for all. */
async function chosen(c: Context<AppEnv>): Promise<readonly string[] | null> {
  const { ids = "" } = await readForm(c);
  return ids === "all" ? null : ids.split(",");
}

function noticeOf(c: Context<AppEnv>): string | null {
  const { replayed, discarded } = c.req.query();
  if (replayed !== undefined && /^\d{1,9}$/.test(replayed)) {
    return `${inCounted(Number(replayed), "failure")} put back among the updates that wait.`;
  }
  if (discarded !== undefined && /^\d{1,9}$/.test(discarded)) {
    return `${inCounted(Number(discarded), "failure")} discarded.`;
  }
  return null;
}

/** Where people see a prospect; assumed of Outreach's own address, mock-outreach serves it below its own. */
function prospectUrl(baseUrl: string, prospectId: number): string {
  const site =
    new URL(baseUrl).hostname === "api.outreach.io" ? "https://web.outreach.io" : baseUrl;
  return `${site}/prospects/${prospectId}`;
}
