/**
 * What is asked of the Outreach user's object that looks after a destination's alerts: it is told of them, and tests
 * them.
 * @module
 */
import { findOutreachUser } from "../registry/outreach-users.ts";
import { logError, logEvent } from "../log.ts";
import type { AlertTest } from "../engine/api.ts";
import { alertsFor, type AlertContext } from "../registry/alert-settings.ts";
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
