/**
 * Bulk jobs of an Outreach user in plain words: which may be used and why not, what checks showed, what is under way.
 * @module
 */
import { checksOfAll, JOB_WORDS } from "../../outreach-users/bulk-schemas.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { BulkKindStatus, UserStatus } from "../../engine/api.ts";
import { inCount, inCounted, inMoment, type Tone } from "../wording.ts";
import { Bar } from "./gauge.tsx";
import { Badge, Moment } from "./parts.tsx";
import { Table } from "./table.tsx";

interface BulkCardProps {
  readonly status: UserStatus;
  readonly destinations: readonly Destination[];
  readonly now: number;
}

export function BulkCard({ status, destinations, now }: BulkCardProps) {
  const { bulk, connection } = status;
  const isKnown = connection.connectedAt !== null;
  return (
    <section class="card" aria-labelledby="bulk">
      <h2 id="bulk">Bulk jobs</h2>
      <p class="dim">
        A bulk job carries many prospects in a few calls. Where none may be used, each prospect goes
        in a call of its own: nothing is lost, it only takes more calls and more time.
      </p>
      {isKnown ? (
        <>
          <div class="halves">
            <Kind title="Many prospects, the same values" kind={bulk.modify} now={now} />
            <Kind title="Many prospects, each its own values" kind={bulk.upsert} now={now} />
          </div>
          <Ceiling {...bulk} />
          {bulk.upsert.missingScopes.length === 0 && (
            <Checks bulk={bulk} destinations={destinations} now={now} />
          )}
          <Jobs bulk={bulk} destinations={destinations} now={now} />
        </>
      ) : (
        <p>What may be used shows here once somebody has signed in to Outreach.</p>
      )}
    </section>
  );
}

function Kind({ title, kind, now }: { title: string; kind: BulkKindStatus; now: number }) {
  const { tone, text } = kindWords(kind);
  const { lastRefused, missingScopes, refusedUntil } = kind;
  return (
    <div class="stack">
      <div class="row between">
        <h3>{title}</h3>
        <Badge tone={tone}>{text}</Badge>
      </div>
      {missingScopes.length > 0 && (
        <p>
          Outreach has not granted {missingScopes.join(" and ")}. Add{" "}
          {missingScopes.length === 1 ? "it" : "them"} to the application in Outreach and to
          OUTREACH_SCOPES, then reconnect.
        </p>
      )}
      {refusedUntil !== null && (
        <p>
          Prospects go one by one meanwhile. It is tried again{" "}
          <Moment at={refusedUntil} now={now} />.
        </p>
      )}
      <p class="dim small">
        At most {inCounted(kind.largestJob, "prospect")} in one job.
        {lastRefused && (
          <>
            {" "}
            Last refused {inMoment(lastRefused.at)}: “{lastRefused.detail}”
            {lastRefused.status !== null && ` (HTTP ${lastRefused.status})`}
          </>
        )}
      </p>
    </div>
  );
}

function kindWords({ whyNot }: BulkKindStatus): { tone: Tone; text: string } {
  switch (whyNot) {
    case null:
      return { tone: "good", text: "May be used" };
    case "scopes_missing":
      return { tone: "plain", text: "Not granted" };
    case "refused":
      return { tone: "warn", text: "Refused by Outreach" };
    case "day_ceiling":
      return { tone: "warn", text: "Used up for today" };
  }
}

type Bulk = UserStatus["bulk"];

function Ceiling({ itemsToday, itemsPerDay }: Pick<Bulk, "itemsToday" | "itemsPerDay">) {
  const words = `${inCount(itemsToday)} of ${inCount(itemsPerDay)} records sent in bulk today`;
  return (
    <div class="stack">
      <div class="row between">
        <h3>Records in bulk today (UTC)</h3>
        <span class="dim small">
          {inCount(itemsToday)} of {inCount(itemsPerDay)}
        </span>
      </div>
      <Bar label={words} whole={itemsPerDay} parts={[["own", itemsToday]]} end={0} />
    </div>
  );
}

interface ListProps {
  readonly bulk: Bulk;
  readonly destinations: readonly Destination[];
  readonly now: number;
}

const CHECK_WORDS = {
  not_run: { tone: "plain", text: "Not run yet" },
  running: { tone: "plain", text: "Running" },
  passed: { tone: "good", text: "Passed" },
  failed: { tone: "bad", text: "Failed" },
} as const;

function Checks({ bulk, destinations, now }: ListProps) {
  const ids = destinations.map(({ id }) => id);
  return (
    <div class="stack">
      <h3>Self-check of each destination</h3>
      <p class="dim small">
        Before its first job in which each prospect has its own values, a few of a destination’s
        records are sent, followed, read back and compared. It runs by itself as soon as there is
        such a job.
      </p>
      {ids.length === 0 && <p>There is no destination yet.</p>}
      <ul class="bare stack divided">
        {checksOfAll(bulk, ids).map(({ destinationId, state, at, detail, againAt }) => (
          <li class="stack">
            <div class="row">
              <Name id={destinationId} destinations={destinations} />
              <Badge tone={CHECK_WORDS[state].tone}>{CHECK_WORDS[state].text}</Badge>
              {at !== null && <Moment at={at} now={now} />}
            </div>
            {detail && <p class="small">{detail}</p>}
            {againAt !== null && (
              <p class="small">
                Its prospects go in no such job meanwhile. It is tried again{" "}
                <Moment at={Math.max(againAt, now)} now={now} />.
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Name({ id, destinations }: { id: string; destinations: readonly Destination[] }) {
  const destination = destinations.find((one) => one.id === id);
  if (!destination) return <span>a deleted destination</span>;
  return <a href={`/console/destinations/${id}`}>{destination.name}</a>;
}

function Jobs({ bulk, destinations, now }: ListProps) {
  return (
    <div class="stack">
      <h3>Under way</h3>
      {bulk.jobs.length === 0 && <p class="dim">No bulk job is under way.</p>}
      {bulk.jobs.length > 0 && (
        <Table
          rows={bulk.jobs}
          columns={[
            [
              "What it is doing",
              ({ state, isCheck }) => `${isCheck ? "Self-check: " : ""}${JOB_WORDS[state]}`,
            ],
            ["For", ({ destinationId }) => <Name id={destinationId} destinations={destinations} />],
            ["Prospects", ({ prospects }) => inCount(prospects), "number"],
            ["Begun", ({ startedAt }) => <Moment at={startedAt} now={now} />],
            ["Next look", ({ nextLookAt }) => <Moment at={Math.max(nextLookAt, now)} now={now} />],
          ]}
        />
      )}
    </div>
  );
}
