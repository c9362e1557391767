/**
 * The whole stack on this machine: mock-outreach and the Worker, both on loopback, with settings for development.
 * @module
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockOutreach } from "../../mock-outreach/index.ts";
import type { ServerOptions } from "../../mock-outreach/index.ts";
import { Edge, signIn } from "./edge.ts";
import { Mock } from "./mock.ts";
import { freePortOr } from "./ports.ts";
import { migrateSettings, startWorker } from "./wrangler.ts";
import type { DevWorker } from "./wrangler.ts";

export interface StackOptions {
  readonly port: number;
  readonly mock: ServerOptions;
}

export interface Stack {
  readonly mockUrl: string;
  readonly mock: Mock;
  readonly edge: Edge;
  readonly adminToken: string;
  worker(): DevWorker;
  /** Ends the Worker with SIGKILL and starts it again on the same data. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

/** Brings everything up; what fails on the way is taken down again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stateDir = await mkdtemp(join(tmpdir(), "outreach-edge-"));
  const mock = await startMockOutreach({
    ...options.mock,
    port: await freePortOr(options.mock.port ?? 0),
  });
  const adminToken = randomBytes(24).toString("base64url");
  const worker = {
    port: await freePortOr(options.port),
    stateDir,
    vars: developmentVars(mock.url, { adminToken, encryptionKey: newKey() }),
  };
  let running: DevWorker | null = null;
  const close = async (): Promise<void> => {
    await running?.stop();
    await mock.close();
    await rm(stateDir, { recursive: true, force: true });
  };
  try {
    await migrateSettings(stateDir);
    let current = (running = await startWorker(worker));
    return {
      mockUrl: mock.url,
      mock: new Mock(mock.url),
      edge: new Edge(current.url, adminToken),
      adminToken,
      worker: () => current,
      killAndRestart: async () => {
        await current.kill();
        current = running = await startWorker(worker);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The Worker's settings for this machine, against a mock of Outreach.
 * @param keys the administrator's token, and 32 bytes in base64
 */
export function developmentVars(
  outreachUrl: string,
  { adminToken, encryptionKey }: { readonly adminToken: string; readonly encryptionKey: string },
): Readonly<Record<string, string>> {
  return {
    OUTREACH_BASE_URL: outreachUrl,
    OUTREACH_CLIENT_ID: "development",
    OUTREACH_CLIENT_SECRET: "development",
    // Those of bulk jobs besides the least that serves: what large backlogs need to be quick.
    OUTREACH_SCOPES:
      "prospects.read prospects.write batches.read batches.write imports.read imports.write",
    ADMIN_TOKEN: adminToken,
    ENCRYPTION_KEY: encryptionKey,
  };
}

function newKey(): string {
  return randomBytes(32).toString("base64");
}

/** Creates an Outreach user and signs it in; its id. */
export async function connectUser({ edge }: Stack, name: string): Promise<string> {
  const { id, connectUrl } = await edge.createOutreachUser(name);
  await signIn(connectUrl);
  return id;
}
