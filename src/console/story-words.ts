/**
 * A prospect's story in words.
 * @module
 */
import type { ProspectDetail } from "../engine/api.ts";
import { inCounted, type Tone } from "./wording.ts";

type StoryEvent = ProspectDetail["history"][number];
type EventOf<K extends StoryEvent["kind"]> = Extract<StoryEvent, { kind: K }>;

export interface Names {
  readonly field: (field: string) => string;
  readonly destination: (destinationId: string) => string;
}

export interface StoryWords {
  readonly tone: Tone;
  readonly title: string;
  readonly details: readonly string[];
  /** When it may leave again. */
  readonly until?: number;
}

export function storyWords(event: StoryEvent, names: Names): StoryWords {
  const listed = (fields: readonly string[]) =>
    fields.map((field) => named(field, names)).join(", ");
  switch (event.kind) {
    case "accepted":
    case "replayed":
      return takenWords(event, names, listed);
    case "sent":
      return { tone: "plain", title: `Sent ${way(event.job)}`, details: [listed(event.fields)] };
    case "delivered":
      return {
        tone: "good",
        title: `Delivered ${event.job === null ? "" : `(bulk job ${event.job})`}`.trim(),
        details: [listed(event.fields)],
      };
    case "unchanged":
      return {
        tone: "plain",
        title: "Not sent: Outreach holds it already",
        details: [`${listed(event.fields)}: no call was needed.`],
      };
    case "given_back":
      return givenBackWords(event);
    case "refused":
      return refusedWords(event, listed);
    case "discarded":
      return {
        tone: "warn",
        title: "A failure was discarded",
        details: [`Not sent any more: ${listed(event.fields)}`],
      };
    case "hurried":
      return { tone: "plain", title: "Somebody had it sent before its time", details: [] };
    case "forgotten":
      return {
        tone: "plain",
        title: "Somebody had it sent again with the next update",
        details: ["What Outreach was told is forgotten."],
      };
  }
}

function takenWords(
  event: EventOf<"accepted" | "replayed">,
  names: Names,
  listed: (fields: readonly string[]) => string,
): StoryWords {
  const { kind, destinationId, fields, unchanged, overtaken, merged } = event;
  const title =
    kind === "accepted"
      ? `An update came in from ${names.destination(destinationId)}`
      : `A failure was replayed, of ${names.destination(destinationId)}`;
  const joins = merged ? "Merged with the pending update" : "Pending";
  const details = [
    ...(fields.length > 0 ? [`${joins}: ${listed(fields)}`] : []),
    ...(unchanged.length > 0
      ? [`Left out, because Outreach holds it already: ${listed(unchanged)}`]
      : []),
    ...(overtaken.length > 0 ? [`Overtaken by a later value: ${listed(overtaken)}`] : []),
  ];
  return { tone: "plain", title, details };
}

function givenBackWords(event: EventOf<"given_back">): StoryWords {
  const { job, reason, until, attempts, status, code, detail } = event;
  const said = detail === null ? [] : [`“${detail}”`];
  const answer = [status ?? "no answer", code].filter((part) => part !== null).join(" ");
  const titles: Record<typeof reason, string> = {
    rate_limited: "Outreach's rate limit was used up (429)",
    maintenance: "Outreach is under maintenance",
    unauthorized: "Outreach did not accept the access token (401)",
    restarted: "Interrupted by a restart; what became of the call is not known",
    account_changed: "Another Outreach user was connected meanwhile",
    failed: `${inCounted(attempts, "attempt")} failed, the last with: ${answer}`,
    refused_in_part: "Outreach refused other values of the call; it is sent without them",
    not_applied: `${job === null ? "The call" : `Bulk job ${job}`} did not bring it; it is pending again`,
  };
  return { tone: "warn", title: titles[reason], details: said, until };
}

function refusedWords(
  { fields, status, code, detail }: EventOf<"refused">,
  listed: (fields: readonly string[]) => string,
): StoryWords {
  const answer = [status, code].filter((part) => part !== null).join(" ");
  const said = detail === null ? answer : `“${detail}” (${answer})`;
  const what =
    fields.length > 0
      ? `Set aside as a failure: ${listed(fields)}`
      : "Nothing is set aside: later values take its place.";
  const who = status === null ? "Given up" : "Outreach refused it";
  return { tone: "bad", title: who, details: [said, what] };
}

function way(job: number | null): string {
  return job === null ? "in a call of its own" : `in bulk job ${job}`;
}

function named(field: string, names: Names): string {
  const more = /^\+(\d+)$/.exec(field)?.[1];
  return more === undefined ? names.field(field) : `and ${more} more`;
}
