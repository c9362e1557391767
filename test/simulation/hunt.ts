/**
 * Runs worlds until one breaks a rule, and prints its number and the rule. What `planted.ts` starts for each bug.
 * @module
 */
import { runSeed } from "./simulate.ts";

const worlds = Number(process.argv[2]);
for (let i = 1; i <= worlds; i++) {
  const { violations } = await runSeed(`1.${i}`);
  if (violations.length === 0) continue;
  process.stdout.write(`${i} ${(violations[0] ?? "").split("\n")[0] ?? ""}\n`);
  break;
}
process.exit(0);
