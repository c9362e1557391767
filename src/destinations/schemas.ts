/**
 * What the API takes and answers about destinations: schemas that validate requests and describe the API.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { longText, orNull, shortText } from "../http/fields.ts";
import { fieldError } from "../http/problem.ts";
import { nextPage } from "../http/routing.ts";
import { isoTime, toIso } from "../http/times.ts";
import { alertsAnswer, alertsInput, signingSecret, toAlertsAnswer } from "./alert-settings.ts";
import { identityChanges } from "../mapping/settings.ts";
import { destinationSettings } from "../registry/settings.ts";
import type { Destination } from "../registry/destinations.ts";

const { identity, mappings, audiences, statusValues, attributes, delivery, weight } =
  destinationSettings.shape;

const name = shortText(200).openapi({ example: "Prospects of the spring campaign" });
const description = longText(2_000).nullable();
const outreachUserId = z
  .string()
  .max(100)
  .openapi({ description: "The Outreach user that prospects are updated as" });
const alerts = alertsInput.nullable().optional().openapi({
  description: "Tells a webhook when something needs a person; null: no alerts",
});
const enabled = z.boolean().openapi({
  description: "While false, profiles are refused with 403; what was accepted is still delivered",
});

export const newDestination = z
  .strictObject({
    name,
    description: description.optional(),
    outreachUserId,
    enabled: enabled.default(true),
    identity,
    mappings,
    audiences,
    statusValues,
    attributes,
    delivery,
    weight,
    alerts,
  })
  .openapi("NewDestination", {
    example: {
      name: "Prospects of the spring campaign",
      outreachUserId: "ou_5uYm0Xo1tq2vVb3cDz8K",
      identity: { source: "identityMap.OutreachId" },
      mappings: [
        { source: "person.name.firstName", target: "firstName", whenRemoved: "clear" },
        { source: "workEmail.address", target: "emails", whenRemoved: "ignore" },
      ],
      audiences: [
        {
          namespace: "ups",
          id: "0f2c8a51-6c2e-4c58-9f5e-0d8a2a3f9b10",
          mappingId: 4,
          name: "Webinar guests",
        },
      ],
      statusValues: { realized: "realized", exited: "exited" },
      delivery: "auto",
      weight: 1,
      enabled: true,
    },
  });

/** The same without defaults: an answer holds every setting, a change only some. */
const everySetting = {
  identity: identity.unwrap(),
  mappings: mappings.unwrap(),
  audiences: audiences.unwrap(),
  statusValues: statusValues.unwrap(),
  attributes: attributes.unwrap(),
  delivery: delivery.unwrap(),
  weight: weight.unwrap(),
};

export const destinationChanges = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    outreachUserId: outreachUserId.optional(),
    enabled: enabled.optional(),
    // A field that is left out stays as it is, so none has a default here.
    identity: identityChanges.optional(),
    mappings: everySetting.mappings.optional(),
    audiences: everySetting.audiences.optional(),
    statusValues: z
      .object({
        realized: everySetting.statusValues.shape.realized.unwrap().optional(),
        exited: everySetting.statusValues.shape.exited.unwrap().optional(),
      })
      .optional()
      .openapi({ description: "A word that is left out stays as it is" }),
    attributes: everySetting.attributes.optional(),
    delivery: everySetting.delivery.optional(),
    weight: everySetting.weight.optional(),
    alerts,
  })
  .openapi("DestinationChanges");

export const destinationAnswer = z
  .object({
    id: z.string().openapi({ example: "dest_9wPq3nYt0Lk5Rm2Xa7Bc" }),
    name: z.string(),
    description: z.string().nullable(),
    outreachUserId: z.string(),
    enabled: z.boolean(),
    ...everySetting,
    alerts: orNull(alertsAnswer),
    ingestUrl: z.url().openapi({ description: "Where Adobe Experience Platform sends profiles" }),
    tokenUrl: z.url().openapi({
      description: "Where client id and client secret are exchanged for an access token",
    }),
    clientId: z.string(),
    createdAt: isoTime,
    updatedAt: isoTime,
  })
  .openapi("Destination");

export const warnings = z.array(fieldError).openapi({
  description:
    "What works, but perhaps not as it was meant. Nothing here keeps updates from flowing in",
});

export const destinationWithWarnings = destinationAnswer
  .extend({ warnings })
  .openapi("DestinationWithWarnings");

export const ingestToken = z.string().openapi({
  description: "Bearer token for `ingestUrl`. Shown this once; only its hash is kept",
});
export const clientSecret = z.string().openapi({
  description: "For OAuth 2 client credentials. Shown this once; only its hash is kept",
});

export const createdDestination = destinationWithWarnings
  .extend({ ingestToken, clientSecret, signingSecret: signingSecret.optional() })
  .openapi("CreatedDestination");

export const changedDestination = destinationWithWarnings
  .extend({ signingSecret: signingSecret.optional() })
  .openapi("ChangedDestination");

export const destinationList = z
  .object({ destinations: z.array(destinationAnswer), next: nextPage })
  .openapi("DestinationList");

/** A destination as answers show it: settings at the top level, no hashes. */
export function toAnswer(
  destination: Destination,
  baseUrl: string,
): z.infer<typeof destinationAnswer> {
  return {
    id: destination.id,
    name: destination.name,
    description: destination.description,
    outreachUserId: destination.outreachUserId,
    enabled: destination.enabled,
    ...destination.settings,
    alerts: destination.alerts && toAlertsAnswer(destination.alerts),
    ingestUrl: `${baseUrl}/v1/destinations/${destination.id}/profiles`,
    tokenUrl: `${baseUrl}/v1/oauth/token`,
    clientId: destination.credentials.clientId,
    createdAt: toIso(destination.createdAt),
    updatedAt: toIso(destination.updatedAt),
  };
}
