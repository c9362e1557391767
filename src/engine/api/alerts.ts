/**
 * A destination's alerts and the messages about them.
 * @module
 */
import type { AlertAbout } from "../alerts/message.ts";
import type { AlertKind, AlertRules, AlertState } from "../alerts/alert-rules.ts";

/** A destination's alerts, as its settings want them now. */
export interface AlertSettings {
  /** Counts changes of the destination. */
  readonly revision: number;
  readonly about: AlertAbout;
  readonly rules: AlertRules;
  readonly url: string;
  /** Null where alerts are not signed. */
  readonly signingSecret: string | null;
}

/** One message to a destination's webhook, and what became of it. */
export interface AlertDelivery {
  readonly id: string;
  readonly kind: AlertKind | "test";
  /** Null for a test. */
  readonly state: AlertState | null;
  readonly madeAt: number;
  readonly tries: number;
  readonly triedAt: number | null;
  /** What the receiver answered last; null where it did not. */
  readonly status: number | null;
  readonly outcome: AlertOutcome;
  /** When it is tried again; null where it is not. */
  readonly nextAt: number | null;
}

/** `unreadable`: the stored address cannot be read with this ENCRYPTION_KEY. */
export type AlertOutcome = "waiting" | "delivered" | "given_up" | "unreadable";

export interface AlertsStatus {
  readonly open: readonly { readonly kind: AlertKind; readonly openedAt: number }[];
  /** The newest first. */
  readonly deliveries: readonly AlertDelivery[];
}

/** What a receiver answered to a test. */
export type AlertTest =
  | { readonly ok: true; readonly status: number; readonly excerpt: string }
  | {
      readonly ok: false;
      readonly reason: "not_set" | "unreadable" | "timeout" | "connection_lost";
    };
