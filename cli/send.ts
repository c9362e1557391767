/**
 * `npm run send -- profiles.ndjson --to <ingestUrl>`: a file of profiles of any size, one profile a line, with progress;
 * can be stopped and resumed; ends with what became of every line.
 * @module
 */
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { sendFile } from "./send/run.ts";
import type { SendOptions } from "./send/run.ts";

const HELP = `npm run send -- <file.ndjson> --to <ingestUrl> [options]

Sends a file of profiles, one JSON object a line, to a destination, in order, and waits until Outreach is up to date.

  --to <url>          the destination's ingest URL
  --token-file <f>    a file that holds its ingest token; without it the variable INGEST_TOKEN is read
  --batch <n>         profiles in one request (1000)
  --no-wait           stop once everything is accepted; do not wait until it is delivered
  --restart           begin anew, although an earlier run was stopped half-way
  --help              this text

Ctrl+C stops after the request that is under way; the same command goes on from there. How far it came is kept in
<file>.send/, and what became of each line is written to <file>.report.csv.

Exit code: 0 every line is at Outreach (with --no-wait: accepted), 1 some are not, 2 wrong use or a refused request,
130 stopped.
`;

const EXIT_USAGE = 2;
/** As a shell ends a program that Ctrl+C stopped. */
const EXIT_STOPPED = 130;
const BATCH_MAX = 10_000;

async function readOptions(): Promise<SendOptions | "help"> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: "string" },
      "token-file": { type: "string" },
      batch: { type: "string", default: "1000" },
      "no-wait": { type: "boolean", default: false },
      restart: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Error("Name one file: npm run send -- profiles.ndjson --to <ingestUrl>");
  }
  const to = URL.parse(values.to ?? "");
  if (!to?.pathname.endsWith("/profiles") || !/^https?:$/.test(to.protocol)) {
    throw new Error(
      "--to takes the destination's ingest URL, such as https://<worker>/v1/destinations/<id>/profiles. `GET /v1/destinations` lists it.",
    );
  }
  if (!/^\d{1,5}$/.test(values.batch) || !inRange(Number(values.batch), 1, BATCH_MAX)) {
    throw new Error(`--batch takes a number from 1 to ${BATCH_MAX}, not "${values.batch}".`);
  }
  return {
    file,
    to: to.href,
    token: await readToken(values["token-file"]),
    batch: Number(values.batch),
    wait: !values["no-wait"],
    restart: values.restart,
    pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
  };
}

/** Not an option of its own: arguments are seen by every process of the machine. */
async function readToken(file: string | undefined): Promise<string> {
  const text = file === undefined ? process.env["INGEST_TOKEN"] : await readFile(file, "utf8");
  const token = text?.trim() ?? "";
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error(
    "The ingest token is missing: set INGEST_TOKEN, or name a file that holds it with --token-file.",
  );
}

function inRange(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

try {
  const options = await readOptions();
  if (options === "help") process.stdout.write(HELP);
  else {
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    process.once("SIGTERM", () => stop.abort());
    const ended = await sendFile(options, stop.signal);
    process.exitCode = { delivered: 0, incomplete: 1, stopped: EXIT_STOPPED }[ended];
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_USAGE;
}
