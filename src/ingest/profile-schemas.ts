/**
 * What a body of profiles looks like and what is answered, for the API's description. Bodies are not validated against
 * these: they are read as a stream, and each profile is judged by the mapping.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { isoTime } from "../http/times.ts";
import { fieldValue, toValue } from "./field-value.ts";
import { problemDocument } from "../http/problem.ts";
import type { PreviewedCall } from "./preview.ts";
import type { Counted } from "./receive.ts";

const identityMap = z
  .record(z.string(), z.array(z.looseObject({ id: z.string(), primary: z.boolean().optional() })))
  .openapi({
    description: "Identities by namespace; the prospect's Outreach id is one of them",
    example: { OutreachId: [{ id: "7", primary: true }] },
  });

const segmentMembership = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        status: z.enum(["realized", "existing", "exited"]),
        lastQualificationTime: z.string().optional(),
      }),
    ),
  )
  .openapi({
    description: "Audience memberships by namespace and audience id",
    example: {
      ups: {
        "0f2c8a51-6c2e-4c58-9f5e-0d8a2a3f9b10": {
          status: "realized",
          lastQualificationTime: "2026-11-23T14:00:00Z",
        },
      },
    },
  });

const sourceProfile = z
  .looseObject({
    identityMap: identityMap.optional(),
    segmentMembership: segmentMembership.optional(),
  })
  .openapi("SourceProfile", {
    description:
      "A profile in source XDM, as Adobe's HTTP API destination sends it. Its attributes pass through the destination's `mappings`",
    example: {
      identityMap: { OutreachId: [{ id: "7" }] },
      person: { name: { firstName: "Ada" } },
      segmentMembership: {
        ups: {
          "0f2c8a51-6c2e-4c58-9f5e-0d8a2a3f9b10": {
            status: "realized",
            lastQualificationTime: "2026-11-23T14:00:00Z",
          },
        },
      },
    },
  });

const targetProfile = z
  .looseObject({
    attributes: z.record(z.string(), z.unknown()).openapi({
      description:
        'Named after Outreach\'s attributes: a plain value, or `{"value": …}`; `{}` or null clears the attribute',
    }),
    identityMap: identityMap.optional(),
    segmentMembership: segmentMembership.optional(),
  })
  .openapi("TargetProfile", {
    description: "A profile as a destination made with Adobe's Destination SDK sends it",
    example: {
      identityMap: { OutreachId: [{ id: "7" }] },
      attributes: { firstName: { value: "Ada" }, title: {} },
    },
  });

const profileWithMappingIds = z
  .looseObject({
    profile: targetProfile,
    mappingIds: z
      .record(z.string(), z.record(z.string(), z.string()))
      .optional()
      .openapi({
        description:
          "Mapping ID (1 to 150) by namespace and audience id; they win over the destination's `audiences`",
        example: { ups: { "0f2c8a51-6c2e-4c58-9f5e-0d8a2a3f9b10": "4" } },
      }),
  })
  .openapi("ProfileWithMappingIds");

const profile = z
  .union([sourceProfile, targetProfile, profileWithMappingIds])
  .openapi("Profile", { description: "One profile, in any of the shapes" });

export const profilesBody = z
  .union([
    profile,
    z.array(profile).max(10_000),
    z.looseObject({ profiles: z.array(profile).max(10_000) }),
  ])
  .openapi("Profiles", {
    description: "One profile, an array of profiles, or an object with an array in `profiles`",
  });

const rejection = z
  .object({
    index: z.int().min(0).openapi({ description: "Which profile of the body, from 0" }),
    code: z.string().openapi({ example: "invalid_identity" }),
    detail: z.string().openapi({ description: "The rule that it breaks, and what to do" }),
    pointer: z.string().nullable().openapi({
      description: "JSON pointer into the profile",
      example: "/identityMap/OutreachId",
    }),
  })
  .openapi("Rejection");

const profileFieldError = z
  .object({
    index: z.int().min(0).openapi({ description: "Which profile of the body, from 0" }),
    outreachId: z.int().nullable().openapi({ description: "The first prospect that it names" }),
    field: z.string().nullable().openapi({
      description: "Outreach's attribute; null where the fault is of none, such as an identity's",
      example: "dateOfBirth",
    }),
    audience: z.string().nullable().openapi({ description: "The audience's id" }),
    code: z.string().openapi({ example: "invalid_value" }),
    detail: z.string().openapi({ description: "The rule that it breaks, and what to do" }),
    pointer: z.string().nullable().openapi({ description: "JSON pointer into the profile" }),
  })
  .openapi("ProfileFieldError", { description: "What was left out of a profile" });

const rejections = {
  rejected: z.array(rejection).openapi({ description: "The first 100 of them" }),
  rejectedCount: z.int().min(0),
  fieldErrors: z.array(profileFieldError).openapi({
    description: "Fields and audiences that were left out of profiles; the first 100 of them",
  }),
  fieldErrorCount: z.int().min(0),
};

export const receivedAnswer = z
  .object({
    received: z.int().min(0),
    accepted: z.int().min(0),
    ...rejections,
    prospectIds: z.array(z.int().nullable()).optional().openapi({
      description:
        "With `Prefer: return=representation`: the prospect of each profile of the body; null for one that was rejected or says nothing that is mapped",
    }),
    expectedBy: isoTime.nullable().openapi({
      description:
        "When these updates are expected to be at Outreach; null while nobody can tell: the Outreach user is not connected, its object is overloaded, or they wait for a bulk job that takes much longer than others",
    }),
  })
  .openapi("Received");

/** What a sender hears who wants all or nothing: a problem with the same lists. */
export const faultyAnswer = problemDocument
  .extend({ received: z.int().min(0), accepted: z.int().min(0), ...rejections })
  .openapi("FaultyProfiles");

/** The lists as answers have them: JSON knows no read-only arrays. */
export function toLists({ rejected, rejectedCount, fieldErrors, fieldErrorCount }: Counted) {
  return {
    rejected: [...rejected],
    rejectedCount,
    fieldErrors: [...fieldErrors],
    fieldErrorCount,
  };
}

const call = z
  .object({
    method: z.literal("PATCH"),
    path: z.string().openapi({ example: "/api/v2/prospects/7" }),
    body: z.object({
      data: z.object({
        type: z.literal("prospect"),
        id: z.int(),
        attributes: z
          .record(z.string(), fieldValue)
          .openapi({ example: { firstName: "Ada", custom4: "realized", title: null } }),
      }),
    }),
  })
  .openapi("OutreachCall", { description: "A call to Outreach, in JSON:API" });

export const previewAnswer = z
  .object({
    received: z.int().min(0),
    accepted: z.int().min(0),
    ...rejections,
    calls: z
      .array(call)
      .openapi({ description: "The first 100 of them; profiles of one prospect are merged" }),
    callsCount: z.int().min(0),
  })
  .openapi("Preview");

/** The same value as answers have it: JSON knows no read-only arrays. */
export function toCall({ method, path, body }: PreviewedCall): z.infer<typeof call> {
  const { type, id, attributes } = body.data;
  const values = Object.entries(attributes).map(([name, value]) => [name, toValue(value)] as const);
  return { method, path, body: { data: { type, id, attributes: Object.fromEntries(values) } } };
}
