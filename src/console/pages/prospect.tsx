/**
 * Why is this prospect not up to date? All that is known of one prospect on one screen.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import { describedBy, Labelled } from "../components/fields.tsx";
import { Notice } from "../components/parts.tsx";
import { HistoryCards, StoryCard, type Story } from "../components/prospect-story.tsx";
import { Layout } from "../layout.tsx";
import { inCount } from "../wording.ts";

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
        <Labelled
          id="prospect"
          label="Outreach id of the prospect"
          error={error}
          hint="The number in the address of the prospect's page at Outreach."
        >
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
        </Labelled>
        {asksOne && (
          <Labelled
            id="user"
            label="Outreach user to ask"
            required={false}
            error={userError}
            hint="Its id, the end of the address of its page, which the overview finds by name. Left empty, all are asked, as far as one page can."
          >
            <input
              id="user"
              name="user"
              value={named}
              autocomplete="off"
              placeholder="ou_…"
              {...describedBy("user", userError)}
            />
          </Labelled>
        )}
      </form>
      {done && <Notice tone="good" title={done} />}
      {found && <Answer id={typed} found={found} now={now} />}
    </Layout>
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
