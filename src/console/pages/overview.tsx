/**
 * All Outreach users and destinations at a glance.
 * @module
 */
import type { UserStatus } from "../../engine/api.ts";
import { WindowGauge, YearGauge } from "../components/gauge.tsx";
import { DestinationTable } from "../components/destination-table.tsx";
import { Badge, Empty, Moment, Notice } from "../components/parts.tsx";
import { UserTable, type ShownUser } from "../components/user-table.tsx";
import type { SettingFault } from "../../settings.ts";
import { Layout } from "../layout.tsx";
import type { ListedDestination } from "../overview-store.ts";
import { may } from "../viewer.ts";
import { inCount, inCounted, PAUSE_WORDS, STOP_WORDS, userWords } from "../wording.ts";

export interface OverviewProps {
  /** All that were looked at, the worst first. */
  readonly users: readonly ShownUser[];
  /** Those of this page. */
  readonly shown: readonly ShownUser[];
  readonly asCards: boolean;
  /** Of the users that are shown. */
  readonly destinations: readonly ListedDestination[];
  /** What names have to hold. */
  readonly filter: string;
  readonly page: number;
  readonly pages: number;
  readonly hasMoreUsers: boolean;
  readonly hasMoreDestinations: boolean;
  readonly notice: string | null;
  /** What somebody should correct at the Worker. */
  readonly settingFaults: readonly SettingFault[];
  readonly now: number;
}

export function OverviewPage(props: OverviewProps) {
  const { users, filter, notice, settingFaults } = props;
  return (
    <Layout title="Overview" section="overview">
      <div class="title">
        <h1>Overview</h1>
        {users.length > 0 && may("GET", "/console/destinations/new") && (
          <a class="button primary" href="/console/destinations/new">
            New destination
          </a>
        )}
      </div>
      {notice && <Notice tone="good" title={notice} />}
      {settingFaults.length > 0 && (
        <Notice tone="warn" title="The Worker's settings need attention">
          {settingFaults.map(({ detail }) => (
            <p>{detail}</p>
          ))}
        </Notice>
      )}
      {users.length === 0 && filter === "" ? (
        <Empty title="Nothing is connected yet">
          <p>
            Connect Outreach first, then create a destination that Adobe Experience Platform streams
            profiles to.
          </p>
          <a class="button primary" href="/console/catalog">
            Open the catalog
          </a>
        </Empty>
      ) : (
        <Everything {...props} />
      )}
    </Layout>
  );
}

function Everything(props: OverviewProps) {
  const { users, shown, asCards, destinations, filter, hasMoreUsers, now } = props;
  return (
    <>
      <h2>Outreach users</h2>
      {(!asCards || filter !== "") && <Filter filter={filter} />}
      {hasMoreUsers && (
        <p class="dim">
          There are more than {inCount(users.length)}, and only so many are looked at. Find the
          others by name.
        </p>
      )}
      {users.length === 0 && (
        <p>
          No Outreach user and no destination has a name with “{filter}” in it.{" "}
          <a href="/console">Show all</a>
        </p>
      )}
      {asCards ? (
        <div class="halves">
          {shown.map((user) => (
            <UserCard user={user} now={now} />
          ))}
        </div>
      ) : (
        <UserTable {...props} />
      )}
      {users.length > 0 && (
        <>
          <h2>Destinations</h2>
          <DestinationTable users={shown} destinations={destinations} />
          {props.hasMoreDestinations && <p class="dim">There are more; find them by name.</p>}
        </>
      )}
    </>
  );
}

function Filter({ filter }: { filter: string }) {
  return (
    <form class="row" method="get" action="/console" role="search">
      <label for="name">Name</label>
      <input
        id="name"
        class="grows"
        name="name"
        type="search"
        value={filter}
        placeholder="Outreach user or destination"
        maxlength={200}
      />
      <button>Find</button>
      {filter !== "" && (
        <a class="button quiet" href="/console">
          Show all
        </a>
      )}
    </form>
  );
}

function UserCard({ user, now }: { user: ShownUser; now: number }) {
  const { id, name, glance } = user;
  const status = glance?.status;
  return (
    <section class="card" aria-labelledby={id}>
      <div class="row between">
        <h3 id={id}>
          <a href={`/console/outreach-users/${id}`}>{name}</a>
        </h3>
        {status ? <Connection status={status} /> : <Badge tone="warn">Not reachable</Badge>}
      </div>
      {status ? (
        <UserFacts status={status} now={now} />
      ) : (
        <p class="dim">
          This Outreach user could not be asked just now. Reload the page in a few seconds.
        </p>
      )}
    </section>
  );
}

export function Connection({ status }: { status: UserStatus }) {
  const { tone, text } = userWords(status);
  return <Badge tone={tone}>{text}</Badge>;
}

function UserFacts({ status, now }: { status: UserStatus; now: number }) {
  const { identity } = status.connection;
  return (
    <>
      {identity?.name && (
        <p class="dim small">
          {identity.name}
          {identity.email && `, ${identity.email}`}
        </p>
      )}
      {status.paused && (
        <Notice tone={STOP_WORDS[status.paused.reason].tone} title="Nothing is being sent">
          <p>{PAUSE_WORDS[status.paused.reason]}</p>
        </Notice>
      )}
      <Backlog status={status} now={now} />
      <WindowGauge {...status} />
      <YearGauge {...status} />
    </>
  );
}

/** How much waits, and until when. */
export function Backlog({ status, now }: { status: UserStatus; now: number }) {
  const { pending, inFlight, drainsAt } = status.backlog;
  if (pending + inFlight === 0) {
    return <p>No pending updates.</p>;
  }
  return (
    <p>
      <strong>{inCounted(pending + inFlight, "prospect")}</strong> pending
      {inFlight > 0 && `, ${inCount(inFlight)} of them in flight`}.{" "}
      {drainsAt === null ? (
        "When the backlog is empty is not known."
      ) : (
        <span>
          The backlog is empty <Moment at={drainsAt} now={now} />.
        </span>
      )}
    </p>
  );
}
