/**
 * Runs the Worker locally, in a real `wrangler dev`, as a child process that can be killed and started again on the
 * same state.
 * @module
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const WRANGLER = fileURLToPath(
  new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url),
);
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** The first start bundles the Worker; two slow cores need some of this. */
const START_MAX_MS = 90_000;
const LOG_KEPT_CHARS = 20_000;
/** As a shell ends a program that Ctrl+C stopped. */
const EXIT_STOPPED = 130;

export interface DevWorkerOptions {
  readonly port: number;
  /** Where D1 and the objects keep their data. */
  readonly stateDir: string;
  /** Settings of the Worker, secrets included. */
  readonly vars: Readonly<Record<string, string>>;
  /** Whether what it prints is shown, reloads among it; left out, it is only kept. */
  readonly showsOutput?: boolean;
}

export interface DevWorker {
  readonly url: string;
  /** The last of what it printed. */
  readonly log: () => string;
  /** Ends it, and everything it started, without a chance to tidy up. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Creates or updates the tables of the local D1 database. */
export async function migrateSettings(stateDir: string): Promise<void> {
  const args = ["d1", "migrations", "apply", "SETTINGS", "--local", "--persist-to", stateDir];
  const child = launch(args);
  const log = collect(child);
  const code = await exitOf(child);
  if (code !== 0) throw new Error(`The local database could not be set up:\n${log()}`);
}

/** Starts the Worker and waits until it answers. */
export async function startWorker(options: DevWorkerOptions): Promise<DevWorker> {
  const { port, stateDir, vars, showsOutput = false } = options;
  const args = [
    "dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    "--inspector-port",
    "0",
    "--persist-to",
    stateDir,
    "--show-interactive-dev-session=false",
    "--log-level",
    showsOutput ? "log" : "warn",
    ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
  ];
  // In the environment too: there wrangler looks for the secrets that `wrangler.toml` requires.
  const child = launch(args, vars);
  if (showsOutput) show(child);
  const log = collect(child);
  const url = `http://127.0.0.1:${port}`;
  const end = (signal: NodeJS.Signals) => async () => {
    signalGroup(child, signal);
    await exitOf(child);
  };
  const worker: DevWorker = { url, log, kill: end("SIGKILL"), stop: end("SIGTERM") };
  await answers(child, url, log);
  return worker;
}

/** A process group of its own, so that wrangler's workerd ends with it. */
function launch(
  args: readonly string[],
  vars: Readonly<Record<string, string>> = {},
): ChildProcess {
  endWithThisProcess();
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: PROJECT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...vars,
      // wrangler runs the build command with whatever `node` is found first: it must be this one.
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      CI: "true",
      NO_COLOR: "1",
      WRANGLER_SEND_METRICS: "false",
      // It would capture spans of every request; a load run does without.
      X_LOCAL_OBSERVABILITY: "false",
    },
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

const children = new Set<ChildProcess>();
let endsWithThisProcess = false;

/** Ctrl+C goes to this process's group alone; what it started must not outlive it. */
function endWithThisProcess(): void {
  if (endsWithThisProcess) return;
  endsWithThisProcess = true;
  process.on("exit", () => {
    for (const child of children) signalGroup(child, "SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Whoever waits for the signal too tidies up and ends by itself.
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(EXIT_STOPPED);
    });
  }
}

function collect(child: ChildProcess): () => string {
  let text = "";
  const add = (chunk: unknown): void => {
    text = (text + String(chunk)).slice(-LOG_KEPT_CHARS);
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return () => text;
}

function show(child: ChildProcess): void {
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function answers(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const until = Date.now() + START_MAX_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`The Worker ended while starting:\n${log()}`);
    const ok = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  signalGroup(child, "SIGKILL");
  throw new Error(`The Worker did not answer within ${START_MAX_MS / 1_000} s:\n${log()}`);
}
