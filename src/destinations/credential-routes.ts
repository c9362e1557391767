/**
 * Rotating a destination's credentials without a gap in its stream.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { permitted } from "../access/bearer.ts";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, problems } from "../http/routing.ts";
import { isoTime, toIso } from "../http/times.ts";
import { rotateCredentials } from "./changes.ts";
import type { Rotation } from "../registry/credentials.ts";
import type { Dependencies } from "./dependencies.ts";
import { clientSecret, ingestToken } from "./schemas.ts";
import { theDestination } from "./found.ts";

const HOUR_MS = 3_600_000;
/** Enough to change Adobe's side during working hours, wherever they are. */
const KEEP_HOURS_DEFAULT = 24;
/** A week covers any change of credentials that is planned. */
const KEEP_HOURS_MAX = 168;

export const rotation = z
  .strictObject({
    ingestToken: z.boolean().optional().openapi({ description: "Make a new ingest token" }),
    clientSecret: z.boolean().optional().openapi({ description: "Make a new client secret" }),
    keepPreviousHours: z
      .number()
      .int("Must be a whole number of hours.")
      .min(0)
      .max(KEEP_HOURS_MAX)
      .optional()
      .openapi({
        description: `How long the replaced ones stay valid: ${KEEP_HOURS_DEFAULT} hours where left out, 0 for a secret that has leaked`,
      }),
  })
  .refine(({ ingestToken: token, clientSecret: secret }) => token !== false || secret !== false, {
    error: "Set `ingestToken` or `clientSecret` to true, or leave both out to replace both.",
  })
  .openapi("CredentialRotation");

const rotatedCredentials = z
  .object({
    ingestToken: ingestToken.optional(),
    clientId: z.string(),
    clientSecret: clientSecret.optional(),
    previousValidUntil: isoTime,
  })
  .openapi("RotatedCredentials");

const rotateRoute = createRoute({
  method: "post",
  path: "/v1/destinations/{id}/credentials/rotate",
  operationId: "rotateCredentials",
  tags: ["Destinations"],
  summary: "Rotate credentials",
  description: `Makes a new ingest token and a new client secret, or only what the body asks for. The replaced ones stay valid for ${KEEP_HOURS_DEFAULT} hours, so that Adobe's side can be changed without a gap; access tokens end with the client secret that they were handed out for.`,
  ...permitted("manageDestinations", theDestination),
  request: {
    params: z.object({ id: idParameter("id", "The destination's id") }),
    body: { required: false, content: { "application/json": { schema: rotation } } },
  },
  responses: {
    200: json("The new secrets, shown this once", rotatedCredentials),
    ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
  },
});

export function credentialRoutes(dependencies: Dependencies) {
  return newRouter().openapi(rotateRoute, async (c) => {
    const before = c.get("destination");
    const asked = c.req.valid("json");
    const rotated = await rotateCredentials(c.env, dependencies, before, toRotation(asked));
    if (!rotated.ok) return problem(c, "destination_changed");
    const { clientId } = rotated.destination.credentials;
    const previousValidUntil = toIso(rotated.previousValidUntil);
    return c.json({ ...rotated.secrets, clientId, previousValidUntil }, 200);
  });
}

/** Where only one is named, the other follows from it. */
export function toRotation(asked: z.infer<typeof rotation>): Rotation {
  return {
    ingestToken: asked.ingestToken ?? asked.clientSecret !== true,
    clientSecret: asked.clientSecret ?? asked.ingestToken !== true,
    keepPreviousMs: (asked.keepPreviousHours ?? KEEP_HOURS_DEFAULT) * HOUR_MS,
  };
}
