/**
 * The overview: reads every Outreach user and destination.
 * @module
 */
import { listOutreachUsers, type OutreachUserRecord } from "../connections/store.ts";
import { listDestinations, type Destination } from "../destinations/store.ts";
import type { Dependencies } from "../http/context.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { OverviewPage, type ShownDestination, type ShownUser } from "./pages/overview.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";

/** A request of the Worker may ask so many objects (https://developers.cloudflare.com/workers/platform/limits/). */
const SHOWN_MAX = 20;

const NOTICES: Readonly<Record<string, string>> = {
  "destination-deleted": "The destination is deleted.",
  "outreach-user-deleted": "The Outreach user is deleted.",
};

export function overviewPages({ outreachUser, now }: Dependencies) {
  return newConsoleRouter().get("/console", async (c) => {
    const first = { limit: SHOWN_MAX, after: null };
    const [users, destinations] = await Promise.all([
      listOutreachUsers(c.env.SETTINGS, first),
      listDestinations(c.env.SETTINGS, first),
    ]);
    const withStatus = async (user: OutreachUserRecord): Promise<ShownUser> => ({
      ...user,
      status: await outreachUser(c.env, user.id).status().catch(nullWhenUnavailable),
    });
    const withFailures = async (destination: Destination): Promise<ShownDestination> => {
      const object = outreachUser(c.env, destination.outreachUserId);
      const page = await object
        .failures(destination.id, { limit: 1, after: null })
        .catch(nullWhenUnavailable);
      return { destination, failures: page && page.total };
    };
    return respond(
      <OverviewPage
        users={await Promise.all(users.entries.map(withStatus))}
        destinations={await Promise.all(destinations.entries.map(withFailures))}
        more={users.next !== null || destinations.next !== null}
        notice={NOTICES[c.req.query("done") ?? ""] ?? null}
        now={now()}
      />,
    );
  });
}
