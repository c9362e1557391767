/**
 * What a destination's alerts are about, and from when on.
 * @module
 */
import { z } from "zod";

export const ALERT_KINDS = [
  "run_failure",
  "delay",
  "skip_rate_exceeded",
  "connection_lost",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** An alert is told of twice: when its state opens, and when it resolves. */
export type AlertState = "opened" | "resolved";

/** What people call them: the first three as Adobe Experience Platform does. */
export const ALERT_NAMES: Readonly<Record<AlertKind, string>> = {
  run_failure: "Flow run failure",
  delay: "Flow run delay",
  skip_rate_exceeded: "Activation skip rate exceeded",
  connection_lost: "Connection lost",
};

/** Which alerts are wanted. */
export const alertRules = z.object({
  kinds: z.array(z.enum(ALERT_KINDS)).readonly(),
  /** Of an hour's profiles, the share that may be rejected. */
  skipRatePercent: z.number(),
  /** Profiles that an hour needs before its skip rate says anything. */
  skipRateMinimum: z.number(),
});
export type AlertRules = z.infer<typeof alertRules>;

export const DEFAULT_RULES: AlertRules = {
  kinds: ALERT_KINDS,
  skipRatePercent: 10,
  skipRateMinimum: 100,
};
