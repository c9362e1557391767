/**
 * `npm run crash`: the Worker, in a real `wrangler dev`, is killed with SIGKILL again and again in the middle of a
 * stream and of delivery, and started again on what it left. At the end Outreach must hold exactly what the accepted
 * updates imply: nothing lost, nothing old over something newer.
 * @module
 */
import { parseArgs } from "node:util";
import { givenArgs, optionsOf, whole } from "../../cli/local/command-line.ts";
import { crash } from "./crash.ts";

const HELP = `npm run crash -- [options]

Kills the Worker with SIGKILL under load and checks that no accepted update was lost.

  --kills <n>   how often (20)
  --seed <n>    another stream and other moments (1)
  --help        this text
`;

const options = optionsOf("npm run crash", HELP, () => {
  const { kills, seed } = parseArgs({
    args: givenArgs(),
    options: {
      kills: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
    },
  }).values;
  return { kills: whole("--kills", kills, 1), seed: whole("--seed", seed, 0) };
});
if (options) process.exitCode = (await crash(options)) ? 0 : 1;
