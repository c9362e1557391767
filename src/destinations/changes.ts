/**
 * Adding, changing and deleting destinations, whoever asks for it: the API or the console.
 * @module
 */
import type { z } from "@hono/zod-openapi";
import { findOutreachUser } from "../connections/store.ts";
import type { Dependencies } from "../http/context.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import type { FieldError } from "../http/problem.ts";
import { logEvent } from "../log.ts";
import { checkMappingSettings } from "../mapping/check-settings.ts";
import { newId } from "../security/secrets.ts";
import { newCredentials, rotate, type NewSecrets, type Rotation } from "./credentials.ts";
import type { destinationChanges, newDestination } from "./schemas.ts";
import type { DestinationSettings } from "./settings.ts";
import {
  deleteDestination,
  destinationsOf,
  insertDestination,
  updateDestination,
  type Destination,
} from "./store.ts";
import { destinationWarnings, type Warning } from "./warnings.ts";

/** Settings of more destinations are not looked through for warnings. */
const SIBLINGS_MAX = 100;

interface Invalid {
  readonly ok: false;
  readonly reason: "invalid";
  readonly errors: readonly FieldError[];
}
/** It was changed or deleted since it was read. */
interface Conflict {
  readonly ok: false;
  readonly reason: "changed";
}
interface Saved {
  readonly ok: true;
  readonly destination: Destination;
}

export async function addDestination(
  env: Env,
  { now }: Dependencies,
  input: z.infer<typeof newDestination>,
): Promise<(Saved & { readonly secrets: Required<NewSecrets> }) | Invalid> {
  const { name, description = null, outreachUserId, enabled, ...settings } = input;
  const errors: FieldError[] = [...checkMappingSettings(settings)];
  if (!(await findOutreachUser(env.SETTINGS, outreachUserId))) errors.push(NO_OUTREACH_USER);
  if (errors.length > 0) return { ok: false, reason: "invalid", errors };
  const { credentials, secrets } = newCredentials();
  const at = now();
  const destination: Destination = {
    id: newId("destination"),
    name,
    description,
    outreachUserId,
    settings,
    enabled,
    credentials,
    createdAt: at,
    updatedAt: at,
    revision: 1,
  };
  const inserted = await insertDestination(env.SETTINGS, destination);
  if (!inserted) return { ok: false, reason: "invalid", errors: [NO_OUTREACH_USER] };
  logEvent("destination_added", { destinationId: destination.id });
  return { ok: true, destination, secrets };
}

/** Replaces what is present; the result is checked like a new destination. */
export async function changeDestination(
  env: Env,
  { destinations, now }: Dependencies,
  before: Destination,
  { outreachUserId, ...changes }: z.infer<typeof destinationChanges>,
): Promise<Saved | Invalid | Conflict> {
  const settings = mergeSettings(before.settings, changes);
  const errors: FieldError[] = [...checkMappingSettings(settings)];
  if (outreachUserId !== undefined && outreachUserId !== before.outreachUserId) {
    errors.push(OUTREACH_USER_FIXED);
  }
  if (errors.length > 0) return { ok: false, reason: "invalid", errors };
  const { name = before.name, description = before.description } = changes;
  const { enabled = before.enabled } = changes;
  const after = await updateDestination(
    env.SETTINGS,
    before,
    { name, description, enabled, settings },
    now(),
  );
  destinations.forget(before.id);
  if (!after) return { ok: false, reason: "changed" };
  logEvent("destination_changed", { destinationId: before.id });
  return { ok: true, destination: after };
}

export async function removeDestination(
  env: Env,
  { outreachUser, destinations }: Dependencies,
  { id, outreachUserId }: Destination,
): Promise<void> {
  // The object goes first: should the row's deletion fail, the request can be repeated.
  await outreachUser(env, outreachUserId).forgetDestination(id);
  await deleteDestination(env.SETTINGS, id);
  destinations.forget(id);
  logEvent("destination_deleted", { destinationId: id });
}

/** Makes new credentials; `previousValidUntil` is epoch ms. */
export async function rotateCredentials(
  env: Env,
  { destinations, now }: Dependencies,
  before: Destination,
  rotation: Rotation,
): Promise<
  (Saved & { readonly secrets: NewSecrets; readonly previousValidUntil: number }) | Conflict
> {
  const at = now();
  const { credentials, secrets } = rotate(before.credentials, rotation, at);
  const destination = await updateDestination(env.SETTINGS, before, { credentials }, at);
  destinations.forget(before.id);
  if (!destination) return { ok: false, reason: "changed" };
  logEvent("credentials_rotated", { destinationId: before.id });
  return { ok: true, destination, secrets, previousValidUntil: at + rotation.keepPreviousMs };
}

/** Warnings are not worth failing for: a destination that was saved is saved. */
export async function warningsOf(
  env: Env,
  { outreachUser }: Dependencies,
  destination: Destination,
): Promise<Warning[]> {
  const { id, outreachUserId } = destination;
  const [senders, status] = await Promise.all([
    destinationsOf(env.SETTINGS, outreachUserId, SIBLINGS_MAX),
    outreachUser(env, outreachUserId).status().catch(nullWhenUnavailable),
  ]);
  const siblings = senders.filter((sender) => sender.id !== id);
  return destinationWarnings(destination, siblings, status?.connection ?? null);
}

/** Top-level keys that are present replace those before. */
export function mergeSettings(
  before: DestinationSettings,
  changes: { readonly [Key in keyof DestinationSettings]?: DestinationSettings[Key] | undefined },
): DestinationSettings {
  return {
    identity: changes.identity ?? before.identity,
    mappings: changes.mappings ?? before.mappings,
    audiences: changes.audiences ?? before.audiences,
    statusValues: changes.statusValues ?? before.statusValues,
    delivery: changes.delivery ?? before.delivery,
    weight: changes.weight ?? before.weight,
  };
}

const NO_OUTREACH_USER: FieldError = {
  pointer: "/outreachUserId",
  code: "outreach_user_not_found",
  detail: "There is no Outreach user of this id. `GET /v1/outreach-users` lists them.",
};

const OUTREACH_USER_FIXED: FieldError = {
  pointer: "/outreachUserId",
  code: "outreach_user_fixed",
  detail:
    "A destination stays with its Outreach user: its runs and failures are kept there. To send as somebody else, connect the Outreach user anew, or add another destination.",
};
