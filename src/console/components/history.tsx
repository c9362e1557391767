/**
 * A prospect's story as a timeline, and what Outreach holds of it as far as is known.
 * @module
 */
import type { Destination } from "../../registry/destinations.ts";
import type { HeldField, ProspectDetail } from "../../engine/api.ts";
import { fieldName, type Labels } from "../field-names.ts";
import { storyWords, type Names } from "../story-words.ts";
import { fromNow, inCounted, inMoment } from "../wording.ts";
import { Moment } from "./parts.tsx";
import { Table } from "./table.tsx";

/** The rest is folded. */
const SHOWN = 6;

interface HistoryProps {
  readonly prospect: ProspectDetail;
  /** Outreach's labels of custom fields, by number. */
  readonly labels: Labels;
  readonly destinations: readonly Destination[];
  readonly now: number;
}

export function History({ prospect, labels, destinations, now }: HistoryProps) {
  const byId = new Map(destinations.map(({ id, name }) => [id, name]));
  const names: Names = {
    field: (field) => fieldName(field, labels, destinations),
    destination: (id) => byId.get(id) ?? "a destination that is gone",
  };
  return (
    <section class="card" aria-label="History">
      <h2>History</h2>
      {prospect.history.length === 0 ? (
        <p>Nothing has happened since histories are kept.</p>
      ) : (
        <>
          <Events events={prospect.history.slice(0, SHOWN)} names={names} now={now} />
          {prospect.history.length > SHOWN && (
            <details>
              <summary>{inCounted(prospect.history.length - SHOWN, "earlier event")}</summary>
              <Events events={prospect.history.slice(SHOWN)} names={names} now={now} />
            </details>
          )}
        </>
      )}
      <p class="dim small">
        The newest 20 events at most, without values: those are not kept once they are delivered. Of
        many failed attempts the first three are here, and then each whose number doubles.
      </p>
    </section>
  );
}

interface EventsProps {
  readonly events: ProspectDetail["history"];
  readonly names: Names;
  readonly now: number;
}

function Events({ events, names, now }: EventsProps) {
  return (
    <ol class="timeline">
      {events.map((event) => {
        const { tone, title, details, until } = storyWords(event, names);
        return (
          <li class={tone}>
            <strong>{title}</strong>{" "}
            <span class="small dim">
              <time datetime={new Date(event.at).toISOString()} data-exact>
                {inMoment(event.at)}
              </time>{" "}
              ({fromNow(event.at, now)})
            </span>
            {details.map((detail) => (
              <p>{detail}</p>
            ))}
            {until !== undefined && (
              <p>
                Not sent again before <Moment at={until} now={now} />.
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

const STATES: Readonly<Record<HeldField["state"], string>> = {
  told: "as told",
  differs: "told, but Outreach answered that it holds something else",
  uncertain: "not certain: the next update is sent even if it changes nothing",
};

export function Held({ prospect, labels, destinations, now }: HistoryProps) {
  return (
    <section class="card" aria-label="What Outreach holds">
      <h2>What Outreach holds, as far as is known</h2>
      <details>
        <summary>{inCounted(prospect.held.length, "attribute")}</summary>
        <Table
          rows={prospect.held}
          columns={[
            ["Attribute", ({ field }) => fieldName(field, labels, destinations)],
            [
              "Last told",
              ({ told }) => (told ? <Moment at={told.at} now={now} /> : "not in the history"),
            ],
            ["By", ({ told }) => (told ? byWhat(told.job) : "–")],
            ["Value true since", ({ at }) => <Moment at={at} now={now} />],
            ["State", ({ state }) => STATES[state]],
          ]}
        />
      </details>
      <p class="dim small">
        The values themselves are not kept, only whether a new one differs. They are on the
        prospect's page at Outreach.
      </p>
    </section>
  );
}

function byWhat(job: number | null): string {
  return job === null ? "a call of its own" : `bulk job ${job}`;
}
