/**
 * What the developer's loop keeps between runs, in `.dev/`: keys, the world of mock-outreach, the Worker's databases, and
 * what was set up in them.
 * @module
 */
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { migrateSettings } from "../local/wrangler.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

export const DEV_FOLDER = join(PROJECT, ".dev");
/** Where `wrangler dev` keeps the databases of the loop. */
export const WORKER_FOLDER = join(DEV_FOLDER, "worker");
/** The world of mock-outreach, as it was when the loop ended. */
export const WORLD_FILE = join(DEV_FOLDER, "mock-outreach.json");
const STATE_FILE = join(DEV_FOLDER, "state.json");
/** Where a plain `wrangler dev` keeps its databases. */
const WRANGLER_FOLDER = join(PROJECT, ".wrangler/state");
const DEV_VARS = join(PROJECT, ".dev.vars");

const keys = z.object({ adminToken: z.string(), encryptionKey: z.string() });
const setUp = z.object({
  outreachUserId: z.string(),
  destinationId: z.string(),
  ingestToken: z.string(),
});
const devState = z.object({ keys, setUp: setUp.nullable() });

export type SetUp = z.infer<typeof setUp>;
export type DevState = z.infer<typeof devState>;

/** Reads what the last run left, or begins with new keys. */
export async function readState(): Promise<DevState> {
  await mkdir(DEV_FOLDER, { recursive: true });
  const text = await readFile(STATE_FILE, "utf8").catch(() => null);
  if (text !== null) return devState.parse(JSON.parse(text));
  const begun = { keys: newKeys(), setUp: null };
  await writeState(begun);
  return begun;
}

/** Only its owner may read it: it holds tokens. */
export function writeState(state: DevState): Promise<void> {
  return writeFile(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}

/**
 * Prepares this folder for `npm run mock` and a `wrangler dev` of one's own: `.dev.vars` with new keys, and the tables of
 * its D1 database.
 * @returns what was done and what comes next, for people
 */
export async function writeDevVars(): Promise<string> {
  await migrateSettings(WRANGLER_FOLDER);
  const next = "Next: `npm run mock` in one terminal, `npx wrangler dev` in another.";
  if ((await readFile(DEV_VARS, "utf8").catch(() => null)) !== null) {
    return `.dev.vars is there already and was left as it is; D1's tables are up to date.\n${next}`;
  }
  const { adminToken, encryptionKey } = newKeys();
  await copyFile(join(PROJECT, ".dev.vars.example"), DEV_VARS);
  const example = await readFile(DEV_VARS, "utf8");
  const filled = example
    .replace(/^ADMIN_TOKEN=.*$/m, `ADMIN_TOKEN=${adminToken}`)
    .replace(/^ENCRYPTION_KEY=.*$/m, `ENCRYPTION_KEY=${encryptionKey}`);
  await writeFile(DEV_VARS, filled, { mode: 0o600 });
  return `.dev.vars was written with new keys; D1's tables are up to date.\n${next}`;
}

function newKeys(): z.infer<typeof keys> {
  return {
    adminToken: randomBytes(24).toString("base64url"),
    encryptionKey: randomBytes(32).toString("base64"),
  };
}
