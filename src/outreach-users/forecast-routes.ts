/**
 * What an activation will cost an Outreach user, before anybody activates anything.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { json, jsonBody, problems } from "../http/routing.ts";
import { activationForecast, activationPlan, toForecast } from "./forecast-schemas.ts";
import { forecastForUser } from "./forecast.ts";
import { theOutreachUser } from "./found.ts";

const forecast = createRoute({
  method: "post",
  path: "/v1/outreach-users/{id}/forecast",
  operationId: "forecastActivation",
  tags: ["Outreach users"],
  summary: "Forecast an activation",
  description:
    "Estimates the calls and the time that an activation takes, and the days after it: by one call a prospect, and as Outreach Edge plans it with this user's limit, reserve, yearly allowance and scopes. Changes nothing and asks Outreach nothing. How long Outreach takes for a bulk job is assumed.",
  ...permitted("read", theOutreachUser),
  request: {
    params: z.object({ id: idParameter("id", "The Outreach user's id") }),
    body: jsonBody(activationPlan),
  },
  responses: {
    200: json("The forecast", activationForecast),
    ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503),
  },
});

export function forecastRoutes({ outreachUser }: Dependencies) {
  return newRouter().openapi(forecast, async (c) => {
    const user = c.get("user");
    const status = await outreachUser(c.env, user.id).status();
    return c.json(toForecast(forecastForUser(c.req.valid("json"), status)), 200);
  });
}
