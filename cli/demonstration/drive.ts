/**
 * Streams a sample through the connector and waits until it is delivered.
 * @module
 */
import { postProfiles } from "../local/edge.ts";
import type { Destination } from "../local/edge.ts";
import { progress } from "../local/progress.ts";
import type { Stack } from "../local/stack.ts";
import type { Sample, SampleRequest } from "./sample/stream.ts";

/** Counts of what ingest answered. */
export interface Ingested {
  readonly received: number;
  readonly accepted: number;
  readonly rejectedByCode: Readonly<Record<string, number>>;
}

/** The destination that takes each route's requests. */
export type Destinations = Readonly<Record<SampleRequest["route"], Destination>>;

const POLL_MS = 250;

/** Sends all lanes at once, each in order. */
export async function stream(sample: Sample, destinations: Destinations): Promise<Ingested> {
  const bar = progress("Streaming", sample.updates);
  const rejectedByCode: Record<string, number> = {};
  let received = 0;
  let accepted = 0;
  const send = async (lane: readonly SampleRequest[]): Promise<void> => {
    for (const { route, contentType, body } of lane) {
      const answer = await postProfiles(destinations[route], contentType, body);
      received += answer.received;
      accepted += answer.accepted;
      for (const { code } of answer.rejected) {
        rejectedByCode[code] = (rejectedByCode[code] ?? 0) + 1;
      }
      bar.update(received, `${accepted} accepted`);
    }
  };
  await Promise.all(sample.lanes.map(send));
  bar.end();
  return { received, accepted, rejectedByCode };
}

/** Waits until nothing is pending or in flight. */
export async function drain({ edge }: Stack, userId: string): Promise<void> {
  let bar: ReturnType<typeof progress> | null = null;
  let most = 0;
  for (;;) {
    const { backlog, paused, connection } = await edge.outreachUser(userId);
    if (connection.status !== "connected") {
      throw new Error(`The Outreach user is ${connection.status}; nothing more will be delivered.`);
    }
    const left = backlog.pending + backlog.inFlight;
    if (left > most) bar?.total(left);
    most = Math.max(most, left);
    bar ??= progress("Delivering", most);
    bar.update(most - left, note(backlog.drainsAt, paused));
    if (left === 0) return bar.end();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function note(
  drainsAt: string | null,
  paused: { reason: string; until: string | null } | null,
): string {
  const done = drainsAt === null ? "" : `done by ${drainsAt.slice(11, 19)} UTC`;
  return paused ? `${done} (${paused.reason} until ${paused.until?.slice(11, 19) ?? "?"})` : done;
}
