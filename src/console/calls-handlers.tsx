/**
 * What calls were spent on, and how long the year's allowance lasts.
 * @module
 */
import { findOutreachUser } from "../registry/outreach-users.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationsOf } from "../registry/destinations.ts";
import { notFound } from "./not-found.tsx";
import { CallsPage, PERIODS, type Period } from "./pages/calls.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";

const PERIOD_IDS = ["day", "month", "year"] as const satisfies readonly Period[];
const USUAL: Period = "month";

export function callsPages({ outreachUser, now }: Dependencies) {
  return newConsoleRouter().get("/console/outreach-users/:id/calls", async (c) => {
    const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
    if (!user) return notFound();
    const period = readPeriod(c.req.query("period"));
    const { span, count } = PERIODS[period];
    const object = outreachUser(c.env, user.id);
    const [status, ledger, destinations] = await Promise.all([
      object.status(),
      object.calls(span, count),
      destinationsOf(c.env.SETTINGS, user.id),
    ]);
    const names = new Map(destinations.map(({ id, name }) => [id, name]));
    const page = { user, status, period, ledger, names, now: now() };
    return respond(<CallsPage {...page} />);
  });
}

/** A link that says something else shows the usual. */
function readPeriod(asked: string | undefined): Period {
  return PERIOD_IDS.find((period) => period === asked) ?? USUAL;
}
