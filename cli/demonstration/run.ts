/**
 * The demonstration: set up, stream, wait, compare, report.
 * @module
 */
import { connectUser, startStack } from "../local/stack.ts";
import type { Stack } from "../local/stack.ts";
import { drain, stream } from "./drive.ts";
import type { Destinations, Ingested } from "./drive.ts";
import { reportTable } from "./report.ts";
import { differences } from "./sample/compare.ts";
import type { Difference } from "./sample/compare.ts";
import { HTTP_API_DESTINATION, SDK_DESTINATION } from "./sample/destinations.ts";
import { makeSample } from "./sample/stream.ts";
import type { Sample } from "./sample/stream.ts";

export interface DemonstrationOptions {
  readonly once: boolean;
  readonly updates: number;
  readonly prospects: number;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly seed: number;
  readonly port: number;
  readonly mockPort: number;
}

/** Differences that are printed one by one. */
const SHOWN_MAX = 20;

/** Runs it all; whether Outreach ended up exactly as the stream implies. */
export async function runDemonstration(options: DemonstrationOptions): Promise<boolean> {
  console.log("Outreach Edge against mock-outreach\n");
  console.log("  Starting mock-outreach and the Worker …");
  const stack = await startStack({
    port: options.port,
    mock: {
      port: options.mockPort,
      seed: options.prospects,
      limit: options.limit,
      windowSeconds: options.windowSeconds,
    },
  });
  try {
    const userId = await connectUser(stack, "Sales operations");
    console.log("  Connected an Outreach user through the sign-in page.");
    const destinations = await createDestinations(stack, userId);
    console.log("  Created two destinations, one for each of AEP's routes.\n");

    const sample = makeSample(options);
    const before = await stack.mock.prospects();
    const startedAt = Date.now();
    const ingested = await stream(sample, destinations);
    const streamedMs = Date.now() - startedAt;
    await drain(stack, userId);
    const tookMs = Date.now() - startedAt;

    const found = differences(before, await stack.mock.prospects(), sample.implied);
    const mistaken = await compareFailures(stack, destinations, sample);
    console.log(await reportTable({ stack, destinations, sample, ingested, streamedMs, tookMs }));
    const ok = verdict(found, mistaken, sample, ingested);
    if (!options.once) await keepRunning(stack, userId, destinations);
    return ok;
  } finally {
    await stack.close();
  }
}

async function createDestinations({ edge }: Stack, userId: string): Promise<Destinations> {
  return {
    http_api: await edge.createDestination({ ...HTTP_API_DESTINATION, outreachUserId: userId }),
    sdk: await edge.createDestination({ ...SDK_DESTINATION, outreachUserId: userId }),
  };
}

/** Updates of prospects that Outreach does not have must be listed as failures, and no others. */
async function compareFailures(
  { edge }: Stack,
  destinations: Destinations,
  { missing }: Sample,
): Promise<readonly number[]> {
  const listed = new Set<number>();
  for (const { id } of Object.values(destinations)) {
    for (const { prospectId } of (await edge.failures(id)).failures) listed.add(prospectId);
  }
  return [...new Set([...missing, ...listed])].filter((id) => missing.has(id) !== listed.has(id));
}

function verdict(
  found: readonly Difference[],
  mistaken: readonly number[],
  sample: Sample,
  ingested: Ingested,
): boolean {
  const rejected = JSON.stringify(sorted(ingested.rejectedByCode));
  const expected = JSON.stringify(sorted(sample.rejected));
  if (found.length === 0 && mistaken.length === 0 && rejected === expected) {
    console.log("\n  Every prospect at Outreach is as the stream implies.");
    return true;
  }
  const prospects = new Set(found.map(({ prospectId }) => prospectId));
  if (found.length > 0)
    console.log(`\n  ${prospects.size} prospects differ from what the stream implies:`);
  for (const { prospectId, attribute } of found.slice(0, SHOWN_MAX)) {
    console.log(`    prospect ${prospectId}: ${attribute}`);
  }
  if (mistaken.length > 0) {
    console.log(
      `\n  Failures are listed or missing that should not be: prospects ${mistaken.join(", ")}`,
    );
  }
  if (rejected !== expected) {
    console.log(`\n  Rejected ${rejected}, but the sample holds ${expected}`);
  }
  return false;
}

function sorted(counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));
}

async function keepRunning(
  stack: Stack,
  userId: string,
  destinations: Destinations,
): Promise<void> {
  const url = stack.worker().url;
  console.log(`
  Still running. Ctrl+C ends it.

    Console         ${url}/console
    API reference   ${url}/docs
    mock-outreach   ${stack.mockUrl}
    Admin token     ${stack.adminToken}
    Outreach user   ${url}/v1/outreach-users/${userId}
    Post profiles   ${destinations.http_api.ingestUrl}
      with token    ${destinations.http_api.ingestToken}
`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
