/**
 * A destination's alerts: what is open, what was delivered, and a test.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import { ALERT_KINDS } from "../engine/alerts/alert-rules.ts";
import { newRouter } from "../http/context.ts";
import { idParameter, orNull } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, problems } from "../http/routing.ts";
import { isoTime, toIso, toIsoOrNull } from "../http/times.ts";
import { testAlerts } from "./alert-object.ts";
import { alertContext, alertsAnswer, signingSecret, toAlertsAnswer } from "./alert-settings.ts";
import { isDelivered, statesOf, wordsOfTest } from "./alert-states.ts";
import { renewSigningSecret } from "./changes.ts";
import type { Dependencies } from "./dependencies.ts";
import { warnings } from "./schemas.ts";
import { theDestination } from "./found.ts";

const tags = ["Alerts"];
const params = z.object({ id: idParameter("id", "The destination's id") });
const kind = z.enum(ALERT_KINDS);

const state = z
  .object({
    kind,
    state: z.enum(["open", "resolved", "not_watched"]).openapi({
      description: "`resolved`: all is well. `not_watched`: the settings do not want this kind",
    }),
    openedAt: isoTime.nullable(),
  })
  .openapi("AlertState");

const delivery = z
  .object({
    id: z.string().openapi({ description: "The event's id, as in `webhook-id`" }),
    kind: z.union([kind, z.literal("test")]),
    state: z.enum(["opened", "resolved"]).nullable(),
    madeAt: isoTime,
    tries: z.int().min(0),
    triedAt: isoTime.nullable(),
    status: z.int().nullable().openapi({
      description: "What the receiver answered last; null where it did not",
    }),
    outcome: z.enum(["waiting", "delivered", "given_up", "unreadable"]),
    nextTryAt: isoTime.nullable(),
  })
  .openapi("AlertDelivery");

const list = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/alerts",
  operationId: "readAlerts",
  tags,
  summary: "Read alerts",
  description:
    "Which alerts are open, and the last 50 messages that were delivered, or wait to be, the newest first. The settings are the destination's `alerts`.",
  ...permitted("read", theDestination),
  request: { params },
  responses: {
    200: json(
      "Alerts",
      z
        .object({
          settings: orNull(alertsAnswer),
          states: z.array(state),
          deliveries: z.array(delivery),
        })
        .openapi("Alerts"),
    ),
    ...problems(401, 403, 404, 429, 503),
  },
});

const test = createRoute({
  method: "post",
  path: "/v1/destinations/{id}/alerts/test",
  operationId: "testAlerts",
  tags,
  summary: "Send a test alert",
  description: "Posts a test to the webhook, once, and tells what the receiver answered.",
  ...permitted("manageDestinations", theDestination),
  request: { params },
  responses: {
    200: json(
      "What the receiver answered",
      z
        .object({
          delivered: z.boolean(),
          status: z.int().nullable(),
          detail: z.string(),
          excerpt: z.string().nullable().openapi({
            description: "The beginning of the receiver's answer; null where there was none",
          }),
        })
        .openapi("AlertTest"),
    ),
    ...problems(401, 403, 404, 409, 413, 429, 503),
  },
});

const renew = createRoute({
  method: "post",
  path: "/v1/destinations/{id}/alerts/signing-secret",
  operationId: "renewSigningSecret",
  tags,
  summary: "Regenerate the signing secret",
  description:
    "Signs alerts with a new secret from now on. The one before is not used any more. Where alerts were not signed, they are from now on.",
  ...permitted("manageDestinations", theDestination),
  request: { params },
  responses: {
    200: json(
      "The new secret, shown this once",
      z.object({ signingSecret, warnings }).openapi("NewSigningSecret"),
    ),
    ...problems(401, 403, 404, 409, 413, 422, 429, 503),
  },
});

export function alertRoutes(dependencies: Dependencies) {
  const { outreachUser } = dependencies;
  return newRouter()
    .openapi(list, async (c) => {
      const destination = c.get("destination");
      const { alerts, outreachUserId } = destination;
      const status = await outreachUser(c.env, outreachUserId).alerts(destination.id);
      const answer = {
        settings: alerts && toAlertsAnswer(alerts),
        states: statesOf(alerts, status).map(({ openedAt, ...rest }) => ({
          ...rest,
          openedAt: toIsoOrNull(openedAt),
        })),
        deliveries: status.deliveries.map(({ madeAt, triedAt, nextAt, ...rest }) => ({
          ...rest,
          madeAt: toIso(madeAt),
          triedAt: toIsoOrNull(triedAt),
          nextTryAt: toIsoOrNull(nextAt),
        })),
      };
      return c.json(answer, 200);
    })
    .openapi(test, async (c) => {
      const destination = c.get("destination");
      if (!destination.alerts) return problem(c, "alerts_not_set");
      const tested = await testAlerts(c.env, dependencies, destination, alertContext(c));
      if (!tested.ok && (tested.reason === "not_set" || tested.reason === "unreadable")) {
        return problem(c, "alerts_not_set", { detail: wordsOfTest(tested) });
      }
      const answer = {
        delivered: isDelivered(tested),
        status: tested.ok ? tested.status : null,
        detail: wordsOfTest(tested),
        excerpt: tested.ok ? tested.excerpt : null,
      };
      return c.json(answer, 200);
    })
    .openapi(renew, async (c) => {
      const before = c.get("destination");
      if (!before.alerts) return problem(c, "alerts_not_set");
      const renewed = await renewSigningSecret(c.env, dependencies, before, alertContext(c));
      if (renewed === null) return problem(c, "destination_changed");
      return c.json({ ...renewed, warnings: [...renewed.warnings] }, 200);
    });
}
