/**
 * What became of profiles: runs, failures, and what goes on now.
 * @module
 */
import type { Context } from "hono";
import { findOutreachUser } from "../connections/store.ts";
import { listAudiences } from "../destinations/audiences.ts";
import { destinationsOf, findDestination, goesSingly } from "../destinations/store.ts";
import type { AppEnv, Dependencies } from "../http/context.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { logEvent } from "../log.ts";
import { groupFailures } from "./failure-groups.ts";
import { readForm } from "./forms.ts";
import { SPANS } from "./minutes.ts";
import { notFound } from "./not-found.tsx";
import { FailuresPage } from "./pages/failures.tsx";
import { LivePage } from "./pages/live.tsx";
import { RunsPage } from "./pages/runs.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { inCounted } from "./wording.ts";

/** A week of hours. */
const RUNS_MAX = 168;
/** Failures that are read and grouped for one page. */
const FAILURES_MAX = 1_000;
const DESTINATIONS_MAX = 20;

export function activityPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

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
    .get("/console/outreach-users/:id/live", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const object = outreachUser(c.env, user.id);
      const span = SPANS.find(({ name }) => name === c.req.query("span")) ?? SPANS[0];
      const [status, activity, destinations] = await Promise.all([
        object.status(),
        object.activity(span.minutes),
        destinationsOf(c.env.SETTINGS, user.id, DESTINATIONS_MAX),
      ]);
      const page = (
        <LivePage
          user={user}
          destinations={destinations}
          status={status}
          activity={activity}
          span={span}
          now={now()}
        />
      );
      return respond(page);
    })
    .post("/console/outreach-users/:id/:action{pause|resume}", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const object = outreachUser(c.env, user.id);
      await (c.req.param("action") === "pause" ? object.pause() : object.resume());
      return c.redirect(`/console/outreach-users/${user.id}/live`, 303);
    });
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
