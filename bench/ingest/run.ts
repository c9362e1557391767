/**
 * `npm run bench:ingest`: how many profiles a second the connector takes, beside a bare Durable Object that stores the same
 * rows; what its storage is used for; what a month costs.
 * @module
 */
import { optionsOf } from "../../cli/local/command-line.ts";
import { HELP, readOptions } from "./options.ts";
import type { Case, Options } from "./options.ts";
import { RateBench } from "./rates.ts";
import type { Rates } from "./rates.ts";
import { costTable, ratesTable, SPILLED, storageTable } from "./report.ts";
import { measureStorage } from "./storage.ts";

const options = optionsOf("npm run bench:ingest", HELP, readOptions);
if (options) await run(options);

async function run({ cases, sizes, rounds, rows, rates }: Options): Promise<void> {
  if (rows) await countRows(sizes);
  if (rates) await takeTimes(cases, rounds);
}

async function countRows(sizes: readonly number[]): Promise<void> {
  progress("rows and statements");
  const storage = await measureStorage(sizes);
  console.log(`Statements and rows of the Outreach user's object:\n\n${storageTable(storage)}\n`);
  sayWhetherSpilled(storage.intake);
  console.log(
    `30 million updates a month, 70 % repeats, 20 % merged, 10 % new and delivered in bulk:\n\n${costTable(storage)}\n`,
  );
}

async function takeTimes(cases: readonly Case[], rounds: number): Promise<void> {
  progress("both Workers start");
  const bench = await RateBench.start();
  try {
    const all: Rates[] = [];
    for (const [i, one] of cases.entries()) {
      const { sent, size, connections } = one;
      progress(`${i + 1}/${cases.length}  ${sent}, ${size} a request, ${connections} connections`);
      all.push(await bench.measure(one, rounds));
    }
    console.log(`Profiles a second, medians of ${rounds}:\n\n${ratesTable(all)}\n`);
    sayWhetherSpilled(all);
  } finally {
    await bench.close();
  }
}

function sayWhetherSpilled(rows: readonly { readonly spilled: boolean }[]): void {
  if (rows.some(({ spilled }) => spilled)) console.log(`${SPILLED}\n`);
}

function progress(what: string): void {
  process.stderr.write(`  ${what} …\n`);
}
