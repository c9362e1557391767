/**
 * `npm run crash`: the Worker, in a real `wrangler dev`, is killed with SIGKILL again and again in the middle of a
 * stream and of delivery, and started again on what it left. At the end Outreach must hold exactly what the accepted
 * updates imply: nothing lost, nothing old over something newer.
 * @module
 */
import { parseArgs } from "node:util";
import { crash } from "./crash.ts";

const HELP = `npm run crash -- [options]

Kills the Worker with SIGKILL under load and checks that no accepted update was lost.

  --kills <n>   how often (20)
  --seed <n>    another stream and other moments (1)
  --help        this text
`;

const EXIT_USAGE = 2;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const numbers = [values.kills, values.seed].map((text) =>
  /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN,
);
const [kills = Number.NaN, seed = Number.NaN] = numbers;
if (values.help) process.stdout.write(HELP);
else if (!(kills >= 1) || Number.isNaN(seed)) {
  process.stderr.write("--kills takes a whole number above 0, --seed a whole number.\n");
  process.exitCode = EXIT_USAGE;
} else {
  process.exitCode = (await crash({ kills, seed })) ? 0 : 1;
}
