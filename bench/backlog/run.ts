/**
 * `npm run bench:backlog`: what a request and a call cost the object while 1,000, 100,000 and 1,000,000 prospects wait,
 * and how much memory it takes. Runs the object's core on Node's SQLite, in a file as the object has it.
 * @module
 */
import { measure } from "./measure.ts";
import type { Measured } from "./measure.ts";

const SIZES = [1_000, 100_000, 1_000_000];

const rows: Measured[] = [];
for (const pending of SIZES) rows.push(await measure(pending));

const columns: readonly (readonly [title: string, of: (row: Measured) => string])[] = [
  ["prospects waiting", (row) => row.pending.toLocaleString("en-US")],
  ["ms a request of 100 updates", (row) => row.msPerRequest.toFixed(2)],
  ["slowest", (row) => row.slowestRequestMs.toFixed(1)],
  ["ms a call", (row) => row.msPerCall.toFixed(2)],
  ["ms a status", (row) => row.msPerStatus.toFixed(2)],
  ["MB of heap", (row) => row.heapMb.toFixed(0)],
  ["MB on disk", (row) => row.diskMb.toFixed(0)],
];
const cells = [
  columns.map(([title]) => title),
  ...rows.map((row) => columns.map(([, of]) => of(row))),
];
const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
console.log();
for (const line of cells) {
  console.log(`  ${line.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("   ")}`);
}
