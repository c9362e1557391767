/**
 * Destinations, a row each.
 * @module
 */
import type { ListedDestination } from "../overview-store.ts";
import { may } from "../viewer.ts";
import { inCount } from "../wording.ts";
import { OnOrOff } from "./on-or-off.tsx";
import { Empty } from "./parts.tsx";
import { Table } from "./table.tsx";
import type { ShownUser } from "./user-table.tsx";

interface DestinationTableProps {
  readonly users: readonly ShownUser[];
  readonly destinations: readonly ListedDestination[];
}

export function DestinationTable({ users, destinations }: DestinationTableProps) {
  const glanceOf = (destination: ListedDestination) =>
    users.find(({ id }) => id === destination.outreachUserId)?.glance;
  const countOf = (destination: ListedDestination) => {
    const glance = glanceOf(destination);
    return glance ? (glance.failures[destination.id] ?? 0) : null;
  };
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
      <Table
        rows={destinations}
        columns={[
          ["Name", ({ id, name }) => <a href={`/console/destinations/${id}`}>{name}</a>],
          ["Outreach user", ({ outreachUserId }) => nameOf.get(outreachUserId) ?? outreachUserId],
          ["Mapped attributes", ({ mappings }) => inCount(mappings), "number"],
          ["Audiences", ({ audiences }) => inCount(audiences), "number"],
          [
            "Failures",
            (destination) => <FailureCount id={destination.id} failures={countOf(destination)} />,
            "number",
          ],
          [
            "Status",
            (destination) => (
              <OnOrOff
                enabled={destination.enabled}
                senderId={destination.outreachUserId}
                paused={glanceOf(destination)?.status.paused ?? null}
              />
            ),
          ],
        ]}
      />
    </section>
  );
}

function FailureCount({ id, failures }: { id: string; failures: number | null }) {
  if (failures === null) return <span class="dim">not known</span>;
  if (failures === 0) return <span class="dim">0</span>;
  return <a href={`/console/destinations/${id}/failures`}>{inCount(failures)}</a>;
}
