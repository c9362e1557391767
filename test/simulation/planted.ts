/**
 * `npm run simulate:planted`: plants one bug after the other and shows whether, and in which world, the simulation finds
 * it.
 * @module
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { progress } from "../../cli/local/progress.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";
import type { PlantedBug } from "./planted-bugs.ts";

/** Worlds after which a bug counts as not found. */
const WORLDS = 400;
const PROCESSES = 2;

interface Found {
  readonly bug: PlantedBug;
  /** Null where it was not found. */
  readonly world: number | null;
  readonly how: string;
}

const waiting = [...PLANTED_BUGS];
const results: Found[] = [];
const bar = progress("Planting", PLANTED_BUGS.length);
await Promise.all(
  Array.from({ length: PROCESSES }, async () => {
    for (let bug = waiting.shift(); bug; bug = waiting.shift()) {
      results.push(await hunt(bug));
      bar.update(
        results.length,
        `bugs, ${results.filter(({ world }) => world !== null).length} found`,
      );
    }
  }),
);
bar.end();
console.log();
for (const { bug, world, how } of results.toSorted((a, b) =>
  a.bug.name.localeCompare(b.bug.name),
)) {
  console.log(
    `  ${bug.name.padEnd(60)} ${world === null ? "NOT FOUND" : `world ${world}`.padEnd(9)}  ${how.slice(0, 70)}`,
  );
}
const found = results.filter(({ world }) => world !== null).length;
console.log(`\n  ${found} of ${PLANTED_BUGS.length} planted bugs found`);
process.exitCode = found === PLANTED_BUGS.length ? 0 : 1;

/** Runs worlds in a process of their own until one breaks a rule. */
function hunt(bug: PlantedBug): Promise<Found> {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", path("plant.ts"), path("hunt.ts"), String(WORLDS)],
    {
      env: { ...process.env, PLANTED_BUG: bug.name },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) => {
    child.once("exit", () => {
      const [, world, how = ""] = /^(\d+) (.*)$/m.exec(text) ?? [];
      resolve({ bug, world: world === undefined ? null : Number(world), how });
    });
  });
}
