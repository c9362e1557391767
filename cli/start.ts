/**
 * `npm start`: the main job, end to end, on this machine. Brings up mock-outreach and the Worker in a real
 * `wrangler dev`, connects an Outreach user through the real redirects, streams a sample of profile updates by both of
 * AEP's routes, waits until Outreach is up to date, and checks every prospect against what the stream implies.
 * @module
 */
import { parseArgs } from "node:util";
import { runDemonstration } from "./demonstration/run.ts";
import type { DemonstrationOptions } from "./demonstration/run.ts";

const HELP = `npm start -- [options]

Runs the connector against the bundled mock-outreach and checks the result.

  --once             stop after the table; without it everything keeps running
  --updates <n>      profile updates in the sample (12000)
  --prospects <n>    prospects that they are about (2000)
  --limit <n>        calls that mock-outreach allows in a window (10000)
  --window <s>       length of that window in seconds (3600)
  --seed <n>         another sample (1)
  --port <n>         the Worker's port (8787, or a free one where it is taken)
  --mock-port <n>    mock-outreach's port (4010, or a free one where it is taken)
  --help             this text
`;

/** As for any command that was called wrongly. */
const EXIT_USAGE = 2;

const numbers = {
  updates: 12_000,
  prospects: 2_000,
  limit: 10_000,
  window: 3_600,
  seed: 1,
  port: 8_787,
  "mock-port": 4_010,
};
type NumberOption = keyof typeof numbers;

function readOptions(): DemonstrationOptions | "help" {
  const { values } = parseArgs({
    options: {
      once: { type: "boolean" },
      help: { type: "boolean" },
      updates: { type: "string" },
      prospects: { type: "string" },
      limit: { type: "string" },
      window: { type: "string" },
      seed: { type: "string" },
      port: { type: "string" },
      "mock-port": { type: "string" },
    },
  });
  if (values.help) return "help";
  const number = (name: NumberOption): number => {
    const text = values[name];
    if (text === undefined) return numbers[name];
    if (!/^\d{1,9}$/.test(text) || (Number(text) === 0 && name !== "seed")) {
      throw new Error(`--${name} takes a whole number above 0, not "${text}".`);
    }
    return Number(text);
  };
  return {
    once: values.once ?? false,
    updates: number("updates"),
    prospects: number("prospects"),
    limit: number("limit"),
    windowSeconds: number("window"),
    seed: number("seed"),
    port: number("port"),
    mockPort: number("mock-port"),
  };
}

try {
  const options = readOptions();
  if (options === "help") process.stdout.write(HELP);
  else process.exitCode = (await runDemonstration(options)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_USAGE;
}
