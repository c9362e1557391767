/**
 * What an activation will cost: a form whose answer has an address of its own.
 * @module
 */
import { activationPlan } from "../outreach-users/forecast-schemas.ts";
import { forecastForUser } from "../outreach-users/forecast.ts";
import { findOutreachUser } from "../registry/outreach-users.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { fieldErrors } from "../http/validation.ts";
import { toCount } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { ForecastPage } from "./pages/forecast.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";

const DEFAULTS = { "/audiences": "1", "/attributes": "0", "/changesPerDay": "0" };

export function forecastPages({ outreachUser }: Dependencies) {
  return newConsoleRouter().get("/console/outreach-users/:id/forecast", async (c) => {
    const user = await findOutreachUser(c.env.SETTINGS, c.req.param("id"));
    if (!user) return notFound();
    const status = await outreachUser(c.env, user.id).status();
    const values: Record<string, string> = { ...DEFAULTS, ...c.req.query() };
    const page = { user, status, form: { values, errors: [] }, answer: null };
    // A link may fill in some of it; only the form itself sends how many profiles.
    if (values["/profiles"] === undefined) return respond(<ForecastPage {...page} />);
    const input = activationPlan.safeParse(toInput(values));
    if (!input.success) {
      const form = { values, errors: fieldErrors(input.error) };
      return respond(<ForecastPage {...page} form={form} />, 422);
    }
    const answer = { plan: input.data, forecast: forecastForUser(input.data, status) };
    return respond(<ForecastPage {...page} answer={answer} />);
  });
}

function toInput(values: Readonly<Record<string, string>>) {
  return {
    profiles: toCount(values["/profiles"]),
    audiences: toCount(values["/audiences"]),
    attributes: toCount(values["/attributes"]),
    changesPerDay: toCount(values["/changesPerDay"]),
  };
}
