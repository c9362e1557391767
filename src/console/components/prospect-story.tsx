/**
 * What one Outreach user has of a prospect: why it is not up to date, what waits, and its history.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { Lane } from "../../engine/model/lane.ts";
import type { FieldValue } from "../../engine/model/prospect-update.ts";
import { adviceFor } from "../../destinations/remedies.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { ProspectDetail, ProspectStatus, UserStatus } from "../../engine/api.ts";
import { fieldName } from "../field-names.ts";
import { inCounted, PAUSE_WORDS, STOP_WORDS, type Tone } from "../wording.ts";
import { Deeds } from "./deeds.tsx";
import { Held, History } from "./history.tsx";
import { Moment, Notice } from "./parts.tsx";
import { Table } from "./table.tsx";

/** What one Outreach user's object knows of the prospect. */
export interface Story {
  readonly user: OutreachUserRecord;
  /** Null where the object could not be asked for it. */
  readonly status: UserStatus | null;
  readonly prospect: ProspectDetail;
  readonly destinations: readonly Destination[];
}

export function StoryCard({ story, now }: { story: Story; now: number }) {
  const { user, status, prospect, destinations } = story;
  const verdict = verdictOf(prospect, status, now);
  const nameOf = namesOf(story);
  return (
    <section class="card" aria-labelledby={user.id}>
      <h2 id={user.id}>
        <a href={`/console/outreach-users/${user.id}`}>{user.name}</a>
      </h2>
      <Notice tone={verdict.tone} title={verdict.title}>
        {verdict.detail && <p>{verdict.detail}</p>}
        {verdict.goesOnAt !== undefined && (
          <p>
            Expected <Moment at={verdict.goesOnAt} now={now} />
          </p>
        )}
        {prospect.hasFailures && (
          <p>
            See the failures of{" "}
            {destinations.map(({ id, name }, index) => (
              <>
                {index > 0 && ", "}
                <a href={`/console/destinations/${id}/failures`}>{name}</a>
              </>
            ))}
            .
          </p>
        )}
      </Notice>
      <Facts prospect={prospect} nameOf={nameOf} now={now} />
      {prospect.pending.length > 0 && <Pending prospect={prospect} nameOf={nameOf} now={now} />}
    </section>
  );
}

export function HistoryCards({ story, now }: { story: Story; now: number }) {
  const { user, status, prospect, destinations } = story;
  const labels = status?.connection.identity?.customFieldLabels ?? {};
  return (
    <>
      <Deeds user={user} prospect={prospect} now={now} />
      <History prospect={prospect} labels={labels} destinations={destinations} now={now} />
      {prospect.held.length > 0 && (
        <Held prospect={prospect} labels={labels} destinations={destinations} now={now} />
      )}
    </>
  );
}

type NameOf = (field: string) => string;

function namesOf({ status, destinations }: Story): NameOf {
  const labels = status?.connection.identity?.customFieldLabels ?? {};
  return (field) => fieldName(field, labels, destinations);
}

interface Told<Prospect> {
  readonly prospect: Prospect;
  readonly nameOf: NameOf;
  readonly now: number;
}

interface Verdict {
  readonly tone: Tone;
  readonly title: string;
  readonly detail?: string;
  /** Epoch ms. */
  readonly goesOnAt?: number;
}

/** The answer to the question, the most telling reason first. */
function verdictOf(
  prospect: ProspectStatus,
  status: Pick<UserStatus, "paused" | "backlog"> | null,
  now: number,
): Verdict {
  const { pending, nextAttemptAt, attempts, hasFailures, lastError } = prospect;
  if (pending.length === 0) return settledVerdict(hasFailures, lastError);
  if (pending.every(({ inFlight }) => inFlight)) {
    return { tone: "plain", title: "A call with all pending values is in flight." };
  }
  if (status?.paused) {
    const { reason, until } = status.paused;
    return {
      tone: STOP_WORDS[reason].tone,
      title: "Nothing is being sent for this Outreach user",
      detail: PAUSE_WORDS[reason],
      ...(until !== null && { goesOnAt: until }),
    };
  }
  if (attempts > 0 && nextAttemptAt !== null && nextAttemptAt > now) {
    return {
      tone: "warn",
      title: `${inCounted(attempts, "attempt")} failed; it is tried again by itself`,
      goesOnAt: nextAttemptAt,
    };
  }
  const drainsAt = status?.backlog.drainsAt ?? null;
  return {
    tone: "plain",
    title: "It is queued",
    detail: "All pending updates of this Outreach user are sent within its rate limit.",
    ...(drainsAt !== null && { goesOnAt: drainsAt }),
  };
}

function settledVerdict(hasFailures: boolean, lastError: ProspectStatus["lastError"]): Verdict {
  if (!hasFailures) {
    return { tone: "good", title: "Up to date: all that was accepted is at Outreach." };
  }
  const title = "Outreach refused some of it";
  return lastError
    ? { tone: "bad", title, detail: adviceFor(lastError).remedy }
    : { tone: "bad", title };
}

/** Why it goes before others, or after them. */
const LANE_WORDS: Readonly<Record<Lane, string>> = {
  exit: "before all others, because it left an audience or opted out",
  entry: "soon, because it entered an audience",
  attribute: "after prospects that entered or left an audience: only an attribute changed",
  backfill: "after new changes, because it belongs to a first activation",
  replay: "after all others, because somebody sent it again",
};

function Facts({ prospect, nameOf, now }: Told<ProspectDetail>) {
  const { lastDelivery, lastError, acceptedAt, attempts, lane } = prospect;
  return (
    <dl class="facts">
      {acceptedAt !== null && (
        <>
          <dt>Waiting since</dt>
          <dd>
            <Moment at={acceptedAt} now={now} />
            {attempts > 0 && `, ${inCounted(attempts, "attempt")}`}
          </dd>
        </>
      )}
      {lane && (
        <>
          <dt>Its turn</dt>
          <dd>{LANE_WORDS[lane]}</dd>
        </>
      )}
      <dt>Last delivery</dt>
      <dd>
        {lastDelivery ? (
          <>
            <Moment at={lastDelivery.at} now={now} />: {lastDelivery.fields.map(nameOf).join(", ")}
          </>
        ) : (
          "none yet"
        )}
      </dd>
      <dt>Last error</dt>
      <dd>
        {lastError ? (
          <>
            <Moment at={lastError.at} now={now} />: {lastError.detail}{" "}
            <span class="dim">
              ({lastError.status ?? "no answer"} {lastError.code})
            </span>
          </>
        ) : (
          "none"
        )}
      </dd>
    </dl>
  );
}

function Pending({ prospect, nameOf, now }: Told<ProspectStatus>) {
  return (
    <Table
      caption="Values that are not at Outreach yet"
      rows={prospect.pending}
      columns={[
        ["Attribute", ({ field }) => nameOf(field)],
        ["Value", ({ value }) => inWords(value)],
        ["True since", ({ at }) => <Moment at={at} now={now} />],
        ["State", ({ inFlight }) => (inFlight ? "in flight" : "pending")],
      ]}
    />
  );
}

function inWords(value: FieldValue): string {
  if (value === null) return "cleared";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
