/**
 * Why is this prospect not up to date? All that is known of one prospect on one screen.
 * @module
 */
import type { OutreachUserRecord } from "../../connections/store.ts";
import { adviceFor } from "../../destinations/remedies.ts";
import type { Destination } from "../../destinations/store.ts";
import type { Lane } from "../../delivery/lane.ts";
import type { FieldValue } from "../../delivery/prospect-update.ts";
import type { ProspectDetail, ProspectStatus, UserStatus } from "../../outreach-user/api.ts";
import { Deeds } from "../components/deeds.tsx";
import { Held, History } from "../components/history.tsx";
import { Moment, Notice } from "../components/parts.tsx";
import { fieldName } from "../field-names.ts";
import { Layout } from "../layout.tsx";
import { inCount, inCounted, PAUSE_WORDS, STOP_WORDS, type Tone } from "../wording.ts";

/** What one Outreach user's object knows of the prospect. */
export interface Story {
  readonly user: OutreachUserRecord;
  /** Null where the object could not be asked for it. */
  readonly status: UserStatus | null;
  readonly prospect: ProspectDetail;
  readonly destinations: readonly Destination[];
}

/** What came of asking. */
export interface Found {
  readonly stories: readonly Story[];
  /** Those who were asked. */
  readonly users: readonly OutreachUserRecord[];
  /** How many there are, asked or not; null where one was asked by name. */
  readonly usersCount: number | null;
  readonly unreachable: readonly OutreachUserRecord[];
  /** The prospect at Outreach. */
  readonly outreachUrl: string;
}

interface ProspectProps {
  /** As it was typed; empty where nothing was. */
  readonly typed: string;
  /** The id of the one Outreach user to ask; empty for all. */
  readonly named: string;
  readonly error: string | null;
  readonly userError: string | null;
  /** What was just done; null where nothing was. */
  readonly done: string | null;
  /** Null before a prospect was asked for. */
  readonly found: Found | null;
  readonly now: number;
}

export function ProspectPage(props: ProspectProps) {
  const { typed, named, error, userError, done, found, now } = props;
  const asksOne = named !== "" || (found !== null && isPartial(found));
  return (
    <Layout title={typed ? `Prospect ${typed}` : "Prospect look-up"} section="prospects">
      <h1>Why is this prospect not up to date?</h1>
      <form class="card" method="get" action="/console/prospects" role="search">
        <div class="field">
          <label for="prospect">Outreach id of the prospect</label>
          <div class="copy">
            <input
              id="prospect"
              name="id"
              value={typed}
              inputmode="numeric"
              autocomplete="off"
              {...describedBy("prospect", error)}
            />
            <button class="primary">Look up</button>
          </div>
          <FieldFault id="prospect" error={error} />
          <span class="hint" id="prospect-hint">
            The number in the address of the prospect's page at Outreach.
          </span>
        </div>
        {asksOne && (
          <div class="field">
            <label for="user">
              Outreach user to ask<span class="dim"> (optional)</span>
            </label>
            <input
              id="user"
              name="user"
              value={named}
              autocomplete="off"
              placeholder="ou_…"
              {...describedBy("user", userError)}
            />
            <FieldFault id="user" error={userError} />
            <span class="hint" id="user-hint">
              Its id, the end of the address of its page, which the overview finds by name. Left
              empty, all are asked, as far as one page can.
            </span>
          </div>
        )}
      </form>
      {done && <Notice tone="good" title={done} />}
      {found && <Answer id={typed} found={found} now={now} />}
    </Layout>
  );
}

function describedBy(id: string, error: string | null) {
  return {
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": error ? `${id}-error ${id}-hint` : `${id}-hint`,
  } as const;
}

function FieldFault({ id, error }: { id: string; error: string | null }) {
  if (error === null) return null;
  return (
    <span class="error" id={`${id}-error`}>
      {error}
    </span>
  );
}

/** Whether there are Outreach users that were not asked. */
function isPartial({ users, usersCount }: Found): boolean {
  return usersCount !== null && usersCount > users.length;
}

function Answer({ id, found, now }: { id: string; found: Found; now: number }) {
  const { stories, unreachable, outreachUrl } = found;
  return (
    <>
      {unreachable.map(({ name }) => (
        <Notice tone="warn" title={`${name} could not be asked just now.`}>
          <p>Reload the page in a few seconds.</p>
        </Notice>
      ))}
      {isPartial(found) && <Unasked found={found} />}
      {stories.length === 0 && unreachable.length === 0 && <Unknown id={id} found={found} />}
      {stories.map((story) => (
        <StoryCard story={story} now={now} />
      ))}
      <p>
        <a href={outreachUrl} rel="noreferrer">
          Open prospect {id} at Outreach
        </a>
        , where its present values are.
      </p>
      {stories.map((story) => (
        <HistoryCards story={story} now={now} />
      ))}
    </>
  );
}

function Unasked({ found: { users, usersCount } }: { found: Found }) {
  const title = `${inCount(users.length)} of ${inCount(usersCount ?? 0)} Outreach users were asked`;
  return (
    <Notice tone="warn" title={title}>
      <p>
        Those that were connected first. To ask another one, find it on the{" "}
        <a href="/console">overview</a>, and give its id above.
      </p>
    </Notice>
  );
}

function Unknown({ id, found }: { id: string; found: Found }) {
  return (
    <section class="card">
      <h2>{unknownTitle(id, found)}</h2>
      <p>What may be the reason:</p>
      <ul class="stack">
        <li>
          AEP has not sent the profile: it is in no activated audience, or the dataflow is off.
        </li>
        <li>
          The profile carries another Outreach id, or none: dataflow runs count these as excluded,
          with the reason.
        </li>
        <li>The profile said nothing about a mapped attribute or audience.</li>
      </ul>
    </section>
  );
}

/** Claims no more than what was asked. */
function unknownTitle(id: string, found: Found): string {
  if (isPartial(found)) return `None of those that were asked knows prospect ${id}`;
  const [user] = found.users;
  return found.usersCount === null && user
    ? `${user.name} never accepted an update of prospect ${id}`
    : `No update of prospect ${id} was ever accepted`;
}

function StoryCard({ story, now }: { story: Story; now: number }) {
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

function HistoryCards({ story, now }: { story: Story; now: number }) {
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
export function verdictOf(
  prospect: ProspectStatus,
  status: Pick<UserStatus, "paused" | "backlog"> | null,
  now: number,
): Verdict {
  const { pending, nextAttemptAt, attempts, hasFailures, lastError } = prospect;
  if (pending.length === 0) return settledVerdict(hasFailures, lastError);
  if (pending.every(({ inFlight }) => inFlight)) {
    return { tone: "plain", title: "A call with all that waits is under way." };
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
    title: "It waits its turn",
    detail: "Everything of this Outreach user that waits is sent within its rate limit.",
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
    <table class="folds">
      <caption>Values that are not at Outreach yet</caption>
      <thead>
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Value</th>
          <th scope="col">True since</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {prospect.pending.map(({ field, value, at, inFlight }) => (
          <tr>
            <th scope="row">{nameOf(field)}</th>
            <td data-label="Value">{inWords(value)}</td>
            <td data-label="True since">
              <Moment at={at} now={now} />
            </td>
            <td data-label="State">{inFlight ? "in a call" : "waiting"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inWords(value: FieldValue): string {
  if (value === null) return "cleared";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
