/**
 * What to do about an update that did not reach Outreach, in plain words.
 * @module
 */
import type { CallError } from "../outreach-user/api.ts";

const REPLAY = "then replay the failure";

/** The remedy for an error, by Outreach's error id first and its HTTP status second. */
export function remedyFor(error: Pick<CallError, "status" | "code" | "detail">): string {
  return byCode(error) ?? byStatus(error.status);
}

/** Ids from Outreach's documentation, and texts that its users report. */
function byCode({ code, detail }: Pick<CallError, "code" | "detail">): string | null {
  if (code === "unauthorizedOauthScope") {
    return `Add the missing scope to the application in Outreach and to OUTREACH_SCOPES, connect the Outreach user again, ${REPLAY}.`;
  }
  if (code === "validationDataTooLongError") {
    return `Shorten the value in Adobe Experience Platform; the next update brings it. Or map a longer attribute.`;
  }
  if (/already been taken/i.test(detail)) {
    return `Another prospect in Outreach has this e-mail address. Merge the two there, or correct the address, ${REPLAY}.`;
  }
  if (/excluded email/i.test(detail)) {
    return `Outreach's settings exclude this e-mail address or its domain. Change them in Outreach, ${REPLAY}; or stop sending the address.`;
  }
  return null;
}

function byStatus(status: number | null): string {
  if (status === null || status >= 500 || status === 408) {
    return "Outreach did not take it for seven days. Check that Outreach works for this user, then replay the failure.";
  }
  switch (status) {
    case 401:
      return `Connect the Outreach user again, ${REPLAY}.`;
    case 403:
      return `The connected Outreach user may not edit this prospect. Give it a profile in Outreach that may, or move the prospect to it, ${REPLAY}.`;
    case 404:
      return "Outreach has no prospect of this id: it was deleted, merged, or the id in the profile is wrong. Correct the id; or discard the failure.";
    case 409:
      return `Somebody changed the prospect at the same moment. Replay the failure.`;
    case 413:
      return "The update is too large for Outreach. Map fewer or shorter attributes.";
    case 422:
      return `Outreach refused a value; its words say which. Correct it in Adobe Experience Platform, and the next update brings it; or correct the setting in Outreach, ${REPLAY}.`;
    default:
      return `Outreach refused the call; its words say why. Correct that, ${REPLAY}.`;
  }
}
