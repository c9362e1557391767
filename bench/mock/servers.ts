/**
 * The servers that are measured, each in a process of its own.
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../mock-outreach/cli.ts", import.meta.url));
const FLOOR = fileURLToPath(new URL("floor.ts", import.meta.url));

export interface Server {
  readonly port: number;
  readonly end: () => Promise<void>;
}

export function startMock(seed: number): Promise<Server> {
  return start(CLI, ["--port", "0", "--seed", String(seed), "--limit", "1000000000"]);
}

/** The least that Node's HTTP server does: the same `bytes` for every request, once its body has come. */
export function startFloor(bytes: number): Promise<Server> {
  return start(FLOOR, [String(bytes)]);
}

/** From the start of the process until its first answer, in milliseconds. */
export async function startUpMs(): Promise<number> {
  const startedAt = performance.now();
  const { port, end } = await startMock(1_000);
  await (await fetch(`http://127.0.0.1:${port}/api/v2/prospects/1`)).text();
  const ms = performance.now() - startedAt;
  await end();
  return ms;
}

async function start(file: string, args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return { port: Number(port), end: () => endOf(child) };
  }
  throw new Error(`${file} ended before it listened.`);
}

async function endOf(child: ChildProcess): Promise<void> {
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
}
