/**
 * A prospect's story as it is kept: text, a line an event, the newest first, so that a new event is put in front without
 * reading the others, and what is too long is cut at the end.
 * @module
 */
import type { StoryEvent } from "./history.ts";

type EventOf<K extends StoryEvent["kind"]> = Extract<StoryEvent, { kind: K }>;

/** What is kept of a story. */
export const EVENTS_MAX = 20;
/** Twenty events of a usual length; a story of longer ones loses its oldest sooner. */
export const STORY_MAX_CHARS = 1_200;
/** Attributes that an event names; of the others it says how many there are. */
const NAMES_MAX = 10;

/** What is put in front of a stored story. @param events the oldest first */
export function tell(events: readonly StoryEvent[]): string {
  let text = "";
  for (const event of events) text = lineOf(event) + text;
  return text;
}

/** As `lineOf` marks each kind. */
const MARKS = {
  accepted: "a",
  replayed: "p",
  sent: "s",
  delivered: "d",
  unchanged: "u",
  given_back: "g",
  refused: "r",
  discarded: "x",
  hurried: "h",
  forgotten: "f",
} as const satisfies Record<StoryEvent["kind"], string>;

/** Words with blanks in between, which neither ids nor names of attributes hold; only what Outreach said, at the end, may have some. */
function lineOf(event: StoryEvent): string {
  return `${MARKS[event.kind]} ${inTime(event.at)}${partsOf(event)}\n`;
}

function partsOf(event: StoryEvent): string {
  switch (event.kind) {
    case "accepted":
    case "replayed": {
      const { destinationId, fields, unchanged, overtaken, merged } = event;
      const start = ` ${destinationId} ${inNames(fields)}`;
      if (unchanged.length + overtaken.length === 0 && !merged) return start;
      return `${start} ${inNames(unchanged)} ${inNames(overtaken)} ${merged ? "+" : NONE}`;
    }
    case "sent":
    case "delivered":
      return ` ${inNumber(event.job)} ${inNames(event.fields)}`;
    case "unchanged":
    case "discarded":
      return ` ${inNames(event.fields)}`;
    case "given_back": {
      const { job, reason, until, attempts, status, code, detail } = event;
      return ` ${inNumber(job)} ${reason} ${inTime(until)} ${attempts} ${inNumber(status)} ${inWord(code)} ${detail ?? NONE}`;
    }
    case "refused": {
      const { fields, status, code, detail } = event;
      return ` ${inNames(fields)} ${inNumber(status)} ${inWord(code)} ${detail ?? NONE}`;
    }
    case "hurried":
      return ` ${inTime(event.until)}`;
    case "forgotten":
      return "";
  }
}

const NONE = "-";

function inTime(at: number): string {
  return Math.round(at).toString(36);
}

function inNumber(number: number | null): string {
  return number === null ? NONE : String(number);
}

function inWord(text: string | null): string {
  return text?.replaceAll(/\s/g, "_").slice(0, 100) || NONE;
}

function inNames(names: readonly string[]): string {
  if (names.length === 0) return NONE;
  if (names.length <= NAMES_MAX) return names.join(",");
  return `${names.slice(0, NAMES_MAX).join(",")},+${names.length - NAMES_MAX}`;
}

/** The events of a stored story, the newest first. A line that was cut, or that older code wrote otherwise, is passed over. */
export function readStory(text: string): readonly StoryEvent[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const events = whole.split("\n").map(readLine);
  return events.filter((event) => event !== null).slice(0, EVENTS_MAX);
}

function readLine(line: string): StoryEvent | null {
  const [mark, time, ...parts] = line.split(" ");
  const at = outOfTime(time);
  if (at === null) return null;
  switch (mark) {
    case MARKS.accepted:
      return readTaken("accepted", at, parts);
    case MARKS.replayed:
      return readTaken("replayed", at, parts);
    case MARKS.sent:
      return { kind: "sent", at, job: outOfNumber(parts[0]), fields: outOfNames(parts[1]) };
    case MARKS.delivered:
      return { kind: "delivered", at, job: outOfNumber(parts[0]), fields: outOfNames(parts[1]) };
    case MARKS.unchanged:
      return { kind: "unchanged", at, fields: outOfNames(parts[0]) };
    case MARKS.discarded:
      return { kind: "discarded", at, fields: outOfNames(parts[0]) };
    case MARKS.given_back:
      return readGivenBack(at, parts);
    case MARKS.refused: {
      const [fields, status, code, ...words] = parts;
      return {
        kind: "refused",
        at,
        fields: outOfNames(fields),
        status: outOfNumber(status),
        code: outOfWord(code),
        detail: outOfWord(words.join(" ")),
      };
    }
    case MARKS.hurried: {
      const until = outOfTime(parts[0]);
      return until === null ? null : { kind: "hurried", at, until };
    }
    case MARKS.forgotten:
      return { kind: "forgotten", at };
    case undefined:
    default:
      return null;
  }
}

function readTaken(
  kind: "accepted" | "replayed",
  at: number,
  [destinationId = NONE, fields, unchanged, overtaken, merged]: readonly string[],
): EventOf<"accepted" | "replayed"> {
  return {
    kind,
    at,
    destinationId,
    fields: outOfNames(fields),
    unchanged: outOfNames(unchanged),
    overtaken: outOfNames(overtaken),
    merged: merged === "+",
  };
}

const REASONS = [
  "rate_limited",
  "maintenance",
  "unauthorized",
  "restarted",
  "account_changed",
  "failed",
  "not_applied",
  "refused_in_part",
] as const satisfies readonly EventOf<"given_back">["reason"][];

function readGivenBack(at: number, parts: readonly string[]): StoryEvent | null {
  const [job, named, time, attempts, status, code, ...words] = parts;
  const reason = REASONS.find((known) => known === named);
  const until = outOfTime(time);
  if (reason === undefined || until === null) return null;
  return {
    kind: "given_back",
    at,
    job: outOfNumber(job),
    reason,
    until,
    attempts: outOfNumber(attempts) ?? 0,
    status: outOfNumber(status),
    code: outOfWord(code),
    detail: outOfWord(words.join(" ")),
  };
}

function outOfTime(text = ""): number | null {
  const at = /^[0-9a-z]+$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  return Number.isSafeInteger(at) ? at : null;
}

function outOfNumber(text = ""): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

function outOfWord(text: string | undefined): string | null {
  return text === undefined || text === "" || text === NONE ? null : text;
}

function outOfNames(text: string | undefined): readonly string[] {
  return outOfWord(text)?.split(",") ?? [];
}
