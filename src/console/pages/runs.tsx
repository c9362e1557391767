/**
 * Hourly dataflow runs in AEP's columns, and each audience's counts.
 * @module
 */
import type { ListedAudience } from "../../destinations/audiences.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { Run } from "../../engine/api.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { Empty } from "../components/parts.tsx";
import { Table, type Column } from "../components/table.tsx";
import type { Sender } from "../sender.ts";
import { inCount, inMoment, inPercent } from "../wording.ts";

interface RunsProps {
  readonly destination: Destination;
  readonly sender: Sender;
  /** The newest first. */
  readonly runs: readonly Run[];
  readonly audiences: readonly ListedAudience[];
}

export function RunsPage({ destination, sender, runs, audiences }: RunsProps) {
  return (
    <DestinationFrame destination={destination} sender={sender} tab="runs">
      {runs.length === 0 ? (
        <Empty title="No profiles yet">
          <p>
            Hours with traffic are listed here, beside AEP's own dataflow runs, as soon as AEP posts
            to this destination.
          </p>
          <a class="button" href={`/console/destinations/${destination.id}/setup`}>
            What to set up in AEP
          </a>
        </Empty>
      ) : (
        <Runs runs={runs} />
      )}
      <Audiences audiences={audiences} place={`/console/destinations/${destination.id}`} />
    </DestinationFrame>
  );
}

/** A profile is activated when Outreach holds what it says, whether or not that took a call of its own. */
export function activatedOf({ delivered, coalesced, unchanged }: Run): number {
  return delivered + coalesced + unchanged;
}

function Runs({ runs }: { runs: readonly Run[] }) {
  return (
    <section class="card" aria-labelledby="runs">
      <h2 id="runs">Dataflow runs</h2>
      <p class="dim small">
        Activated: delivered, merged into another update, or held by Outreach already. Excluded:
        failed validation. Each is counted in the hour in which it happened.
      </p>
      <div class="scroll" tabindex={0} role="region" aria-label="Table of dataflow runs">
        <Table rows={runs} columns={COLUMNS} />
      </div>
    </section>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  [
    "Hour",
    ({ startedAt }) => (
      <time datetime={new Date(startedAt).toISOString()}>{inMoment(startedAt)}</time>
    ),
  ],
  ["Profiles received", (run) => inCount(run.received), "number"],
  ["Identities activated", (run) => inCount(activatedOf(run)), "number"],
  ["Identities excluded", (run) => inCount(run.rejected), "number"],
  ["Identities failed", (run) => inCount(run.failed), "number"],
  [
    "Activation rate",
    (run) => inPercent(activatedOf(run), activatedOf(run) + run.rejected + run.failed),
    "number",
  ],
  ["Calls", (run) => inCount(run.calls), "number"],
  ["Exclusion reasons", reasonsOf],
];

function reasonsOf({ rejectedByCode }: Run): string {
  const reasons = Object.entries(rejectedByCode).toSorted(([, a], [, b]) => b - a);
  if (reasons.length === 0) return "–";
  return reasons
    .map(([code, count]) => `${code.replaceAll("_", " ")} (${inCount(count)})`)
    .join(", ");
}

function Audiences({ audiences, place }: { audiences: readonly ListedAudience[]; place: string }) {
  return (
    <section class="card" aria-labelledby="counts">
      <h2 id="counts">Audiences</h2>
      {audiences.length === 0 ? (
        <p class="dim">
          No audience is mapped, and none came with a profile.{" "}
          <a href={`${place}/audiences`}>Map audiences</a>
        </p>
      ) : (
        <>
          <p class="dim small">
            Waiting and Failed count prospects whose status in this audience is not at Outreach.
          </p>
          <Table
            rows={audiences}
            columns={[
              [
                "Audience",
                (audience) => (
                  <>
                    {audience.name ?? audience.id}
                    {!audience.configured && (
                      <span class="dim small"> (not in the settings: came with profiles)</span>
                    )}
                  </>
                ),
              ],
              ["Mapping ID", ({ mappingId }) => mappingId, "number"],
              ["Members", ({ members }) => inCount(members), "number"],
              ["Exited", ({ exited }) => inCount(exited), "number"],
              ["Waiting", ({ pending }) => inCount(pending), "number"],
              ["Failed", ({ failed }) => inCount(failed), "number"],
            ]}
          />
        </>
      )}
    </section>
  );
}
