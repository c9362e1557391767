/**
 * What the command does: starts the mock, prints where it is, ends it on SIGINT and SIGTERM.
 * @module
 */
import { readCommandLine } from "./command-line.ts";
import { type RunningMock, type ServerOptions, startMockOutreach } from "./server.ts";

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
      return serve(line.options);
    default:
      return line satisfies never;
  }
}

async function serve(options: ServerOptions): Promise<void> {
  const mock = await startMockOutreach({ ...options, ownProcess: true }).catch((error: unknown) => {
    process.exitCode = 1;
    complain(`mock-outreach could not start: ${whatHappened(error, options)}`);
  });
  if (!mock) return;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void mock.close());
  }
  announce(mock, options);
}

function whatHappened(error: unknown, { port }: ServerOptions): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE") return `port ${port} is taken; choose another one with --port.`;
  return error instanceof Error ? error.message : String(error);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function announce({ url }: RunningMock, options: ServerOptions): void {
  const { seed = 0, limit = 0, windowSeconds = 0, windowKind } = options;
  print(`mock-outreach is ready at ${url}

  Pages     ${url}/
  API       ${url}/api/v2
  Sign-in   ${url}/oauth/authorize
  Tokens    ${url}/oauth/token
  Control   ${url}/__mock

  ${grouped(seed)} prospects; ${grouped(limit)} calls for each user in a ${windowKind} window of ${grouped(windowSeconds)} seconds.
  Ctrl+C ends it.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
