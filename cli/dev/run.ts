/**
 * Brings the developer's loop up, says where everything is, and takes it down again.
 * @module
 */
import { access } from "node:fs/promises";
import { startMockOutreach } from "../../mock-outreach/index.ts";
import type { RunningMock } from "../../mock-outreach/index.ts";
import { loadFile, saveFile } from "../../mock-outreach/snapshots/file.ts";
import { Edge, signIn } from "../local/edge.ts";
import { freePortOr } from "../local/ports.ts";
import { developmentVars } from "../local/stack.ts";
import { migrateSettings, startWorker } from "../local/wrangler.ts";
import type { DevWorker } from "../local/wrangler.ts";
import { HTTP_API_DESTINATION } from "../demonstration/sample/destinations.ts";
import { readState, WORKER_FOLDER, WORLD_FILE, writeState } from "./state.ts";
import type { DevState, SetUp } from "./state.ts";

export interface DevOptions {
  readonly port: number;
  readonly mockPort: number;
}

/** Runs until Ctrl+C. */
export async function runDev(options: DevOptions): Promise<void> {
  const state = await readState();
  const mock = await startMock(options.mockPort);
  let worker: DevWorker | null = null;
  try {
    console.log("  Starting the Worker …");
    await migrateSettings(WORKER_FOLDER);
    worker = await startWorker({
      port: await freePortOr(options.port),
      stateDir: WORKER_FOLDER,
      vars: developmentVars(mock.url, state.keys),
      showsOutput: true,
    });
    const edge = new Edge(worker.url, state.keys.adminToken);
    const setUp = await signedIn(edge, state);
    await writeState({ ...state, setUp });
    await saveFile(WORLD_FILE, mock.save());
    console.log(whereabouts(worker.url, mock.url, state, setUp));
    await stopped();
  } finally {
    await worker?.stop();
    await mock.close();
    await saveFile(WORLD_FILE, mock.save());
  }
}

async function startMock(wanted: number): Promise<RunningMock> {
  const port = await freePortOr(wanted);
  const hasWorld = await access(WORLD_FILE).then(
    () => true,
    () => false,
  );
  return startMockOutreach({ port, ...(hasWorld && { load: await loadFile(WORLD_FILE) }) });
}

/** An Outreach user that is connected, with a destination: the last run's, else new ones. */
async function signedIn(edge: Edge, { setUp }: DevState): Promise<SetUp> {
  if (setUp) {
    const { connection, connectUrl } = await edge.outreachUser(setUp.outreachUserId);
    if (connection.status !== "connected" && connectUrl) await signIn(connectUrl);
    return setUp;
  }
  const { id, connectUrl } = await edge.createOutreachUser("Development");
  await signIn(connectUrl);
  const made = await edge.createDestination({ ...HTTP_API_DESTINATION, outreachUserId: id });
  return { outreachUserId: id, destinationId: made.id, ingestToken: made.ingestToken };
}

function whereabouts(url: string, mockUrl: string, { keys }: DevState, setUp: SetUp): string {
  const { outreachUserId, destinationId, ingestToken } = setUp;
  const profile = {
    identityMap: { OutreachId: [{ id: "7" }] },
    person: { name: { firstName: "Ada" } },
  };
  return `
  Running. The Worker reloads when a file under src/ is saved. Ctrl+C ends it.

    Console         ${url}/console
      sign in with  ${keys.adminToken}
    API reference   ${url}/docs
    mock-outreach   ${mockUrl}
    Outreach user   ${url}/v1/outreach-users/${outreachUserId}

  Post a profile:

    curl ${url}/v1/destinations/${destinationId}/profiles \\
      -H 'Authorization: Bearer ${ingestToken}' \\
      -H 'Content-Type: application/json' \\
      -d '${JSON.stringify(profile)}'
`;
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
