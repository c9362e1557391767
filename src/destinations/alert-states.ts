/**
 * How a destination's alerts stand, and what became of a test, for the API and the console.
 * @module
 */
import { ALERT_KINDS, type AlertKind } from "../engine/alerts/alert-rules.ts";
import type { AlertsStatus, AlertTest } from "../engine/api.ts";
import type { StoredAlerts } from "../registry/alert-settings.ts";

export interface StateOfKind {
  readonly kind: AlertKind;
  readonly state: "open" | "resolved" | "not_watched";
  readonly openedAt: number | null;
}

/** The state of each kind; those that the settings do not want are not watched. */
export function statesOf(alerts: StoredAlerts | null, { open }: AlertsStatus): StateOfKind[] {
  return ALERT_KINDS.map((each) => {
    if (!alerts?.kinds.includes(each)) return { kind: each, state: "not_watched", openedAt: null };
    const openedAt = open.find((alert) => alert.kind === each)?.openedAt ?? null;
    return { kind: each, state: openedAt === null ? "resolved" : "open", openedAt };
  });
}

export function isDelivered(tested: AlertTest): boolean {
  return tested.ok && tested.status >= 200 && tested.status < 300;
}

/** What became of a test, and what to do about it. */
export function wordsOfTest(tested: AlertTest): string {
  if (tested.ok) {
    const { status } = tested;
    if (isDelivered(tested)) return `The receiver took it: it answered ${status}.`;
    if (status >= 300 && status < 400) {
      return `The receiver answered ${status}, a redirect, which is not followed. Enter the address that it leads to.`;
    }
    return `The receiver answered ${status}. Check the address, and what the receiver expects.`;
  }
  switch (tested.reason) {
    case "not_set":
      return "The Outreach user's object knows of no webhook. Save the alerts once more.";
    case "unreadable":
      return "The stored address cannot be read with this ENCRYPTION_KEY. Enter it again.";
    case "timeout":
      return "The receiver did not answer within 10 seconds.";
    case "connection_lost":
      return "The receiver could not be reached, or broke off. Check the address.";
  }
}
