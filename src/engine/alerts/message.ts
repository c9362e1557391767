/**
 * What an alert says: one JSON document for programs and for people, without personal data.
 * @module
 */
import { DELAY_MS, type Seen } from "./judge-rules.ts";
import { ALERT_NAMES, type AlertKind, type AlertRules, type AlertState } from "./alert-rules.ts";

const MINUTE_MS = 60_000;
/** Outreach's ids of errors are words; what is not is kept out, whatever it may be. */
const REASON = /^[\w.-]{1,60}$/;

/** Whose alert it is, and where people look after it. */
export interface AlertAbout {
  readonly destination: { readonly id: string; readonly name: string };
  readonly outreachUser: { readonly id: string; readonly name: string };
  /** Where the console is, without a slash at the end. */
  readonly baseUrl: string;
}

/** What is seen, and what only the message needs. */
export interface Facts extends Seen {
  readonly rules: AlertRules;
  /** Failures of this hour and the last that are still listed, by Outreach's id of the error. */
  readonly failedByReason: Readonly<Record<string, number>>;
  /** Prospects that wait, of all destinations of the Outreach user. */
  readonly waiting: number;
  /** Why nothing is being sent; null where nothing stands in the way. */
  readonly pausedBecause: string | null;
  /** Why a person is needed to connect again; words of ours. */
  readonly connectionDetail: string | null;
}

interface Change {
  readonly kind: AlertKind;
  readonly state: AlertState;
  readonly at: number;
  readonly openedAt: number;
}

/** A message to be delivered. Its id tells a repeated delivery from another event. */
export interface AlertMessage {
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

/** The message of a change of state. The same change always has the same id. */
export function alertMessage(about: AlertAbout, change: Change, facts: Facts): AlertMessage {
  const { kind, state, at, openedAt } = change;
  const { destination } = about;
  const id = `alert_${destination.id}_${kind}_${state}_${at}`;
  const link = about.baseUrl + placeOf(kind, destination.id, about.outreachUser.id);
  const summary = wordsOf(kind, state, about, facts);
  return {
    id,
    body: JSON.stringify({
      id,
      type: `alert.${state}`,
      timestamp: toIso(at),
      kind,
      state,
      openedAt: toIso(openedAt),
      ...whose(about),
      summary,
      figures: figuresOf(kind, facts),
      link,
      text: slackText(summary, link),
    }),
  };
}

/** A message that says that messages arrive. */
export function testMessage(about: AlertAbout, at: number): AlertMessage {
  const id = `alert_${about.destination.id}_test_${at}`;
  const link = `${about.baseUrl}/console/destinations/${about.destination.id}/alerts`;
  const summary = `Test alert: alerts of “${about.destination.name}” arrive here.`;
  return {
    id,
    body: JSON.stringify({
      id,
      type: "alert.test",
      timestamp: toIso(at),
      kind: "test",
      ...whose(about),
      summary,
      link,
      text: slackText(summary, link),
    }),
  };
}

function whose({ destination, outreachUser }: AlertAbout) {
  return {
    destination: { id: destination.id, name: destination.name },
    outreachUser: { id: outreachUser.id, name: outreachUser.name },
  };
}

/** The console's page where it is mended. */
export function placeOf(kind: AlertKind, destinationId: string, outreachUserId: string): string {
  switch (kind) {
    case "run_failure":
      return `/console/destinations/${destinationId}/failures`;
    case "skip_rate_exceeded":
      return `/console/destinations/${destinationId}/runs`;
    case "delay":
      return `/console/outreach-users/${outreachUserId}/live`;
    case "connection_lost":
      return `/console/outreach-users/${outreachUserId}`;
  }
}

function figuresOf(kind: AlertKind, facts: Facts) {
  switch (kind) {
    case "run_failure":
      return {
        since: toIso(failedSince(facts)),
        failed: failedOf(facts),
        failedByReason: named(facts.failedByReason),
      };
    case "delay":
      return {
        oldestAcceptedAt: facts.oldestAcceptedAt === null ? null : toIso(facts.oldestAcceptedAt),
        waitingMinutes: minutesWaited(facts),
        thresholdMinutes: DELAY_MS / MINUTE_MS,
        prospectsWaiting: facts.waiting,
        pausedBecause: facts.pausedBecause,
      };
    case "skip_rate_exceeded": {
      const { startedAt, received, rejected, rejectedByCode } = skipHour(facts);
      return {
        hour: toIso(startedAt),
        received,
        rejected,
        skipRatePercent: skipRate(facts),
        thresholdPercent: facts.rules.skipRatePercent,
        rejectedByCode: named(rejectedByCode),
      };
    }
    case "connection_lost":
      return { status: facts.connection.status, detail: facts.connectionDetail };
  }
}

function wordsOf(
  kind: AlertKind,
  state: AlertState,
  { destination, outreachUser }: AlertAbout,
  facts: Facts,
): string {
  const name = ALERT_NAMES[kind];
  const of = `“${destination.name}”`;
  const user = `“${outreachUser.name}”`;
  switch (kind) {
    case "run_failure": {
      if (state === "resolved") {
        return `${name} resolved: no update of ${of} failed for a whole hour. What failed before stays listed until it is replayed or discarded.`;
      }
      const failed = failedOf(facts);
      return `${name}: ${failed} ${failed === 1 ? "update" : "updates"} of ${of} failed for good since ${clock(failedSince(facts))}.`;
    }
    case "delay": {
      if (state === "resolved") {
        return `${name} resolved: updates of ${user}, which ${of} sends as, are no longer late.`;
      }
      const why = facts.pausedBecause && ` Nothing is sent: ${spaced(facts.pausedBecause)}.`;
      return `${name}: an update of ${user}, which ${of} sends as, has waited for ${minutesWaited(facts)} minutes.${why ?? ""}`;
    }
    case "skip_rate_exceeded": {
      if (state === "resolved") {
        return `${name}: resolved for ${of}. The threshold is ${facts.rules.skipRatePercent} %.`;
      }
      const { startedAt, received, rejected } = skipHour(facts);
      return `${name}: ${rejected} of ${received} profiles (${skipRate(facts)} %) of ${of} were skipped in the hour from ${clock(startedAt)}. The threshold is ${facts.rules.skipRatePercent} %.`;
    }
    case "connection_lost": {
      if (state === "resolved")
        return `Connection restored: ${user}, which ${of} sends as, is connected to Outreach again.`;
      const detail = facts.connectionDetail && ` ${facts.connectionDetail}`;
      return `${name}: ${user}, which ${of} sends as, is not connected to Outreach. Updates are kept.${detail ?? ""}`;
    }
  }
}

function failedOf({ thisHour, lastHour }: Seen): number {
  return thisHour.failed + lastHour.failed;
}

function failedSince({ thisHour, lastHour }: Seen): number {
  return lastHour.failed > 0 ? lastHour.startedAt : thisHour.startedAt;
}

/** The hour that decided: the turn of the hour may come between what happened and the look at it. */
function skipHour({ thisHour, lastHour, rules }: Facts) {
  return thisHour.received >= rules.skipRateMinimum ? thisHour : lastHour;
}

function skipRate(facts: Facts): number {
  const { rejected, received } = skipHour(facts);
  return received === 0 ? 0 : Math.round((rejected * 1_000) / received) / 10;
}

function minutesWaited({ now, oldestAcceptedAt }: Seen): number {
  return oldestAcceptedAt === null ? 0 : Math.floor((now - oldestAcceptedAt) / MINUTE_MS);
}

/** Counts by reasons; those whose names are no words are counted together. */
function named(counts: Readonly<Record<string, number>>): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [reason, count] of Object.entries(counts)) {
    const name = REASON.test(reason) ? reason : "other";
    known[name] = (known[name] ?? 0) + count;
  }
  return known;
}

/**
 * What receivers like Slack's show: `&`, `<` and `>` would be read as its markup
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
function slackText(summary: string, link: string): string {
  const escaped = summary.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `${escaped}\n${link}`;
}

function spaced(reason: string): string {
  return reason.replaceAll("_", " ");
}

function clock(at: number): string {
  return `${toIso(at).slice(11, 16)} UTC`;
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
