/**
 * What the storage of the Outreach user's object is used for: statements and rows of an update, and of its delivery.
 * @module
 */
import { asBytes, msToAnswer } from "../load.ts";
import { startConnector, type Connector, type StorageUse } from "./connector.ts";
import { KINDS, KNOWN } from "./profiles.ts";
import type { Sent } from "./profiles.ts";

const COUNTED = "bench/ingest/worker/counted.ts";
/** Profiles that are counted, at least; and requests. */
const PROFILES = 200;
const REQUESTS = 10;
/** One after the other, and as many as may arrive together. */
const CONNECTIONS = [1, 64];

export interface StorageRow {
  readonly sent: Sent;
  readonly size: number;
  readonly connections: number;
  readonly statementsPerRequest: number;
  /** Alarms among them: setting one is billed as a row. */
  readonly rowsWritten: number;
  readonly rowsRead: number;
}

export interface StorageFigures {
  /** Of a profile, when it is taken in. */
  readonly intake: readonly StorageRow[];
  /** Of a prospect that is delivered by a call of its own. */
  readonly delivery: Omit<StorageRow, "sent" | "size" | "connections">;
}

export async function measureStorage(sizes: readonly number[]): Promise<StorageFigures> {
  const connector = await startConnector(COUNTED);
  try {
    const intake: StorageRow[] = [];
    for (const sent of [...KINDS, "mix"] as const) {
      for (const size of sizes) {
        for (const connections of CONNECTIONS) {
          intake.push(await measure(connector, sent, size, connections));
        }
      }
    }
    const { delivered } = connector.prepared;
    if (delivered === null) throw new Error("This Worker does not count.");
    return { intake, delivery: figures(delivered, KNOWN, KNOWN) };
  } finally {
    await connector.close();
  }
}

async function measure(
  connector: Connector,
  sent: Sent,
  size: number,
  connections: number,
): Promise<StorageRow> {
  const count = Math.max(REQUESTS, connections, Math.ceil(PROFILES / size));
  const requests = Array.from({ length: count }, () =>
    asBytes(connector.question(connector.profiles.request(sent, size))),
  );
  await connector.storageUse();
  const load = { port: connector.port, connections, status: 202 };
  await msToAnswer(load, count, (i) => requests[i] ?? Buffer.alloc(0));
  const use = await connector.storageUse();
  return { sent, size, connections, ...figures(use, count, count * size) };
}

function figures(use: StorageUse, requests: number, profiles: number) {
  return {
    statementsPerRequest: use.statements / requests,
    rowsWritten: (use.rowsWritten + use.alarms) / profiles,
    rowsRead: use.rowsRead / profiles,
  };
}
