/**
 * What Outreach refused for good, by reason, with the remedy and the ways on.
 * @module
 */
import { adviceFor } from "../../destinations/remedies.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { Failure, FailureGroup, FailureGroups, FailurePage } from "../../engine/api.ts";
import { blamedField } from "../../engine/failures/reason-rules.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { Empty, HiddenFields, Moment, Notice } from "../components/parts.tsx";
import { Table } from "../components/table.tsx";
import { fieldName } from "../field-names.ts";
import type { Sender } from "../sender.ts";
import { may } from "../viewer.ts";
import { inCount, inCounted } from "../wording.ts";

interface Shown {
  readonly destination: Destination;
  readonly sender: Sender;
  /** Labels of custom fields. */
  readonly labels: Readonly<Record<string, string>>;
  readonly now: number;
}

export interface FailuresProps extends Shown {
  readonly found: FailureGroups;
  readonly notice: string | null;
}

export function FailuresPage(props: FailuresProps) {
  const { destination, sender, notice } = props;
  const { groups, groupsCount, total, ungrouped } = props.found;
  return (
    <DestinationFrame destination={destination} sender={sender} tab="failures">
      {notice && <Notice tone="good" title={notice} />}
      {groups.length === 0 ? (
        <Empty title="No failures">
          <p>Outreach has refused nothing that is not settled since.</p>
        </Empty>
      ) : (
        <>
          <div class="row between">
            <p>
              <strong>{inCounted(total, "failure")}</strong> of {inCounted(groupsCount, "kind")}
              {groupsCount > groups.length &&
                `, of which those with the newest ${inCount(groups.length)} are shown`}
              . A later update of the same attribute takes its failure off the list.
              {ungrouped > 0 &&
                ` ${inCounted(ungrouped, "older failure")} will be sorted by kind within minutes.`}
            </p>
            <Ways
              destination={destination}
              chosen={{ ids: "all" }}
              count={total}
              what="all failures"
              texts={["Replay all", "Discard all"]}
            />
          </div>
          <p class="dim small">
            A call carries what several destinations have for a prospect, and Outreach refuses it
            whole. So each of them lists its own attributes, and Outreach's words may be about
            another's.
          </p>
          {groups.map((group) => (
            <Group {...props} group={group} />
          ))}
        </>
      )}
    </DestinationFrame>
  );
}

function Group(props: Shown & { readonly group: FailureGroup }) {
  const { destination, labels, group } = props;
  const { key, count, field, newest } = group;
  const [first] = newest;
  if (!first) return null;
  const { reason, remedy } = adviceFor(first.error);
  const place = `/console/destinations/${destination.id}/failures`;
  return (
    <section class="card" aria-labelledby={`group-${key} of-${key}`}>
      <div class="row between">
        <h2 id={`group-${key}`}>
          {reason} <span class="count">{inCount(count)}</span>
        </h2>
        <Ways
          destination={destination}
          chosen={{ group: key }}
          count={count}
          what={`failures: ${reason}`}
          texts={["Replay group", "Discard group"]}
        />
      </div>
      {/* Two groups may have one reason: what they are about tells them apart. */}
      <div id={`of-${key}`}>
        <Blamed destination={destination} labels={labels} field={field} />
        <span class="unseen">{first.error.detail}</span>
      </div>
      <p>{remedy}</p>
      <FailureTable {...props} failures={newest} />
      {count > newest.length && (
        <p>
          <a href={`${place}?group=${key}`}>
            All {inCount(count)} of this kind<span class="unseen">: {reason}</span>
          </a>
        </p>
      )}
    </section>
  );
}

interface FailureGroupProps extends Shown {
  readonly group: string;
  readonly page: FailurePage;
}

/** The failures of one kind, a page of them. */
export function FailureGroupPage(props: FailureGroupProps) {
  const { destination, sender, labels, group, page } = props;
  const { failures, total, next } = page;
  const place = `/console/destinations/${destination.id}/failures`;
  const [first] = failures;
  const { reason, remedy } = first
    ? adviceFor(first.error)
    : { reason: "No more failures of this kind", remedy: "They are settled since." };
  return (
    <DestinationFrame destination={destination} sender={sender} tab="failures">
      <p>
        <a href={place}>All kinds of failures</a>
      </p>
      <section class="card" aria-labelledby="group">
        <div class="row between">
          <h2 id="group">
            {reason} <span class="count">{inCount(total)}</span>
          </h2>
          {total > 0 && (
            <Ways
              destination={destination}
              chosen={{ group }}
              count={total}
              what={`failures: ${reason}`}
              texts={["Replay group", "Discard group"]}
            />
          )}
        </div>
        {first && (
          <Blamed
            destination={destination}
            labels={labels}
            field={blamedField(first.fields, first.error.pointer)}
          />
        )}
        <p>{remedy}</p>
        {failures.length > 0 && <FailureTable {...props} failures={failures} />}
        {next !== null && (
          <p>
            <a href={`${place}?group=${group}&after=${next}`}>Older ones</a>
          </p>
        )}
      </section>
    </DestinationFrame>
  );
}

function Blamed({
  destination,
  labels,
  field,
}: Pick<Shown, "destination" | "labels"> & { readonly field: string | null }) {
  if (field === null) return null;
  return (
    <p>
      In <strong>{fieldName(field, labels, [destination])}</strong>
    </p>
  );
}

function FailureTable(props: Shown & { readonly failures: readonly Failure[] }) {
  const { destination, labels, failures, now } = props;
  const user = destination.outreachUserId;
  return (
    <Table
      rows={failures}
      columns={[
        [
          "Prospect",
          ({ prospectId }) => (
            <a href={`/console/prospects?id=${prospectId}&user=${user}`}>{prospectId}</a>
          ),
        ],
        [
          "Attributes",
          ({ fields }) => fields.map((field) => fieldName(field, labels, [destination])).join(", "),
        ],
        [
          "Outreach's own words",
          ({ error }) => (
            <>
              {error.detail}{" "}
              <span class="dim small">
                ({error.status === null ? "no answer" : error.status} {error.code}
                {error.pointer && `, ${error.pointer}`})
              </span>
            </>
          ),
        ],
        ["When", ({ error }) => <Moment at={error.at} now={now} />],
        [
          "Actions",
          ({ id, prospectId }) => (
            <Ways
              destination={destination}
              chosen={{ ids: id }}
              count={1}
              what={`prospect ${prospectId}`}
              texts={["Replay", "Discard"]}
            />
          ),
          "deed",
        ],
      ]}
    />
  );
}

interface WaysProps {
  readonly destination: Destination;
  /** Ids with commas between, `all`, or a group's key. */
  readonly chosen: { readonly ids: string } | { readonly group: string };
  readonly count: number;
  readonly what: string;
  readonly texts: readonly [replay: string, discard: string];
}

function Ways({ destination, chosen, count, what, texts: [replay, discard] }: WaysProps) {
  const place = `/console/destinations/${destination.id}/failures`;
  if (!may("POST", `${place}/replay`)) return null;
  const question = `Discard ${inCounted(count, "failure")}, with the values? This cannot be undone.`;
  return (
    <form class="row" method="post" action={`${place}/replay`}>
      <HiddenFields fields={{ ...chosen }} />
      <button class="slim">
        {replay}
        <span class="unseen"> {what}</span>
      </button>
      <button class="slim danger" formaction={`${place}/discard`} data-confirm={question}>
        {discard}
        <span class="unseen"> {what}</span>
      </button>
    </form>
  );
}
