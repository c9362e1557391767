/**
 * What the API takes and answers about people.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { shortText } from "../http/fields.ts";
import { nextPage } from "../http/routing.ts";
import { isoTime, toIso, toIsoOrNull } from "../http/times.ts";
import { normalizeEmail } from "../people/credentials.ts";
import { permission } from "../people/permissions.ts";
import type { Person } from "../people/store.ts";

/** As long as an address may be (RFC 5321). */
const EMAIL_MAX = 254;

const email = z
  .string()
  .max(EMAIL_MAX)
  .transform(normalizeEmail)
  .pipe(z.email("Must be an e-mail address, such as ada@example.com."))
  .openapi({ description: "What the person signs in with", example: "ada@example.com" });
const name = shortText(200).openapi({ example: "Ada Lovelace" });

export const newPerson = z.strictObject({ email, name, permission }).openapi("NewPerson");

export const personChanges = z
  .strictObject({ name: name.optional(), permission: permission.optional() })
  .openapi("PersonChanges");

export const personAnswer = z
  .object({
    id: z.string().openapi({ example: "person_5uYm0Xo1tq2vVb3cDz8K" }),
    email: z.string(),
    name: z.string(),
    permission,
    hasPassword: z.boolean().openapi({
      description: "Whether the person has taken up an invitation and can sign in",
    }),
    invitedUntil: isoTime
      .nullable()
      .openapi({ description: "Until when an invitation link is good; null where none is open" }),
    createdAt: isoTime,
    signedInAt: isoTime.nullable().openapi({ description: "The last sign-in" }),
  })
  .openapi("Person");

export const invitedPerson = personAnswer
  .extend({
    invitationUrl: z.url().openapi({
      description:
        "Hand it to the person, who sets a password there. Shown this once, good once and for a week; nothing is mailed",
    }),
  })
  .openapi("InvitedPerson");

export const peopleList = z
  .object({ people: z.array(personAnswer), next: nextPage })
  .openapi("PeopleList");

export function toPersonAnswer(person: Person): z.infer<typeof personAnswer> {
  const { id, email: address, name: called, permission: granted } = person;
  return {
    id,
    email: address,
    name: called,
    permission: granted,
    hasPassword: person.passwordHash !== null,
    invitedUntil: toIsoOrNull(person.invitedUntil),
    createdAt: toIso(person.createdAt),
    signedInAt: toIsoOrNull(person.signedInAt),
  };
}
