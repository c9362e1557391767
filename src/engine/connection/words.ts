/**
 * What a person reads of the connection to Outreach: why it ended or did not come about, and what to do.
 * @module
 */
import type * as oauth from "../../outreach/oauth.ts";
import type { ConnectionStatus, FailedSignIn } from "../api.ts";

export const REFUSED_GRANT =
  "Outreach no longer accepts the refresh token: it was revoked, used elsewhere, or is older than 14 days. Connect the Outreach user again.";
export const REFUSED_FOR_HOURS =
  "Outreach has refused all calls for hours, with fresh access tokens too. It is tried on by itself. Check that the user is active in Outreach, or connect it again.";
export const NOT_RENEWED =
  "Outreach has not renewed the sign-in for 14 days, which is as long as it lives. It is tried on by itself. Connect the Outreach user again.";
export const LACKS_SCOPE =
  "Outreach does not let this sign-in change prospects: it lacks the scope prospects.write. Add it to the application in Outreach and to OUTREACH_SCOPES, then connect the Outreach user again.";
export const UNREADABLE =
  "The stored tokens cannot be read with this ENCRYPTION_KEY. Set the former key again, or connect the Outreach user again.";

/** Stored as it is, and known again by its words: a changed one would read as a connection that is broken. */
export const DISCONNECTED =
  "Somebody disconnected this Outreach user here. Connect it again to go on; what waits is kept.";

export const UNKNOWN_STATE: FailedSignIn = {
  ok: false,
  reason: "unknown_state",
  detail:
    "This sign-in was already used or is older than 15 minutes. Open the connect link again and sign in once more.",
};
export const NO_REFRESH_TOKEN: FailedSignIn = {
  ok: false,
  reason: "exchange_failed",
  detail: "Outreach handed out no refresh token. Check the application's settings in Outreach.",
};
export const NOT_CONNECTED: ConnectionStatus = {
  status: "disconnected",
  detail: "No Outreach user has signed in yet. Open the connect link.",
  connectedAt: null,
  accessTokenExpiresAt: null,
  identity: null,
  missingScopes: [],
};

type NotGranted = Exclude<oauth.TokenOutcome, { kind: "granted" }>;

/** Why a refresh failed that is tried again. */
export function problemOf(outcome: NotGranted): string {
  switch (outcome.kind) {
    case "client_refused":
      return `${outcome.detail} Check OUTREACH_CLIENT_ID and OUTREACH_CLIENT_SECRET; the refresh is tried again by itself.`;
    case "throttled":
      return "Outreach hands out one token a minute; the refresh is tried again by itself.";
    case "grant_refused":
    case "failed":
      return `${outcome.detail} The refresh is tried again by itself.`;
  }
}

/** Why a sign-in came to nothing although Outreach sent its code. */
export function notExchanged(outcome: NotGranted): FailedSignIn {
  switch (outcome.kind) {
    case "throttled":
      return {
        ok: false,
        reason: "busy",
        detail:
          "Outreach hands out one token a minute for a user. Wait a minute, then open the connect link again.",
      };
    case "client_refused":
      return {
        ok: false,
        reason: "exchange_failed",
        detail: `${outcome.detail} Check OUTREACH_CLIENT_ID and OUTREACH_CLIENT_SECRET.`,
      };
    case "grant_refused":
      return {
        ok: false,
        reason: "exchange_failed",
        detail: "Outreach no longer accepts the sign-in's code. Open the connect link again.",
      };
    case "failed":
      return {
        ok: false,
        reason: "exchange_failed",
        detail: `${outcome.detail} Open the connect link again in a minute.`,
      };
  }
}
