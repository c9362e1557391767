/**
 * What Outreach refused for good, by reason, with the remedy and the ways on.
 * @module
 */
import type { Destination } from "../../destinations/store.ts";
import type { Failure } from "../../outreach-user/api.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { Empty, Moment, Notice } from "../components/parts.tsx";
import { fieldWords, type FailureGroup } from "../failure-groups.ts";
import { may } from "../viewer.ts";
import { inCount, inCounted } from "../wording.ts";

/** Failures of a group that are listed one by one. */
const LISTED_MAX = 50;

export interface FailuresProps {
  readonly destination: Destination;
  readonly groups: readonly FailureGroup[];
  /** All failures of the destination. */
  readonly total: number;
  /** Labels of custom fields. */
  readonly labels: Readonly<Record<string, string>>;
  readonly notice: string | null;
  readonly now: number;
}

export function FailuresPage(props: FailuresProps) {
  const { destination, groups, total, notice } = props;
  const shown = groups.reduce((sum, { failures }) => sum + failures.length, 0);
  return (
    <DestinationFrame destination={destination} tab="failures">
      {notice && <Notice tone="good" title={notice} />}
      {groups.length === 0 ? (
        <Empty title="No failures">
          <p>Outreach has refused nothing that is not settled since.</p>
        </Empty>
      ) : (
        <>
          <div class="row between">
            <p>
              <strong>{inCounted(total, "failure")}</strong>
              {shown < total && `, of which the newest ${inCount(shown)} are shown`}. A later update
              of the same attribute takes its failure off the list.
            </p>
            <Ways
              destination={destination}
              ids="all"
              count={total}
              what="all failures"
              texts={["Replay all", "Discard all"]}
            />
          </div>
          {groups.map((group) => (
            <Group {...props} group={group} />
          ))}
        </>
      )}
    </DestinationFrame>
  );
}

function Group(props: FailuresProps & { readonly group: FailureGroup }) {
  const { destination, group } = props;
  const { reason, remedy, failures } = group;
  const id = `reason-${reason.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return (
    <section class="card" aria-labelledby={id}>
      <div class="row between">
        <h2 id={id}>
          {reason} <span class="count">{inCount(failures.length)}</span>
        </h2>
        <Ways
          destination={destination}
          ids={failures.map((failure) => failure.id).join(",")}
          count={failures.length}
          what={`failures: ${reason}`}
          texts={["Replay group", "Discard group"]}
        />
      </div>
      <p>{remedy}</p>
      <table class="folds">
        <thead>
          <tr>
            <th scope="col">Prospect</th>
            <th scope="col">Attributes</th>
            <th scope="col">Outreach's own words</th>
            <th scope="col">When</th>
            <th scope="col">
              <span class="unseen">Ways on</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {failures.slice(0, LISTED_MAX).map((failure) => (
            <FailureRow {...props} failure={failure} />
          ))}
        </tbody>
      </table>
      {failures.length > LISTED_MAX && (
        <p class="dim small">and {inCount(failures.length - LISTED_MAX)} more of this kind.</p>
      )}
    </section>
  );
}

function FailureRow({
  destination,
  labels,
  failure,
  now,
}: FailuresProps & { readonly failure: Failure }) {
  const { id, prospectId, fields, error } = failure;
  const query = new URLSearchParams({ id: String(prospectId), user: destination.outreachUserId });
  return (
    <tr>
      <th scope="row">
        <a href={`/console/prospects?${query.toString()}`}>{prospectId}</a>
      </th>
      <td data-label="Attributes">
        {fields.map((field) => fieldWords(field, destination, labels)).join("; ")}
      </td>
      <td data-label="Outreach's own words">
        {error.detail}{" "}
        <span class="dim small">
          ({error.status === null ? "no answer" : error.status} {error.code}
          {error.pointer && `, ${error.pointer}`})
        </span>
      </td>
      <td data-label="When">
        <Moment at={error.at} now={now} />
      </td>
      <td>
        <Ways
          destination={destination}
          ids={id}
          count={1}
          what={`prospect ${prospectId}`}
          texts={["Replay", "Discard"]}
        />
      </td>
    </tr>
  );
}

interface WaysProps {
  readonly destination: Destination;
  /** With commas between; `all` for all. */
  readonly ids: string;
  readonly count: number;
  readonly what: string;
  readonly texts: readonly [replay: string, discard: string];
}

function Ways({ destination, ids, count, what, texts: [replay, discard] }: WaysProps) {
  const place = `/console/destinations/${destination.id}/failures`;
  if (!may("POST", `${place}/replay`)) return null;
  const question = `Discard ${inCounted(count, "failure")}, with the values? This cannot be undone.`;
  return (
    <form class="row" method="post" action={`${place}/replay`}>
      <input type="hidden" name="ids" value={ids} />
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
