/**
 * Adding, changing and deleting destinations, whoever asks for it: the API or the console.
 * @module
 */
import type { z } from "@hono/zod-openapi";
import { findOutreachUser } from "../registry/outreach-users.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import type { FieldError } from "../http/problem.ts";
import { logError, logEvent } from "../log.ts";
import { checkMappingSettings } from "../mapping/check-settings.ts";
import { newId } from "../security/secrets.ts";
import { canTellAlerts, tellAlerts } from "./alert-object.ts";
import { changeAlerts, type AlertContext, type AlertsInput } from "./alert-settings.ts";
import { newCredentials, rotate, type NewSecrets, type Rotation } from "../registry/credentials.ts";
import type { Dependencies } from "./dependencies.ts";
import type { identityChanges } from "../mapping/settings.ts";
import type { destinationChanges, newDestination } from "./schemas.ts";
import type { DestinationSettings } from "../registry/settings.ts";
import {
  deleteDestination,
  deliveryOf,
  destinationsOf,
  insertDestination,
  updateDestination,
  type Destination,
} from "../registry/destinations.ts";
import { ALERTS_NOT_TOLD, destinationWarnings, type Warning } from "./warnings.ts";

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
/** In the clear, to be shown once. */
interface AlertSecrets {
  readonly signingSecret?: string;
}
interface AlertsSaved {
  readonly secrets: AlertSecrets;
  /** The object that looks after the alerts may have to be told once more. */
  readonly warnings: readonly Warning[];
}

export async function addDestination(
  env: Env,
  dependencies: Dependencies,
  { alerts: wanted, ...input }: z.infer<typeof newDestination>,
  context: AlertContext,
): Promise<(Saved & { readonly secrets: Required<NewSecrets> & AlertSecrets }) | Invalid> {
  const { name, description = null, outreachUserId, enabled, ...settings } = input;
  const id = newId("destination");
  const errors: FieldError[] = [...checkMappingSettings(settings)];
  const alerts = alertsAfter(null, wanted, id, context);
  if (alerts.error) errors.push(alerts.error);
  if (!(await findOutreachUser(env.SETTINGS, outreachUserId))) errors.push(NO_OUTREACH_USER);
  if (errors.length > 0) return { ok: false, reason: "invalid", errors };
  const { credentials, secrets } = newCredentials();
  const at = dependencies.now();
  const destination: Destination = {
    id,
    name,
    description,
    outreachUserId,
    settings,
    alerts: alerts.stored,
    enabled,
    credentials,
    createdAt: at,
    updatedAt: at,
    revision: 1,
  };
  const inserted = await insertDestination(env.SETTINGS, destination);
  if (!inserted) return { ok: false, reason: "invalid", errors: [NO_OUTREACH_USER] };
  if (destination.alerts) {
    try {
      await tellAlerts(env, dependencies, destination, context);
    } catch (error) {
      // Nobody has seen its secrets: as the request failed, there is no destination.
      await deleteDestination(env.SETTINGS, id);
      throw error;
    }
  }
  logEvent("destination_added", { destinationId: destination.id });
  return { ok: true, destination, secrets: { ...secrets, ...alerts.secrets } };
}

/** Replaces what is present; the result is checked like a new destination. */
export async function changeDestination(
  env: Env,
  dependencies: Dependencies,
  before: Destination,
  { outreachUserId, alerts: wanted, ...changes }: z.infer<typeof destinationChanges>,
  context: AlertContext,
): Promise<(Saved & AlertsSaved) | Invalid | Conflict> {
  const settings = mergeSettings(before.settings, changes);
  const errors: FieldError[] = [...checkMappingSettings(settings)];
  if (outreachUserId !== undefined && outreachUserId !== before.outreachUserId) {
    errors.push(OUTREACH_USER_FIXED);
  }
  const alerts = alertsAfter(before.alerts, wanted, before.id, context);
  if (alerts.error) errors.push(alerts.error);
  if (errors.length > 0) return { ok: false, reason: "invalid", errors };
  const { name = before.name, description = before.description } = changes;
  const { enabled = before.enabled } = changes;
  const after = await updateDestination(
    env.SETTINGS,
    before,
    { name, description, enabled, settings, alerts: alerts.stored },
    dependencies.now(),
  );
  dependencies.destinations.forget(before.id);
  if (!after) return { ok: false, reason: "changed" };
  const isRenamed = after.alerts !== null && after.name !== before.name;
  const isTold =
    (wanted === undefined && !isRenamed) ||
    (await canTellAlerts(env, dependencies, after, context));
  const { delivery, weight } = before.settings;
  if (after.settings.delivery !== delivery || after.settings.weight !== weight) {
    await tellDelivery(env, dependencies, after);
  }
  logEvent("destination_changed", { destinationId: before.id });
  return {
    ok: true,
    destination: after,
    secrets: alerts.secrets,
    warnings: isTold ? [] : [ALERTS_NOT_TOLD],
  };
}

/** What waits is to go as it is set now. Where the object does not answer, the next batch tells it. */
async function tellDelivery(
  env: Env,
  { outreachUser }: Dependencies,
  destination: Destination,
): Promise<void> {
  const { id, outreachUserId } = destination;
  try {
    await outreachUser(env, outreachUserId).setDelivery(id, deliveryOf(destination));
  } catch (error) {
    logError("delivery_not_told", error, { destinationId: id });
  }
}

/** Signs alerts with a new secret, and answers it; null where the destination was changed since it was read. */
export async function renewSigningSecret(
  env: Env,
  dependencies: Dependencies,
  before: Destination,
  context: AlertContext,
): Promise<{ readonly signingSecret: string; readonly warnings: readonly Warning[] } | null> {
  const unsigned = before.alerts && { ...before.alerts, sealedSecret: null };
  const signed = { alerts: { signed: true } };
  const saved = await changeDestination(
    env,
    dependencies,
    { ...before, alerts: unsigned },
    signed,
    context,
  );
  if (!saved.ok || saved.secrets.signingSecret === undefined) return null;
  return { signingSecret: saved.secrets.signingSecret, warnings: saved.warnings };
}

/** Alerts as a request wants them: null switches them off, and what it does not say stays as it is. */
function alertsAfter(
  before: Destination["alerts"],
  wanted: AlertsInput | null | undefined,
  destinationId: string,
  context: AlertContext,
): {
  readonly stored: Destination["alerts"];
  readonly secrets: AlertSecrets;
  readonly error?: FieldError;
} {
  if (wanted === undefined) return { stored: before, secrets: {} };
  if (wanted === null) return { stored: null, secrets: {} };
  const changed = changeAlerts(before, wanted, destinationId, context);
  if (!changed.ok) return { stored: before, secrets: {}, error: changed.error };
  const { alerts, signingSecret } = changed;
  return { stored: alerts, secrets: signingSecret === null ? {} : { signingSecret } };
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
    destinationsOf(env.SETTINGS, outreachUserId),
    outreachUser(env, outreachUserId).status().catch(nullWhenUnavailable),
  ]);
  const siblings = senders.filter((sender) => sender.id !== id);
  return destinationWarnings(destination, siblings, status?.connection ?? null);
}

type SettingsChanges = {
  readonly [Key in keyof DestinationSettings]?: DestinationSettings[Key] | undefined;
};

/** What is present replaces what was before; of `identity` and `statusValues`, each member by itself. */
export function mergeSettings(
  before: DestinationSettings,
  changes: Omit<SettingsChanges, "identity" | "statusValues"> & {
    readonly identity?: z.infer<typeof identityChanges> | undefined;
    readonly statusValues?:
      | { readonly [Status in keyof DestinationSettings["statusValues"]]?: string | undefined }
      | undefined;
  },
): DestinationSettings {
  return {
    identity: mergeIdentity(before.identity, changes.identity),
    mappings: changes.mappings ?? before.mappings,
    audiences: changes.audiences ?? before.audiences,
    statusValues: {
      realized: changes.statusValues?.realized ?? before.statusValues.realized,
      exited: changes.statusValues?.exited ?? before.statusValues.exited,
    },
    attributes: changes.attributes ?? before.attributes,
    delivery: changes.delivery ?? before.delivery,
    weight: changes.weight ?? before.weight,
  };
}

function mergeIdentity(
  before: DestinationSettings["identity"],
  { source = before.source, several = before.several }: z.infer<typeof identityChanges> = {},
): DestinationSettings["identity"] {
  return { ...(source !== undefined && source !== null && { source }), several };
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
