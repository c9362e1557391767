/**
 * A destination's alerts as D1 holds them: the webhook's address and the signing secret sealed.
 * @module
 */
import { z } from "zod";
import { alertRules } from "../engine/alerts/alert-rules.ts";
import { open, seal } from "../security/sealing.ts";

export const storedAlerts = alertRules.extend({
  sealedUrl: z.string(),
  /** The part of the address that may be shown. */
  shownUrl: z.string(),
  /** Null where alerts are not signed. */
  sealedSecret: z.string().nullable(),
});
export type StoredAlerts = z.infer<typeof storedAlerts>;

/** Which of a destination's secrets: each opens only as what it was sealed. */
export type AlertSecret = "alert_url" | "alert_signing_secret";

export function sealAlertSecret(
  key: Uint8Array,
  destinationId: string,
  of: AlertSecret,
  text: string,
): string {
  return seal(key, text, `${destinationId}/${of}`);
}

/** Null where it was sealed with another key. */
export function openAlertSecret(
  key: Uint8Array,
  destinationId: string,
  of: AlertSecret,
  sealed: string,
): string | null {
  return open(key, sealed, `${destinationId}/${of}`);
}
