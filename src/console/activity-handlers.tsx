/**
 * What became of profiles: runs, and what goes on now.
 * @module
 */
import { findOutreachUser } from "../registry/outreach-users.ts";
import { listAudiences } from "../destinations/audiences.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf, findDestination } from "../registry/destinations.ts";
import { SPANS } from "./minutes.ts";
import { notFound } from "./not-found.tsx";
import { LivePage } from "./pages/live.tsx";
import { RunsPage } from "./pages/runs.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { senderOf } from "./sender.ts";

/** A week of hours. */
const RUNS_MAX = 168;

export function activityPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  return newConsoleRouter()
    .get("/console/destinations/:id/runs", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const object = outreachUser(c.env, destination.outreachUserId);
      const [sender, runs, counts] = await Promise.all([
        senderOf(c.env, dependencies, destination),
        object.runs(destination.id, RUNS_MAX),
        object.audiences(destination.id),
      ]);
      const audiences = listAudiences(destination.settings.audiences, counts);
      const shown = { destination, sender, runs, audiences };
      return respond(<RunsPage {...shown} />);
    })
    .get("/console/outreach-users/:id/live", async (c) => {
      const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
      if (!user) return notFound();
      const object = outreachUser(c.env, user.id);
      const span = SPANS.find(({ name }) => name === c.req.query("span")) ?? SPANS[0];
      const [status, activity, destinations] = await Promise.all([
        object.status(),
        object.activity(span.minutes),
        destinationsOf(c.env.SETTINGS, user.id),
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
