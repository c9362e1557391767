/**
 * The connector, brought to where every kind of update can be sent to it: prospects whose values Outreach holds
 * (delivered to mock-outreach, once), prospects with a pending update, and an Outreach user that is paused.
 * @module
 */
import { randomBytes } from "node:crypto";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { z } from "zod";
import { Edge, signIn } from "../../cli/local/edge.ts";
import type { Run } from "../../cli/local/edge.ts";
import { startMockOutreach } from "../../mock-outreach/index.ts";
import { asBytes, msToAnswer } from "../load.ts";
import type { Question } from "../load.ts";
import { DESTINATION, KNOWN, PENDING, Profiles } from "./profiles.ts";
import { startWorkerd } from "./workerd.ts";

/** How the prospects that Outreach is to hold get there: by a PATCH each, within seconds, or in bulk jobs. */
const WAYS = {
  single: { scopes: "prospects.read prospects.write", limit: 1_000_000 },
  bulk: {
    scopes: "prospects.read prospects.write batches.read batches.write imports.read imports.write",
    limit: 10_000,
  },
} as const;
/** Profiles a request while it is brought there. */
const BATCH = 500;
const DELIVERY_MAX_MS = 300_000;
/** Rarely, because a status costs the object's storage reads, which are counted. */
const POLL_MS = 1_000;

export interface StorageUse {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly alarms: number;
  /** Statements of overflow objects among them. */
  readonly overflowed: number;
}

export interface Connector {
  readonly port: number;
  readonly profiles: Profiles;
  readonly question: (profiles: readonly string[]) => Question;
  /** What became of all updates so far. */
  readonly outcome: () => Promise<Pick<Run, "accepted" | "coalesced" | "unchanged">>;
  /** What the object's storage was used for since the last question; for a Worker that counts it. */
  readonly storageUse: () => Promise<StorageUse>;
  readonly prepared: Prepared;
  readonly close: () => Promise<void>;
}

/** What the object's storage was used for while it was brought there; null where the Worker does not count it. */
export interface Prepared {
  readonly delivered: StorageUse | null;
}

export interface ConnectorOptions {
  /** An entry that wraps the connector's own. */
  readonly main?: string;
  readonly way?: keyof typeof WAYS;
}

export async function startConnector({
  main,
  way = "single",
}: ConnectorOptions = {}): Promise<Connector> {
  const { scopes, limit } = WAYS[way];
  const mock = await startMockOutreach({ seed: 10_000, limit, autoApprove: true });
  const adminToken = randomBytes(24).toString("base64url");
  const worker = await startWorkerd({
    config: "wrangler.toml",
    ...(main !== undefined && { main }),
    bindings: {
      OUTREACH_BASE_URL: mock.url,
      OUTREACH_CLIENT_ID: "bench",
      OUTREACH_CLIENT_SECRET: randomBytes(24).toString("base64url"),
      OUTREACH_SCOPES: scopes,
      OUTREACH_RATE_LIMIT: String(limit),
      ADMIN_TOKEN: adminToken,
      ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    },
  });
  const close = async (): Promise<void> => {
    await worker.close();
    await mock.close();
  };
  try {
    const settings = await worker.database("SETTINGS");
    for (const { queries } of await readD1Migrations("migrations")) {
      for (const query of queries) await settings.prepare(query).run();
    }
    const prepared = await prepare(worker.port, adminToken, main !== undefined);
    return { ...prepared, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param counts whether the Worker counts what its storage is used for */
async function prepare(
  port: number,
  adminToken: string,
  counts: boolean,
): Promise<Omit<Connector, "close">> {
  const url = `http://127.0.0.1:${port}`;
  const edge = new Edge(url, adminToken);
  const user = await edge.createOutreachUser("bench:ingest");
  await signIn(user.connectUrl);
  const { id, ingestToken } = await edge.createDestination({
    ...DESTINATION,
    outreachUserId: user.id,
  });
  const authorization = `Bearer ${ingestToken}`;
  const connector = {
    port,
    profiles: new Profiles(),
    question: (profiles: readonly string[]): Question => ({
      method: "POST",
      path: `/v1/destinations/${id}/profiles`,
      headers: { authorization, "content-type": "application/x-ndjson" },
      body: profiles.join("\n"),
    }),
    outcome: async () => sum(await edge.runs(id)),
    storageUse: async () => storageUse.parse(await (await fetch(`${url}/__storage`)).json()),
  };
  await send(connector, connector.profiles.first(1, KNOWN));
  if (counts) await connector.storageUse();
  await untilDelivered(edge, user.id);
  const delivered = counts ? await connector.storageUse() : null;
  await pause(url, adminToken, user.id);
  await send(connector, connector.profiles.first(KNOWN + 1, PENDING));
  return { ...connector, prepared: { delivered } };
}

const storageUse = z.object({
  statements: z.number(),
  rowsRead: z.number(),
  rowsWritten: z.number(),
  alarms: z.number(),
  overflowed: z.number(),
});

async function send(
  { port, question }: Pick<Connector, "port" | "question">,
  profiles: readonly string[],
): Promise<void> {
  const load = { port, connections: 1, status: 202, triesAgain: true };
  await msToAnswer(load, Math.ceil(profiles.length / BATCH), (i) =>
    asBytes(question(profiles.slice(i * BATCH, (i + 1) * BATCH))),
  );
}

async function untilDelivered(edge: Edge, userId: string): Promise<void> {
  const until = Date.now() + DELIVERY_MAX_MS;
  while (Date.now() < until) {
    const { backlog } = await edge.outreachUser(userId);
    if (backlog.pending + backlog.inFlight === 0) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Outreach did not get all within ${DELIVERY_MAX_MS / 1_000} s.`);
}

async function pause(url: string, adminToken: string, userId: string): Promise<void> {
  const response = await fetch(`${url}/v1/outreach-users/${userId}/pause`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}` },
  });
  if (!response.ok) throw new Error(`The pause was refused: ${await response.text()}`);
  await response.body?.cancel();
}

function sum(runs: readonly Run[]): Pick<Run, "accepted" | "coalesced" | "unchanged"> {
  const total = { accepted: 0, coalesced: 0, unchanged: 0 };
  for (const run of runs) {
    total.accepted += run.accepted;
    total.coalesced += run.coalesced;
    total.unchanged += run.unchanged;
  }
  return total;
}
