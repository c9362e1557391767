/**
 * The overview: looks at every Outreach user, and shows those that need somebody first.
 * @module
 */
import type { Dependencies } from "../destinations/dependencies.ts";
import { settingFaults } from "../http/base-url.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import type { ShownUser } from "./components/user-table.tsx";
import { worstFirst } from "./overview-order.ts";
import { destinationsOfUsers, findUsersByName, type ListedUser } from "./overview-store.ts";
import { OverviewPage } from "./pages/overview.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";

/**
 * Each is asked once. A request of the Worker may ask many more objects on a paid plan
 * (https://developers.cloudflare.com/workers/platform/limits/); by name, all can be reached.
 */
const LOOKED_AT_MAX = 500;
/** So few are shown with all there is to see, what overflow objects hold included. */
const CARDS_MAX = 6;
/** Rows of one page. */
const ROWS_MAX = 50;
const SHOWN_DESTINATIONS_MAX = 100;
const FILTER_MAX_CHARS = 200;

const NOTICES: Readonly<Record<string, string>> = {
  "destination-deleted": "The destination is deleted.",
  "outreach-user-deleted": "The Outreach user is deleted.",
};

export function overviewPages({ outreachUser, now }: Dependencies) {
  return newConsoleRouter().get("/console", async (c) => {
    const filter = (c.req.query("name") ?? "").trim().slice(0, FILTER_MAX_CHARS);
    const found = await findUsersByName(c.env.SETTINGS, filter, LOOKED_AT_MAX + 1);
    const looked = found.slice(0, LOOKED_AT_MAX);
    const isFew = looked.length <= CARDS_MAX;

    const look = async (user: ListedUser): Promise<ShownUser> => {
      const object = outreachUser(c.env, user.id);
      const [glance, status] = await Promise.all([
        object.glance().catch(nullWhenUnavailable),
        isFew ? object.status().catch(nullWhenUnavailable) : null,
      ]);
      return { ...user, glance: glance && { ...glance, status: status ?? glance.status } };
    };
    const users = worstFirst(await Promise.all(looked.map(look)));

    const pages = Math.max(1, Math.ceil(users.length / ROWS_MAX));
    const asked = Number(c.req.query("page") ?? 1);
    const page = Number.isInteger(asked) ? Math.min(pages, Math.max(1, asked)) : 1;
    const shown = users.slice((page - 1) * ROWS_MAX, page * ROWS_MAX);
    const destinations = await destinationsOfUsers(
      c.env.SETTINGS,
      shown.map(({ id }) => id),
      SHOWN_DESTINATIONS_MAX + 1,
    );
    return respond(
      <OverviewPage
        users={users}
        shown={shown}
        asCards={isFew}
        destinations={destinations.slice(0, SHOWN_DESTINATIONS_MAX)}
        filter={filter}
        page={page}
        pages={pages}
        hasMoreUsers={found.length > looked.length}
        hasMoreDestinations={destinations.length > SHOWN_DESTINATIONS_MAX}
        notice={NOTICES[c.get("flash") ?? ""] ?? null}
        settingFaults={settingFaults(c)}
        now={now()}
      />,
    );
  });
}
