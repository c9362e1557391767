/**
 * What became of a destination's profiles: hourly runs, and members of each audience.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { json, pageQuery, problems } from "../http/routing.ts";
import { isoTime, toIso } from "../http/times.ts";
import type { Run } from "../engine/api.ts";
import { listAudiences, unmappedAudiences } from "./audiences.ts";
import type { Dependencies } from "./dependencies.ts";
import { theDestination } from "./found.ts";

const tags = ["Activity"];
const params = z.object({ id: idParameter("id", "The destination's id") });
const count = z.int().min(0);
const HOUR_MS = 3_600_000;

const run = z
  .object({
    startedAt: isoTime,
    endedAt: isoTime,
    received: count.openapi({ description: "Profiles that came in" }),
    accepted: count.openapi({ description: "Profiles that were taken over" }),
    rejected: count.openapi({ description: "Profiles that failed validation" }),
    rejectedByCode: z
      .record(z.string(), count)
      .openapi({ description: "Rejected profiles by reason", example: { invalid_identity: 3 } }),
    coalesced: count.openapi({
      description: "Accepted updates that another one, waiting or later, carries or overrules",
    }),
    unchanged: count.openapi({
      description: "Accepted updates that say what Outreach already holds: no call was needed",
    }),
    delivered: count,
    failed: count.openapi({ description: "Updates that Outreach refused for good" }),
    replayed: count.openapi({ description: "Failures that were put back to be delivered" }),
    discarded: count,
    calls: count.openapi({
      description:
        "Calls that were made to Outreach; one that carries what several destinations have counts for one of them",
    }),
  })
  .openapi("Run", {
    description:
      "One hour. `accepted + replayed = coalesced + unchanged + delivered + failed + still waiting`",
  });

const audience = z
  .object({
    namespace: z.string(),
    id: z.string(),
    name: z.string().nullable(),
    mappingId: z.int().openapi({ description: "The number of the custom field" }),
    configured: z.boolean().openapi({
      description:
        "Whether the destination's settings map the audience to this field; false where profiles brought the Mapping ID themselves, or where the settings once did",
    }),
    members: count.openapi({
      description:
        "Prospects that Outreach was last told are in it, whichever Outreach user was signed in then: after another one has signed in, each is told again with its next update",
    }),
    exited: count.openapi({ description: "The same of those that left it" }),
    pending: count.openapi({ description: "Statuses that wait to be delivered" }),
    failed: count,
  })
  .openapi("Audience");

const runs = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/runs",
  operationId: "listRuns",
  tags,
  summary: "List hourly runs",
  description: "Hours with traffic, the newest first: what came in, and what became of it.",
  ...permitted("read", theDestination),
  request: { params, query: pageQuery(168, 1000).omit({ after: true }) },
  responses: {
    200: json("Runs", z.object({ runs: z.array(run) }).openapi("RunList")),
    ...problems(401, 403, 404, 422, 429, 503),
  },
});

const audiences = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/audiences",
  operationId: "listAudiences",
  tags,
  summary: "List audiences",
  description: "Each audience with its custom field and how many prospects are in it.",
  ...permitted("read", theDestination),
  request: { params },
  responses: {
    200: json("Audiences", z.object({ audiences: z.array(audience) }).openapi("AudienceList")),
    ...problems(401, 403, 404, 429, 503),
  },
});

const seenAudience = z
  .object({
    namespace: z.string(),
    id: z.string(),
    name: z.string().nullable().openapi({ description: "Where profiles bring it" }),
    profiles: count.openapi({
      description: "Profiles that were received with it; one that came twice counts twice",
    }),
    lastSeenAt: isoTime,
  })
  .openapi("SeenAudience");

const seen = createRoute({
  method: "get",
  path: "/v1/destinations/{id}/audiences/seen",
  operationId: "listSeenAudiences",
  tags,
  summary: "List audiences that are not mapped",
  description:
    "Up to 250 audiences that profiles of this destination are in and that its settings do not map, those of most profiles first. Once one is mapped, the profiles that come from then on carry its status: the platform sends a profile again when it changes. Counts are written once a minute and may lack the last one.",
  ...permitted("read", theDestination),
  request: { params },
  responses: {
    200: json(
      "Audiences",
      z.object({ audiences: z.array(seenAudience) }).openapi("SeenAudienceList"),
    ),
    ...problems(401, 403, 404, 429, 503),
  },
});

export function activityRoutes({ outreachUser }: Dependencies) {
  return newRouter()
    .openapi(runs, async (c) => {
      const destination = c.get("destination");
      const { id, outreachUserId } = destination;
      const found = await outreachUser(c.env, outreachUserId).runs(id, c.req.valid("query").limit);
      return c.json({ runs: found.map(toAnswer) }, 200);
    })
    .openapi(audiences, async (c) => {
      const destination = c.get("destination");
      const { id, outreachUserId, settings } = destination;
      const counts = await outreachUser(c.env, outreachUserId).audiences(id);
      return c.json({ audiences: listAudiences(settings.audiences, counts) }, 200);
    })
    .openapi(seen, async (c) => {
      const destination = c.get("destination");
      const { id, outreachUserId, settings } = destination;
      const found = await outreachUser(c.env, outreachUserId).seenAudiences(id);
      const unmapped = unmappedAudiences(settings.audiences, found).map((entry) => ({
        ...entry,
        lastSeenAt: toIso(entry.lastSeenAt),
      }));
      return c.json({ audiences: unmapped }, 200);
    });
}

function toAnswer({ startedAt, rejectedByCode, ...counts }: Run): z.infer<typeof run> {
  return {
    startedAt: toIso(startedAt),
    endedAt: toIso(startedAt + HOUR_MS),
    ...counts,
    rejectedByCode: { ...rejectedByCode },
  };
}
