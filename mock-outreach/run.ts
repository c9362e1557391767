/**
 * What the command does: starts the mock, prints where it is, ends and saves it on SIGINT, SIGTERM and SIGHUP.
 * @module
 */
import { type CommandLine, readCommandLine } from "./command-line.ts";
import { type RunningMock, type ServerOptions, startMockOutreach } from "./server.ts";

type StartLine = Extract<CommandLine, { kind: "start" }>;

/** As for any command that was called wrongly. */
const EXIT_MISTAKE = 2;

/** @param args the command line without the program's own name */
export async function runCommand(args: readonly string[]): Promise<void> {
  const line = readCommandLine(args);
  switch (line.kind) {
    case "help":
      return print(line.text);
    case "mistake":
      process.exitCode = EXIT_MISTAKE;
      return complain(line.text);
    case "start":
      return serve(line);
    default:
      return line satisfies never;
  }
}

async function serve(line: StartLine): Promise<void> {
  const { options, save } = line;
  const mock = await start(line).catch((error: unknown) => {
    process.exitCode = 1;
    complain(`mock-outreach could not start: ${whatHappened(error, options)}`);
  });
  if (!mock) return;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void end(mock, save));
  }
  announce(mock);
}

async function start({ options, load, save }: StartLine): Promise<RunningMock> {
  // Only who wants a file loads what reads and writes it.
  if (save !== undefined) await (await files()).checkPlace(save);
  const saved = load === undefined ? {} : { load: await (await files()).loadFile(load) };
  return startMockOutreach({ ...options, ...saved, ownProcess: true });
}

async function end(mock: RunningMock, save: string | undefined): Promise<void> {
  await mock.close();
  if (save === undefined) return;
  try {
    await (await files()).saveFile(save, mock.save());
  } catch (error) {
    process.exitCode = 1;
    complain(messageOf(error));
  }
}

const files = () => import("./snapshots/file.ts");

function whatHappened(error: unknown, { port }: ServerOptions): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE") return `port ${port} is taken; choose another one with --port.`;
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function announce({ url, save }: RunningMock): void {
  const { settings, prospects } = save();
  const { limit, windowSeconds, windowKind } = settings;
  const count = prospects.lastId - prospects.removed.length;
  print(`mock-outreach is ready at ${url}

  Pages     ${url}/
  API       ${url}/api/v2
  Sign-in   ${url}/oauth/authorize
  Tokens    ${url}/oauth/token
  Control   ${url}/__mock

  ${grouped(count)} prospects; ${grouped(limit)} calls for each user in a ${windowKind} window of ${grouped(windowSeconds)} seconds.
  Ctrl+C ends it.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
