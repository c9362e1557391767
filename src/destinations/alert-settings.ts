/**
 * A destination's alerts as requests say and answers show them. The webhook's address and the signing secret are sealed
 * and never shown again.
 * @module
 */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ALERT_KINDS, DEFAULT_RULES, type AlertRules } from "../engine/alerts/alert-rules.ts";
import {
  isShortened,
  newSigningSecret,
  shownUrl,
  webhookPlaceFault,
  webhookUrlFault,
} from "../engine/alerts/webhook.ts";
import { publicBaseUrl } from "../http/base-url.ts";
import type { AppEnv } from "../http/context.ts";
import type { FieldError } from "../http/problem.ts";
import { deriveKey } from "../security/keys.ts";
import { openAlertSecret, sealAlertSecret, type StoredAlerts } from "../registry/alert-settings.ts";

const URL_MAX_CHARS = 2_000;
const MINIMUM_MAX = 1_000_000;

const rules = {
  kinds: z
    .array(z.enum(ALERT_KINDS))
    .min(1, "Choose at least one kind of alert, or switch alerts off.")
    .transform((kinds) => ALERT_KINDS.filter((kind) => kinds.includes(kind)))
    .openapi({ description: "Which alerts are wanted. Where it was never said: all" }),
  skipRatePercent: z
    .number()
    .int("Must be a whole number.")
    .min(1)
    .max(99)
    .openapi({
      description: `\`skip_rate_exceeded\` opens when more of an hour's profiles than this are rejected. Where it was never said: ${DEFAULT_RULES.skipRatePercent}`,
    }),
  skipRateMinimum: z
    .number()
    .int("Must be a whole number.")
    .min(1)
    .max(MINIMUM_MAX)
    .openapi({
      description: `Profiles that an hour needs before its skip rate says anything. Where it was never said: ${DEFAULT_RULES.skipRateMinimum}`,
    }),
};

/** One as it is shown, or none, is looked at beside what is stored. */
const url = z
  .string()
  .trim()
  .max(URL_MAX_CHARS)
  .superRefine((text, context) => {
    const fault = text === "" || isShortened(text) ? null : webhookUrlFault(text);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  });
const signed = z.boolean();

/** What a request says of alerts; what it leaves out stays as it is. */
export const alertsInput = z.strictObject({
  url: url.optional().openapi({
    description:
      "Where alerts are posted to: https://, public, without credentials; http:// only where Outreach Edge and the receiver run on one machine. As an answer shows it, it stays as it is",
    example: "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
  }),
  kinds: rules.kinds.optional(),
  skipRatePercent: rules.skipRatePercent.optional(),
  skipRateMinimum: rules.skipRateMinimum.optional(),
  signed: signed.optional().openapi({
    description:
      "Whether alerts are signed (Standard Webhooks). Where it becomes true, the answer shows `signingSecret` this once",
  }),
});
export type AlertsInput = z.infer<typeof alertsInput>;

export const alertsAnswer = z
  .object({
    url: z.string().openapi({
      description: "The address without its path, which may be a secret",
      example: "https://hooks.slack.com/…4f2A",
    }),
    kinds: z.array(z.enum(ALERT_KINDS)),
    skipRatePercent: z.number(),
    skipRateMinimum: z.number(),
    signed,
  })
  .openapi("AlertSettings");

export const signingSecret = z.string().openapi({
  description: "Checks the signatures of alerts. Shown this once, where this request made one",
  example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
});

export function toAlertsAnswer(alerts: StoredAlerts): z.infer<typeof alertsAnswer> {
  return {
    url: alerts.shownUrl,
    kinds: [...alerts.kinds],
    skipRatePercent: alerts.skipRatePercent,
    skipRateMinimum: alerts.skipRateMinimum,
    signed: alerts.sealedSecret !== null,
  };
}

/** What alerts need of the Worker: where its console is, and the key that they are sealed with. */
export interface AlertContext {
  readonly baseUrl: string;
  /** Where the Worker is reached, and was just now. */
  readonly own: readonly string[];
  readonly key: Uint8Array;
}

export function alertContext(c: Context<AppEnv>): AlertContext {
  const baseUrl = publicBaseUrl(c);
  return {
    baseUrl,
    own: [baseUrl, new URL(c.req.url).origin],
    key: deriveKey(c.get("settings").encryptionKey, "alert-webhooks"),
  };
}

export type AlertsChange =
  | {
      readonly ok: true;
      readonly alerts: StoredAlerts;
      /** In the clear, to be shown once; null where none was made. */
      readonly signingSecret: string | null;
    }
  | { readonly ok: false; readonly error: FieldError };

/**
 * Alerts after a change.
 * @param before null where there were none
 */
export function changeAlerts(
  before: StoredAlerts | null,
  input: AlertsInput,
  destinationId: string,
  { key, own }: AlertContext,
): AlertsChange {
  const address = addressAfter(before, input.url, destinationId, { key, own });
  if ("detail" in address) {
    return { ok: false, error: { pointer: "/alerts/url", ...address } };
  }
  const { kinds, skipRatePercent, skipRateMinimum }: AlertRules = before ?? DEFAULT_RULES;
  const secretBefore = before?.sealedSecret ?? null;
  const isSigned = input.signed ?? secretBefore !== null;
  const made = isSigned && secretBefore === null ? newSigningSecret() : null;
  const sealedSecret =
    made === null
      ? secretBefore
      : sealAlertSecret(key, destinationId, "alert_signing_secret", made);
  const alerts: StoredAlerts = {
    ...address,
    kinds: input.kinds ?? kinds,
    skipRatePercent: input.skipRatePercent ?? skipRatePercent,
    skipRateMinimum: input.skipRateMinimum ?? skipRateMinimum,
    sealedSecret: isSigned ? sealedSecret : null,
  };
  return { ok: true, alerts, signingSecret: made };
}

function addressAfter(
  before: StoredAlerts | null,
  typed: string | undefined,
  destinationId: string,
  { key, own }: Pick<AlertContext, "key" | "own">,
): Pick<StoredAlerts, "sealedUrl" | "shownUrl"> | Pick<FieldError, "code" | "detail"> {
  if (before && (typed === undefined || typed === before.shownUrl)) {
    const { sealedUrl } = before;
    if (openAlertSecret(key, destinationId, "alert_url", sealedUrl) === null) return UNREADABLE;
    return { sealedUrl, shownUrl: before.shownUrl };
  }
  if (typed === undefined || typed === "") return NO_URL;
  const fault = webhookUrlFault(typed) ?? webhookPlaceFault(typed, own);
  if (fault !== null) return { code: "invalid_value", detail: fault };
  return {
    sealedUrl: sealAlertSecret(key, destinationId, "alert_url", typed),
    shownUrl: shownUrl(typed),
  };
}

const NO_URL = {
  code: "required",
  detail: "Alerts need an address that they are posted to.",
} as const;

const UNREADABLE = {
  code: "unreadable",
  detail:
    "The stored address cannot be read with this ENCRYPTION_KEY. Enter it again, or set the former key again.",
} as const;
