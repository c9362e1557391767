/**
 * All Outreach users and destinations at a glance.
 * @module
 */
import type { OutreachUserRecord } from "../../connections/store.ts";
import type { Destination } from "../../destinations/store.ts";
import type { UserStatus } from "../../outreach-user/api.ts";
import { WindowGauge, YearGauge } from "../components/gauge.tsx";
import { Badge, Empty, Moment, Notice } from "../components/parts.tsx";
import { Layout } from "../layout.tsx";
import { may } from "../viewer.ts";
import { connectionWords, inCount, inCounted, PAUSE_WORDS } from "../wording.ts";

export interface ShownUser extends OutreachUserRecord {
  /** Null where its object did not answer. */
  readonly status: UserStatus | null;
}

export interface ShownDestination {
  readonly destination: Destination;
  /** Failures that are listed; null where they could not be counted. */
  readonly failures: number | null;
}

export interface OverviewProps {
  readonly users: readonly ShownUser[];
  readonly destinations: readonly ShownDestination[];
  /** Whether there are more of either than are shown. */
  readonly more: boolean;
  readonly notice: string | null;
  readonly now: number;
}

export function OverviewPage({ users, destinations, more, notice, now }: OverviewProps) {
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
      {users.length === 0 ? (
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
        <>
          <h2>Outreach users</h2>
          <div class="halves">
            {users.map((user) => (
              <UserCard user={user} now={now} />
            ))}
          </div>
          <h2>Destinations</h2>
          <Destinations users={users} destinations={destinations} />
          {more && (
            <p class="dim">There are more; the API lists them all. See the API reference below.</p>
          )}
        </>
      )}
    </Layout>
  );
}

function UserCard({ user, now }: { user: ShownUser; now: number }) {
  const { id, name, status } = user;
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
  const { tone, text } = connectionWords(status.connection);
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
        <Notice tone="warn" title="Nothing is being sent">
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
  if (pending + inFlight === 0) return <p>Nothing waits: Outreach is up to date.</p>;
  return (
    <p>
      <strong>{inCounted(pending + inFlight, "prospect")}</strong> wait
      {inFlight > 0 && `, ${inCount(inFlight)} of them in a call now`}.{" "}
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

function Destinations({ users, destinations }: Pick<OverviewProps, "users" | "destinations">) {
  if (destinations.length === 0) {
    return (
      <Empty title="No destination yet">
        <p>
          A destination is an ingest URL with credentials, a mapping and audiences. Adobe Experience
          Platform posts to it.
        </p>
        {may("GET", "/console/destinations/new") && (
          <a class="button primary" href="/console/destinations/new">
            New destination
          </a>
        )}
      </Empty>
    );
  }
  const nameOf = new Map(users.map(({ id, name }) => [id, name]));
  return (
    <section class="card">
      <table class="folds">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Outreach user</th>
            <th scope="col" class="number">
              Mapped attributes
            </th>
            <th scope="col" class="number">
              Audiences
            </th>
            <th scope="col" class="number">
              Failures
            </th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {destinations.map(({ destination, failures }) => (
            <tr>
              <th scope="row">
                <a href={`/console/destinations/${destination.id}`}>{destination.name}</a>
              </th>
              <td data-label="Outreach user">
                {nameOf.get(destination.outreachUserId) ?? destination.outreachUserId}
              </td>
              <td class="number" data-label="Mapped attributes">
                {inCount(destination.settings.mappings.length)}
              </td>
              <td class="number" data-label="Audiences">
                {inCount(destination.settings.audiences.length)}
              </td>
              <td class="number" data-label="Failures">
                <FailureCount id={destination.id} failures={failures} />
              </td>
              <td data-label="Status">
                {destination.enabled ? (
                  <Badge tone="good">On</Badge>
                ) : (
                  <Badge tone="warn">Off</Badge>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FailureCount({ id, failures }: { id: string; failures: number | null }) {
  if (failures === null) return <span class="dim">not known</span>;
  if (failures === 0) return <span class="dim">0</span>;
  return <a href={`/console/destinations/${id}/failures`}>{inCount(failures)}</a>;
}
