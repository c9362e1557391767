/**
 * A Worker as it is deployed, in workerd, behind a port of its own: no proxy of a development server in front.
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import { unstable_getMiniflareWorkerOptions as optionsOf } from "wrangler";
import { z } from "zod";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const WRANGLER = join(PROJECT, "node_modules/wrangler/bin/wrangler.js");
const MEMORY = "/dev/shm";
/** What `[vars]` holds. */
const PLAIN = z.record(z.string(), z.json()).default({});
const NAME = "measured";

export interface WorkerSource {
  /** Its `wrangler.toml`. */
  readonly config: string;
  /** In place of the file's `main`. */
  readonly main?: string;
  readonly bindings?: Readonly<Record<string, string>>;
}

export interface RunningWorker {
  readonly port: number;
  /** The database of this binding. */
  readonly database: (binding: string) => Promise<D1Like>;
  readonly close: () => Promise<void>;
}

/** The little of D1 that is needed to set it up. */
export interface D1Like {
  prepare(statement: string): { run(): Promise<unknown> };
}

/** In memory where that can be: else a disk's time to write would hide what the Workers do. */
function dataRoot(): string {
  return existsSync(MEMORY) ? MEMORY : tmpdir();
}

/** Bundles a Worker as `wrangler deploy` does, and runs it on data of its own, which `close` deletes. */
export async function startWorkerd({
  config,
  main,
  bindings = {},
}: WorkerSource): Promise<RunningWorker> {
  const dir = await mkdtemp(join(dataRoot(), "outreach-edge-bench-"));
  // Its warnings are about settings that are handed in here.
  process.env["WRANGLER_LOG"] = "none";
  try {
    const script = await bundle(config, main, join(dir, "bundle"));
    const { workerOptions } = optionsOf(join(PROJECT, config));
    const { modulesRules: _, ...options } = workerOptions;
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        ...options,
        name: NAME,
        modules: [{ type: "ESModule", path: "index.js", contents: script }],
        bindings: { ...PLAIN.parse(options.bindings), ...bindings },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        defaultPersistRoot: join(dir, "data"),
        log: new NoOpLog(),
        handleStructuredLogs: () => undefined,
      }),
    );
    const url = await miniflare.unsafeGetDirectURL(NAME);
    return {
      port: Number(url.port),
      database: (binding) => miniflare.getD1Database(binding, NAME),
      close: async () => {
        await miniflare.dispose();
        await rm(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function bundle(config: string, main: string | undefined, outdir: string): Promise<string> {
  const args = ["deploy", ...(main ? [main] : []), "--dry-run", "-c", config, "--outdir", outdir];
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      CI: "true",
      NO_COLOR: "1",
      WRANGLER_SEND_METRICS: "false",
    },
  });
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  await once(child, "close");
  if (child.exitCode !== 0) throw new Error(`${config} could not be bundled:\n${log}`);
  const file = (await readdir(outdir)).find((name) => name.endsWith(".js"));
  if (file === undefined) throw new Error(`${config} gave no bundle:\n${log}`);
  return readFile(join(outdir, file), "utf8");
}
