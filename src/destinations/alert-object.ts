/**
 * What is asked of the Outreach user's object that looks after a destination's alerts: it is told of them, and tests
 * them.
 * @module
 */
import { findOutreachUser } from "../registry/outreach-users.ts";
import { logError, logEvent } from "../log.ts";
import type { AlertTest } from "../engine/api.ts";
import { openAlertSecret } from "../registry/alert-settings.ts";
import type { AlertSettings } from "../engine/api.ts";
import type { AlertContext } from "./alert-settings.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Destination } from "../registry/destinations.ts";

/** Tells the object what is stored; told again, nothing changes. Throws where it does not answer. */
export async function tellAlerts(
  env: Env,
  { outreachUser }: Dependencies,
  destination: Destination,
  context: AlertContext,
): Promise<void> {
  const { id, outreachUserId } = destination;
  const user = await findOutreachUser(env.SETTINGS, outreachUserId);
  const settings = alertsFor(destination, user?.name ?? outreachUserId, context);
  // Sealed with another key: to switch them off for that would drop what waits.
  if (destination.alerts && !settings) return;
  await outreachUser(env, outreachUserId).setAlerts(id, settings);
}

/** Whether the object could be told: what is saved is saved, and its secret is shown, although it could not. */
export async function canTellAlerts(
  env: Env,
  dependencies: Dependencies,
  destination: Destination,
  context: AlertContext,
): Promise<boolean> {
  try {
    await tellAlerts(env, dependencies, destination, context);
    return true;
  } catch (error) {
    logError("alerts_not_told", error, { destinationId: destination.id });
    return false;
  }
}

/** Posts a test to the webhook as it is stored now, whether or not the object was told of it before. */
export async function testAlerts(
  env: Env,
  dependencies: Dependencies,
  destination: Destination,
  context: AlertContext,
): Promise<AlertTest> {
  await tellAlerts(env, dependencies, destination, context);
  const { id, outreachUserId } = destination;
  const tested = await dependencies.outreachUser(env, outreachUserId).testAlert(id);
  logEvent("alert_tested", { destinationId: id, status: tested.ok ? tested.status : null });
  return tested;
}

/** What the object of its Outreach user is told; null where no alerts are wanted, or none can be read. */
function alertsFor(
  { id, name, revision, alerts, outreachUserId }: Destination,
  outreachUserName: string,
  { baseUrl, key }: AlertContext,
): AlertSettings | null {
  if (!alerts) return null;
  const opened = openAlertSecret(key, id, "alert_url", alerts.sealedUrl);
  const secret =
    alerts.sealedSecret === null
      ? null
      : openAlertSecret(key, id, "alert_signing_secret", alerts.sealedSecret);
  if (opened === null || (secret === null && alerts.sealedSecret !== null)) return null;
  return {
    revision,
    about: {
      destination: { id, name },
      outreachUser: { id: outreachUserId, name: outreachUserName },
      baseUrl,
    },
    rules: {
      kinds: alerts.kinds,
      skipRatePercent: alerts.skipRatePercent,
      skipRateMinimum: alerts.skipRateMinimum,
    },
    url: opened,
    signingSecret: secret,
  };
}
