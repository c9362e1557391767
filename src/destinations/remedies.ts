/**
 * Why an update did not reach Outreach and what to do about it, in plain words.
 * @module
 */
import type { CallError } from "../engine/api.ts";

export interface Advice {
  /** A headline, the same for all failures of a kind. */
  readonly reason: string;
  readonly remedy: string;
}

const REPLAY = "then replay the failure";

/** By Outreach's error id first and its HTTP status second. Nothing of what Outreach said is repeated. */
export function adviceFor(error: Pick<CallError, "status" | "code" | "detail">): Advice {
  return byCode(error) ?? byStatus(error.status);
}

export function remedyFor(error: Pick<CallError, "status" | "code" | "detail">): string {
  return adviceFor(error).remedy;
}

/** Ids from Outreach's documentation, and texts that its users report. */
function byCode({ code, detail }: Pick<CallError, "code" | "detail">): Advice | null {
  if (code === "unauthorizedOauthScope") {
    return {
      reason: "A scope is missing",
      remedy: `Add the missing scope to the application in Outreach and to OUTREACH_SCOPES, connect the Outreach user again, ${REPLAY}.`,
    };
  }
  if (code === "validationDataTooLongError") {
    return {
      reason: "A value is too long",
      remedy: `Shorten the value in Adobe Experience Platform; the next update brings it. Or map a longer attribute.`,
    };
  }
  if (/already been taken/i.test(detail)) {
    return {
      reason: "The e-mail address belongs to another prospect",
      remedy: `Another prospect in Outreach has this e-mail address. Merge the two there, or correct the address, ${REPLAY}.`,
    };
  }
  if (/excluded email/i.test(detail)) {
    return {
      reason: "Outreach excludes the e-mail address",
      remedy: `Outreach's settings exclude this e-mail address or its domain. Change them in Outreach, ${REPLAY}; or stop sending the address.`,
    };
  }
  return null;
}

function byStatus(status: number | null): Advice {
  if (status === null || status >= 500 || status === 408) {
    return {
      reason: "Outreach did not take it for seven days",
      remedy:
        "Outreach did not take it for seven days. Check that Outreach works for this user, then replay the failure.",
    };
  }
  switch (status) {
    case 401:
      return {
        reason: "Outreach did not accept the sign-in",
        remedy: `Connect the Outreach user again, ${REPLAY}.`,
      };
    case 403:
      return {
        reason: "The Outreach user may not edit the prospect",
        remedy: `The connected Outreach user may not edit this prospect. Give it a profile in Outreach that may, or move the prospect to it, ${REPLAY}.`,
      };
    case 404:
      return {
        reason: "Outreach has no such prospect",
        remedy:
          "Outreach has no prospect of this id: it was deleted, merged, or the id in the profile is wrong. Correct the id; or discard the failure.",
      };
    case 409:
      return {
        reason: "Somebody changed the prospect at the same moment",
        remedy: `Somebody changed the prospect at the same moment. Replay the failure.`,
      };
    case 413:
      return {
        reason: "The update is too large",
        remedy: "The update is too large for Outreach. Map fewer or shorter attributes.",
      };
    case 422:
      return {
        reason: "Outreach refused a value",
        remedy: `Outreach refused a value; its words say which. Correct it in Adobe Experience Platform, and the next update brings it; or correct the setting in Outreach, ${REPLAY}.`,
      };
    default:
      return {
        reason: "Outreach refused the call",
        remedy: `Outreach refused the call; its words say why. Correct that, ${REPLAY}.`,
      };
  }
}
