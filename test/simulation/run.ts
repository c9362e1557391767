/**
 * `npm run simulate`: many worlds, each from a seed; the rules that none may break; what happened in them.
 * @module
 */
import { parseArgs } from "node:util";
import { givenArgs, optionsOf, whole } from "../../cli/local/command-line.ts";
import { progress } from "../../cli/local/progress.ts";
import { table } from "../../cli/local/table.ts";
import { runSeed, shrink } from "./simulate.ts";

const HELP = `npm run simulate -- [options]

Runs the connector's core in simulated worlds and checks the six rules of ARCHITECTURE.md in each.

  --worlds <n>   how many (500)
  --seed <text>  the first part of their seeds (1)
  --world <seed> one world alone, with its history
  --help         this text
`;

const options = optionsOf("npm run simulate", HELP, () => {
  const { worlds, seed, world } = parseArgs({
    args: givenArgs(),
    options: {
      worlds: { type: "string", default: "500" },
      seed: { type: "string", default: "1" },
      world: { type: "string" },
    },
  }).values;
  return { worlds: whole("--worlds", worlds, 1), seed, world };
});
if (options?.world !== undefined) await replay(options.world);
else if (options) await simulate(options.worlds, options.seed);

async function simulate(worlds: number, seed: string): Promise<void> {
  const bar = progress("Simulating", worlds);
  const counts = new Map<string, number>();
  const startedAt = performance.now();
  let simulatedMs = 0;
  let failed = 0;
  for (let i = 1; i <= worlds; i++) {
    const result = await runSeed(`${seed}.${i}`);
    for (const [what, n] of result.counts) counts.set(what, (counts.get(what) ?? 0) + n);
    simulatedMs += result.simulatedMs;
    if (result.violations.length > 0) {
      failed += 1;
      console.log(`\n  World ${seed}.${i} broke a rule. npm run simulate -- --world ${seed}.${i}`);
      console.log(`    ${result.violations[0] ?? ""}`);
    }
    const perSecond = (i / (performance.now() - startedAt)) * 1_000;
    bar.update(i, `worlds, ${perSecond.toFixed(1)} a second, ${failed} failed`);
  }
  bar.end();
  const rows = [...counts].toSorted(([a], [b]) => a.localeCompare(b));
  console.log(
    table([
      ["Worlds"],
      ["run", worlds],
      ["days simulated", Math.round(simulatedMs / 86_400_000)],
      ["that broke a rule", failed],
      ["What happened in them"],
      ...rows,
    ]),
  );
  process.exitCode = failed === 0 ? 0 : 1;
}

async function replay(seed: string): Promise<void> {
  const result = await runSeed(seed);
  if (result.violations.length === 0) {
    console.log(`World ${seed} breaks no rule.`);
    return;
  }
  const smallest = await shrink(result);
  console.log(`World ${seed} breaks a rule. The least that does so:\n`);
  console.log(
    JSON.stringify({ outreach: smallest.plan.outreach, prospects: smallest.plan.prospects }),
  );
  for (const step of smallest.plan.steps) console.log(`  ${JSON.stringify(step).slice(0, 400)}`);
  for (const violation of smallest.violations.slice(0, 10)) console.log(`\n  ${violation}`);
  process.exitCode = 1;
}
