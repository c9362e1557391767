/**
 * `npm run dev`: the developer's loop. mock-outreach and the Worker in a `wrangler dev` that reloads on save, with keys,
 * tables, a signed-in Outreach user and a destination. What it made lasts until `.dev` is removed.
 * @module
 */
import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { runDev } from "./dev/run.ts";
import { DEV_FOLDER, writeDevVars } from "./dev/state.ts";
import { givenArgs, optionsOf, whole } from "./local/command-line.ts";

const HELP = `npm run dev -- [options]

Runs mock-outreach and the Worker, which reloads when a file under src/ is saved.
Everything it makes lies in .dev/ and lasts between runs.

  --port <n>         the Worker's port (8787, or a free one where it is taken)
  --mock-port <n>    mock-outreach's port (4010, or a free one where it is taken)
  --fresh            forget everything of earlier runs first
  --keys             only write .dev.vars, for a \`wrangler dev\` of your own; an existing file is kept
  --help             this text
`;

const PORT_MAX = 65_535;

const options = optionsOf("npm run dev", HELP, () => {
  const { values } = parseArgs({
    args: givenArgs(),
    options: {
      port: { type: "string", default: "8787" },
      "mock-port": { type: "string", default: "4010" },
      fresh: { type: "boolean", default: false },
      keys: { type: "boolean", default: false },
    },
  });
  return {
    ...values,
    port: whole("--port", values.port, 1, PORT_MAX),
    mockPort: whole("--mock-port", values["mock-port"], 1, PORT_MAX),
  };
});

if (options?.keys) {
  console.log(await writeDevVars());
} else if (options) {
  if (options.fresh) await rm(DEV_FOLDER, { recursive: true, force: true });
  await runDev(options);
}
