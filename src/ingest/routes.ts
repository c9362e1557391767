/**
 * The data plane: what Adobe Experience Platform calls.
 *
 * Promises: 202 is answered only once everything accepted is durable; what cannot be stored is answered with 503 and
 * may be sent again whole.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Dependencies } from "../destinations/dependencies.ts";
import { deliveryOf } from "../registry/destinations.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem, PROBLEM_JSON, retryAfter, toDocument } from "../http/problem.ts";
import { json, problems } from "../http/routing.ts";
import { toIsoOrNull } from "../http/times.ts";
import { senders } from "./authenticate.ts";
import { previewProfiles } from "./preview.ts";
import {
  faultyAnswer,
  previewAnswer,
  profilesBody,
  receivedAnswer,
  toCall,
  toLists,
} from "./profile-schemas.ts";
import { receiveProfiles, type Refused } from "./receive.ts";

const tags = ["Profiles"];
const id = idParameter("id", "The destination's id");
const params = z.object({ id });
type SendersGate = ReturnType<typeof senders>;

/** By reference: bodies are read as a stream, so the framework must not read them first. */
const profilesRequest = {
  params,
  body: {
    required: true,
    content: {
      "application/json": { schema: { $ref: "#/components/schemas/Profiles" } },
      "application/x-ndjson": {
        schema: { type: "string" as const, description: "One profile a line" },
        example:
          '{"identityMap":{"OutreachId":[{"id":"7"}]},"person":{"name":{"firstName":"Ada"}}}\n{"identityMap":{"OutreachId":[{"id":"8"}]},"person":{"name":{"firstName":"Grace"}}}\n',
      },
    },
  },
};

const send = (gate: SendersGate) =>
  createRoute({
    method: "post",
    path: "/v1/destinations/{id}/profiles",
    operationId: "sendProfiles",
    tags,
    summary: "Send profiles",
    description:
      "Takes profiles and answers once they are stored durably; delivery to Outreach follows by itself. The body is one profile, an array, an object with `profiles`, or NDJSON, which is read as a stream: up to 25 MB, and up to 10,000 profiles where it is JSON. With `Prefer: return=representation` the answer also says which prospect each profile is about. A value that breaks a rule is left out with its reason, and the rest of its profile is taken; a profile is rejected only where it names no prospect, breaks a size limit, or has nothing good left. With `Prefer: handling=strict` anything wrong in a JSON body is a 422, and nothing is stored. A profile that names several prospects updates each of them, unless the destination's `identity.several` says otherwise. Sending the same again does no harm.\n\nOf two values for an attribute, the one that arrived last wins; of two statuses of an audience, the one with the later `lastQualificationTime`.",
    ...gate,
    request: profilesRequest,
    responses: {
      202: json("Stored; `rejected` and `fieldErrors` list what was not", receivedAnswer),
      422: {
        description: "With `Prefer: handling=strict`: something is wrong, and nothing was stored",
        content: { [PROBLEM_JSON]: { schema: faultyAnswer } },
      },
      ...problems(400, 401, 403, 404, 413, 415, 503),
    },
  });

const preview = (gate: SendersGate) =>
  createRoute({
    method: "post",
    path: "/v1/destinations/{id}/preview",
    operationId: "previewProfiles",
    tags,
    summary: "Preview calls to Outreach",
    description:
      "Takes the same body as sending profiles, and answers with the calls that it would lead to. Nothing is stored and nothing is sent.",
    ...gate,
    request: profilesRequest,
    responses: {
      200: json("The calls, and the profiles that would be rejected", previewAnswer),
      ...problems(400, 401, 403, 404, 413, 415, 503),
    },
  });

export function ingestRoutes(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;
  const gate = senders(dependencies);
  const router = newRouter();
  router.openAPIRegistry.register("Profiles", profilesBody);
  return router
    .openapi(send(gate), async (c) => {
      const destination = c.get("destination");
      if (!destination.enabled) return problem(c, "destination_disabled");
      const object = outreachUser(c.env, destination.outreachUserId);
      const preferences = preferencesOf(c);
      const result = await receiveProfiles(
        c.req.raw,
        destination.settings,
        (batch) =>
          object.accept({
            destinationId: destination.id,
            ...batch,
            ...deliveryOf(destination),
          }),
        preferences,
        now(),
      );
      if (!result.ok && result.status === 422) return refuseFaulty(c, result);
      if (!result.ok) return refuse(c, result);
      const { received, accepted, expectedBy, prospectIds } = result;
      const lists = toLists(result);
      const answer = { received, accepted, ...lists, expectedBy: toIsoOrNull(expectedBy) };
      if (!preferences.representation) return c.json(answer, 202);
      c.header("Preference-Applied", RETURN_REPRESENTATION);
      return c.json({ ...answer, prospectIds: [...prospectIds] }, 202);
    })
    .openapi(preview(gate), async (c) => {
      const result = await previewProfiles(c.req.raw, c.get("destination").settings, now);
      if (!result.ok) return refuse(c, result);
      const { received, accepted, calls, callsCount } = result;
      const lists = toLists(result);
      return c.json({ received, accepted, ...lists, calls: calls.map(toCall), callsCount }, 200);
    });
}

/** RFC 7240: what a sender would like and can do without. */
const RETURN_REPRESENTATION = "return=representation";
const HANDLING_STRICT = "handling=strict";

function preferencesOf(c: Context<AppEnv>) {
  const wanted = new Set(
    c.req
      .header("Prefer")
      ?.split(/[,;]/)
      .map((preference) => preference.replaceAll(/[\s"]/g, "").toLowerCase()),
  );
  return { representation: wanted.has(RETURN_REPRESENTATION), strict: wanted.has(HANDLING_STRICT) };
}

type Faulty = Extract<Refused, { status: 422 }>;

function refuseFaulty(c: Context<AppEnv>, { code, detail, counted }: Faulty) {
  const { received, accepted } = counted;
  const body = { ...toDocument(code, { detail }), received, accepted, ...toLists(counted) };
  return c.json(body, 422, {
    "Content-Type": PROBLEM_JSON,
    "Preference-Applied": HANDLING_STRICT,
  });
}

function refuse(c: Context<AppEnv>, refused: Exclude<Refused, Faulty>) {
  const { code, detail, retryAfterMs, counts } = refused;
  return problem(c, code, {
    detail,
    ...(counts && { counts }),
    ...(retryAfterMs !== undefined && { headers: retryAfter(retryAfterMs) }),
  });
}
