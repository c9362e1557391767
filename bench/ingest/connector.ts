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

/** Nothing is bulk here: the prospects that Outreach is to hold are there after a few seconds. */
const SCOPES = "prospects.read prospects.write";
const LIMIT = "1000000";
/** Profiles a request while it is brought there. */
const BATCH = 500;
const DELIVERY_MAX_MS = 120_000;
const POLL_MS = 100;

export interface StorageUse {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly alarms: number;
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

/** @param main an entry that wraps the connector's own */
export async function startConnector(main?: string): Promise<Connector> {
  const mock = await startMockOutreach({ seed: 10_000, limit: Number(LIMIT), autoApprove: true });
  const adminToken = randomBytes(24).toString("base64url");
  const worker = await startWorkerd({
    config: "wrangler.toml",
    ...(main !== undefined && { main }),
    bindings: {
      OUTREACH_BASE_URL: mock.url,
      OUTREACH_CLIENT_ID: "bench",
      OUTREACH_CLIENT_SECRET: randomBytes(24).toString("base64url"),
      OUTREACH_SCOPES: SCOPES,
      OUTREACH_RATE_LIMIT: LIMIT,
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
    const url = `http://127.0.0.1:${worker.port}`;
    const edge = new Edge(url, adminToken);
    const user = await edge.createOutreachUser("bench:ingest");
    await signIn(user.connectUrl);
    const { id, ingestToken } = await edge.createDestination({
      ...DESTINATION,
      outreachUserId: user.id,
    });
    const connector = {
      port: worker.port,
      profiles: new Profiles(),
      question: (profiles: readonly string[]): Question => ({
        method: "POST",
        path: `/v1/destinations/${id}/profiles`,
        headers: {
          authorization: `Bearer ${ingestToken}`,
          "content-type": "application/x-ndjson",
        },
        body: profiles.join("\n"),
      }),
      outcome: async () => sum(await edge.runs(id)),
      storageUse: async () => storageUse.parse(await (await fetch(`${url}/__storage`)).json()),
      close,
    };
    const counts = main !== undefined;
    await send(connector, connector.profiles.first(1, KNOWN));
    if (counts) await connector.storageUse();
    await untilDelivered(edge, user.id);
    const delivered = counts ? await connector.storageUse() : null;
    await pause(url, adminToken, user.id);
    await send(connector, connector.profiles.first(KNOWN + 1, PENDING));
    return { ...connector, prepared: { delivered } };
  } catch (error) {
    await close();
    throw error;
  }
}

const storageUse = z.object({
  statements: z.number(),
  rowsRead: z.number(),
  rowsWritten: z.number(),
  alarms: z.number(),
});

async function send(
  { port, question }: Pick<Connector, "port" | "question">,
  profiles: readonly string[],
): Promise<void> {
  const load = { port, connections: 1, status: 202 };
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
