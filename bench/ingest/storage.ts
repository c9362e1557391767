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
  /** Whether overflow objects took a part, because the Outreach user's own could not in time. */
  readonly spilled: boolean;
  readonly statementsPerRequest: number;
  /** Alarms among them: setting one is billed as a row. */
  readonly rowsWritten: number;
  readonly rowsRead: number;
}

export interface StorageFigures {
  /** Of a profile, when it is taken in. */
  readonly intake: readonly StorageRow[];
  /** Of a prospect that is delivered by a single update, and by bulk jobs. */
  readonly single: Delivery;
  readonly bulk: Delivery;
}

export type Delivery = Omit<StorageRow, "sent" | "size" | "connections" | "spilled">;

export async function measureStorage(sizes: readonly number[]): Promise<StorageFigures> {
  const inBulk = await startConnector({ main: COUNTED, way: "bulk" });
  const bulk = delivery(inBulk);
  await inBulk.close();
  const connector = await startConnector({ main: COUNTED });
  try {
    const intake: StorageRow[] = [];
    for (const sent of [...KINDS, "mix"] as const) {
      for (const size of sizes) {
        for (const connections of CONNECTIONS) {
          intake.push(await measure(connector, sent, size, connections));
        }
      }
    }
    return { intake, single: delivery(connector), bulk };
  } finally {
    await connector.close();
  }
}

function delivery({ prepared: { delivered } }: Connector): Delivery {
  if (delivered === null) throw new Error("This Worker does not count.");
  return figures(delivered, KNOWN, KNOWN);
}

async function measure(
  connector: Connector,
  sent: Sent,
  size: number,
  connections: number,
): Promise<StorageRow> {
  const count = Math.max(REQUESTS, 2 * connections, Math.ceil(PROFILES / size));
  const requests = Array.from({ length: count }, () =>
    asBytes(connector.question(connector.profiles.request(sent, size))),
  );
  await connector.storageUse();
  const load = { port: connector.port, connections, status: 202, triesAgain: true };
  await msToAnswer(load, count, (i) => requests[i] ?? Buffer.alloc(0));
  const use = await connector.storageUse();
  const spilled = use.overflowed > 0;
  return { sent, size, connections, spilled, ...figures(use, count, count * size) };
}

function figures(use: StorageUse, requests: number, profiles: number) {
  return {
    statementsPerRequest: use.statements / requests,
    rowsWritten: (use.rowsWritten + use.alarms) / profiles,
    rowsRead: use.rowsRead / profiles,
  };
}
