/**
 * `GET /api/v2`: whose token this is, what it may do, and what the organisation calls its custom fields.
 * That these are told is documented; what stands around the labels (`type`, `id`) is assumed.
 * @module
 */
import { Hono } from "hono";
import type { MockEnv } from "../context.ts";
import { answerDocument, requireJsonApi } from "./checks.ts";

export const root = new Hono<MockEnv>();

root.get("/", requireJsonApi, (c) => {
  const { world, user, token } = c.var;
  return answerDocument(c, {
    data: { type: "organization", id: 1, attributes: world.labels.asAttributes() },
    meta: {
      user: { id: user.id, email: user.email, firstName: user.firstName, lastName: user.lastName },
      scopes: token.scopes,
      application: { id: token.clientId },
    },
  });
});
