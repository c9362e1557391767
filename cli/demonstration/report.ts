/**
 * The table at the end of a demonstration.
 * @module
 */
import type { Run } from "../local/edge.ts";
import type { Stack } from "../local/stack.ts";
import { table } from "../local/table.ts";
import type { Destinations, Ingested } from "./drive.ts";
import type { Sample } from "./sample/stream.ts";

export interface Finished {
  readonly stack: Stack;
  readonly destinations: Destinations;
  readonly sample: Sample;
  readonly ingested: Ingested;
  readonly streamedMs: number;
  readonly tookMs: number;
}

export async function reportTable(finished: Finished): Promise<string> {
  const { stack, destinations, ingested, streamedMs, tookMs } = finished;
  const ids = Object.values(destinations).map(({ id }) => id);
  const runs = (await Promise.all(ids.map((id) => stack.edge.runs(id)))).flat();
  const total = (count: (run: Run) => number): number =>
    runs.reduce((sum, run) => sum + count(run), 0);
  const mock = await stack.mock.state();
  const calls = total((run) => run.calls);
  const saved = ingested.accepted - calls;
  return table([
    ["Profiles"],
    ["received", ingested.received],
    ["accepted", ingested.accepted],
    ...Object.entries(ingested.rejectedByCode).map(
      ([code, count]) => [`rejected: ${code}`, count] as const,
    ),
    ["What became of the accepted"],
    ["merged into another's call", total((run) => run.coalesced)],
    ["unchanged, no call needed", total((run) => run.unchanged)],
    ["delivered", total((run) => run.delivered)],
    ["failures (no such prospect)", total((run) => run.failed)],
    ["Calls"],
    ["calls made", calls],
    ["429s from Outreach", mock.calls.refusedByLimit],
    ["calls saved", `${saved.toLocaleString("en-US")} (${percent(saved, ingested.accepted)})`],
    ...windowRows(mock),
    ["Time"],
    ["streaming", seconds(streamedMs)],
    ["until Outreach was up to date", seconds(tookMs)],
  ]);
}

/** How full the windows were that had a backlog from their beginning to their end. */
function windowRows(mock: Awaited<ReturnType<Stack["mock"]["state"]>>) {
  const rows = mock.users.flatMap(({ budget }) =>
    budget.windows.slice(1, -1).map(({ calls }) => ({ calls, limit: budget.limit })),
  );
  if (rows.length === 0) return [];
  const least = Math.min(...rows.map(({ calls, limit }) => calls / limit));
  return [
    ["full windows", rows.length] as const,
    ["least used of a full window", percent(least, 1)] as const,
  ];
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
