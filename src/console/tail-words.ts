/**
 * The live tail in words.
 * @module
 */
import type { Activity } from "../engine/api.ts";
import { inCounted, type Tone } from "./wording.ts";

type TailEvent = Activity["tail"][number];

interface Words {
  readonly tone: Tone;
  readonly text: string;
}

/** @param nameOf what people call a destination */
export function tailWords(event: TailEvent, nameOf: (destinationId: string) => string): Words {
  const { kind, count, job, prospectId, destinationId = "" } = event;
  const who = prospectId === undefined ? inCounted(count, "prospect") : `prospect ${prospectId}`;
  switch (kind) {
    case "started":
      return { tone: "plain", text: "Started. What was before is not in this list." };
    case "accepted":
      return {
        tone: "plain",
        text: `${inCounted(count, "update")} accepted from ${nameOf(destinationId)}`,
      };
    case "sent":
      return { tone: "plain", text: `${who} put into bulk job ${job}` };
    case "delivered":
      return {
        tone: "good",
        text:
          job === undefined
            ? `${who} brought up to date`
            : `Bulk job ${job} brought ${who} up to date`,
      };
    case "refused":
      return { tone: "bad", text: `${who} refused for good (${because(event)})` };
    case "rate_limited":
      return { tone: "warn", text: "Outreach's rate limit is used up (429)" };
    case "maintenance":
      return { tone: "warn", text: "Outreach is under maintenance" };
    case "unauthorized":
      return { tone: "warn", text: "Outreach did not accept the access token (401)" };
    case "call_failed":
      return { tone: "warn", text: `A call failed (${because(event)}); it is tried again` };
    case "paused":
      return { tone: "warn", text: "Somebody paused delivery" };
    case "resumed":
      return { tone: "plain", text: "Somebody resumed delivery" };
  }
}

const NO_ANSWER: Readonly<Record<string, string>> = {
  timeout: "no answer in time",
  connection_lost: "connection lost",
};

function because({ status, code }: TailEvent): string {
  const words = code && (NO_ANSWER[code] ?? code);
  return [status, words].filter((part) => part !== undefined).join(" ") || "no reason given";
}
