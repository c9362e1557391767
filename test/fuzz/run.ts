/**
 * `npm run fuzz`: inputs without end against everything that reads what comes from outside. An input that breaks a rule
 * is made as small as it gets and recorded; the recorded ones are tried again by the tests.
 * @module
 */
import { parseArgs } from "node:util";
import { givenArgs, optionsOf, whole } from "../../cli/local/command-line.ts";
import { progress } from "../../cli/local/progress.ts";
import { campaign } from "./campaign.ts";
import type { Campaign } from "./campaign.ts";
import { report } from "./report.ts";
import { TARGETS } from "./targets.ts";

const NAMES = TARGETS.map(({ name }) => name).join(", ");
const HELP = `npm run fuzz -- [options]

Tries inputs on what reads from outside, and records those that break a rule.

  --inputs <n>    how many, over all targets (20,000)
  --seed <n>      other inputs (1)
  --target <name> one target alone: ${NAMES}
  --limit-ms <n>  an input that takes longer counts as one that never ends (10,000)
  --help          this text
`;
const options = optionsOf("npm run fuzz", HELP, () => {
  const { values } = parseArgs({
    args: givenArgs(),
    options: {
      inputs: { type: "string", default: "20000" },
      seed: { type: "string", default: "1" },
      target: { type: "string" },
      "limit-ms": { type: "string", default: "10000" },
    },
  });
  const targets = TARGETS.filter(({ name }) => name === (values.target ?? name));
  if (targets.length === 0) throw new Error(`--target takes one of: ${NAMES}.`);
  return {
    inputs: whole("--inputs", values.inputs, 1),
    seed: whole("--seed", values.seed, 0),
    limitMs: whole("--limit-ms", values["limit-ms"], 1),
    targets,
  };
});
if (options) process.exitCode = (await fuzz(options)) ? 0 : 1;

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly limitMs: number;
  readonly targets: typeof TARGETS;
}

/** @returns whether every rule held */
async function fuzz({ inputs, seed, limitMs, targets }: Options): Promise<boolean> {
  console.log(`Fuzzing with seed ${seed}.`);
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  const campaigns: Campaign[] = [];
  for (const target of targets) {
    const share = Math.ceil((inputs * target.weight) / weights);
    const bar = progress(target.name, share);
    const onProgress = (done: number, failures: number): void =>
      bar.update(done, failures === 0 ? "" : `${failures} rules broken`);
    campaigns.push(await campaign(target, { inputs: share, seed, limitMs, onProgress }));
    bar.end();
  }
  console.log(`\n${report(campaigns)}`);
  return campaigns.every(({ found }) => found.size === 0);
}
